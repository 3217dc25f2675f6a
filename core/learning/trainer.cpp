#include "core/learning/trainer.hpp"

#include <cmath>

#include "core/math/scalar.hpp"

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

/// Random streams of one update have room for this many Gibbs steps.
constexpr std::uint64_t kStepsPerUpdate = 1 << 12;

bool in_bounds(const Eigen::VectorXf& x) {
  return x.allFinite() && (x.size() == 0 || x.cwiseAbs().maxCoeff() < kLargestParameter);
}

bool in_bounds(const Model& model) {
  const float largest =
      model.weights.empty() ? 0 : model.weights.view().cwiseAbs().maxCoeff<Eigen::PropagateNaN>();
  return in_bounds(model.visible_bias) && in_bounds(model.hidden_bias) && largest < kLargestParameter;
}

std::span<float> span_of(Eigen::VectorXf& x) {
  return {x.data(), static_cast<std::size_t>(x.size())};
}

}  // namespace

Trainer::Trainer(const TrainingSettings& settings, std::shared_ptr<const Dataset> train)
    : Trainer(settings, train,
              initial_model(train->shape, settings.hidden, state_means(*train, settings.binarization),
                            settings.initial_sd, settings.seed)) {}

Trainer::Trainer(const TrainingSettings& settings, std::shared_ptr<const Dataset> train, Model model)
    : settings_(settings), batches_(train, settings.batch, settings.seed), model_(std::move(model)) {
  RBM_ASSERT(validate(settings_).has_value() && model_.visible() == train->shape.pixels());
  settings_.hidden = static_cast<int>(model_.hidden());
  allocate();
  visible_offset_ = state_means(*train, settings_.binarization);
  hidden_offset_ = model_.hidden_bias.unaryExpr([](float b) { return sigmoid(b); });
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
  positive_visible_.resize(batch, visible);
  positive_visible_t_.resize(visible, batch);
  positive_values_.resize(batch, visible);
  positive_hidden_.resize(batch, hidden);
  batch_rows_.reserve(static_cast<std::size_t>(batch));
}

void Trainer::size_chains() {
  const Index chains = settings_.method == Method::Cd ? settings_.batch : settings_.chains;
  if (chain_visible_.rows() == chains) return;
  chain_visible_.resize(chains, model_.visible());
  chain_visible_t_.resize(model_.visible(), chains);
  chain_hidden_.resize(chains, model_.hidden());
  negative_hidden_.resize(chains, model_.hidden());
  start_chains();
}

void Trainer::start_chains() {
  // As independent pixels with the data's means, not at zero: that is where the first model is (W ≈ 0).
  const RandomKey key{settings_.seed, Stream::InitialChains, 2 * updates_};
  for (Index r = 0; r < chain_visible_.rows(); ++r) {
    for (Index i = 0; i < chain_visible_.cols(); ++i) {
      chain_visible_.set(
          r, i,
          uniform(key, static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(i)) < visible_offset_[i]);
    }
  }
  ThreadPool alone(1);
  layer_pass(chain_visible_, model_.weights, model_.hidden_bias.data(), 1.0f,
             {settings_.seed, Stream::InitialChains, 2 * updates_ + 1}, 0, {.states = &chain_hidden_}, alone);
}

const Model& Trainer::averaged() const {
  return settings_.average > 0 ? average_ : model_;
}

float Trainer::average_rate() const {
  if (settings_.average <= 0) return 0;
  // The average covers the last tenth of the run until the run is ten times as long as its memory.
  return std::max(1 - settings_.average, 10.0f / (static_cast<float>(updates_) + 10.0f));
}

void Trainer::configure(const TrainingSettings& settings) {
  RBM_ASSERT(!needs_reset(settings, settings_) && validate(settings).has_value());
  if (settings.average > 0 && settings_.average <= 0) average_ = model_;
  settings_ = settings;
  size_chains();
}

void Trainer::positive_phase(ThreadPool& pool) {
  const auto rows = batches_.rows(updates_);
  batch_rows_.assign(rows.begin(), rows.end());
  // CD's chains start from a sample of the hidden units; PCD needs their probabilities only.
  const bool sample = settings_.method == Method::Cd;
  const LayerOutputs out{.probabilities = &positive_hidden_, .states = sample ? &chain_hidden_ : nullptr};
  const RandomKey key{settings_.seed, Stream::PositiveHidden, updates_};
  const float* bias = model_.hidden_bias.data();
  if (settings_.binarization == Binarization::None) {
    batches_.values(updates_, positive_values_);
    layer_pass(positive_values_, model_.weights, bias, 1.0f, key, 0, out, pool);
  } else {
    batches_.states(updates_, settings_.binarization, positive_visible_, pool);
    transpose(positive_visible_, positive_visible_t_, pool);
    layer_pass(positive_visible_, model_.weights, bias, 1.0f, key, 0, out, pool);
  }
}

void Trainer::negative_phase(ThreadPool& pool) {
  for (int step = 0; step < settings_.k; ++step) {
    const std::uint64_t draw = updates_ * kStepsPerUpdate + static_cast<std::uint64_t>(step);
    layer_pass(chain_hidden_, transposed_, model_.visible_bias.data(), 1.0f,
               {settings_.seed, Stream::ChainVisible, draw}, 0, {.states = &chain_visible_}, pool);
    // The statistics use p(h | v) of the last v; the sample carries a persistent chain on.
    const bool last = step + 1 == settings_.k;
    const bool carry_on = !last || settings_.method == Method::Pcd;
    layer_pass(
        chain_visible_, model_.weights, model_.hidden_bias.data(), 1.0f,
        {settings_.seed, Stream::ChainHidden, draw}, 0,
        {.probabilities = last ? &negative_hidden_ : nullptr, .states = carry_on ? &chain_hidden_ : nullptr},
        pool);
  }
  transpose(chain_visible_, chain_visible_t_, pool);
}

PhaseStatistics Trainer::positive_statistics() const {
  if (settings_.binarization == Binarization::None)
    return {.values = &positive_values_, .hidden = &positive_hidden_};
  return {.bits_transposed = &positive_visible_t_, .hidden = &positive_hidden_};
}

PhaseStatistics Trainer::negative_statistics() const {
  return {.bits_transposed = &chain_visible_t_, .hidden = &negative_hidden_};
}

void Trainer::collect_differences(ThreadPool& pool) {
  PhaseDifferences out{.visible = span_of(visible_difference_),
                       .hidden = span_of(hidden_difference_),
                       .hidden_mean = span_of(hidden_mean_)};
  if (settings_.centred) {
    out.visible_offset = visible_offset_.data();
    out.hidden_offset = hidden_offset_.data();
    out.visible_product = span_of(visible_product_);
    out.hidden_product = span_of(hidden_product_);
  }
  phase_differences(positive_statistics(), negative_statistics(), out, pool);
}

void Trainer::update_biases() {
  visible_gradient_ = visible_difference_;
  hidden_gradient_ = hidden_difference_;
  if (settings_.centred) {
    // Δa = dv − ∇W λ and Δb = dh − ∇Wᵀ μ with the centred ∇W = G − dv λᵀ − μ dhᵀ.
    const auto& dv = visible_difference_;
    const auto& dh = hidden_difference_;
    const auto& mu = visible_offset_;
    const auto& lambda = hidden_offset_;
    visible_gradient_ += dv * lambda.squaredNorm() + mu * dh.dot(lambda) - visible_product_;
    hidden_gradient_ += lambda * dv.dot(mu) + dh * mu.squaredNorm() - hidden_product_;
  }
  const float rate = learning_rate_at(settings_, updates_);
  const float average = average_rate();
  const auto apply = [&](const Eigen::VectorXf& gradient, Eigen::VectorXf& velocity, Eigen::VectorXf& bias,
                         Eigen::VectorXf& mean) {
    velocity = settings_.momentum * velocity + rate * gradient;
    bias += velocity;
    if (average > 0) mean += average * (bias - mean);
  };
  apply(visible_gradient_, visible_velocity_, model_.visible_bias, average_.visible_bias);
  apply(hidden_gradient_, hidden_velocity_, model_.hidden_bias, average_.hidden_bias);
}

Result<void> Trainer::step(ThreadPool& pool) {
  positive_phase(pool);
  negative_phase(pool);
  collect_differences(pool);

  WeightUpdate rule{.learning_rate = learning_rate_at(settings_, updates_),
                    .momentum = settings_.momentum,
                    .l1 = settings_.l1,
                    .l2 = settings_.l2,
                    .average_rate = average_rate()};
  if (settings_.centred) {
    rule.visible_difference = visible_difference_.data();
    rule.hidden_difference = hidden_difference_.data();
    rule.visible_offset = visible_offset_.data();
    rule.hidden_offset = hidden_offset_.data();
  }
  UpdateNorms norms;
  const bool is_finite = update_weights(positive_statistics(), negative_statistics(), rule, model_.weights,
                                        transposed_, settings_.momentum > 0 ? &velocity_ : nullptr,
                                        settings_.average > 0 ? &average_.weights : nullptr,
                                        ask_norms_ ? &norms : nullptr, pool);
  update_biases();
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
    if (!in_bounds(model_)) return restore_good_state();
    keep_good_state();
  }
  return {};
}

void Trainer::keep_good_state() {
  good_.model.weights = model_.weights;
  good_.model.visible_bias = model_.visible_bias;
  good_.model.hidden_bias = model_.hidden_bias;
  good_.average.weights = average_.weights;
  good_.average.visible_bias = average_.visible_bias;
  good_.average.hidden_bias = average_.hidden_bias;
  good_.updates = updates_;
}

Result<void> Trainer::restore_good_state() {
  const std::uint64_t failed = updates_;
  const auto take = [](const Model& from, Model& to) {
    to.weights = from.weights;
    to.visible_bias = from.visible_bias;
    to.hidden_bias = from.hidden_bias;
  };
  take(good_.model, model_);
  take(good_.average, average_);
  updates_ = good_.updates;
  transposed_.view() = model_.weights.view().transpose();
  velocity_.set_zero();
  visible_velocity_.setZero();
  hidden_velocity_.setZero();
  hidden_offset_ = model_.hidden_bias.unaryExpr([](float b) { return sigmoid(b); });
  start_chains();
  return fail(ErrorCode::NotFinite, "Training diverged at update " + std::to_string(failed) +
                                        " and is back at update " + std::to_string(updates_) +
                                        ": lower the learning rate (now " +
                                        std::to_string(learning_rate_at(settings_, failed)) +
                                        (settings_.momentum > 0 ? ") or the momentum." : ")."));
}

}  // namespace rbm
