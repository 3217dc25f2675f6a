// Run: one experiment without a window. Owns its data, its trainer, its threads and its curves; knows how far
// it is. `rbm train` and the worker of the window hold one each. One thread at a time.
#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <string>

#include "core/learning/trainer.hpp"
#include "core/learning/training_data.hpp"
#include "core/learning/trajectory_recorder.hpp"
#include "core/run/collapse.hpp"
#include "core/run/journal.hpp"
#include "core/run/monitoring.hpp"
#include "core/run/progress.hpp"
#include "core/run/recycled.hpp"

namespace rbm {

/// What the data of a run are called, in the metadata of its checkpoints.
inline constexpr const char* kDataNameKey = "run_data_name";

/// How long a run lasts: until the first of these. Without any it has no end of its own.
struct RunLength {
  std::uint64_t updates = 0;  // counted from the beginning, also where it is resumed
  double epochs = 0;
  double seconds = 0;   // of training
  bool decays = false;  // the learning rate falls to zero over this length, in place of the settings' decay

  bool has_end() const { return updates > 0 || epochs > 0 || seconds > 0; }
  /// Updates and epochs, as updates, at most kMostUpdates; 0 for no such end.
  std::uint64_t updates_of(Index images, int batch) const;
};

/// Rows to learn from. `made_with` is empty where they were made for a model that was opened.
struct RunData {
  TrainingData rows;
  std::optional<TrainingSettings> made_with;
};

/// The averaged model: the one to look at, to evaluate and to save. Shared with whoever shows it.
struct ModelInView {
  std::shared_ptr<const Model> model;
  std::shared_ptr<const Matrix> transposed;  // its Wᵀ
  std::uint64_t update = 0;                  // after which it stood so
  std::uint64_t version = 0;                 // grows with every copy
};

class Run {
 public:
  /// The trainer must be of data.rows.train. loading.hpp has the ways to make one.
  Run(std::unique_ptr<Trainer> trainer, RunData data, const RunLength& length = {});

  /// One update, with its point of the curves if one is due, after what is_measuring() speaks of. Fails as
  /// Trainer::step() does.
  Result<void> step(UpdateTrace* trace = nullptr);
  /// Whether the likelihood of the last point is being measured, which the next update waits for: the point has only an
  /// estimate yet, or none.
  bool is_measuring() const { return likelihood_.is_measuring(); }
  /// Waits for that, but not long. For who has more to do meanwhile.
  void await_measurement();
  /// Gives the last point of the curves a bracket where the run stands at it, else the next one. Fails where curves get
  /// no likelihood, and while it is being measured.
  Result<void> ask_bracket();
  /// Whether that is still to be done.
  bool is_bracket_asked() const { return likelihood_.is_asked(); }
  /// Whether curves get a likelihood, which they do where nobody says otherwise.
  void measure_likelihood(bool wanted);
  RunProgress progress() const;
  /// True when its length is done; always false of a run without one.
  bool is_over() const { return length_.has_end() && progress().is_over; }

  /// Changes the settings that apply now; those that need a reset must be equal.
  void configure(const TrainingSettings& settings);
  void use_threads(int threads);
  /// From now on models are kept for write_trajectory(). Only at update 0.
  void keep_models() { recorder_.emplace(*trainer_); }

  const Trainer& trainer() const { return *trainer_; }
  const RunData& data() const { return data_; }
  const Monitoring& monitoring() const { return monitoring_; }
  /// What is wrong with its chains, one sentence; empty while nothing is.
  const std::string& collapse() const { return collapse_.sentence(); }
  ThreadPool& pool() { return *pool_; }

  /// A copy of the averaged model as it is now; the last one where no update came since.
  const ModelInView& view();
  /// The last copy that was made, whatever has happened since. There is always one, but of several processes.
  const ModelInView& last_view() const { return view_; }

  /// What made the run what it is, so far.
  Journal journal() const { return journal_of(data_fingerprint()); }
  /// The same but for the fingerprint of the data, which takes a pass over them to find out.
  const Journal& journal_so_far() const { return journal_; }
  /// Where it did not begin from small random weights: says so in the journal, with the checksum of the model. Only before its first update.
  void began_from(const std::string& model_path, const std::string& parameters);
  /// Goes on with the journal of the checkpoint that it was resumed from; `other_data`: on others than those of it.
  void go_on_from(Journal journal, bool other_data);

  /// Goes on with the curves of an earlier part of the run. Only before its first update.
  void go_on_from(std::vector<CurvePoint> curves);
  /// The same with its likelihood meter; false where its state does not fit the model.
  bool go_on_from(const LikelihoodState& likelihood) {
    return likelihood_.restore(likelihood, trainer_->averaged());
  }
  /// Adds a point of the curves outside their turn: the one of the beginning, where they have none yet.
  void add_curve_point();
  /// What a user should know of the files that it began with, each one sentence.
  std::vector<std::string> notes() const;
  const std::string& likelihood_trouble() const {
    return monitoring_.trouble().empty() ? likelihood_.trouble() : monitoring_.trouble();
  }

  /// Where several processes share the run, all of them call it and then what follows, of which the first one alone
  /// writes files.
  void gather() const { trainer_->gather(*pool_); }
  /// Each fails with a sentence that names the file.
  Result<void> write_model(const std::string& path) const;
  /// Everything that is needed to go on, and the curves.
  TensorFile checkpoint() const { return checkpoint_of(data_fingerprint()); }
  /// The same at once, without the fingerprint of the data where it is not made yet: to go on with them as they are at
  /// hand.
  TensorFile checkpoint_at_hand() const;
  Result<void> write_checkpoint(const std::string& path) const;
  /// The number of models in the file. Only after keep_models().
  Result<std::size_t> write_trajectory(const std::string& path) const;

 private:
  void let_go_of_view();
  void follow_clock();
  void finish_measurement();
  void measure_point();
  bool take_measurement(std::chrono::milliseconds longest);
  void measure_rate();
  std::string data_fingerprint() const;
  Journal journal_of(const std::string& data_fingerprint) const;
  TensorFile checkpoint_of(const std::string& data_fingerprint) const;

  RunData data_;
  std::unique_ptr<Trainer> trainer_;
  std::unique_ptr<ThreadPool> pool_;
  Monitoring monitoring_;
  LikelihoodMeter likelihood_;
  bool likelihood_wanted_ = true;
  CollapseWatch collapse_;
  std::optional<TrajectoryRecorder> recorder_;
  RunLength length_;
  float first_rate_;            // of a learning rate that follows the clock
  std::uint64_t first_images_;  // seen before this run began
  double seconds_ = 0;          // of training
  double earlier_seconds_ = 0;  // of the curves' part before this run
  struct {
    double images_per_second = 0, since_s = 0;
    std::uint64_t images = 0;
  } rate_;  // measured over windows of time
  Recycled<Model> models_;
  Recycled<Matrix> transposes_;
  ModelInView view_;
  Journal journal_;
  /// Made beside the first updates, for checkpoints; or not valid.
  std::shared_future<std::string> data_fingerprint_;
};

}  // namespace rbm
