#include "core/evaluation/likelihood.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <utility>
#include <vector>

#include "core/math/own_rows.hpp"
#include "core/math/scalar.hpp"
#include "core/math/shares.hpp"
#include "core/sampling/gibbs_chains.hpp"
#include "core/sampling/resampling.hpp"

namespace rbm {
namespace {

/// A part of the whole work as progress of its own.
Progress part_of(const Progress& whole, double from, double to) {
  if (!whole) return {};
  return [&whole, from, to](double done) { return whole(from + (to - from) * done); };
}

void set_bracket(LogZEstimate& out) {
  const auto [low, high] = std::minmax({out.forward, out.reverse, out.log_z});
  out.lower = low;
  out.upper = high;
}

std::string refusal(double effective, Index chains) {
  char text[160];
  std::snprintf(
      text, sizeof text,
      "The effective sample size is %.1f of %lld runs: take more steps, the estimate would mislead.",
      effective, static_cast<long long>(chains));
  return text;
}

/// As many as there are runs: the ends of some in place of those that are missing.
States completed(const States& starts, const AnnealedEstimate& forward, std::uint64_t seed) {
  const Index runs = forward.states.rows();
  States out = resampled(forward.states, forward.log_weights, runs,
                         {~seed, Stream::Annealing, std::numeric_limits<std::uint64_t>::max()});
  for (Index r = 0; r < starts.rows(); ++r) copy_row(starts, r, out, r * runs / starts.rows());
  return out;
}

/// The starts after so many Gibbs steps.
States burnt_in(const Model& model, const States& starts, Index steps, std::uint64_t seed, ThreadPool& pool) {
  OwnRows own(starts.rows(), pool, model.weights.is_whole());
  GibbsChains chains(own.count(), model.visible(), model.hidden(), seed, own.first_row());
  chains.start(rows_of(starts, own.first(), own.count()));
  Matrix transposed;
  transpose_weights(model.weights, transposed, own.pool());
  chains.full_steps(model, transposed, steps, own.pool());
  States out = chains.states();
  gather(own, out);
  return out;
}

Result<LogZEstimate> estimate_plain(const Model& model, const VisibleBase& base, const States& starts,
                                    Index burn_in, const AnnealingSettings& settings, ThreadPool& pool,
                                    const Progress& progress) {
  auto forward = annealed_importance_sampling(model, base, settings, pool, part_of(progress, 0, 0.45));
  if (!forward) return fail(forward.error().code, forward.error().message);
  const States first = completed(starts, *forward, settings.seed),
               samples = burnt_in(model, first, burn_in, settings.seed, pool);
  AnnealingSettings backward = settings;
  backward.seed = settings.seed + 1;
  const auto reverse =
      reverse_annealed_importance_sampling(model, base, samples, backward, pool, part_of(progress, 0.55, 1));
  if (!reverse) return fail(reverse.error().code, reverse.error().message);
  LogZEstimate out;
  out.method = "ais";
  out.forward = forward->log_z;
  out.reverse = reverse->log_z;
  out.forward_3sigma = {forward->lower_3sigma, forward->upper_3sigma};
  out.reverse_3sigma = {reverse->lower_3sigma, reverse->upper_3sigma};
  out.effective_sample_size = std::min(forward->effective_sample_size, reverse->effective_sample_size);
  out.log_z = bennett_log_z(forward->log_weights, reverse->log_weights);
  set_bracket(out);
  out.standard_error = bennett_standard_error(forward->log_weights, reverse->log_weights, out.log_z);
  out.samples = std::move(forward->states);
  out.log_weights = std::move(forward->log_weights);
  return out;
}

Result<LogZEstimate> enumerate_plain(const Model& model, ThreadPool& pool, const Progress& progress) {
  const auto log_z = exact_log_z(model, pool, progress);
  if (!log_z) return fail(log_z.error().code, log_z.error().message);
  LogZEstimate out;
  out.method = "exact";
  out.log_z = out.forward = out.reverse = out.lower = out.upper = *log_z;
  out.forward_3sigma = out.reverse_3sigma = {*log_z, *log_z};
  out.effective_sample_size = std::numeric_limits<double>::infinity();
  return out;
}

/// The samples of all parts, as many of each, under weights of one scale.
void pool_samples(const std::vector<LogZEstimate>& parts, LogZEstimate& out) {
  const Index each = parts.front().samples.rows();
  out.samples = {};
  out.samples.is_real = parts.front().samples.is_real;
  resize(out.samples, each * static_cast<Index>(parts.size()), parts.front().samples.cols());
  out.log_weights.clear();
  Index row = 0;
  for (const LogZEstimate& part : parts) {
    for (Index r = 0; r < each; ++r) copy_row(part.samples, r, out.samples, row++);
    out.log_weights.insert(out.log_weights.end(), part.log_weights.begin(), part.log_weights.end());
  }
}

/// Z = Σ_y e^c_y Z_y, where Z_y is that of the images alone with the hidden biases b + U_y: what is done for
/// a plain model, once for every label.
template <class Plain>
Result<LogZEstimate> over_labels(const Model& model, const Progress& progress, Plain plain) {
  if (model.labels() == 0) return plain(model, Index{0}, progress);
  Model of_label = model;
  of_label.label_weights.resize(0, 0);
  of_label.label_bias.resize(0);
  std::vector<LogZEstimate> parts;
  const auto labels = static_cast<double>(model.labels());
  for (Index y = 0; y < model.labels(); ++y) {
    of_label.hidden_bias = model.hidden_bias + model.label_weights.view().row(y).transpose();
    const auto done = static_cast<double>(y);
    auto part = plain(of_label, y, part_of(progress, done / labels, (done + 1) / labels));
    if (!part) return part;
    for (double* log : {&part->log_z, &part->forward, &part->reverse, &part->forward_3sigma[0],
                        &part->forward_3sigma[1], &part->reverse_3sigma[0], &part->reverse_3sigma[1]})
      *log += double{model.label_bias[y]};
    for (double& log : part->log_weights) log += double{model.label_bias[y]};
    parts.push_back(*std::move(part));
  }
  LogZEstimate out = parts.front();
  const auto summed = [&](auto log_of) {
    std::vector<double> terms;
    for (const LogZEstimate& part : parts) terms.push_back(log_of(part));
    return log_sum_exp(terms);
  };
  out.log_z = summed([](const LogZEstimate& part) { return part.log_z; });
  out.forward = summed([](const LogZEstimate& part) { return part.forward; });
  out.reverse = summed([](const LogZEstimate& part) { return part.reverse; });
  for (const std::size_t end : {std::size_t{0}, std::size_t{1}}) {
    out.forward_3sigma[end] = summed([end](const LogZEstimate& part) { return part.forward_3sigma[end]; });
    out.reverse_3sigma[end] = summed([end](const LogZEstimate& part) { return part.reverse_3sigma[end]; });
  }
  set_bracket(out);
  pool_samples(parts, out);
  // To the variance of a sum of independent parts each adds with its share, squared.
  double variance = 0, of_weights = 0;
  for (const LogZEstimate& part : parts) {
    const double share = std::exp(part.log_z - out.log_z);
    variance += share * share * part.standard_error * part.standard_error;
    of_weights += share * share / part.effective_sample_size;
  }
  out.standard_error = std::sqrt(variance);
  out.effective_sample_size = 1 / of_weights;
  return out;
}

}  // namespace

Result<LogZEstimate> estimate_log_z(const Model& model, const VisibleBase& base, const States& starts,
                                    Index burn_in, const AnnealingSettings& settings, ThreadPool& pool,
                                    const Progress& progress) {
  auto out = over_labels(model, progress, [&](const Model& plain, Index label, const Progress& part) {
    AnnealingSettings of_label = settings;
    of_label.seed += static_cast<std::uint64_t>(label) << 32;  // the runs of each draw numbers of their own
    return estimate_plain(plain, base, starts, burn_in, of_label, pool, part);
  });
  if (out && out->effective_sample_size < kLeastEffectiveSampleSize)
    out->refused = refusal(out->effective_sample_size, settings.chains * std::max<Index>(1, model.labels()));
  return out;
}

Result<LogZEstimate> enumerated_log_z(const Model& model, ThreadPool& pool, const Progress& progress) {
  return over_labels(model, progress, [&](const Model& plain, Index, const Progress& part) {
    return enumerate_plain(plain, pool, part);
  });
}

}  // namespace rbm
