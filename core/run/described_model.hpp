// The model of a run as files and other programs get it. Thread of the run.
#pragma once

#include <map>
#include <string>

#include "core/run/run.hpp"

namespace rbm {

/// In the metadata of a model: what beside its settings made it what it is, one sentence; missing where nothing did, so
/// that its settings alone repeat its run.
inline constexpr const char* kBeyondSettingsKey = "beyond_settings";

/// Says so of what a journal has up to this update.
void describe_beyond_settings(const Journal& journal, std::uint64_t update,
                              std::map<std::string, std::string>& metadata);

/// The averaged model with its settings, its updates, and what is beyond them. Where several processes share the run, all
/// of them have gathered it.
Model described_model(const Run& run);

}  // namespace rbm
