#include "core/model/labels.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/math/scalar.hpp"

namespace rbm {
namespace {

constexpr RandomKey kNoKey{};
constexpr Index kRowsPerTask = 8;

template <class Work>
void for_rows(Index rows, ThreadPool& pool, Work work) {
  pool.run((rows + kRowsPerTask - 1) / kRowsPerTask, [&](Index task) {
    const Index end = std::min(rows, (task + 1) * kRowsPerTask);
    for (Index r = task * kRowsPerTask; r < end; ++r) work(r);
  });
}

/// out ← inputs + β U_y, of every row its own y.
template <class LabelOf>
void add_label_weights(const Model& model, const Matrix& inputs, float beta, LabelOf label_of, Matrix& out,
                       ThreadPool& pool) {
  for_rows(inputs.rows(), pool, [&](Index r) {
    const float* x = inputs.row(r);
    const float* u = model.label_weights.row(label_of(r));
    float* to = out.row(r);
    for (Index j = 0; j < inputs.cols(); ++j) to[j] = x[j] + beta * u[j];
  });
}

void log_softmax(float* x, Index n) {
  const float top = *std::max_element(x, x + n);
  double sum = 0;
  for (Index i = 0; i < n; ++i) sum += std::exp(double{x[i]} - top);
  const auto log_sum = static_cast<float>(top + std::log(sum));
  for (Index i = 0; i < n; ++i) x[i] -= log_sum;
}

}  // namespace

void add_label_units(Model& model, const Eigen::VectorXf& shares, float weight_sd, std::uint64_t seed) {
  model.label_weights.resize(shares.size(), model.hidden());
  // Rows after the pixels' in the stream of the first weights.
  const RandomKey key{seed, Stream::InitialWeights, 0};
  for (Index y = 0; y < shares.size(); ++y) {
    for (Index j = 0; j < model.hidden(); ++j) {
      model.label_weights(y, j) = weight_sd * normal(key, static_cast<std::uint32_t>(model.visible() + y),
                                                     static_cast<std::uint32_t>(j));
    }
  }
  model.label_bias = shares.array().log();
}

Eigen::VectorXf label_shares(std::span<const std::uint8_t> labels, Index count) {
  if (count == 0 && !labels.empty()) count = Index{*std::max_element(labels.begin(), labels.end())} + 1;
  Eigen::VectorXf shares = Eigen::VectorXf::Ones(count);
  for (const std::uint8_t y : labels) {
    if (y < count) shares[y] += 1;
  }
  return shares / shares.sum();
}

void label_log_posteriors(const Model& model, const Matrix& inputs, LabelScratch& scratch, Matrix& out,
                          ThreadPool& pool) {
  const Index rows = inputs.rows(), labels = model.labels();
  scratch.hidden.resize(rows, model.hidden());
  out.resize(rows, labels);
  auto& sums = scratch.sums;
  sums.resize(static_cast<std::size_t>(rows * labels));
  for (Index y = 0; y < labels; ++y) {
    add_label_weights(model, inputs, 1.0f, [y](Index) { return y; }, scratch.hidden, pool);
    softplus_sums(scratch.hidden, std::span(sums).subspan(static_cast<std::size_t>(y * rows), static_cast<std::size_t>(rows)),
                  pool);
  }
  for (Index r = 0; r < rows; ++r) {
    double top = -HUGE_VAL;
    const auto score = [&](Index y) {
      return double{model.label_bias[y]} + sums[static_cast<std::size_t>(y * rows + r)];
    };
    for (Index y = 0; y < labels; ++y) top = std::max(top, score(y));
    for (Index y = 0; y < labels; ++y) out(r, y) = static_cast<float>(score(y) - top);
    log_softmax(out.row(r), labels);
  }
}

void hidden_given_labels(const Model& model, const Matrix& inputs, std::span<const std::uint8_t> labels,
                         float beta, Matrix& out, ThreadPool& pool) {
  add_label_weights(model, inputs, beta, [&](Index r) { return Index{labels[static_cast<std::size_t>(r)]}; }, out,
                    pool);
  sigmoid_in_place(out, pool);
}

void hidden_given_label(const Model& model, const Matrix& inputs, Index label, Matrix& out, ThreadPool& pool) {
  add_label_weights(model, inputs, 1.0f, [label](Index) { return label; }, out, pool);
  sigmoid_in_place(out, pool);
}

void sample_labels(const Model& model, const BitMatrix& h, float beta, const RandomKey& key,
                   std::span<std::uint8_t> out, ThreadPool& pool) {
  const Index labels = model.labels();
  for_rows(h.rows(), pool, [&](Index r) {
    double cumulative[256], top = -HUGE_VAL;
    for (Index y = 0; y < labels; ++y) {
      float sum = model.label_bias[y];
      const float* u = model.label_weights.row(y);
      const std::uint64_t* bits = h.row(r);
      for (Index w = 0; w < h.words_per_row(); ++w) {
        for (std::uint64_t word = bits[w]; word != 0; word &= word - 1) sum += u[w * 64 + std::countr_zero(word)];
      }
      cumulative[y] = beta * sum;
      top = std::max(top, cumulative[y]);
    }
    double total = 0;
    for (Index y = 0; y < labels; ++y) cumulative[y] = total += std::exp(cumulative[y] - top);
    const double draw = total * uniform(key, static_cast<std::uint32_t>(r), 0);
    Index chosen = 0;
    while (chosen + 1 < labels && cumulative[chosen] <= draw) ++chosen;
    out[static_cast<std::size_t>(r)] = static_cast<std::uint8_t>(chosen);
  });
}

void sample_labels_of_images(const Model& model, const Matrix& inputs, const RandomKey& key,
                             std::span<std::uint8_t> out, ThreadPool& pool) {
  LabelScratch scratch;
  Matrix posteriors;
  label_log_posteriors(model, inputs, scratch, posteriors, pool);
  for (Index r = 0; r < inputs.rows(); ++r) {
    double left = uniform(key, static_cast<std::uint32_t>(r), 0);
    Index chosen = 0;
    for (; chosen + 1 < model.labels(); ++chosen) {
      left -= std::exp(double{posteriors(r, chosen)});
      if (left < 0) break;
    }
    out[static_cast<std::size_t>(r)] = static_cast<std::uint8_t>(chosen);
  }
}

void sample_hidden(const Model& model, const BitMatrix& v, const RandomKey& key, BitMatrix& h, ThreadPool& pool) {
  const float* bias = model.hidden_bias.data();
  if (model.labels() == 0) return layer_pass(v, model.weights, bias, 1.0f, key, 0, {.states = &h}, pool);
  Matrix inputs(v.rows(), model.hidden());
  layer_pass(v, model.weights, bias, 1.0f, key, 0, {.inputs = &inputs}, pool);
  std::vector<std::uint8_t> labels(static_cast<std::size_t>(v.rows()));
  sample_labels_of_images(model, inputs, {key.seed, Stream::ChainLabels, key.step}, labels, pool);
  hidden_given_labels(model, inputs, labels, 1.0f, inputs, pool);
  sample_bernoulli(inputs, key, 0, h, pool);
}

void joint_hidden_energies(const Model& model, const Matrix& inputs, std::span<double> out, ThreadPool& pool) {
  const Index rows = inputs.rows(), labels = model.labels();
  Matrix scratch(rows, model.hidden());
  std::vector<double> sums(static_cast<std::size_t>(rows)), terms(static_cast<std::size_t>(rows * labels));
  for (Index y = 0; y < labels; ++y) {
    add_label_weights(model, inputs, 1.0f, [y](Index) { return y; }, scratch, pool);
    softplus_sums(scratch, sums, pool);
    for (Index r = 0; r < rows; ++r) {
      terms[static_cast<std::size_t>(r * labels + y)] =
          double{model.label_bias[y]} + sums[static_cast<std::size_t>(r)];
    }
  }
  for (Index r = 0; r < rows; ++r) {
    const auto row = std::span(terms).subspan(static_cast<std::size_t>(r * labels), static_cast<std::size_t>(labels));
    out[static_cast<std::size_t>(r)] = -log_sum_exp(row);
  }
}

std::vector<std::uint8_t> classify(const Model& model, const Matrix& v, Matrix* log_posteriors,
                                   ThreadPool& pool) {
  Matrix inputs(v.rows(), model.hidden()), own;
  LabelScratch scratch;
  layer_pass(v, model.weights, model.hidden_bias.data(), 1.0f, kNoKey, 0, {.inputs = &inputs}, pool);
  Matrix& posteriors = log_posteriors != nullptr ? *log_posteriors : own;
  label_log_posteriors(model, inputs, scratch, posteriors, pool);
  std::vector<std::uint8_t> out;
  for (Index r = 0; r < v.rows(); ++r) {
    const float* row = posteriors.row(r);
    out.push_back(static_cast<std::uint8_t>(std::max_element(row, row + model.labels()) - row));
  }
  return out;
}

}  // namespace rbm
