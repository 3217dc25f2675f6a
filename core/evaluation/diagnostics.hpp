// How well chains mix and what the weights look like. Pure functions; any thread with its own pool. Same
// input, same bits, for any number of threads.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/data/dataset.hpp"
#include "core/model/model.hpp"

namespace rbm {

/// Integrated autocorrelation time τ = 1 + 2 Σ_t ρ_t of a quantity in steps, averaged over chains, with
/// Sokal's window: the sum ends at the first t ≥ 5 τ (Sokal 1997). series[c] is one chain; all have the same
/// length ≥ 4. 1 for independent values; the mean of n steps is worth n / τ independent ones. 1 where nothing
/// varies.
double autocorrelation_time(const std::vector<std::vector<double>>& series);

/// Split R̂ (Gelman et al. 2013, 11.4): each chain is cut in halves, and the spread between the halves
/// compared with that within them. Near 1 where all chains see the same distribution; above 1.01 they do not
/// yet. NaN where nothing varies.
double split_r_hat(const std::vector<std::vector<double>>& series);

/// Singular values of W, largest first, min(visible, hidden) of them.
std::vector<double> singular_values(const Model& model);

struct Mixing {
  double autocorrelation_time = 0;  // of F(v), in Gibbs steps
  double split_r_hat = 0;
};
/// Runs the chains on from v for `steps` Gibbs steps, a tenth of which is left out, and looks at F(v).
Mixing measure_mixing(const Model& model, const States& v, Index steps, std::uint64_t seed, ThreadPool& pool);

/// Mean and variance of every colour of pictures, over all of their pixels and rows.
struct ChannelStatistics {
  std::vector<double> means, variances;
};
ChannelStatistics channel_statistics(const Matrix& pictures, int channels);

/// Mean of the values (free energies, in nats) with each label; NaN for a label that none has. labels: one a
/// value.
std::vector<double> means_by_label(std::span<const double> values, std::span<const std::uint8_t> labels);

}  // namespace rbm
