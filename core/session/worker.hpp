// Worker: what the worker thread does. Owns the run and everything that is measured of it for the window; does
// one update or one command at a time, and loads beside that. Touched by the worker thread only; Session adds
// the thread, the queue and the mailbox.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "core/run/background.hpp"
#include "core/run/loading.hpp"
#include "core/session/answers.hpp"
#include "core/session/commands.hpp"
#include "core/session/diagnostics_meter.hpp"
#include "core/session/exact_meter.hpp"
#include "core/session/moments.hpp"
#include "core/session/pacer.hpp"
#include "core/session/probes.hpp"
#include "core/session/run_keeper.hpp"
#include "core/session/snapshot.hpp"

namespace rbm {

/// A command, and the numbers of those for which it stands: Configure, Watch and Pace coalesce.
struct Posted {
  std::uint64_t first = 0, last = 0;
  command::Command command;
};

/// Nothing of what std or Eigen throws (memory, mostly) leaves the public functions: a measurement that fails
/// is a note, and where the training itself fails the worker is Faulted, keeps the last model to be saved, and
/// begins anew with a Reset.
/// What verdicts were made from: as long as it is the same, so are they.
struct JudgedBy {
  std::uint64_t run = 0, update = 0;  // of the last point of the curves
  std::uint64_t diagnosed = 0;        // the update of the diagnostics
  std::string fault, collapse;
  TrainingSettings settings;
  bool operator==(const JudgedBy&) const = default;
};

class Worker {
 public:
  /// `on_background` is called from other threads when take_background() has something to do.
  Worker(const TrainingSettings& settings, bool play, std::function<void()> on_background = {},
         Probes probes = {}, Keeping keeping = {});

  /// Does a command, or lets it wait for the run that is being loaded: only Watch, Keep, Pace and Reset never wait, and Play
  /// and Pause not where nothing else does.
  void apply(Posted posted);
  /// True when an update is wanted now, or the likelihood of the last one is being measured.
  bool wants_to_train() const {
    return run_ != nullptr && !is_broken_ && (state_ == RunState::Running || run_->is_measuring());
  }
  /// Seconds until that is due, 0 for now; never where no update is wanted.
  double seconds_to_training();
  /// Snapshots follow each other no faster than a frame while updates do.
  bool trains_fast() const;
  /// One update, with its curve point if one is due; where the likelihood of the last one is being measured, a short
  /// wait for that in its place.
  void train_once();
  /// Takes over what was loaded or measured beside the training, false if there was nothing, and starts what is
  /// due.
  bool take_background();
  /// At the end: does what waits for the run that is being loaded if some of it is to be saved, and keeps the run.
  void finish();
  /// What the window looks at, now.
  std::shared_ptr<const Snapshot> make_snapshot();

 private:
  /// Done, with a sentence for the status line or without, or refused.
  using Done = Result<std::string>;
  Done handle(const command::Play&);
  Done handle(const command::Pause&);
  Done handle(const command::Step& step);
  Done handle(const command::StepEpoch&);
  Done handle(const command::Pace& pace);
  Done handle(const command::Configure& configure);
  Done handle(const command::Bracket&);
  Done handle(const command::Save& save);
  Done handle(const command::Keep&);
  Done handle(const command::Watch& watch);
  Done handle(const command::LookBack& look);

  static double now_s();
  void carry_out(const Posted& posted);
  void answer(const Posted& posted, const Done& done);
  void run_until(std::uint64_t update);
  void stop_training(const std::string& fault);
  Unexpected nothing_to_train() const;
  Result<void> save(const command::Save& save) const;
  template <class Work>
  bool guarded(Work work);

  // worker_loading.cpp
  using Loaded = Result<std::unique_ptr<Run>>;
  void load(const Posted& posted, bool plays, Background<Loaded>::Work work);
  void reset(const Posted& posted);
  void open(const Posted& posted);
  void branch(const Posted& posted);
  void drop_loading();
  bool take_loaded();
  void adopt(std::unique_ptr<Run> run, bool plays, bool is_branch);
  std::string words_for(const Posted& loaded, bool plays) const;

  // worker_measuring.cpp
  bool take_measured();
  void note(std::string sentence);
  bool take_kept();
  void measure_exact();

  /// What of the run, or of the moment that is looked back at, goes with the model on the screen.
  struct Sides {
    std::uint64_t update = 0;
    const States& chains;
    const BitMatrix& chain_hidden;
    std::span<const std::uint32_t> batch_rows;
  };

  // worker_snapshot.cpp
  Sides sides() const;
  PaceReport pace_report() const;
  void fill_run(Snapshot& out);
  void fill_what_is_watched(Snapshot& out);
  void fill_activations(Snapshot& out);
  void fill_chains(Snapshot& out);
  void fill_reconstructions(Snapshot& out);
  void fill_unit_report(Snapshot& out);
  void fill_timeline(Snapshot& out);
  void show_looked_at(Snapshot& out) const;
  void fill_verdicts(Snapshot& out);

  TrainingSettings settings_;  // in force
  RunState state_ = RunState::Loading;
  std::unique_ptr<Run> run_;  // null before the first
  std::uint64_t run_number_ = 0;
  bool is_broken_ = false;                // the run threw in the middle of something
  std::optional<std::uint64_t> stop_at_;  // pause at this update (steps)
  std::uint64_t saved_updates_ = 0;

  struct Loading {
    Posted posted;  // the Reset or Open; number 0: the beginning
    bool plays = false;
    RunState otherwise = RunState::Faulted;  // the state where nothing comes of it
    double share = 0;                        // that snapshots show
  };
  std::optional<Loading> loading_;
  std::deque<Posted> waiting_;  // for the run that is being loaded

  Answers answers_;
  Messages said_;
  command::Watch watch_;
  struct {
    std::uint64_t version = 0;  // of the last snapshot
    std::shared_ptr<const Matrix> filters;
    std::uint64_t filters_version = 0;  // of the model that they are of
    std::uint64_t version_base = 0;     // model versions of earlier runs
    UnitReport unit;                    // what drives the inspected unit, as last looked up …
    std::uint64_t unit_update = 0;      // … at this update
    std::shared_ptr<const UpdateTrace> traced;
    std::shared_ptr<const Journal> journal;
    std::shared_ptr<const std::vector<std::uint64_t>> moments;
    std::uint64_t moments_version = 0;
    std::shared_ptr<const std::vector<Verdict>> verdicts;
    JudgedBy judged_by;
  } shown_;
  Pacer pacer_;
  struct {
    Moments moments;
    std::shared_ptr<const Moment> looked_at;  // null: the run as it is
    std::shared_ptr<const Model> model;       // of that one, with its Wᵀ …
    std::shared_ptr<const Matrix> transposed;
    std::uint64_t version = 0;  // … and what the weights' version is then
  } rewind_;

  Probes probes_;
  DiagnosticsMeter diagnostics_;
  ExactMeter exact_;
  RunKeeper keeper_;
  Background<Loaded> loader_;
};

/// The one place where exceptions end. False where there was one.
template <class Work>
bool Worker::guarded(Work work) {
  try {
    work();
    return true;
  } catch (const std::exception& error) {
    is_broken_ = true;
    const std::string what = "The worker failed (" + std::string(error.what()) + "): ";
    stop_training(what +
                  (run_ ? "save the last model if it is worth it, then start over, with a smaller model "
                          "if memory ran out."
                        : "start over, with a smaller model if memory ran out."));
    return false;
  }
}

}  // namespace rbm
