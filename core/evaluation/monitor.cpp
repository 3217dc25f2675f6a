#include "core/evaluation/monitor.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>

#include "core/math/log_product.hpp"
#include "core/math/own_rows.hpp"
#include "core/math/scalar.hpp"
#include "core/math/shares.hpp"
#include "core/model/labels.hpp"
#include "core/model/units/visible_units.hpp"
#include "core/parallel/communicator.hpp"

namespace rbm {
namespace {

constexpr Index kRowsPerTask = 8;
constexpr Index kRowsOfPass = 1024;  // bounds the scratch memory of a long evaluation
constexpr Index kPixelsPerTask = 8;  // whose factors e^±W stay in the cache while all rows pass by

Index tasks_of(Index n, Index per_task) {
  return (n + per_task - 1) / per_task;
}

/// Calls visit(i) for every bit of row r that is on, in ascending order, of these bits: from a multiple of 64 to another
/// or to the last.
template <class Visit>
void for_each_on(const BitMatrix& bits, Index r, Places of, Visit&& visit) {
  const std::uint64_t* words = bits.row(r);
  for (Index w = of.begin / 64; w < tasks_of(of.end, 64); ++w) {
    for (std::uint64_t word = words[w]; word != 0; word &= word - 1) visit(w * 64 + std::countr_zero(word));
  }
}

/// b + vW of rows [first, first + count) in double: [count × padded], padding 0.
void hidden_inputs(const Model& model, const BitMatrix& v, Index first, Index count, LogProduct::Array& x,
                   ThreadPool& pool) {
  const Index padded = LogProduct::padded(model.hidden());
  x.assign(static_cast<std::size_t>(count * padded), 0.0);
  pool.run_rows(count, kRowsPerTask, [&](Index r) {
    double* row = x.data() + r * padded;
    for (Index j = 0; j < model.hidden(); ++j) row[j] = model.hidden_bias[j];
  });
  for_row_bands(model.weights, pool.ranks(), [&](const Matrix& weights, Places pixels) {
    pool.run_rows(count, kRowsPerTask, [&](Index r) {
      double* row = x.data() + r * padded;
      for_each_on(v, first + r, pixels, [&](Index i) {
        const float* w = weights.row(i);
        for (Index j = 0; j < model.hidden(); ++j) row[j] += w[j];
      });
    });
  });
}

double largest_of(const LogProduct::Array& x) {
  double largest = 0;
  for (double value : x) largest = std::max(largest, std::abs(value));
  return largest;
}

/// What flipping one pixel does to Σ_j ζ(x_j): exact, by way of products (fast) or of softplus (for inputs
/// beyond e^±600).
class FlippedSums {
 public:
  FlippedSums(const Model& model, LogProduct::Array& x, Index rows, double largest, ThreadPool& pool)
      : model_(model),
        x_(x),
        padded_(LogProduct::padded(model.hidden())),
        is_fast_(largest <= LogProduct::kMaxExponent),
        product_(std::min(largest, LogProduct::kMaxExponent)),
        unflipped_(static_cast<std::size_t>(rows)) {
    pool.run_rows(rows, kRowsPerTask, [&](Index r) { unflipped_[static_cast<std::size_t>(r)] = prepare(r); });
  }

  /// e^W of one pixel's row and e^−W.
  struct Factors {
    LogProduct::Array up, down;
  };
  Factors factors_of(const Matrix& weights, Index pixel) const {
    Factors f{LogProduct::Array(static_cast<std::size_t>(padded_), 1.0),
              LogProduct::Array(static_cast<std::size_t>(padded_), 1.0)};
    if (!is_fast_) return f;
    for (Index j = 0; j < model_.hidden(); ++j) {
      const double up = std::exp(double{weights(pixel, j)});
      f.up[static_cast<std::size_t>(j)] = up;
      f.down[static_cast<std::size_t>(j)] = 1 / up;
    }
    return f;
  }

  /// Σ_j ζ(x_j ± W_pixel,j) − Σ_j ζ(x_j) for row r, + where the pixel is off.
  double change(const Matrix& weights, Index r, Index pixel, bool is_on, const Factors& f) const {
    const double* row = x_.data() + r * padded_;
    const double before = unflipped_[static_cast<std::size_t>(r)];
    if (is_fast_) return product_.log_of_product(row, is_on ? f.down.data() : f.up.data(), padded_) - before;
    double after = 0;
    const float* w = weights.row(pixel);
    for (Index j = 0; j < model_.hidden(); ++j) after += softplus(is_on ? row[j] - w[j] : row[j] + w[j]);
    return after - before;
  }

 private:
  /// Σ_j ζ(x_j) of row r; leaves e^x in place of x when fast.
  double prepare(Index r) {
    double* row = x_.data() + r * padded_;
    if (!is_fast_) {
      double sum = 0;
      for (Index j = 0; j < model_.hidden(); ++j) sum += softplus(row[j]);
      return sum;
    }
    for (Index j = 0; j < model_.hidden(); ++j) row[j] = std::exp(row[j]);
    return product_.log_of(row, padded_);
  }

  const Model& model_;
  LogProduct::Array& x_;
  Index padded_;
  bool is_fast_;
  LogProduct product_;
  std::vector<double> unflipped_;
};

/// Sums of which every rank has made some and left the others at 0: all of them have all.
void add_parts(std::vector<double>& sums, ThreadPool& pool) {
  if (pool.ranks().is_alone()) return;
  const auto ranks = static_cast<std::size_t>(pool.ranks().size());
  OwnRows(pool.ranks().size(), pool).gather(sums, std::ssize(sums));
  const std::size_t each = sums.size() / ranks;
  for (std::size_t s = each; s < sums.size(); ++s) sums[s % each] += sums[s];
  sums.resize(each);
}

/// Σ over rows [first, first + count) of the pseudo-log-likelihood. The weights come in bands of rows, in tasks that are
/// the same for any bands; ranks share those of each.
double pseudo_log_likelihood_sum(const Model& model, const BitMatrix& v, Index first, Index count,
                                 double weight_bound, LogProduct::Array& x, ThreadPool& pool) {
  hidden_inputs(model, v, first, count, x, pool);
  const FlippedSums sums(model, x, count, largest_of(x) + weight_bound, pool);
  std::vector<double> partial(static_cast<std::size_t>(tasks_of(model.visible(), kPixelsPerTask)), 0.0);
  for_row_bands(model.weights, pool.ranks(), [&](const Matrix& weights, Places pixels) {
    const Places own = own_share(tasks_of(pixels.size(), kPixelsPerTask), pool.ranks());
    pool.run(own.size(), [&](Index task) {
      const Index begin = pixels.begin + (own.begin + task) * kPixelsPerTask,
                  end = std::min(pixels.end, begin + kPixelsPerTask);
      std::array<FlippedSums::Factors, kPixelsPerTask> factors;
      for (Index i = begin; i < end; ++i)
        factors[static_cast<std::size_t>(i - begin)] = sums.factors_of(weights, i);
      double total = 0;
      for (Index r = 0; r < count; ++r) {
        for (Index i = begin; i < end; ++i) {
          const bool is_on = v.get(first + r, i);
          const double a = model.visible_bias[i];
          // log p(v_i | v_−i) = log σ(F(v flipped) − F(v)), and −F grows by `rise` when pixel i is flipped.
          const auto& of_pixel = factors[static_cast<std::size_t>(i - begin)];
          const double rise = (is_on ? -a : a) + sums.change(weights, r, i, is_on, of_pixel);
          total -= softplus(rise);
        }
      }
      partial[static_cast<std::size_t>(begin / kPixelsPerTask)] = total;
    });
  });
  add_parts(partial, pool);
  return std::accumulate(partial.begin(), partial.end(), 0.0);
}

/// The same from the free energies of every picture and all its neighbours, for joint models: the label's sum
/// does not factor.
double joint_pseudo_log_likelihood(const Model& model, const BitMatrix& v, ThreadPool& pool) {
  BitMatrix flipped(v.cols() + 1, v.cols());
  std::vector<double> energies(static_cast<std::size_t>(flipped.rows()));
  Matrix scratch;
  double total = 0;
  for (Index r = 0; r < v.rows(); ++r) {
    for (Index i = 0; i < flipped.rows(); ++i) {
      std::copy_n(v.row(r), v.words_per_row(), flipped.row(i));
      if (i < v.cols()) flipped.set(i, i, !v.get(r, i));
    }
    free_energies(model, flipped, energies, scratch, pool);
    for (std::size_t i = 0; i + 1 < energies.size(); ++i) total -= softplus(energies.back() - energies[i]);
  }
  return total / static_cast<double>(v.rows());
}

/// start + Σ_i w_i x_i, in sixteen running sums.
template <class Number>
float product(const float* w, const Number* x, Index count, float start) {
  constexpr Index kLanes = 16;
  std::array<float, kLanes> lanes{};
  Index i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (Index l = 0; l < kLanes; ++l)
      lanes[static_cast<std::size_t>(l)] += w[i + l] * static_cast<float>(x[i + l]);
  }
  for (; i < count; ++i) start += w[i] * static_cast<float>(x[i]);
  return std::accumulate(lanes.begin(), lanes.end(), start);
}

}  // namespace

std::vector<double> squared_errors(const Model& model, const Matrix& transposed, const States& v,
                                   const RandomKey& key, ThreadPool& pool, const BitMatrix& observed) {
  std::vector<double> out(static_cast<std::size_t>(v.rows()));
  BitMatrix hidden;
  Matrix reconstruction;
  for (Index first = 0; first < v.rows(); first += kRowsOfPass) {
    const States pass = rows_of(v, first, std::min(kRowsOfPass, v.rows() - first));
    const auto number = static_cast<std::uint64_t>(first / kRowsOfPass);
    hidden.resize(pass.rows(), model.hidden());
    reconstruction.resize(pass.rows(), model.visible());
    sample_hidden(model, pass, {key.seed, key.stream, key.step | number << 32, key.first_row}, hidden, pool);
    visible_probabilities(model, transposed, hidden, reconstruction, pool);
    pool.run_rows(pass.rows(), kRowsPerTask, [&](Index r) {
      double sum = 0;
      for (Index i = 0; i < v.cols(); ++i) {
        if (!observed.empty() && !observed.get(first + r, i)) continue;
        const double difference = double{pass.at(r, i)} - double{reconstruction(r, i)};
        sum += difference * difference;
      }
      out[static_cast<std::size_t>(first + r)] = sum;
    });
  }
  return out;
}

double reconstruction_error(const Model& model, const Matrix& transposed, const States& v,
                            const RandomKey& key, ThreadPool& pool, const BitMatrix& observed) {
  if (v.empty()) return 0;
  const auto rows = squared_errors(model, transposed, v, key, pool, observed);
  Index cells = v.rows() * v.cols();
  if (!observed.empty()) {
    cells = 0;
    for (Index r = 0; r < v.rows(); ++r) cells += observed.count(r);
  }
  return std::accumulate(rows.begin(), rows.end(), 0.0) / static_cast<double>(cells);
}

double pseudo_log_likelihood(const Model& model, const BitMatrix& v, ThreadPool& pool) {
  if (v.rows() == 0) return 0;
  if (model.labels() > 0) return joint_pseudo_log_likelihood(model, v, pool);
  const double weight_bound = largest_weight(model, pool);
  LogProduct::Array x;
  double total = 0;
  for (Index first = 0; first < v.rows(); first += kRowsOfPass) {
    total += pseudo_log_likelihood_sum(model, v, first, std::min(kRowsOfPass, v.rows() - first), weight_bound,
                                       x, pool);
  }
  return total / static_cast<double>(v.rows());
}

double share_of_wrong(std::span<const std::uint8_t> labels, std::span<const std::uint8_t> told) {
  RBM_ASSERT(labels.size() <= told.size());
  Index wrong = 0;
  for (std::size_t r = 0; r < labels.size(); ++r) wrong += labels[r] != told[r] ? 1 : 0;
  return labels.empty() ? 0 : static_cast<double>(wrong) / static_cast<double>(labels.size());
}

Mean mean_of(std::span<const double> values) {
  if (values.empty()) return {};
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  if (values.size() < 2) return {mean, 0};
  double squares = 0;
  for (double value : values) squares += (value - mean) * (value - mean);
  return {mean, std::sqrt(squares / (n - 1) / n)};
}

DrivingImages driving_images(const Model& model, const Dataset& data, Index unit, Index search, Index count,
                             ThreadPool& pool) {
  RBM_ASSERT(unit >= 0 && unit < model.hidden() && data.shape.pixels() == model.visible());
  const Index searched = std::clamp<Index>(search, 0, data.count());
  const Index visible = model.visible();
  const float bytes = data.is_real() ? 1.0f : 255.0f;
  Matrix column(1, visible), scratch;
  for (Index i = 0; i < visible; ++i) column(0, i) = model.weights(i, unit) / bytes;
  const Matrix& weighted = units_of(model).weighted(model, column, scratch, pool);

  std::vector<float> inputs(static_cast<std::size_t>(searched));
  constexpr Index kImagesPerTask = 64;
  pool.run_rows(searched, kImagesPerTask, [&](Index r) {
    const float bias = model.hidden_bias[unit];
    static thread_local std::vector<std::uint8_t> own;
    inputs[static_cast<std::size_t>(r)] = data.is_real()
                                              ? product(weighted.row(0), data.real_row(r), visible, bias)
                                              : product(weighted.row(0), data.bytes(r, own), visible, bias);
  });

  // Ordered by the input, which goes on growing where the probability has already rounded to 1.
  std::vector<std::uint32_t> order(inputs.size());
  std::iota(order.begin(), order.end(), 0u);
  const auto kept = std::clamp<Index>(count, 0, searched);
  std::partial_sort(order.begin(), order.begin() + kept, order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return inputs[a] != inputs[b] ? inputs[a] > inputs[b] : a < b;
  });
  order.resize(static_cast<std::size_t>(kept));
  DrivingImages result{std::move(order), {}};
  for (std::uint32_t r : result.rows) result.probabilities.push_back(sigmoid(inputs[r]));
  return result;
}

}  // namespace rbm
