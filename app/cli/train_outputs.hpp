// TrainOutputs: what a run of `rbm train` leaves on disk, and when. Curves as they are made, checkpoints every so
// often, models on the way, and all of it at the end; one that cannot be written never stops the others. Of several
// processes (core/parallel) each has one, and goes the same way with it, but the first one's alone writes. One thread.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/files/paths.hpp"
#include "core/run/journal_file.hpp"
#include "core/run/metrics_file.hpp"
#include "core/run/run.hpp"

namespace lab::cli {

/// The files, as they are asked for; empty where they are not.
struct TrainFiles {
  std::string out = "model.safetensors", checkpoint, metrics, trajectory, journal;
  std::string run;               // the folder of all of them
  std::string checkpoint_every;  // "30s", "1m", "2h", or a number of updates
  std::string keep_models;       // "log", or a number of updates
};

/// How often something happens: after so many seconds, or at so many updates, the unit of which is 1, 2, 5, 10, 20 …
/// where `is_log`.
struct Interval {
  double seconds = 0;
  std::uint64_t updates = 0;
  bool is_log = false;

  /// "1m" of --checkpoint-every and "log" of --keep-models; fails with a sentence that says what may be given.
  static rbm::Result<Interval> of_checkpoints(const std::string& text);
  static rbm::Result<Interval> of_models(const std::string& text);
  bool is_at(std::uint64_t update) const;
};

/// Where a folder is given for the run: its files, but for those that have names of their own, and a checkpoint each
/// minute unless it is told when. Makes the folder. Fails where it holds another run than `resumed`, its checkpoint.
rbm::Result<void> use_run_folder(TrainFiles& files, bool has_out, const std::string& resumed);

class TrainOutputs {
 public:
  /// Fails where the files cannot be what they are asked to be: before anything is read or computed. `successor` is the
  /// input that --checkpoint may replace: the checkpoint that the run goes on from.
  static rbm::Result<TrainOutputs> make(const TrainFiles& files, std::span<const rbm::FileUse> inputs,
                                        const std::string& successor);

  /// Once, before the first update.
  rbm::Result<void> begin(const rbm::Run& run);
  /// After each update. Tells what cannot be written, and goes on.
  void after_update(const rbm::Run& run);
  /// Everything, each by itself: as the model `best`, or the run's own where it is null. Tells all failures but the last
  /// one, which it returns; saved() has the others.
  rbm::Result<void> finish(const rbm::Run& run, const rbm::Model* best);
  const std::vector<std::string>& saved() const { return saved_; }

 private:
  TrainOutputs(TrainFiles files, Interval checkpoints, Interval models)
      : files_(std::move(files)), checkpoints_(checkpoints), models_(models) {}
  void follow_journal(const rbm::Run& run);
  void keep(rbm::Result<void> written, const std::string& said);
  bool is_time_for_checkpoint(std::uint64_t update) const;

  TrainFiles files_;
  Interval checkpoints_, models_;
  std::optional<rbm::MetricsFile> metrics_;
  std::optional<rbm::JournalFile> journal_;
  bool metrics_fail_ = false, journal_fails_ = false;  // that was told
  std::chrono::steady_clock::time_point last_checkpoint_;
  std::vector<std::string> saved_, failures_;
};

/// The file of a model on the way: "model-00000100.safetensors" of "model.safetensors".
std::string model_on_the_way(const std::string& out, std::uint64_t update);

}  // namespace lab::cli
