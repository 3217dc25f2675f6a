// The gradient and the update of the weights.
//
// A task owns 64 columns of up to 1024 rows of the weights. It makes their gradient, subtile by subtile, from
// tables of the sums of four cases each (a visible unit selects one of them by its four bits), positive phase
// minus negative, and then takes the rows through the whole update while they are in the cache.
#include <algorithm>
#include <array>
#include <atomic>
#include <span>
#include <vector>

#include "core/math/kernels.hpp"
#include "core/math/scratch.hpp"
#include "core/math/selection_lists.hpp"
#include "core/math/shares.hpp"
#include "core/math/simd_target.hpp"
#include "core/math/update_job.hpp"
#include "core/parallel/communicator.hpp"
#include "core/result.hpp"

#define HWY_DISABLED_TARGETS HWY_SSSE3
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/math/kernels_update.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/math/gradient_tile-inl.hpp"
#include "core/math/short_sums-inl.hpp"
#include "core/math/simd-inl.hpp"
#include "core/math/transpose-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace rbm {
namespace HWY_NAMESPACE {

/// The rule with its per-column vectors for one tile; padding columns get zeros.
struct TileRule {
  TileRule(const UpdateJob& job, const Tile& tile) : rule(*job.rule) {
    centred = rule.visible_difference != nullptr;
    const Index used = std::min<Index>(64, job.hidden - tile.column);
    if (!centred) return;
    std::copy_n(rule.hidden_offset + tile.column, used, offset);
    std::copy_n(rule.hidden_difference + tile.column, used, difference);
  }
  const WeightUpdate& rule;
  bool centred;
  alignas(64) float offset[64] = {};
  alignas(64) float difference[64] = {};
};

/// Takes one row of the tile through the update; leaves the changes where its gradient was. Adds weight · 0,
/// which is NaN for a weight that is not finite, to `check`.
HWY_INLINE void update_row(const UpdateJob& job, const TileRule& columns, const Tile& tile, Index r,
                           FloatVec& check) {
  const FloatTag d;
  const WeightUpdate& rule = columns.rule;
  const Index row = tile.first_row + r;
  float* weights = job.weights->row(row) + tile.column;
  float* velocity = rule.momentum != 0 ? job.velocity->row(row) + tile.column : nullptr;
  float* average = rule.average_rate != 0 ? job.average->row(row) + tile.column : nullptr;
  const bool decays = rule.l1 != 0 || rule.l2 != 0, copies = rule.average_rate == 1;
  const FloatVec momentum = constant(rule.momentum), l1 = constant(rule.l1), l2 = constant(rule.l2);
  const FloatVec rate = constant(rule.learning_rate), average_rate = constant(rule.average_rate);
  const FloatVec dv = constant(columns.centred ? rule.visible_difference[row] : 0.0f);
  const FloatVec mu = constant(columns.centred ? rule.visible_offset[row] : 0.0f);
  for (Index s = 0; s < tile.subtiles; ++s) {
    for (Index k = 0; k < kSubtile; k += kLanes) {
      const Index c = s * kSubtile + k;
      float* sum = tile.sums[s] + r * kSubtile + k;
      FloatVec g = hn::Load(d, sum), w = hn::Load(d, weights + c);
      // Before the stores: the matrices lie alike within their pages, and a load may wait for a store to the
      // same place in another page.
      const FloatVec old = average != nullptr ? hn::Load(d, average + c) : hn::Zero(d);
      if (columns.centred) {
        const FloatVec first = hn::Mul(dv, hn::Load(d, columns.offset + c));
        g = hn::Sub(g, hn::Add(first, hn::Mul(mu, hn::Load(d, columns.difference + c))));
      }
      if (decays) {
        const FloatVec sign = hn::IfThenElse(hn::Eq(w, hn::Zero(d)), w, hn::CopySign(constant(1.0f), w));
        g = hn::Sub(g, hn::Add(hn::Mul(l2, w), hn::Mul(l1, sign)));
      }
      FloatVec change = hn::Mul(rate, g);
      if (velocity != nullptr) {
        change = hn::Add(hn::Mul(momentum, hn::Load(d, velocity + c)), change);
        hn::Store(change, d, velocity + c);
      }
      w = hn::Add(w, change);
      hn::Store(w, d, weights + c);
      check = hn::Add(check, hn::Mul(w, hn::Zero(d)));
      if (average != nullptr) {
        hn::Store(copies ? w : hn::Add(old, hn::Mul(average_rate, hn::Sub(w, old))), d, average + c);
      }
      if (job.norms != nullptr) hn::Store(change, d, sum);
    }
  }
}

/// Squares in sixteen running sums, by the column modulo 16: the same order for any vector width.
HWY_INLINE UpdateNorms tile_norms(const UpdateJob& job, const Tile& tile) {
  double weights[16] = {}, changes[16] = {};
  for (Index s = 0; s < tile.subtiles; ++s) {
    for (Index r = 0; r < tile.rows; ++r) {
      const float* w = job.weights->row(tile.first_row + r) + tile.column + s * kSubtile;
      const float* change = tile.sums[s] + r * kSubtile;
      for (Index k = 0; k < 16; ++k) {
        weights[k] += static_cast<double>(w[k]) * static_cast<double>(w[k]);
        changes[k] += static_cast<double>(change[k]) * static_cast<double>(change[k]);
      }
    }
  }
  UpdateNorms norms;
  for (Index k = 0; k < 16; ++k) norms.weights += weights[k], norms.change += changes[k];
  return norms;
}

/// So few that the rows of three matrices, whose stride may be a power of two, fit in the ways of an L1
/// cache.
constexpr Index kFetchRows = 4;

/// Asks for what update_row will read of a row: it comes from a cache farther away, and at a stride that the
/// processor does not foresee.
HWY_INLINE void fetch_row(const UpdateJob& job, const Tile& tile, Index r) {
  const auto fetch = [&](const Matrix& x) {
    const float* row = x.row(tile.first_row + r) + tile.column;
    for (Index s = 0; s < tile.subtiles; ++s) __builtin_prefetch(row + s * kSubtile);
  };
  fetch(*job.weights);
  if (job.rule->average_rate != 0) fetch(*job.average);
  if (job.rule->momentum != 0) fetch(*job.velocity);
}

/// The same 16 × 16 weights, transposed or not, in 16 bits.
HWY_INLINE void round_block(const Matrix& weights, Index row, Index column, RoundedWeights& out) {
  const FloatVec scale = constant(1 / kShortUnit);
  const Index rows = std::min<Index>(16, weights.rows() - row),
              cols = std::min<Index>(16, weights.cols() - column);
  alignas(64) float turned[16 * 16];
  if (rows == 16 && cols == 16) {
    transpose_16x16(weights.row(row) + column, weights.stride(), turned, 16);
  } else {
    std::fill(turned, turned + 16 * 16, 0.0f);
    transpose_edge(weights.row(row) + column, weights.stride(), rows, cols, turned, 16);
  }
  for (Index r = 0; r < rows; ++r)
    round_sixteen(weights.row(row + r) + column, scale, out.weights.row(row + r) + column);
  for (Index c = 0; c < cols; ++c)
    round_sixteen(turned + 16 * c, scale, out.transposed.row(column + c) + row);
}

HWY_INLINE void update_tile(const UpdateJob& job, const Tile& tile, Index task) {
  const TileRule columns(job, tile);
  FloatVec check = hn::Zero(FloatTag());
  for (Index begin = 0; begin < tile.rows; begin += 16) {
    const Index end = std::min(begin + 16, tile.rows);
    for (Index r = begin; r < end; ++r) {
      if (r + kFetchRows < tile.rows) fetch_row(job, tile, r + kFetchRows);
      update_row(job, columns, tile, r, check);
    }
    for (Index s = 0; s < tile.subtiles; ++s) {
      const Index row = tile.first_row + begin, column = tile.column + s * kSubtile;
      if (job.transposed != nullptr) transpose_block(*job.weights, row, column, *job.transposed);
      if (job.rounded != nullptr) round_block(*job.weights, row, column, *job.rounded);
    }
  }
  if (!hn::AllTrue(FloatTag(), hn::Eq(check, hn::Zero(FloatTag())))) {
    job.finite->store(false, std::memory_order_relaxed);
  }
  if (job.norms != nullptr) job.norms[task] = tile_norms(job, tile);
}

HWY_INLINE void write_gradient(const UpdateJob& job, const Tile& tile) {
  for (Index s = 0; s < tile.subtiles; ++s) {
    for (Index r = 0; r < tile.rows; ++r) {
      std::copy_n(tile.sums[s] + r * kSubtile, kSubtile,
                  job.gradient->row(tile.first_row + r) + tile.column + s * kSubtile);
    }
  }
}

void update_task(const UpdateJob& job, Index task) {
  const NibbleLists& lists = job.phases[0].lists;
  const Index bands = divide_up(lists.chunks(), kTaskChunks), first_chunk = task % bands * kTaskChunks;
  Tile tile;
  tile.first_row = lists.chunk_begin(first_chunk);
  tile.rows = lists.chunk_begin(std::min(lists.chunks(), first_chunk + kTaskChunks)) - tile.first_row;
  tile.column = task / bands * 64;
  tile.subtiles = std::min<Index>(4, divide_up(job.hidden - tile.column, kSubtile));
  float* sums = thread_scratch(5 * (tile.rows + 1) * kSubtile);  // a fifth for sums of 16 bits
  for (Index s = 0; s < 4; ++s) tile.sums[s] = sums + s * (tile.rows + 1) * kSubtile;
  const Matrix* averaged = job.rule != nullptr && job.rule->average_rate != 0 ? job.average : nullptr;
  if (job.rounded_hidden != nullptr) {
    auto* short_sums = reinterpret_cast<std::int16_t*>(sums + 4 * (tile.rows + 1) * kSubtile);
    for (Index pair = 0; 2 * pair < tile.subtiles; ++pair)
      fixed_gradient(job, tile, first_chunk, pair, {job.weights, averaged}, short_sums);
  } else {
    for (Index s = 0; s < tile.subtiles; ++s) {
      add_phase(job.phases[0], tile, first_chunk, s, true, job.weights);
      add_phase(job.phases[1], tile, first_chunk, s, false, averaged);
    }
  }
  if (job.gradient != nullptr) {
    write_gradient(job, tile);
  } else {
    update_tile(job, tile, task);
  }
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace rbm
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rbm {
HWY_EXPORT(update_task);

namespace {

void check(const PhaseStatistics& phase, Index visible, Index hidden) {
  RBM_ASSERT(phase.hidden != nullptr && phase.hidden->cols() == hidden);
  RBM_ASSERT((phase.values == nullptr) != (phase.bits_transposed == nullptr));
  const Index cases = phase.hidden->rows();
  RBM_ASSERT(phase.values == nullptr || (phase.values->rows() == cases && phase.values->cols() == visible));
  RBM_ASSERT(phase.bits_transposed == nullptr ||
             (phase.bits_transposed->rows() == visible && phase.bits_transposed->cols() == cases));
}

float mean_scale(const PhaseStatistics& phase, float sign) {
  return phase.hidden->rows() > 0 ? sign / static_cast<float>(phase.hidden->rows()) : 0.0f;
}

/// Both phases' hidden probabilities with their signs, of these columns, where sums of 16 bits are wanted and fit; else null.
const std::array<ShortMatrix, 2>* rounded_hidden(const PhaseStatistics& positive,
                                                 const PhaseStatistics& negative, Places columns,
                                                 Arithmetic arithmetic, ThreadPool& pool) {
  if (!sums_in_16_bits(positive, negative, arithmetic)) return nullptr;
  static thread_local std::array<ShortMatrix, 2> rounded;
  round_to_short(*positive.hidden, columns, 1 / kShortUnit, rounded[0], pool);
  round_to_short(*negative.hidden, columns, -1 / kShortUnit, rounded[1], pool);
  return &rounded;
}

/// Each rank has those of its tiles.
void gather_norms(std::vector<UpdateNorms>& of_tasks, Index bands, Index tiles, ThreadPool& pool) {
  Communicator& ranks = pool.ranks();
  if (ranks.is_alone()) return;
  std::vector<std::size_t> ends;
  for (Index rank = 0; rank < ranks.size(); ++rank)
    ends.push_back(sizeof(UpdateNorms) *
                   static_cast<std::size_t>(bands * share_of(tiles, rank, ranks.size()).end));
  ranks.gather(std::as_writable_bytes(std::span(of_tasks)), ends);
}

/// Makes the lists, then runs `job_of(phases)` in tiles. The norms, if wanted, are added up tile by tile.
void run_update(const PhaseStatistics& positive, const PhaseStatistics& negative, UpdateJob job,
                UpdateNorms* norms, std::array<NibbleLists, 2>& lists, ThreadPool& pool) {
  const std::array<const PhaseStatistics*, 2> phases{&positive, &negative};
  for (std::size_t k = 0; k < 2; ++k) {
    check(*phases[k], job.visible, job.hidden);
    lists[k].resize(job.visible, phases[k]->bits_transposed != nullptr ? phases[k]->hidden->rows() : 0);
  }
  choose_simd();
  const Index chunks = lists[0].chunks(), first_phase = chunks * lists[0].blocks();
  pool.run(first_phase + chunks * lists[1].blocks(), [&](Index task) {
    const std::size_t k = task < first_phase ? 0 : 1;
    const Index part = k == 0 ? task : task - first_phase;
    lists[k].fill(*phases[k]->bits_transposed, 0, part % chunks, part / chunks);
  });
  const Index bands = divide_up(chunks, kTaskChunks), tiles = divide_up(job.hidden, 64),
              tasks = bands * tiles;
  // Of the weights a rank updates its own columns; a gradient alone it makes of what it holds.
  const bool is_whole = job.gradient != nullptr && job.gradient->is_whole();
  const Places own = is_whole ? Places{0, tiles} : own_share(tiles, pool.ranks());
  static thread_local std::vector<UpdateNorms> task_norms;
  if (norms != nullptr) {
    task_norms.resize(static_cast<std::size_t>(tasks));
    job.norms = task_norms.data();
  }
  const auto kernel = HWY_DYNAMIC_DISPATCH(update_task);
  pool.run(own.size() * bands, [&](Index task) { kernel(job, own.begin * bands + task); });
  if (norms == nullptr) return;
  gather_norms(task_norms, bands, tiles, pool);
  *norms = {};
  for (const UpdateNorms& part : task_norms) norms->weights += part.weights, norms->change += part.change;
}

/// The caller's lists: one set per thread that calls, kept from update to update.
std::array<NibbleLists, 2>& own_lists() {
  static thread_local std::array<NibbleLists, 2> lists;
  return lists;
}

}  // namespace

bool sums_in_16_bits(const PhaseStatistics& positive, const PhaseStatistics& negative,
                     Arithmetic arithmetic) {
  const Index cases = positive.hidden->rows();
  return arithmetic == Arithmetic::Fixed16 && positive.values == nullptr && negative.values == nullptr &&
         cases == negative.hidden->rows() && cases > 0 && cases <= kMostFixedCases;
}

bool update_weights(const PhaseStatistics& positive, const PhaseStatistics& negative,
                    const WeightUpdate& rule, Matrix& weights, Matrix* transposed, Matrix* velocity,
                    Matrix* average, RoundedWeights* rounded, UpdateNorms* norms, ThreadPool& pool) {
  const auto fits = [&](const Matrix* x) {
    return x != nullptr && x->rows() == weights.rows() && x->cols() == weights.cols();
  };
  RBM_ASSERT(transposed == nullptr ||
             (transposed->rows() == weights.cols() && transposed->cols() == weights.rows()));
  RBM_ASSERT(rounded == nullptr ||
             (rounded->weights.rows() == weights.rows() && rounded->weights.cols() == weights.cols() &&
              rounded->transposed.rows() == weights.cols() && rounded->transposed.cols() == weights.rows()));
  RBM_ASSERT((rule.momentum == 0 || fits(velocity)) && (rule.average_rate == 0 || fits(average)));
  RBM_ASSERT(has_own_columns(weights, pool.ranks()));
  auto& lists = own_lists();
  if (transposed != nullptr) hold_own_rows(*transposed, pool);
  std::atomic<bool> finite{true};
  run_update(
      positive, negative,
      {{{{positive, mean_scale(positive, 1), lists[0]}, {negative, mean_scale(negative, -1), lists[1]}}},
       weights.rows(),
       weights.cols(),
       rounded_hidden(positive, negative, own_units(weights.cols(), pool.ranks()), rule.arithmetic, pool),
       nullptr,
       &rule,
       &weights,
       transposed,
       velocity,
       average,
       rounded,
       nullptr,
       &finite},
      norms, lists, pool);
  if (transposed != nullptr) exchange_rows_for_columns(*transposed, pool);
  const bool is_finite = finite.load(std::memory_order_relaxed);
  return pool.ranks().largest(is_finite ? 0 : 1) == 0;
}

void gradient(const PhaseStatistics& positive, const PhaseStatistics& negative, Matrix& gradient,
              ThreadPool& pool, Arithmetic arithmetic) {
  auto& lists = own_lists();
  run_update(
      positive, negative,
      {{{{positive, mean_scale(positive, 1), lists[0]}, {negative, mean_scale(negative, -1), lists[1]}}},
       gradient.rows(),
       gradient.cols(),
       rounded_hidden(positive, negative, gradient.held_columns(), arithmetic, pool),
       &gradient,
       nullptr,
       nullptr,
       nullptr,
       nullptr,
       nullptr,
       nullptr,
       nullptr,
       nullptr},
      nullptr, lists, pool);
}

}  // namespace rbm
#endif
