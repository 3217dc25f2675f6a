// The folder of one run, as `rbm train --run` leaves it: its files have fixed names, and whatever opens a run takes the
// folder for the checkpoint in it. Any thread.
#pragma once

#include <string>

namespace rbm {

/// The files of the run in a folder.
std::string model_of_run(const std::string& folder);
std::string checkpoint_of_run(const std::string& folder);
std::string curves_of_run(const std::string& folder);
std::string journal_of_run(const std::string& folder);

/// True for a folder with the checkpoint of a run in it.
bool is_run_folder(const std::string& path);
/// The checkpoint of the run where the path is such a folder; else the path.
std::string resolved_run(const std::string& path);

}  // namespace rbm
