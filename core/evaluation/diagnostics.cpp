#include "core/evaluation/diagnostics.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/evaluation/monitor.hpp"
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
  return {autocorrelation_time(series), split_r_hat(series)};
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
