#include "core/evaluation/tempering.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <span>
#include <vector>

#include "core/evaluation/monitor.hpp"
#include "core/math/own_rows.hpp"
#include "core/math/scalar.hpp"
#include "core/model/units/visible_units.hpp"
#include "core/parallel/communicator.hpp"

namespace rbm {
namespace {

/// As many as there must be effective runs of annealed importance sampling.
constexpr std::uint64_t kLeastRoundTrips = 5;
constexpr Index kGroups = 10;  // of chains, for the standard error
constexpr Index kLeastSweeps = 20;

/// F_low − F_high of states of the lower and of the upper rung of one pair, sweep after sweep, and the swaps of all.
struct PairDifferences {
  std::vector<double> lower, upper;
  Index sweeps = 0;
  ReplicaExchange::Swaps swaps;
};

/// Of each sweep's values, one a chain, those of chains [first, end).
std::vector<double> of_chains(const std::vector<double>& values, Index chains, Index first, Index end) {
  std::vector<double> out;
  for (auto sweep = values.begin(); sweep != values.end(); sweep += chains)
    out.insert(out.end(), sweep + first, sweep + end);
  return out;
}

Unexpected tempering_cancelled() {
  return fail(ErrorCode::Cancelled, "Tempering was cancelled.");
}

Result<void> check(const Trajectory& trajectory, const TemperingSettings& settings, ThreadPool& pool) {
  if (trajectory.points.empty())
    return fail(ErrorCode::BadArgument, "The trajectory has no model: train with one from the start.");
  if (settings.chains < 2 || settings.sweeps_per_rung < 0 || settings.sweeps < kLeastSweeps ||
      settings.burn_in < 0)
    return fail(ErrorCode::BadArgument,
                "Tempering needs at least two chains, 20 sweeps, and no negative number of them on a rung.");
  for (const TrajectoryPoint& point : trajectory.points) {
    if (point.model->labels() > 0)
      return fail(ErrorCode::Unsupported,
                  "Tempering needs a model without label units: use annealed importance sampling.");
    if (!all_finite(*point.model, pool))
      return fail(ErrorCode::NotFinite, "A model of the trajectory has a parameter that is not finite.");
  }
  return {};
}

/// Runs the ladder; one entry for each pair of neighbours.
Result<std::vector<PairDifferences>> collect(TrajectorySampler& sampler, const TemperingSettings& settings,
                                             ThreadPool& pool, const Progress& progress) {
  const Index pairs = sampler.replicas().rungs() - 1;
  std::vector<PairDifferences> out(static_cast<std::size_t>(pairs));
  const Index all = settings.burn_in + settings.sweeps;
  for (Index s = 0; s < all; ++s) {
    if (progress && !progress(0.5 + 0.5 * static_cast<double>(s) / static_cast<double>(all)))
      return tempering_cancelled();
    sampler.sweep(pool);
    if (s < settings.burn_in) continue;
    for (Index p = 0; p < pairs; ++p) {
      if (!sampler.has_tried(p)) continue;
      PairDifferences& pair = out[static_cast<std::size_t>(p)];
      ++pair.sweeps;
      const auto lower = sampler.replicas().lower_differences(p),
                 upper = sampler.replicas().upper_differences(p);
      pair.lower.insert(pair.lower.end(), lower.begin(), lower.end());
      pair.upper.insert(pair.upper.end(), upper.begin(), upper.end());
    }
  }
  for (Index p = 0; p < pairs; ++p) out[static_cast<std::size_t>(p)].swaps = sampler.replicas().swaps(p);
  if (progress) progress(1);
  return out;
}

/// Of a table by rows the same by columns.
std::vector<double> turned(const std::vector<double>& table, Index rows, Index columns) {
  std::vector<double> out(table.size());
  for (Index r = 0; r < rows; ++r) {
    for (Index c = 0; c < columns; ++c)
      out[static_cast<std::size_t>(c * rows + r)] = table[static_cast<std::size_t>(r * columns + c)];
  }
  return out;
}

/// What is counted by every rank, of all of them.
void add_counts(std::span<std::uint64_t* const> counts, ThreadPool& pool) {
  const Index each = std::ssize(counts);
  std::vector<double> all;
  for (const std::uint64_t* count : counts) all.push_back(static_cast<double>(*count));
  OwnRows(pool.ranks().size(), pool).gather(all, each);
  for (Index n = 0; n < each; ++n) {
    std::uint64_t& sum = *counts[static_cast<std::size_t>(n)] = 0;
    for (Index at = n; at < std::ssize(all); at += each)
      sum += static_cast<std::uint64_t>(all[static_cast<std::size_t>(at)]);
  }
}

/// Every rank comes with what its own chains did, and leaves with what all did.
void gather(const OwnRows& own, Index chains, std::vector<PairDifferences>& pairs, std::uint64_t& round_trips,
            ThreadPool& pool) {
  std::vector<std::uint64_t*> counts{&round_trips};
  for (PairDifferences& pair : pairs) {
    for (std::vector<double>* of_sweeps : {&pair.lower, &pair.upper}) {
      std::vector<double> of_chains = turned(*of_sweeps, pair.sweeps, own.count());
      own.gather(of_chains, pair.sweeps);
      *of_sweeps = turned(of_chains, chains, pair.sweeps);
    }
    counts.insert(counts.end(), {&pair.swaps.tried, &pair.swaps.accepted});
  }
  add_counts(counts, pool);
}

/// Chain c of a rung exchanges with chain c of its neighbours alone, and neighbours in number descend from
/// neighbours of the climb: groups of chains are ladders nearly of their own, whose spread shows what slow
/// chains cost.
void set_standard_error(const std::vector<PairDifferences>& pairs, Index chains, LogZEstimate& out) {
  const Index groups = std::min(kGroups, chains);
  std::vector<double> of_group(static_cast<std::size_t>(groups), 0);
  for (const PairDifferences& pair : pairs) {
    for (Index g = 0; g < groups; ++g) {
      const Index first = chains * g / groups, end = chains * (g + 1) / groups;
      of_group[static_cast<std::size_t>(g)] +=
          bennett_log_z(of_chains(pair.lower, chains, first, end), of_chains(pair.upper, chains, first, end));
    }
  }
  out.standard_error = mean_of(of_group).standard_error;
}

}  // namespace

Trajectory straight_line(const Model& model, const VisibleBase& base) {
  return {base, {{0, std::make_shared<const Model>(model)}}};
}

Result<TemperedEstimate> tempered_log_z(const Trajectory& trajectory, const TemperingSettings& settings,
                                        ThreadPool& pool, const Progress& progress) {
  if (auto fits = check(trajectory, settings, pool); !fits) return Unexpected{fits.error()};
  TrajectorySampler sampler(trajectory, settings.chains, settings.seed);
  const auto climbed = [&](double share) { return !progress || progress(share / 2); };
  OwnRows own(settings.chains, pool);
  if (!sampler.climb(settings.sweeps_per_rung, pool, climbed, own.places())) return tempering_cancelled();
  auto pairs = collect(sampler, settings, own.pool(), progress);
  if (pool.ranks().largest(pairs ? 0 : 1) != 0) return tempering_cancelled();

  const Model& model = *trajectory.points.back().model;
  TemperedEstimate out;
  out.round_trips = sampler.replicas().round_trips();
  gather(own, settings.chains, *pairs, out.round_trips, pool);
  LogZEstimate& log_z = out.log_z;
  log_z.method = trajectory.points.size() > 1 ? "ptt" : "tempering";
  log_z.log_z = static_cast<double>(model.hidden()) * std::log(2.0) + units_of(model).log_z(trajectory.base);
  log_z.forward = log_z.reverse = log_z.log_z;
  log_z.effective_sample_size = static_cast<double>(pairs->front().lower.size());
  for (const PairDifferences& pair : *pairs) {
    std::vector<double> upper = pair.upper;
    for (double& x : upper) x = -x;
    log_z.forward += log_mean_exp(pair.lower);
    log_z.reverse -= log_mean_exp(upper);
    log_z.log_z += bennett_log_z(pair.lower, pair.upper);
    log_z.effective_sample_size = std::min(
        {log_z.effective_sample_size, effective_sample_size(pair.lower), effective_sample_size(upper)});
  }
  log_z.lower = std::min({log_z.forward, log_z.reverse, log_z.log_z});
  log_z.upper = std::max({log_z.forward, log_z.reverse, log_z.log_z});
  set_standard_error(*pairs, settings.chains, log_z);
  for (const PairDifferences& pair : *pairs) out.acceptance.push_back(pair.swaps.share());
  if (out.round_trips < kLeastRoundTrips) {
    char text[200];
    std::snprintf(text, sizeof text,
                  "Chains went all the way up a ladder of %lld rungs %llu times, and the estimate would "
                  "mislead: take more sweeps.",
                  static_cast<long long>(sampler.replicas().rungs()),
                  static_cast<unsigned long long>(out.round_trips));
    log_z.refused = text;
  }
  return out;
}

}  // namespace rbm
