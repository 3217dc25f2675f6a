// Trainer: one run of training. Owns the model, its transposed weights, momentum, average, chains and
// counters; one thread at a time. Same seed, settings and data give the same bits for any number of threads.
// A step allocates nothing after the first.
#pragma once

#include <algorithm>
#include <memory>

#include "core/data/batches.hpp"
#include "core/learning/optimizer.hpp"
#include "core/learning/settings.hpp"
#include "core/model/gradient.hpp"
#include "core/model/labels.hpp"
#include "core/model/model.hpp"
#include "core/model/model_file.hpp"
#include "core/sampling/replica_exchange.hpp"

namespace rbm {

/// What keeps these settings from training on these data, as one sentence: too few images, no labels.
Result<void> check_fits(const TrainingSettings& settings, const Dataset& train);

/// True for files that Trainer::checkpoint() made.
bool is_checkpoint(const TensorFile& file);
/// The settings that the run of a checkpoint had, so that its data can be loaded before it is resumed.
Result<TrainingSettings> checkpoint_settings(const TensorFile& file, const std::string& path);

class Trainer {
 public:
  /// Starts from initial_model(); settings must be valid, and check_fits() must have found nothing.
  Trainer(const TrainingSettings& settings, std::shared_ptr<const Dataset> train);
  /// Goes on from a given model with fresh chains and counters (a model that was opened).
  Trainer(const TrainingSettings& settings, std::shared_ptr<const Dataset> train, Model model);

  /// One update. Fails with NotFinite as soon as a parameter is not finite; the model is then the last good
  /// state, and the message says what to lower.
  Result<void> step(ThreadPool& pool);

  /// Changes the settings that apply now; those that need a reset must be equal.
  void configure(const TrainingSettings& settings);
  const TrainingSettings& settings() const { return settings_; }

  /// The weights of the last update, and their average (the one to look at, evaluate and save).
  const Model& model() const { return model_; }
  const Model& averaged() const;

  std::uint64_t updates() const { return updates_; }
  double epochs() const { return double(images_seen()) / double(std::max<Index>(1, data().count())); }
  std::uint64_t images_seen() const { return updates_ * static_cast<std::uint64_t>(settings_.batch); }
  /// ‖ΔW‖ / ‖W‖ of the last update for which it was asked (ask_norms before step).
  double relative_change() const { return relative_change_; }
  void ask_norms() { ask_norms_ = true; }

  /// Of the last update: hidden probabilities of the mini-batch [batch × hidden], its rows, and the chains'
  /// visible states [chains × visible].
  const Matrix& batch_hidden() const { return positive_hidden_; }
  std::span<const std::uint32_t> batch_rows() const { return batch_rows_; }
  const States& chain_states() const { return chains_; }
  /// Gibbs steps that they have taken since they started: those of one update with CD.
  std::uint64_t chain_age() const { return chain_age_; }
  /// The hidden states that the chains have beside them [chains × hidden].
  const BitMatrix& chain_hidden() const { return chain_hidden_; }
  /// The labels of the chains of a joint model, one each; empty otherwise.
  std::span<const std::uint8_t> chain_labels() const { return labels_.chains; }
  /// The ladder of the method Tempering; null otherwise.
  const ReplicaExchange* replicas() const { return replicas_.get(); }
  /// The gradient as the last update estimated it, chains subtracted from data, before centring, clipping,
  /// decay and rates. Not of a joint model.
  Gradient last_gradient(ThreadPool& pool) const;
  /// Where the chains go on from [chains() × visible]: those of the model itself with the method Tempering.
  /// Those of CD start at the mini-batch all the same.
  void set_chains(const States& visible);
  /// Sliding mean of p(h_j = 1 | v_data) (rate 0.01), one per hidden unit: activity, and λ of the centred
  /// gradient.
  const Eigen::VectorXf& mean_activity() const { return hidden_offset_; }
  /// The visible units by themselves, fitted to the training data: where tempering and annealing start.
  const VisibleBase& base() const { return base_; }
  const Dataset& data() const { return batches_.data(); }

  /// The averaged model with metadata that says where it comes from: what a saved model file holds.
  Model described_model() const;

  /// Everything that is needed to go on bit for bit: parameters, momentum, average, chains, counters,
  /// settings.
  TensorFile checkpoint() const;
  static Result<std::unique_ptr<Trainer>> resume(const TensorFile& file, std::shared_ptr<const Dataset> train,
                                                 const std::string& path);

 private:
  void allocate();
  void use_method();
  void resize_positive();
  void set_offsets();
  void size_chains();
  void start_chains();
  void draw_hidden_of_chains();

  // phases.cpp: what the model makes of the data and of itself
  void positive_phase(ThreadPool& pool);
  void positive_labels(const RandomKey& key, ThreadPool& pool);
  void discriminate(ThreadPool& pool);
  void negative_phase(ThreadPool& pool);
  void start_where_told(ThreadPool& pool);
  void gibbs_step(std::uint64_t draw, bool last, ThreadPool& pool);
  void tempered_steps(ThreadPool& pool);
  /// The parameters that the chains run on: with FPCD the fast weights are added.
  const Model& chain_model() const { return settings_.method == Method::Fpcd ? stirred_ : model_; }
  const Matrix& chain_transposed() const {
    return settings_.method == Method::Fpcd ? stirred_transposed_ : transposed_;
  }

  // update.cpp: what follows for the parameters. False where a weight is not finite afterwards.
  void collect_differences(ThreadPool& pool);
  void collect_label_gradient();
  PhaseStatistics positive_statistics() const;
  PhaseStatistics negative_statistics() const;
  PhaseStatistics statistics_of(const States& v, const BitMatrix& transposed, const Matrix& weighted,
                                const Matrix& hidden) const;
  void finish_gradient(ThreadPool& pool);
  void collect_variance_gradient(ThreadPool& pool);
  void update_variances();
  bool update_weights_fused(UpdateNorms* norms, ThreadPool& pool);
  bool update_weights_by_rule(UpdateNorms* norms, ThreadPool& pool);
  void limit_norms(ThreadPool& pool);
  void stir(ThreadPool& pool);
  void update_biases();
  void update_labels();
  StepRule step_rule() const;
  bool needs_gradient() const;
  bool learns_variances() const;
  float rate() const;
  float average_rate() const;

  template <class Self, class Visit>
  static void visit_arrays(Self& trainer, Visit visit);
  bool chains_ran_away() const;
  void keep_good_state();
  Result<void> restore_good_state();

  TrainingSettings settings_;
  Batches batches_;
  Model model_, average_;
  std::uint64_t updates_ = 0, chain_age_ = 0;

  Matrix transposed_, velocity_;
  Eigen::VectorXf visible_velocity_, hidden_velocity_;
  Eigen::VectorXf visible_offset_, hidden_offset_;  // μ, λ of the centred gradient

  States positive_, chains_;  // visible
  Matrix positive_hidden_, negative_hidden_;
  BitMatrix chain_hidden_;
  // What the gradient reads of the visible states: bits transposed, or numbers over σ².
  BitMatrix positive_transposed_, chains_transposed_;
  Matrix positive_weighted_, chains_weighted_;
  Eigen::VectorXf visible_difference_, hidden_difference_, hidden_mean_;
  Eigen::VectorXf visible_gradient_, hidden_gradient_;
  Eigen::VectorXf visible_product_, hidden_product_;  // G λ, Gᵀ μ: what centring takes from them
  std::vector<std::uint32_t> batch_rows_;

  // Whatever the fused update does not do: sized at its first use.
  Matrix gradient_, second_moment_;
  Eigen::VectorXf visible_second_, hidden_second_;
  Eigen::VectorXf data_mean_;          // of the visible units
  Eigen::VectorXf variance_gradient_;  // of log σ²
  float clipping_ = 1;                 // what is left of the step after clipping
  std::vector<double> row_squares_;    // of the gradient
  Model fast_, stirred_;               // FPCD: the fast weights alone, and added to the model
  Matrix stirred_transposed_;

  std::unique_ptr<ReplicaExchange> replicas_;  // Tempering: rung 0 are independent pixels, the last the model
  std::vector<Rung> rungs_;
  VisibleBase base_;

  struct Labels {  // of a joint model
    std::vector<std::uint8_t> batch, chains;
    Matrix inputs, posteriors, class_hidden, mean_hidden;
    LabelScratch scratch;
    Matrix gradient, velocity, second;
    Eigen::VectorXf offset, difference, bias_gradient, bias_velocity, bias_second;
  } labels_;

  double relative_change_ = 0;
  bool ask_norms_ = false;

  struct GoodState {
    Model model, average;
    std::uint64_t updates = 0;
  } good_;  // the last state that was checked, to go back to on divergence
};

}  // namespace rbm
