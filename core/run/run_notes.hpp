// RunNotes: what the user says of runs – a star, a name, a note – and the run folders that were added to the list: one
// small file, notes.json, in the folder of KeptRuns. Any thread, and any number of processes with the same folder.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace rbm {

struct RunNote {
  bool starred = false;  // is never pushed out
  std::string name, text;
  bool operator==(const RunNote&) const = default;
};

struct RunNotes {
  std::map<std::string, RunNote> runs;  // by the name of a kept run's file, or the whole path of a run folder
  std::vector<std::string> folders;     // whole paths, in the order in which they were added
  bool operator==(const RunNotes&) const = default;
};

/// What notes of a run are kept under: the name of its file in the folder, else the whole path.
std::string note_key(const std::string& folder, const std::string& path);

/// None where there is no such file. Fails with a sentence that names it where it is damaged.
Result<RunNotes> read_run_notes(const std::string& folder);

/// Reads, lets `change` change, and writes; one at a time, in whatever process. Notes that say nothing go. Makes the
/// folder, for the user alone.
Result<void> change_run_notes(const std::string& folder, const std::function<void(RunNotes&)>& change);

}  // namespace rbm
