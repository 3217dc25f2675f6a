// How well chains mix and what the weights look like. Pure functions; any thread with its own pool. Same
// input, same bits, for any number of threads.
#pragma once

#include <cstdint>
#include <optional>
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
  double last_free_energy = 0;  // mean of F(v) over the chains after the last step
};
/// Runs the chains on from v for `steps` Gibbs steps, a tenth of which is left out, and looks at F(v).
Mixing measure_mixing(const Model& model, const States& v, Index steps, std::uint64_t seed, ThreadPool& pool);

/// Rows of data in groups of neighbours: k-means, from centres far apart.
struct RowGroups {
  Matrix centres;              // [groups × visible]
  std::vector<double> shares;  // of the rows that are in each
  std::vector<Index> of_row;   // the group of every row
};
/// At most `count` groups, fewer where there are fewer different rows. v [rows × visible], at least one row.
RowGroups groups_of(const States& v, Index count);
/// The group whose centre is nearest to each row.
std::vector<Index> nearest_groups(const RowGroups& groups, const States& v);

/// A part of the data between which and the rest no chain goes.
struct CutOffPart {
  double share = 0;         // of the data
  Index there = 0, of = 0;  // of so many chains so many are there
  bool is_lost =
      false;  // fewer than a fifth of those that it should have, and by chance once in a million times
};
/// Lets chains, and others that start at data, go on until the groups that they have gone between hold nine tenths of
/// the data, for at most a hundred Gibbs steps; the largest part that is then still by itself, if it has a tenth of the
/// data. Nothing where chains mix, as they do before a model has learned much. `data` are the rows that the groups are
/// of; the chains that it runs draw by `seed`.
std::optional<CutOffPart> cut_off_part(const Model& model, const States& data, const RowGroups& groups,
                                       const States& chains, std::uint64_t seed, ThreadPool& pool);

/// Mean and variance of every colour of pictures, over all of their pixels and rows.
struct ChannelStatistics {
  std::vector<double> means, variances;
};
ChannelStatistics channel_statistics(const Matrix& pictures, int channels);

/// Mean of the values (free energies, in nats) with each label; NaN for a label that none has. labels: one a
/// value.
std::vector<double> means_by_label(std::span<const double> values, std::span<const std::uint8_t> labels);

}  // namespace rbm
