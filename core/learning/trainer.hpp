// Trainer: one run of training, as a conductor: batch → estimator → update → parameters, all its own. One thread at a
// time; same seed, settings and data, same bits. Only the first step allocates, and those of the method exact. Ranks that
// share a run (core/math/shares.hpp) call what is not const together, and checkpoint(), which the first one gets.
#pragma once

#include <memory>

#include "core/data/batches.hpp"
#include "core/learning/missing_cells.hpp"
#include "core/learning/update.hpp"
#include "core/model/gradient.hpp"
#include "core/model/model_file.hpp"
#include "core/parallel/communicator.hpp"

namespace rbm {

/// What keeps these settings from training on these data, as one sentence: too few images, no labels.
Result<void> check_fits(const TrainingSettings& settings, const Dataset& train);

/// True for files that Trainer::checkpoint() made.
bool is_checkpoint(const TensorFile& file);
/// The settings that the run of a checkpoint had, so that its data can be loaded before it is resumed.
Result<TrainingSettings> checkpoint_settings(const TensorFile& file, const std::string& path);

class Trainer {
 public:
  using Rows = std::shared_ptr<const Dataset>;
  /// Starts from a first model of its own; settings must be valid, and check_fits() must have found nothing.
  Trainer(const TrainingSettings& settings, Rows train, Communicator& ranks = one_process());
  /// Goes on from a given model with fresh chains and counters (a model that was opened).
  Trainer(const TrainingSettings& settings, Rows train, Model model, Communicator& ranks = one_process());

  /// One update. Fails with NotFinite as soon as a parameter is not finite; the model is then the last good state, and
  /// the message says what to lower. `trace`, where given, is filled in and changes nothing.
  Result<void> step(ThreadPool& pool, UpdateTrace* trace = nullptr);

  /// Changes the settings that apply now; those that need a reset must be equal.
  void configure(const TrainingSettings& settings);
  const TrainingSettings& settings() const { return settings_; }

  /// The weights of the last update, and their average (the one to look at, evaluate and save). Of ranks each has its own
  /// columns alone: it holds no others where nothing but kernels reads them, else all are there after gather().
  void gather(ThreadPool& pool);
  const Model& model() const { return parameters_.model; }
  const Model& averaged() const { return settings_.average > 0 ? parameters_.average : parameters_.model; }

  std::uint64_t updates() const { return updates_; }
  double epochs() const { return double(images_seen()) / double(data().count()); }
  std::uint64_t images_seen() const { return updates_ * static_cast<std::uint64_t>(settings_.batch); }
  /// ‖ΔW‖ / ‖W‖ of the last update for which it was asked (ask_norms before step).
  double relative_change() const { return relative_change_; }
  void ask_norms() { ask_norms_ = true; }
  /// Of the last update: hidden probabilities of the mini-batch [batch × hidden], and its rows.
  const Matrix& batch_hidden() const { return batch_.hidden; }
  std::span<const std::uint32_t> batch_rows() const { return batch_rows_; }
  /// The chains' visible states [chains × visible], the hidden states beside them [chains × hidden], their labels (of a
  /// joint model), and how many Gibbs steps they have taken since they started: those of one update with CD.
  const States& chain_states() const { return chains_.visible; }
  const BitMatrix& chain_hidden() const { return chains_.hidden_states; }
  std::span<const std::uint8_t> chain_labels() const { return chains_.labels; }
  std::uint64_t chain_age() const { return chains_.age; }
  /// The ladder of a method that has one; null otherwise.
  const ReplicaExchange* replicas() const { return estimator_->replicas(); }
  /// The gradient as the last update estimated it, data minus chains, before centring, clipping, decay and rates. Not
  /// of a joint model.
  Gradient last_gradient(ThreadPool& pool) const { return update_.plain_gradient(batch_, chains_, pool); }
  /// Where the chains go on from [chains × visible]. Those of CD start at the mini-batch all the same.
  void set_chains(const States& visible);
  /// Sliding mean of p(h_j = 1 | v_data) (rate 0.01), one per hidden unit: activity, and λ of the centred gradient.
  const Eigen::VectorXf& mean_activity() const { return update_.hidden_offset(); }
  /// The visible units by themselves, fitted to the training data: where tempering and annealing start.
  const VisibleBase& base() const { return base_; }
  const Dataset& data() const { return batches_.data(); }

  /// The averaged model with metadata that says where it comes from: what a saved model file holds.
  Model described_model() const;
  /// Everything that is needed to go on bit for bit: parameters, moments, average, chains, counters, settings.
  TensorFile checkpoint() const;
  static Result<std::unique_ptr<Trainer>> resume(const TensorFile& file, Rows train, const std::string& path,
                                                 Communicator& ranks = one_process());

 private:
  ChainContext context(std::vector<States>* path = nullptr);
  Arithmetic arithmetic() const;
  bool passes_with_batch() const;
  void begin_trace(UpdateTrace& trace) const;
  void finish_trace(UpdateTrace& trace) const;
  void present_batch(ThreadPool& pool);
  void use_method();
  void size_batch();
  void size_chains();
  void start_chains();
  void draw_hidden_of_chains();
  void visit_state(StateVisitor& visit);
  void prepare();
  bool in_bounds();
  bool chains_ran_away() const;
  void keep_good_state();
  Result<void> restore_good_state();

  Communicator& ranks_;
  TrainingSettings settings_;
  Batches batches_;
  Parameters parameters_;
  Eigen::VectorXf data_mean_;  // of the visible units
  VisibleBase base_;
  LearningPhase batch_;
  MissingCells missing_;  // in use where data().has_missing()
  Chains chains_;
  std::unique_ptr<Estimator> estimator_;
  Update update_;
  std::uint64_t updates_ = 0;
  std::vector<std::uint32_t> batch_rows_;
  double relative_change_ = 0;
  bool ask_norms_ = false, is_whole_ = true;
  GoodState good_;
};

}  // namespace rbm
