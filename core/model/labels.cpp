#include "core/model/labels.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/math/scalar.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

constexpr Index kRowsPerTask = 8;

/// out ← inputs + β U_y, of every row its own y.
template <class LabelOf>
void add_label_weights(const Model& model, const Matrix& inputs, float beta, LabelOf label_of, Matrix& out,
                       ThreadPool& pool) {
  pool.run_rows(inputs.rows(), kRowsPerTask, [&](Index r) {
    const float* x = inputs.row(r);
    const float* u = model.label_weights.row(label_of(r));
    float* to = out.row(r);
    for (Index j = 0; j < inputs.cols(); ++j) to[j] = x[j] + beta * u[j];
  });
}

/// log Σ_h e^−E(v, y, h) without the visible biases' part, of every row and label: scores [rows × labels].
void label_scores(const Model& model, const Matrix& inputs, LabelScratch& scratch, ThreadPool& pool) {
  const Index rows = inputs.rows(), labels = model.labels();
  scratch.hidden.resize(rows, model.hidden());
  scratch.sums.resize(static_cast<std::size_t>(rows));
  scratch.scores.resize(static_cast<std::size_t>(rows * labels));
  for (Index y = 0; y < labels; ++y) {
    add_label_weights(
        model, inputs, 1.0f, [y](Index) { return y; }, scratch.hidden, pool);
    softplus_sums(scratch.hidden, scratch.sums, pool);
    for (Index r = 0; r < rows; ++r) {
      scratch.scores[static_cast<std::size_t>(r * labels + y)] =
          double{model.label_bias[y]} + scratch.sums[static_cast<std::size_t>(r)];
    }
  }
}

std::span<const double> scores_of(const LabelScratch& scratch, Index row, Index labels) {
  return std::span(scratch.scores)
      .subspan(static_cast<std::size_t>(row * labels), static_cast<std::size_t>(labels));
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
  out.resize(rows, labels);
  label_scores(model, inputs, scratch, pool);
  for (Index r = 0; r < rows; ++r) {
    const auto scores = scores_of(scratch, r, labels);
    const double log_sum = log_sum_exp(scores);
    for (Index y = 0; y < labels; ++y)
      out(r, y) = static_cast<float>(scores[static_cast<std::size_t>(y)] - log_sum);
  }
}

void hidden_given_labels(const Model& model, const Matrix& inputs, std::span<const std::uint8_t> labels,
                         float beta, Matrix& out, ThreadPool& pool) {
  add_label_weights(
      model, inputs, beta, [&](Index r) { return Index{labels[static_cast<std::size_t>(r)]}; }, out, pool);
  sigmoid_in_place(out, pool);
}

void hidden_given_label(const Model& model, const Matrix& inputs, Index label, Matrix& out,
                        ThreadPool& pool) {
  add_label_weights(
      model, inputs, 1.0f, [label](Index) { return label; }, out, pool);
  sigmoid_in_place(out, pool);
}

void sample_labels(const Model& model, const BitMatrix& h, float beta, const RandomKey& key,
                   std::span<std::uint8_t> out, ThreadPool& pool) {
  const Index labels = model.labels();
  pool.run_rows(h.rows(), kRowsPerTask, [&](Index r) {
    double cumulative[256], top = -HUGE_VAL;
    for (Index y = 0; y < labels; ++y) {
      float sum = model.label_bias[y];
      const float* u = model.label_weights.row(y);
      const std::uint64_t* bits = h.row(r);
      for (Index w = 0; w < h.words_per_row(); ++w) {
        for (std::uint64_t word = bits[w]; word != 0; word &= word - 1)
          sum += u[w * 64 + std::countr_zero(word)];
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

void sample_hidden(const Model& model, const States& v, const RandomKey& key, BitMatrix& h,
                   ThreadPool& pool) {
  Matrix scratch;
  if (model.labels() == 0) return hidden_pass(model, v, 1.0f, key, {.states = &h}, scratch, pool);
  Matrix inputs(v.rows(), model.hidden());
  hidden_pass(model, v, 1.0f, key, {.inputs = &inputs}, scratch, pool);
  std::vector<std::uint8_t> labels(static_cast<std::size_t>(v.rows()));
  sample_labels_of_images(model, inputs, {key.seed, Stream::ChainLabels, key.step, key.first_row}, labels,
                          pool);
  hidden_given_labels(model, inputs, labels, 1.0f, inputs, pool);
  sample_bernoulli(inputs, key, h, pool);
}

void joint_hidden_energies(const Model& model, const Matrix& inputs, std::span<double> out,
                           ThreadPool& pool) {
  LabelScratch scratch;
  label_scores(model, inputs, scratch, pool);
  for (Index r = 0; r < inputs.rows(); ++r)
    out[static_cast<std::size_t>(r)] = -log_sum_exp(scores_of(scratch, r, model.labels()));
}

std::vector<std::uint8_t> classify(const Model& model, const States& v, Matrix* log_posteriors,
                                   ThreadPool& pool) {
  Matrix inputs(v.rows(), model.hidden()), own, weighted;
  LabelScratch scratch;
  hidden_pass(model, v, 1.0f, RandomKey{}, {.inputs = &inputs}, weighted, pool);
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
