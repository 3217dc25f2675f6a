// One small random model of every kind that can be explained, and what follows from its energy by summing
// over all hidden states and labels, in double. Shares no formula with the library.
#pragma once

#include <cmath>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/math/random.hpp"
#include "core/model/model.hpp"

namespace rbm::oracle {

struct Explained {
  std::string name;
  Model model;
  Matrix v;  // one case, as numbers
};

inline void fill_normal(Model& m, Index visible, Index hidden, Index labels, std::uint64_t seed) {
  const RandomKey key{seed, Stream::Synthetic, 3};
  std::uint32_t unit = 0;
  const auto next = [&] { return 0.9f * normal(key, 0, unit++); };
  m.shape = {1, static_cast<int>(visible), 1};
  m.weights.resize(visible, hidden);
  m.visible_bias.resize(visible);
  m.hidden_bias.resize(hidden);
  for (Index i = 0; i < visible; ++i) {
    m.visible_bias[i] = next();
    for (Index j = 0; j < hidden; ++j) m.weights(i, j) = next();
  }
  for (Index j = 0; j < hidden; ++j) m.hidden_bias[j] = next();
  m.label_weights.resize(labels, labels > 0 ? hidden : 0);
  m.label_bias.resize(labels);
  for (Index y = 0; y < labels; ++y) {
    m.label_bias[y] = next();
    for (Index j = 0; j < hidden; ++j) m.label_weights(y, j) = next();
  }
}

inline Matrix case_of(const std::vector<float>& values) {
  Matrix out(1, static_cast<Index>(values.size()));
  std::copy(values.begin(), values.end(), out.row(0));
  return out;
}

/// Binary, joint with labels, spins and categories.
inline std::vector<Explained> models_with_states() {
  std::vector<Explained> out(4);
  out[0].name = "binary";
  fill_normal(out[0].model, 6, 4, 0, 1);
  out[0].v = case_of({1, 0, 0, 1, 1, 0});
  out[1].name = "joint";
  fill_normal(out[1].model, 5, 4, 3, 2);
  out[1].v = case_of({0, 1, 1, 0, 1});
  out[2].name = "spins";
  fill_normal(out[2].model, 5, 4, 0, 3);
  out[2].model.visible_type = VisibleType::Spins;
  out[2].v = case_of({1, -1, -1, 1, -1});
  out[3].name = "categories";
  fill_normal(out[3].model, 6, 4, 0, 4);
  out[3].model.visible_type = VisibleType::Categories;
  out[3].model.states =
      std::make_shared<const UnitStates>(UnitStates{{{"a", "b", "c", "d"}, {"no", "yes"}}, {}});
  out[3].v = case_of({0, 0, 1, 0, 1, 0});
  return out;
}

/// Gaussian units: plain, standardized and whitened.
inline std::vector<Explained> real_models() {
  std::vector<Explained> out(3);
  for (std::size_t n = 0; n < 3; ++n) {
    fill_normal(out[n].model, 4, 3, 0, 10 + n);
    out[n].model.visible_type = VisibleType::Gaussian;
    out[n].model.log_variance = Eigen::VectorXf{{0.2f, -0.3f, 0.1f, 0.4f}};
    out[n].v = case_of({0.3f, -0.7f, 0.2f, 1.1f});
  }
  out[0].name = "gaussian";
  out[1].name = "standardized";
  auto scaled = std::make_shared<PictureSpace>();
  scaled->mean = Eigen::VectorXf{{0.5f, 0.4f, 0.3f, 0.6f}};
  scaled->scale = Eigen::VectorXf{{0.2f, 0.3f, 0.1f, 0.25f}};
  out[1].model.space = scaled;
  out[2].name = "whitened";
  auto whitened = std::make_shared<PictureSpace>();
  whitened->mean = scaled->mean;
  whitened->forward.resize(4, 4);
  whitened->backward.resize(4, 4);
  for (Index r = 0; r < 4; ++r) {
    for (Index c = 0; c < 4; ++c) {
      whitened->forward(r, c) = r == c ? 4.0f : -0.3f;
      whitened->backward(r, c) = r == c ? 0.25f : 0.04f;
    }
  }
  out[2].model.space = whitened;
  return out;
}

inline States states_of_case(const Explained& e) {
  if (e.model.visible_type == VisibleType::Spins || e.model.visible_type == VisibleType::Gaussian) return e.v;
  BitMatrix bits(e.v.rows(), e.v.cols());
  for (Index r = 0; r < e.v.rows(); ++r) {
    for (Index i = 0; i < e.v.cols(); ++i) bits.set(r, i, e.v(r, i) > 0);
  }
  return bits;
}

/// −E(v, y, h) with the bits of `h`; label −1 where there are no label units.
inline double log_weight(const Model& m, std::span<const float> v, Index label, unsigned h) {
  double out = label >= 0 ? double{m.label_bias[label]} : 0;
  const bool real = m.log_variance.size() > 0;
  for (Index i = 0; i < m.visible(); ++i) {
    const double x = double{v[static_cast<std::size_t>(i)]}, a = double{m.visible_bias[i]};
    const double variance = real ? std::exp(double{m.log_variance[i]}) : 1;
    out += real ? -(x - a) * (x - a) / (2 * variance) : a * x;
    for (Index j = 0; j < m.hidden(); ++j) out += (h >> j & 1) * x / variance * double{m.weights(i, j)};
  }
  for (Index j = 0; j < m.hidden(); ++j) {
    out += (h >> j & 1) * double{m.hidden_bias[j]};
    if (label >= 0) out += (h >> j & 1) * double{m.label_weights(label, j)};
  }
  return out;
}

/// −log Σ over labels and the hidden states in which unit `held` (−1: none) is `on`.
inline double free_energy_by_hand(const Model& m, std::span<const float> v, Index held = -1,
                                  bool on = false) {
  double sum = 0;
  for (Index y = m.labels() > 0 ? 0 : -1; y < m.labels() || y == -1; ++y) {
    for (unsigned h = 0; h < 1U << m.hidden(); ++h) {
      if (held < 0 || ((h >> held & 1) != 0) == on) sum += std::exp(log_weight(m, v, y, h));
    }
    if (y == -1) break;
  }
  return -std::log(sum);
}

inline std::span<const float> row_of(const Matrix& m, Index r = 0) {
  return {m.row(r), static_cast<std::size_t>(m.cols())};
}

inline Matrix transposed_of(const Model& model) {
  Matrix out(model.hidden(), model.visible());
  for (Index i = 0; i < model.visible(); ++i) {
    for (Index j = 0; j < model.hidden(); ++j) out(j, i) = model.weights(i, j);
  }
  return out;
}

/// A stack: the first model on one whose hidden units are its visible ones.
inline Model stack() {
  Model top, below;
  fill_normal(below, 6, 4, 0, 21);
  fill_normal(top, 4, 3, 0, 22);
  top.below = std::make_shared<const Model>(below);
  return top;
}

}  // namespace rbm::oracle
