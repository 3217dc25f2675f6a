// How a run begins: its data are loaded and brought into the form that its units learn, and its trainer is made
// anew, from a model or from a checkpoint. Pure but for files; any thread.
#pragma once

#include <memory>
#include <string>

#include "core/math/progress.hpp"
#include "core/run/loaded_source.hpp"
#include "core/run/run.hpp"

namespace rbm {

/// What a run is to be.
struct RunRequest {
  TrainingSettings settings;
  RunLength length;
  LoadedSource source;        // is not read again where it is what the settings name; may be empty
  RunData at_hand;            // of the run before: rows that are the same are taken from here; may be empty
  bool keeps_models = false;  // for a trajectory; no_trajectory_of(settings) must have found nothing
  bool other_data = false;    // a checkpoint may go on with other data than those of its run
};

/// A run from its first update. Data that are new here, and too small for the batch and the validation that
/// suited those at hand, get less of both. Fails with a sentence where the settings are not valid, the data
/// cannot be read or do not fit; with Cancelled once `progress` returns false.
Result<std::unique_ptr<Run>> begin_run(RunRequest request, const Progress& progress = {});

/// A run from its first update whose model begins as the one in this file, which may be a checkpoint, too: fresh
/// chains, counters and optimizer, the settings of the request with the model's layers and the preparation of its data.
/// Fails where the pictures are not of the model's shape or have other labels.
Result<std::unique_ptr<Run>> begin_run_from(const std::string& path, RunRequest request,
                                            const Progress& progress = {});

/// A run that goes on from a checkpoint, with the data that request.settings name and their learning rate and its
/// decay; the other settings must be the checkpoint's. Fails where the data are others than those of its run, unless
/// request.other_data permits them.
Result<std::unique_ptr<Run>> resume_run(const TensorFile& checkpoint, const std::string& path,
                                        RunRequest request, const Progress& progress = {});

/// The run of a checkpoint, bit for bit, with its own settings and the rows that it had: those at hand, or where these
/// are of other data, what the checkpoint names. `path` is what messages call it.
Result<std::unique_ptr<Run>> go_on_run(const TensorFile& checkpoint, const std::string& path,
                                       RunRequest request);

/// A run from a file that may be a model or a checkpoint, or from the folder of a run. A model goes on with the pictures at hand, or with
/// those that it learned where these have another shape; a checkpoint with the rows that it had. The rest of
/// the settings are request.settings.
Result<std::unique_ptr<Run>> open_run(const std::string& path, RunRequest request,
                                      const Progress& progress = {});

}  // namespace rbm
