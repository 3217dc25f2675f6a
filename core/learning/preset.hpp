// Preset: named settings of a run with how long it lasts, as a TOML file of assets/presets. Any thread.
#pragma once

#include <string>
#include <vector>

#include "core/learning/settings.hpp"
#include "core/result.hpp"

namespace rbm {

struct Preset {
  std::string id;           // the file's name without its ending: "density"
  std::string title;        // "Density in one minute"
  std::string description;  // one or two sentences: what for, how long, what to expect
  TrainingSettings settings;
  std::uint64_t updates = 0;  // of the planned run, as in its file from 1 on; 0: open end, where that says nothing
  bool broken = false;        // goes wrong, to be looked at and mended
  std::string shows;          // the view in which to see what it is about; may be empty
};

/// Reads one file. Every key of visit_settings is allowed, in the table [settings], and nothing else; title,
/// description, updates, broken and shows stand above it. Whole numbers of 64 bits may be in quotes, as those beyond 2^63
/// must. Fails with the file, the line and what is wrong.
Result<Preset> load_preset(const std::string& path);

/// `name` is the path of a .toml file, or the id of one in assets/presets; an unknown id lists the known
/// ones.
Result<Preset> find_preset(const std::string& name);

/// All of assets/presets, in the order of their file names. A damaged one is left out.
std::vector<Preset> all_presets();

}  // namespace rbm
