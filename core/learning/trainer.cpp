#include "core/learning/trainer.hpp"

#include <cmath>

#include "core/math/scalar.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

/// Sliding mean of the hidden activity, λ of the centred gradient (Melchior, Fischer and Wiskott 2016 use the
/// same rate).
constexpr float kOffsetRate = 0.01f;

/// The state to fall back to is checked and copied this often: rarely enough to cost nothing.
constexpr std::uint64_t kGoodStateInterval = 100;

/// No unit of a useful model needs a parameter of this size: σ is 0 or 1 to float precision long before.
/// Beyond it the run has diverged.
constexpr float kLargestParameter = 1000;

bool in_bounds(const Eigen::VectorXf& x) {
  return x.allFinite() && (x.size() == 0 || x.cwiseAbs().maxCoeff() < kLargestParameter);
}

bool in_bounds(const Model& model) {
  const float largest =
      model.weights.empty() ? 0 : model.weights.view().cwiseAbs().maxCoeff<Eigen::PropagateNaN>();
  return in_bounds(model.visible_bias) && in_bounds(model.log_variance) && in_bounds(model.hidden_bias) &&
         in_bounds(model.label_bias) && largest < kLargestParameter;
}

Model first_model(const TrainingSettings& settings, const Dataset& train) {
  const Eigen::VectorXf means = state_means(train, settings.binarization);
  const VisibleUnits& units = units_of(settings.visible);
  Model model = units.first_model(train.shape, settings.hidden, means,
                                  units.has_variances() ? variances(train) : Eigen::VectorXf(),
                                  settings.initial_sd, settings.seed);
  model.space = train.space;
  model.below = train.below;
  if (settings.labels) add_label_units(model, label_shares(train.labels), settings.initial_sd, settings.seed);
  return model;
}

}  // namespace

Result<void> check_fits(const TrainingSettings& settings, const Dataset& train) {
  if (settings.batch > train.count()) {
    return fail(ErrorCode::BadArgument,
                "A mini-batch of " + std::to_string(settings.batch) + " is larger than the training set of " +
                    std::to_string(train.count()) + " images: choose a smaller batch.");
  }
  if (units_of(settings.visible).is_real() != train.is_real()) {
    return fail(ErrorCode::BadArgument,
                train.name + " holds " + (train.is_real() ? "real numbers" : "bytes") +
                    ", which are not what these visible units learn: make it with training_data().");
  }
  if (settings.labels && train.labels.empty()) {
    return fail(ErrorCode::BadArgument,
                train.name + " has no labels: turn label units off, or use data with labels.");
  }
  return {};
}

Trainer::Trainer(const TrainingSettings& settings, std::shared_ptr<const Dataset> train)
    : Trainer(settings, train, first_model(settings, *train)) {}

Trainer::Trainer(const TrainingSettings& settings, std::shared_ptr<const Dataset> train, Model model)
    : settings_(settings), batches_(train, settings.batch, settings.seed), model_(std::move(model)) {
  RBM_ASSERT(validate(settings_).has_value() && model_.visible() == train->shape.pixels());
  settings_.hidden = static_cast<int>(model_.hidden());
  settings_.labels = model_.labels() > 0;
  settings_.visible = model_.visible_type;
  RBM_ASSERT(check_fits(settings_, *train).has_value());
  data_mean_ = state_means(*train, settings_.binarization);
  const bool real = units_of(model_).is_real();
  base_ = units_of(model_).base_of(data_mean_, real ? variances(*train) : Eigen::VectorXf());
  positive_.is_real = real || settings_.binarization == Binarization::None;
  chains_.is_real = real;
  if (settings_.labels) labels_.offset = label_shares(train->labels, model_.labels());
  allocate();
  set_offsets();
  size_chains();
  average_ = model_;
  keep_good_state();
}

void Trainer::allocate() {
  const Index visible = model_.visible(), hidden = model_.hidden(), batch = settings_.batch;
  transposed_.resize(hidden, visible);
  transposed_.view() = model_.weights.view().transpose();
  velocity_.resize(visible, hidden);
  visible_velocity_ = visible_difference_ = visible_gradient_ = visible_product_ =
      Eigen::VectorXf::Zero(visible);
  hidden_velocity_ = hidden_difference_ = hidden_gradient_ = hidden_product_ = hidden_mean_ =
      Eigen::VectorXf::Zero(hidden);
  resize_positive();
  positive_hidden_.resize(batch, hidden);
  batch_rows_.reserve(static_cast<std::size_t>(batch));
  variance_gradient_ = Eigen::VectorXf::Zero(model_.log_variance.size());
  if (const Index labels = model_.labels(); labels > 0) {
    labels_.inputs.resize(batch, hidden);
    labels_.class_hidden.resize(batch, hidden);
    labels_.mean_hidden.resize(batch, hidden);
    labels_.posteriors.resize(batch, labels);
    for (Matrix* m : {&labels_.gradient, &labels_.velocity, &labels_.second}) m->resize(labels, hidden);
    labels_.difference = labels_.bias_gradient = labels_.bias_velocity = labels_.bias_second =
        Eigen::VectorXf::Zero(labels);
    labels_.batch.resize(static_cast<std::size_t>(batch));
  }
  use_method();
}

/// The mini-batch as states, or as numbers.
void Trainer::resize_positive() {
  const Index batch = settings_.batch, visible = model_.visible();
  resize(positive_, batch, visible);
  if (!positive_.is_real) positive_transposed_.resize(visible, batch);
}

/// μ and λ of the centred gradient, for the model as it is.
void Trainer::set_offsets() {
  Matrix means(1, data_mean_.size()), scratch;
  std::copy_n(data_mean_.data(), data_mean_.size(), means.row(0));
  ThreadPool alone(1);
  const Matrix& weighted = units_of(model_).weighted(model_, means, scratch, alone);
  visible_offset_ = Eigen::Map<const Eigen::VectorXf>(weighted.row(0), data_mean_.size());
  hidden_offset_ = model_.hidden_bias.unaryExpr([](float b) { return sigmoid(b); });
}

/// What the method in force needs beside the rest.
void Trainer::use_method() {
  const Index visible = model_.visible(), hidden = model_.hidden();
  if (settings_.method == Method::Fpcd && fast_.weights.rows() != visible) {
    stirred_ = fast_ = model_;
    fast_.weights.set_zero();
    fast_.visible_bias.setZero();
    fast_.hidden_bias.setZero();
    stirred_transposed_ = transposed_;
  }
  if (needs_gradient() && gradient_.rows() != visible) gradient_.resize(visible, hidden);
  if (settings_.optimizer == Optimizer::Adam && second_moment_.rows() != visible) {
    second_moment_.resize(visible, hidden);
    visible_second_ = Eigen::VectorXf::Zero(visible);
    hidden_second_ = Eigen::VectorXf::Zero(hidden);
  }
  if (settings_.method == Method::Tempering && replicas_ == nullptr) {
    const int rungs = settings_.temperatures;
    replicas_ = std::make_unique<ReplicaExchange>(settings_.chains, visible, hidden, rungs, settings_.seed);
    replicas_->start_from_base(base_.bias);
    rungs_.clear();
    for (int r = 0; r < rungs; ++r)
      rungs_.push_back({&model_, &transposed_, static_cast<float>(r) / static_cast<float>(rungs - 1)});
  }
}

void Trainer::size_chains() {
  const Index chains = settings_.method == Method::Cd ? settings_.batch : settings_.chains;
  if (chains_.rows() == chains) return;
  resize(chains_, chains, model_.visible());
  if (!chains_.is_real) chains_transposed_.resize(model_.visible(), chains);
  chain_hidden_.resize(chains, model_.hidden());
  negative_hidden_.resize(chains, model_.hidden());
  if (settings_.labels) labels_.chains.resize(static_cast<std::size_t>(chains));
  start_chains();
}

void Trainer::start_chains() {
  chain_age_ = 0;
  // As independent units with the data's means, not at zero: that is where the first model is (W ≈ 0).
  const RandomKey key{settings_.seed, Stream::InitialChains, 2 * updates_};
  ThreadPool alone(1);
  if (chains_.is_real) {
    units_of(model_).draw_alone(base_, key, chains_, alone);
  } else {
    for (Index r = 0; r < chains_.rows(); ++r) {
      for (Index i = 0; i < chains_.cols(); ++i) {
        chains_.bits.set(
            r, i, uniform(key, static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(i)) < data_mean_[i]);
      }
    }
  }
  for (std::size_t c = 0; c < labels_.chains.size(); ++c) {
    labels_.chains[c] = static_cast<std::uint8_t>(random_below(key, static_cast<std::uint32_t>(c),
                                                               static_cast<std::uint32_t>(chains_.cols()),
                                                               static_cast<std::uint32_t>(model_.labels())));
  }
  if (replicas_) replicas_->start_from_base(base_.bias);
  draw_hidden_of_chains();
}

void Trainer::draw_hidden_of_chains() {
  ThreadPool alone(1);
  hidden_pass(model_, chains_, 1.0f, {settings_.seed, Stream::InitialChains, 2 * updates_ + 1},
              {.states = &chain_hidden_}, chains_weighted_, alone);
}

void Trainer::set_chains(const States& visible) {
  RBM_ASSERT(visible.rows() == chains_.rows() && visible.cols() == chains_.cols() &&
             visible.is_real == chains_.is_real);
  chains_ = visible;
  if (replicas_) replicas_->set_states(replicas_->rungs() - 1, visible.bits);
  draw_hidden_of_chains();
}

const Model& Trainer::averaged() const {
  return settings_.average > 0 ? average_ : model_;
}

void Trainer::configure(const TrainingSettings& settings) {
  RBM_ASSERT(!needs_reset(settings, settings_) && validate(settings).has_value());
  if (settings.average > 0 && settings_.average <= 0) average_ = model_;
  // Fast weights of earlier updates fit a model that is gone.
  if (settings.method == Method::Fpcd && settings_.method != Method::Fpcd) fast_ = {};
  settings_ = settings;
  const bool real = units_of(model_).is_real() || settings_.binarization == Binarization::None;
  if (positive_.is_real != real) {
    positive_ = {};
    positive_.is_real = real;
    resize_positive();
  }
  use_method();
  size_chains();
}

Result<void> Trainer::step(ThreadPool& pool) {
  positive_phase(pool);
  negative_phase(pool);
  collect_differences(pool);
  UpdateNorms norms;
  UpdateNorms* asked = ask_norms_ ? &norms : nullptr;
  const bool is_finite =
      needs_gradient() ? update_weights_by_rule(asked, pool) : update_weights_fused(asked, pool);
  update_biases();
  if (learns_variances()) update_variances();
  if (settings_.labels) update_labels();
  if (settings_.method == Method::Fpcd) stir(pool);
  hidden_offset_ += kOffsetRate * (hidden_mean_ - hidden_offset_);
  if (ask_norms_) {
    relative_change_ = norms.weights > 0 ? std::sqrt(norms.change / norms.weights) : 0;
    ask_norms_ = false;
  }
  ++updates_;

  // A parameter that is not finite shows in the statistics of the very next pass over it, a runaway one in
  // the biases first.
  if (!in_bounds(model_.visible_bias) || !in_bounds(model_.hidden_bias) || !is_finite)
    return restore_good_state();
  if (updates_ % kGoodStateInterval == 0) {
    if (!in_bounds(model_) || chains_ran_away()) return restore_good_state();
    keep_good_state();
  }
  return {};
}

/// Numbers may grow far beyond the data's while every parameter is still a sensible one: at this many
/// deviations from the data's mean, on average over all units and chains, nothing is learned any more.
bool Trainer::chains_ran_away() const {
  constexpr double kMostDeviations = 10;
  if (!units_of(model_).has_variances()) return false;
  const auto v = chains_.values.view();
  double sum = 0;
  for (Index i = 0; i < v.cols(); ++i)
    sum += double{(v.col(i).array() - data_mean_[i]).square().mean() * std::exp(-base_.log_variance[i])};
  const double mean = sum / static_cast<double>(v.cols());
  return !(mean < kMostDeviations * kMostDeviations);
}

void Trainer::keep_good_state() {
  copy_parameters(model_, good_.model);
  copy_parameters(average_, good_.average);
  good_.updates = updates_;
}

Result<void> Trainer::restore_good_state() {
  const std::uint64_t failed = updates_;
  copy_parameters(good_.model, model_);
  copy_parameters(good_.average, average_);
  updates_ = good_.updates;
  transposed_.view() = model_.weights.view().transpose();
  for (Matrix* m : {&velocity_, &second_moment_, &labels_.velocity, &labels_.second, &fast_.weights})
    m->set_zero();
  for (Eigen::VectorXf* v :
       {&visible_velocity_, &hidden_velocity_, &visible_second_, &hidden_second_, &labels_.bias_velocity,
        &labels_.bias_second, &fast_.visible_bias, &fast_.hidden_bias})
    v->setZero();
  if (settings_.method == Method::Fpcd) {
    copy_parameters(model_, stirred_);
    stirred_transposed_ = transposed_;
  }
  set_offsets();
  start_chains();
  return fail(ErrorCode::NotFinite, "Training diverged at update " + std::to_string(failed) +
                                        " and is back at update " + std::to_string(updates_) +
                                        ": lower the learning rate (now " +
                                        std::to_string(learning_rate_at(settings_, failed)) +
                                        (settings_.momentum > 0 ? ") or the momentum." : ")."));
}

}  // namespace rbm
