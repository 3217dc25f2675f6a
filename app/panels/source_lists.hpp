// The lists that data and the model below are chosen from: what comes with the program, the present one, and a file to
// browse for. UI thread only.
#pragma once

#include <span>
#include <string>

#include "core/learning/settings.hpp"

namespace lab {

/// Data that come with the program or are made by it.
bool is_built_in(const std::string& data);

enum class Picked { Nothing, Another, Browse };

/// The row of `draft.data`; another choice is read without options.
Picked data_row(const rbm::Setting& setting, rbm::TrainingSettings& draft, const char* badge);
/// The row of `draft.on`: nothing, the present one, or one of `files`, which are paths.
Picked below_row(const rbm::Setting& setting, std::string& on, std::span<const std::string> files,
                 const char* badge);

}  // namespace lab
