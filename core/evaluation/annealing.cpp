#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "core/evaluation/partition_function.hpp"
#include "core/math/own_rows.hpp"
#include "core/math/scalar.hpp"
#include "core/math/shares.hpp"
#include "core/model/units/visible_units.hpp"
#include "core/parallel/communicator.hpp"

namespace rbm {
namespace {

constexpr Index kStepsPerReport = 10;  // between two calls of Progress
/// Models of larger weights are annealed without rounding them: 16 bits hold ±128.
constexpr double kLargestRounded = 100;

/// The usual or the given inverse temperatures, β_0 = 0 … β_K = 1. Rounded to float, the precision of the
/// transitions, so that a transition leaves exactly the distribution unchanged that the weights are computed
/// with.
Result<std::vector<double>> inverse_temperatures(const AnnealingSettings& settings) {
  std::vector<double> betas = settings.schedule;
  if (betas.empty()) {
    if (settings.steps < 1 || settings.steps > kMostAnnealingSteps) {
      return fail(ErrorCode::BadArgument, "Annealed importance sampling needs 1 to 5 million steps, not " +
                                              std::to_string(settings.steps) + ".");
    }
    betas = schedule_of(usual_schedule(settings.steps));
  }
  for (double& beta : betas) beta = static_cast<float>(beta);
  const bool ascends = std::adjacent_find(betas.begin(), betas.end(),
                                          [](double a, double b) { return !(a < b); }) == betas.end();
  if (betas.size() < 2 || betas.front() != 0 || betas.back() != 1 || !ascends) {
    return fail(ErrorCode::BadArgument,
                "The inverse temperatures of annealed importance sampling must rise strictly from 0 to 1.");
  }
  return betas;
}

Result<void> check(const Model& model, const VisibleBase& base, ThreadPool& pool) {
  if (base.bias.size() != model.visible() || !base.bias.allFinite() ||
      base.log_variance.size() != model.log_variance.size() || !base.log_variance.allFinite()) {
    return fail(ErrorCode::BadArgument,
                "The base model of annealed importance sampling needs finite parameters for each of the " +
                    std::to_string(model.visible()) + " visible units.");
  }
  if (!all_finite(model, pool)) {
    return fail(ErrorCode::NotFinite,
                "The model has a parameter that is not finite, so it has no partition function.");
  }
  return {};
}

/// The chains of one run and the intermediate models
///   f_β(v) = e^(−(1 − β) E₀(v) − β E(v, 0)) · Π_j (1 + exp(β (b_j + Σ_i v_i W_ij))),
/// E₀ being the energy of the base and v / σ² standing for v with Gaussian units. Where states are bits, those with β < 1
/// have the weights rounded to 1/256, which makes the sums cheaper and leaves them exact: any way from the base to the
/// model will do, as long as chains move and are weighed by the same one. f_1 is the model's own.
class Annealer {
 public:
  /// Of all chains of the seed `chains` from `first_chain` on.
  Annealer(const Model& model, const VisibleBase& base, Index chains, std::uint32_t first_chain,
           std::uint64_t seed, ThreadPool& pool)
      : model_(model),
        units_(units_of(model)),
        base_(base),
        own_(model.visible_base()),
        seed_(seed),
        first_chain_(first_chain),
        pool_(pool),
        hidden_(chains, model.hidden()),
        inputs_(chains, model.hidden()),
        scaled_(chains, model.hidden()) {
    visible_ = empty_states(units_, chains, model.visible());
    transpose_weights(model.weights, transposed_, pool);
    if (!units_.stores_numbers() && largest_weight(model, pool) <= kLargestRounded) round();
    const auto n = static_cast<std::size_t>(chains);
    low_sums_.resize(n);
    high_sums_.resize(n);
    of_model_.resize(n);
    of_base_.resize(n);
    log_weights_.assign(n, static_cast<double>(model.hidden()) * std::log(2.0) + units_.log_z(base));
  }

  void start(const States& states) { visible_ = states; }

  /// Independent exact samples of f_0.
  void start_from_base() { units_.draw_alone(base_, next_key(), visible_, pool_); }

  /// log weight += log f_high(v) − log f_low(v), and draws hidden states for a transition at inverse
  /// temperature `at`, which is `low` or `high` and not 0. One product with the weights serves both
  /// temperatures.
  void weigh(double low, double high, double at) {
    hidden_pass(model_, visible_, static_cast<float>(at), next_key(),
                {.inputs = &inputs_, .states = &hidden_, .rounded = rounded_ ? &rounded_->weights : nullptr},
                weighted_, pool_);
    softplus_sums_at(low, at, low_sums_);
    if (high == 1)
      softplus_sums_of_model(high_sums_);
    else
      softplus_sums_at(high, at, high_sums_);
    units_.log_terms(own_, visible_, of_model_, pool_);
    units_.log_terms(base_, visible_, of_base_, pool_);
    for (std::size_t c = 0; c < log_weights_.size(); ++c) {
      log_weights_[c] += (high - low) * (of_model_[c] - of_base_[c]) + (high_sums_[c] - low_sums_[c]);
    }
  }

  /// The other half of the transition that `weigh` began at `at`: v ~ p_at(v | h).
  void move(double at) {
    units_.draw(model_, transposed_, hidden_,
                {.beta = static_cast<float>(at),
                 .base = &base_,
                 .rounded = rounded_ ? &rounded_->transposed : nullptr},
                next_key(), visible_, nullptr, pool_);
  }

  std::vector<double> take_log_weights() { return std::move(log_weights_); }
  States take_states() { return std::move(visible_); }

 private:
  RandomKey next_key() { return {seed_, Stream::Annealing, draws_++, first_chain_}; }

  /// From here on the sums are made of rounded weights, and Wᵀ is not read any more.
  void round() {
    round_weights(model_.weights, transposed_, rounded_.emplace(), pool_);
    transposed_ = {};
    transposed_.hold(model_.hidden(), model_.visible(), {}, {});
  }

  /// sums[c] = Σ_j ζ(x_cj) of the weights as they are.
  void softplus_sums_of_model(std::vector<double>& sums) {
    hidden_pass(model_, visible_, 1.0f, {}, {.inputs = &scaled_}, weighted_, pool_);
    softplus_sums(scaled_, sums, pool_);
  }

  /// sums[c] = Σ_j ζ(β x_cj), from inputs_ = at · x.
  void softplus_sums_at(double beta, double at, std::vector<double>& sums) {
    if (beta == at) return softplus_sums(inputs_, sums, pool_);
    if (beta == 0) {
      std::fill(sums.begin(), sums.end(), static_cast<double>(model_.hidden()) * std::log(2.0));
      return;
    }
    const auto ratio = static_cast<float>(beta / at);
    constexpr Index kRowsPerTask = 8;
    pool_.run_rows(inputs_.rows(), kRowsPerTask, [&](Index r) {
      const float* from = inputs_.row(r);
      float* to = scaled_.row(r);
      for (Index j = 0; j < inputs_.stride(); ++j) to[j] = ratio * from[j];
    });
    softplus_sums(scaled_, sums, pool_);
  }

  const Model& model_;
  const VisibleUnits& units_;
  const VisibleBase& base_;
  const VisibleBase own_;
  std::uint64_t seed_, draws_ = 0;
  std::uint32_t first_chain_;
  ThreadPool& pool_;
  States visible_;
  BitMatrix hidden_;
  Matrix inputs_, scaled_, transposed_, weighted_;
  std::optional<RoundedWeights> rounded_;  // where the sums are made of them
  std::vector<double> low_sums_, high_sums_, of_model_, of_base_, log_weights_;
};

/// log Z and its spread from the log weights of finished chains, forward (sign 1) or reverse (sign −1, where
/// 1/Z is what the mean estimates).
Result<AnnealedEstimate> estimate(std::vector<double> log_weights, States states, double sign) {
  AnnealedEstimate result;
  std::vector<double> signed_logs(log_weights);
  for (double& w : signed_logs) w *= sign;
  const double log_mean = log_mean_exp(signed_logs);
  if (!std::isfinite(log_mean)) {
    return fail(ErrorCode::NotFinite,
                "The weights of annealed importance sampling overflow: the model's parameters are too large "
                "to be evaluated.");
  }
  const auto n = static_cast<double>(signed_logs.size());
  double squares = 0;  // of the weights over their mean
  for (double w : signed_logs) squares += std::exp(2 * (w - log_mean));
  result.log_z = sign * log_mean;
  result.effective_sample_size = effective_sample_size(signed_logs);
  const double infinity = std::numeric_limits<double>::infinity();
  const double three_sigma = n < 2 ? infinity : 3 * std::sqrt(std::max(0.0, squares - n) / (n - 1) / n);
  const double above = log_mean + std::log1p(three_sigma);
  const double below = three_sigma < 1 ? log_mean + std::log1p(-three_sigma) : -infinity;
  result.lower_3sigma = std::min(sign * below, sign * above);
  result.upper_3sigma = std::max(sign * below, sign * above);
  result.log_weights = std::move(log_weights);
  result.states = std::move(states);
  return result;
}

/// False when the user wants to stop. `done` of `all` steps are done.
bool report(const Progress& progress, Index done, Index all) {
  return !progress || done % kStepsPerReport != 0 ||
         progress(static_cast<double>(done) / static_cast<double>(all));
}

/// `chains` chains that `run` takes from one end of the schedule to the other, false where it is cancelled. Ranks that have
/// the whole model run each their own ones; those that have a part of its weights each run all of them together.
template <class RunChains>
Result<AnnealedEstimate> estimate_from(Index chains, const Model& model, const VisibleBase& base,
                                       std::uint64_t seed, double sign, ThreadPool& pool,
                                       const RunChains& run) {
  OwnRows own(chains, pool, model.weights.is_whole());
  Annealer annealer(model, base, own.count(), own.first_row(), seed, own.pool());
  const bool has_ended = run(annealer, own);
  if (pool.ranks().largest(has_ended ? 0 : 1) != 0)
    return fail(ErrorCode::Cancelled, "Annealed importance sampling was cancelled.");
  std::vector<double> log_weights = annealer.take_log_weights();
  States states = annealer.take_states();
  own.gather(log_weights);
  gather(own, states);
  return estimate(std::move(log_weights), std::move(states), sign);
}

}  // namespace

std::vector<double> schedule_of(std::span<const SchedulePart> parts) {
  std::vector<double> out{0};
  for (const SchedulePart& part : parts) {
    const double begin = out.back(), width = part.end - begin;
    for (Index step = 1; step < part.steps; ++step)
      out.push_back(begin + width * static_cast<double>(step) / static_cast<double>(part.steps));
    if (part.steps > 0) out.push_back(part.end);
  }
  return out;
}

std::vector<SchedulePart> usual_schedule(Index steps) {
  const auto share = [&](double of) { return std::lround(of * static_cast<double>(steps)); };
  return {{0.25, share(0.08)}, {0.75, share(0.31)}, {1, steps - share(0.08) - share(0.31)}};
}

Result<AnnealedEstimate> annealed_importance_sampling(const Model& model, const VisibleBase& base,
                                                      const AnnealingSettings& settings, ThreadPool& pool,
                                                      const Progress& progress) {
  if (settings.chains < 1)
    return fail(ErrorCode::BadArgument, "Annealed importance sampling needs at least one chain.");
  if (Result<void> ok = check(model, base, pool); !ok) return Unexpected{ok.error()};
  const Result<std::vector<double>> schedule = inverse_temperatures(settings);
  if (!schedule) return Unexpected{schedule.error()};
  const std::vector<double>& beta = *schedule;
  const std::size_t steps = beta.size() - 1;

  const auto run = [&](Annealer& annealer, const OwnRows&) {
    annealer.start_from_base();
    for (std::size_t k = 1; k <= steps; ++k) {
      if (!report(progress, static_cast<Index>(k - 1), static_cast<Index>(steps))) return false;
      annealer.weigh(beta[k - 1], beta[k], beta[k]);
      if (k < steps) annealer.move(beta[k]);
    }
    if (progress) progress(1);
    return true;
  };
  return estimate_from(settings.chains, model, base, settings.seed, 1, pool, run);
}

Result<AnnealedEstimate> reverse_annealed_importance_sampling(const Model& model, const VisibleBase& base,
                                                              const States& samples,
                                                              const AnnealingSettings& settings,
                                                              ThreadPool& pool, const Progress& progress) {
  if (samples.rows() < 1 || samples.cols() != model.visible()) {
    return fail(ErrorCode::BadArgument,
                "Reverse annealed importance sampling needs at least one sample of the model's " +
                    std::to_string(model.visible()) + " visible units.");
  }
  if (Result<void> ok = check(model, base, pool); !ok) return Unexpected{ok.error()};
  const Result<std::vector<double>> schedule = inverse_temperatures(settings);
  if (!schedule) return Unexpected{schedule.error()};
  const std::vector<double>& beta = *schedule;
  const std::size_t steps = beta.size() - 1;

  const auto run = [&](Annealer& annealer, const OwnRows& own) {
    annealer.start(rows_of(samples, own.first(), own.count()));
    for (std::size_t k = steps; k >= 1; --k) {
      if (!report(progress, static_cast<Index>(steps - k), static_cast<Index>(steps))) return false;
      const double at = k > 1 ? beta[k - 1] : beta[k];
      annealer.weigh(beta[k - 1], beta[k], at);
      if (k > 1) annealer.move(at);
    }
    if (progress) progress(1);
    return true;
  };
  return estimate_from(samples.rows(), model, base, settings.seed, -1, pool, run);
}

}  // namespace rbm
