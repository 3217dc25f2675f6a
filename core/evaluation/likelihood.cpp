#include "core/evaluation/likelihood.hpp"

#include <algorithm>
#include <cstdio>
#include <limits>

#include "core/sampling/gibbs_chains.hpp"

namespace rbm {
namespace {

/// A part of the whole work as progress of its own.
Progress part_of(const Progress& whole, double from, double to) {
  if (!whole) return {};
  return [&whole, from, to](double done) { return whole(from + (to - from) * done); };
}

std::string refusal(double effective, Index chains) {
  char text[160];
  std::snprintf(text, sizeof text,
                "The effective sample size is %.1f of %lld runs: take more steps, the estimate would mislead.",
                effective, static_cast<long long>(chains));
  return text;
}

}  // namespace

Result<LogZEstimate> estimate_log_z(const Model& model, const Eigen::VectorXf& base_bias, const BitMatrix& starts,
                                    Index burn_in, const AnnealingSettings& settings, ThreadPool& pool,
                                    const Progress& progress) {
  const auto forward =
      annealed_importance_sampling(model, base_bias, settings, pool, part_of(progress, 0, 0.45));
  if (!forward) return fail(forward.error().code, forward.error().message);
  GibbsChains chains(starts.rows(), model.visible(), model.hidden(), settings.seed);
  chains.start(starts);
  Matrix transposed(model.hidden(), model.visible());
  transpose(model.weights, transposed, pool);
  chains.full_steps(model, transposed, burn_in, pool);
  AnnealingSettings backward = settings;
  backward.seed = settings.seed + 1;
  const auto reverse = reverse_annealed_importance_sampling(model, base_bias, chains.visible(), backward, pool,
                                                            part_of(progress, 0.55, 1));
  if (!reverse) return fail(reverse.error().code, reverse.error().message);
  LogZEstimate out;
  out.method = "ais";
  out.forward = forward->log_z;
  out.reverse = reverse->log_z;
  out.lower = std::min(out.forward, out.reverse);
  out.upper = std::max(out.forward, out.reverse);
  out.effective_sample_size = std::min(forward->effective_sample_size, reverse->effective_sample_size);
  out.log_z = bennett_log_z(forward->log_weights, reverse->log_weights);
  out.standard_error = bennett_standard_error(forward->log_weights, reverse->log_weights, out.log_z);
  if (out.effective_sample_size < kLeastEffectiveSampleSize)
    out.refused = refusal(out.effective_sample_size, settings.chains);
  return out;
}

Result<LogZEstimate> enumerated_log_z(const Model& model, ThreadPool& pool, const Progress& progress) {
  const auto log_z = exact_log_z(model, pool, progress);
  if (!log_z) return fail(log_z.error().code, log_z.error().message);
  LogZEstimate out;
  out.method = "exact";
  out.log_z = out.forward = out.reverse = out.lower = out.upper = *log_z;
  out.effective_sample_size = std::numeric_limits<double>::infinity();
  return out;
}

}  // namespace rbm
