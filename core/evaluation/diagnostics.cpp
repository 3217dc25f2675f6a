#include "core/evaluation/diagnostics.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/evaluation/monitor.hpp"
#include "core/math/shares.hpp"
#include "core/sampling/gibbs_chains.hpp"

namespace rbm {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kWindow = 5;  // in autocorrelation times

double mean(std::span<const double> x) {
  return mean_of(x).value;
}

double variance(std::span<const double> x) {
  const double error = mean_of(x).standard_error;
  return error * error * static_cast<double>(x.size());
}

double squared_distance(const float* a, const float* b, Index count) {
  double sum = 0;
  for (Index i = 0; i < count; ++i) sum += (double{a[i]} - b[i]) * (double{a[i]} - b[i]);
  return sum;
}

/// The nearest of the first `count` rows of `centres`.
Index nearest(const Matrix& centres, Index count, const float* row) {
  Index best = 0;
  double least = std::numeric_limits<double>::infinity();
  for (Index g = 0; g < count; ++g) {
    const double distance = squared_distance(centres.row(g), row, centres.cols());
    if (distance < least) least = distance, best = g;
  }
  return best;
}

/// Rows that are as far from each other as can be: each next one is the farthest from those before.
Matrix far_rows(const Matrix& rows, Index count) {
  Matrix out(count, rows.cols());
  std::vector<double> distances(static_cast<std::size_t>(rows.rows()),
                                std::numeric_limits<double>::infinity());
  Index next = 0, found = 0;
  while (found < count) {
    std::copy_n(rows.row(next), rows.cols(), out.row(found));
    for (Index r = 0; r < rows.rows(); ++r) {
      double& d = distances[static_cast<std::size_t>(r)];
      d = std::min(d, squared_distance(rows.row(r), out.row(found), rows.cols()));
    }
    ++found;
    next = std::ranges::max_element(distances) - distances.begin();
    if (distances[static_cast<std::size_t>(next)] == 0) break;
  }
  Matrix kept(found, rows.cols());
  for (Index g = 0; g < found; ++g) std::copy_n(out.row(g), rows.cols(), kept.row(g));
  return kept;
}

/// log of the probability of at most `count` of n, each with probability p.
double log_binomial_tail(Index count, Index n, double p) {
  double sum = 0;
  for (Index k = 0; k <= count; ++k)
    sum += std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(double(n - k) + 1) +
                    static_cast<double>(k) * std::log(p) + static_cast<double>(n - k) * std::log1p(-p));
  return std::log(sum);
}

/// Groups that chains have gone between, joined.
class JoinedGroups {
 public:
  explicit JoinedGroups(std::size_t count) : leader_(count) {
    for (std::size_t g = 0; g < count; ++g) leader_[g] = g;
  }
  void join(Index a, Index b) {
    const std::size_t from = leader_[static_cast<std::size_t>(a)], to = leader_[static_cast<std::size_t>(b)];
    for (std::size_t& leader : leader_) {
      if (leader == from) leader = to;
    }
  }
  /// Of what the groups have, what they have together, in the leaders' places.
  std::vector<double> sums(std::span<const double> of_groups) const {
    std::vector<double> out(leader_.size(), 0);
    for (std::size_t g = 0; g < leader_.size(); ++g) out[leader_[g]] += of_groups[g];
    return out;
  }

 private:
  std::vector<std::size_t> leader_;
};

/// Every n-th row, at most `most` of them, of both.
States some_rows(const States& a, const States& b, Index most) {
  States out = rows_of(a, 0, 0);
  const Index first = std::min(most, a.rows()), second = std::min(most, b.rows());
  resize(out, first + second, a.cols());
  for (Index r = 0; r < first; ++r) copy_row(a, r * a.rows() / first, out, r);
  for (Index r = 0; r < second; ++r) copy_row(b, r * b.rows() / second, out, first + r);
  return out;
}

}  // namespace

double autocorrelation_time(const std::vector<std::vector<double>>& series) {
  const std::size_t steps = series.front().size();
  // The mean over all chains: a chain that keeps to its own level is not independent of its past.
  double centre = 0;
  for (const auto& chain : series) centre += mean(chain) / static_cast<double>(series.size());
  const auto covariance = [&](std::size_t lag) {
    double sum = 0;
    for (const auto& chain : series) {
      for (std::size_t t = 0; t + lag < steps; ++t) sum += (chain[t] - centre) * (chain[t + lag] - centre);
    }
    return sum / static_cast<double>(series.size() * (steps - lag));
  };
  const double spread = covariance(0);
  if (!(spread > 0)) return 1;
  double time = 1;
  for (std::size_t lag = 1; lag < steps && static_cast<double>(lag) < kWindow * time; ++lag)
    time += 2 * covariance(lag) / spread;
  return std::max(time, 1.0);
}

double split_r_hat(const std::vector<std::vector<double>>& series) {
  const std::size_t half = series.front().size() / 2;
  std::vector<double> means;
  double within = 0;
  for (const auto& chain : series) {
    for (const std::size_t first : {std::size_t{0}, chain.size() - half}) {
      const auto part = std::span(chain).subspan(first, half);
      means.push_back(mean(part));
      within += variance(part);
    }
  }
  within /= static_cast<double>(means.size());
  if (!(within > 0)) return kNaN;
  const auto n = static_cast<double>(half);
  return std::sqrt(((n - 1) / n * within + variance(means)) / within);
}

std::vector<double> singular_values(const Model& model) {
  const Eigen::MatrixXd w = model.weights.view().cast<double>();
  const Eigen::MatrixXd gram =
      w.rows() < w.cols() ? Eigen::MatrixXd(w * w.transpose()) : Eigen::MatrixXd(w.transpose() * w);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(gram, Eigen::EigenvaluesOnly);
  std::vector<double> out;
  for (Index i = gram.rows(); i-- > 0;) out.push_back(std::sqrt(std::max(0.0, solver.eigenvalues()[i])));
  return out;
}

Mixing measure_mixing(const Model& model, const States& v, Index steps, std::uint64_t seed,
                      ThreadPool& pool) {
  GibbsChains chains(v.rows(), model.visible(), model.hidden(), seed);
  chains.start(v);
  Matrix transposed(model.hidden(), model.visible()), scratch;
  transpose(model.weights, transposed, pool);
  const Index left_out = steps / 10;
  std::vector<std::vector<double>> series(static_cast<std::size_t>(v.rows()));
  std::vector<double> energies(series.size());
  for (Index t = 0; t < steps; ++t) {
    chains.full_steps(model, transposed, 1, pool);
    if (t < left_out) continue;
    free_energies(model, chains.states(), energies, scratch, pool);
    for (std::size_t c = 0; c < series.size(); ++c) series[c].push_back(energies[c]);
  }
  return {autocorrelation_time(series), split_r_hat(series), mean(energies)};
}

RowGroups groups_of(const States& v, Index count) {
  constexpr int kRounds = 10;
  Matrix rows;
  unpack(v, rows);
  RowGroups out;
  out.centres = far_rows(rows, count);
  const Index groups = out.centres.rows();
  std::vector<double> sizes;
  for (int round = 0; round < kRounds; ++round) {
    out.of_row = nearest_groups(out, v);
    sizes.assign(static_cast<std::size_t>(groups), 0);
    for (const Index g : out.of_row) ++sizes[static_cast<std::size_t>(g)];
    Matrix sums(groups, rows.cols());
    for (Index r = 0; r < rows.rows(); ++r) {
      const Index g = out.of_row[static_cast<std::size_t>(r)];
      const auto share = static_cast<float>(1 / sizes[static_cast<std::size_t>(g)]);
      for (Index i = 0; i < rows.cols(); ++i) sums(g, i) += share * rows(r, i);
    }
    for (Index g = 0; g < groups; ++g) {
      if (sizes[static_cast<std::size_t>(g)] > 0) std::copy_n(sums.row(g), rows.cols(), out.centres.row(g));
    }
  }
  out.of_row = nearest_groups(out, v);
  out.shares.assign(static_cast<std::size_t>(groups), 0);
  for (const Index g : out.of_row)
    out.shares[static_cast<std::size_t>(g)] += 1 / static_cast<double>(v.rows());
  return out;
}

std::vector<Index> nearest_groups(const RowGroups& groups, const States& v) {
  Matrix rows;
  unpack(v, rows);
  std::vector<Index> out;
  for (Index r = 0; r < rows.rows(); ++r)
    out.push_back(nearest(groups.centres, groups.centres.rows(), rows.row(r)));
  return out;
}

std::optional<CutOffPart> cut_off_part(const Model& model, const States& data, const RowGroups& groups,
                                       const States& chains, std::uint64_t seed, ThreadPool& pool) {
  constexpr Index kStepsAtOnce = 10, kMostSteps = 100, kMostChains = 100;
  constexpr double kLeastShare = 0.1, kFew = 0.2, kLogChance = -14;  // e^−14: once in a million
  const States starts = some_rows(chains, data, kMostChains);
  GibbsChains walkers(starts.rows(), model.visible(), model.hidden(), seed);
  walkers.start(starts);
  Matrix transposed;
  transpose_weights(model.weights, transposed, pool);
  JoinedGroups joined(groups.shares.size());
  std::vector<Index> at = nearest_groups(groups, starts);
  std::vector<double> shares;
  for (Index steps = 0; steps < kMostSteps; steps += kStepsAtOnce) {
    walkers.full_steps(model, transposed, kStepsAtOnce, pool);
    const std::vector<Index> to = nearest_groups(groups, walkers.states());
    for (std::size_t w = 0; w < to.size(); ++w) joined.join(at[w], to[w]);
    at = to;
    shares = joined.sums(groups.shares);
    if (std::ranges::max(shares) > 1 - kLeastShare) return std::nullopt;
  }
  std::vector<double> counts(groups.shares.size(), 0);
  for (const Index g : nearest_groups(groups, chains)) ++counts[static_cast<std::size_t>(g)];
  counts = joined.sums(counts);
  // A part without chains before the others, then the smaller ones: all but the largest.
  const auto main = std::ranges::max_element(shares) - shares.begin();
  std::optional<CutOffPart> out;
  for (std::size_t p = 0; p < shares.size(); ++p) {
    if (shares[p] < kLeastShare) continue;
    CutOffPart part{.share = shares[p], .there = static_cast<Index>(counts[p]), .of = chains.rows()};
    part.is_lost = counts[p] < kFew * part.share * static_cast<double>(part.of) &&
                   log_binomial_tail(part.there, part.of, part.share) < kLogChance;
    if (!part.is_lost && static_cast<std::ptrdiff_t>(p) == main) continue;
    const bool is_worse =
        !out || part.is_lost > out->is_lost || (part.is_lost == out->is_lost && part.share > out->share);
    if (is_worse) out = part;
  }
  return out;
}

ChannelStatistics channel_statistics(const Matrix& pictures, int channels) {
  const auto count = static_cast<std::size_t>(channels);
  std::vector<double> sums(count, 0), squares(count, 0);
  for (Index r = 0; r < pictures.rows(); ++r) {
    for (Index i = 0; i < pictures.cols(); ++i) {
      const auto channel = static_cast<std::size_t>(i % channels);
      sums[channel] += double{pictures(r, i)};
      squares[channel] += double{pictures(r, i)} * pictures(r, i);
    }
  }
  ChannelStatistics out;
  const double n = static_cast<double>(pictures.size()) / channels;
  for (std::size_t c = 0; c < count; ++c) {
    out.means.push_back(sums[c] / n);
    out.variances.push_back(squares[c] / n - out.means[c] * out.means[c]);
  }
  return out;
}

std::vector<double> means_by_label(std::span<const double> values, std::span<const std::uint8_t> labels) {
  RBM_ASSERT(labels.size() == values.size());
  const std::size_t count = labels.empty() ? 0 : std::size_t{*std::ranges::max_element(labels)} + 1;
  std::vector<double> sums(count, 0), numbers(count, 0);
  for (std::size_t r = 0; r < labels.size(); ++r) {
    sums[labels[r]] += values[r];
    ++numbers[labels[r]];
  }
  for (std::size_t y = 0; y < count; ++y) sums[y] = numbers[y] > 0 ? sums[y] / numbers[y] : kNaN;
  return sums;
}

}  // namespace rbm
