// Oracles for tiny models: everything that follows from E(v, h) = −aᵀv − bᵀh − vᵀWh by summing over all
// states, in double, from the energy alone. Shares no formula with the library. Also small data sets and
// models by hand.
#pragma once

#include <bit>
#include <cmath>
#include <initializer_list>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "core/data/dataset.hpp"
#include "core/model/model.hpp"

namespace rbm::oracle {

/// A model of one row of pixels; weights row by row.
inline Model make_model(const std::vector<std::vector<double>>& w, const std::vector<double>& a,
                        const std::vector<double>& b) {
  Model model;
  const auto visible = static_cast<Index>(a.size()), hidden = static_cast<Index>(b.size());
  model.shape = {1, static_cast<int>(visible), 1};
  model.weights.resize(visible, hidden);
  model.visible_bias.resize(visible);
  model.hidden_bias.resize(hidden);
  for (Index i = 0; i < visible; ++i)
    model.visible_bias[i] = static_cast<float>(a[static_cast<std::size_t>(i)]);
  for (Index j = 0; j < hidden; ++j)
    model.hidden_bias[j] = static_cast<float>(b[static_cast<std::size_t>(j)]);
  for (Index i = 0; i < visible; ++i) {
    for (Index j = 0; j < hidden; ++j) {
      model.weights(i, j) = static_cast<float>(w[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)]);
    }
  }
  return model;
}

/// The golden fixture G: its log Z, free energies and gradients were computed twice, outside this program.
inline Model golden_model() {
  return make_model({{.5, -1, .25}, {1.5, .75, -.5}, {-.8, .6, 1.2}, {.1, -.4, .9}}, {.2, -.3, .1, -.6},
                    {-.5, .4, .05});
}

/// Normal parameters with the given standard deviations.
inline Model random_model(Index visible, Index hidden, double weight_sd, double bias_sd, unsigned seed) {
  std::mt19937 engine(seed);
  std::normal_distribution<double> normal;
  std::vector<std::vector<double>> w(static_cast<std::size_t>(visible),
                                     std::vector<double>(static_cast<std::size_t>(hidden)));
  std::vector<double> a(static_cast<std::size_t>(visible)), b(static_cast<std::size_t>(hidden));
  for (auto& row : w) {
    for (double& x : row) x = weight_sd * normal(engine);
  }
  for (double& x : a) x = bias_sd * normal(engine);
  for (double& x : b) x = bias_sd * normal(engine);
  return make_model(w, a, b);
}

inline Matrix transposed(const Model& model) {
  Matrix out(model.hidden(), model.visible());
  for (Index i = 0; i < model.visible(); ++i) {
    for (Index j = 0; j < model.hidden(); ++j) out(j, i) = model.weights(i, j);
  }
  return out;
}

/// The model with its layers exchanged; it has the same Z.
inline Model exchanged(const Model& model) {
  Model out;
  out.shape = {1, static_cast<int>(model.hidden()), 1};
  out.weights = transposed(model);
  out.visible_bias = model.hidden_bias;
  out.hidden_bias = model.visible_bias;
  return out;
}

/// Rows of states from texts like "1010": character i is unit i.
inline BitMatrix rows_of(const std::vector<std::string>& texts) {
  BitMatrix out(static_cast<Index>(texts.size()), static_cast<Index>(texts.front().size()));
  for (Index r = 0; r < out.rows(); ++r) {
    for (Index i = 0; i < out.cols(); ++i)
      out.set(r, i, texts[static_cast<std::size_t>(r)][static_cast<std::size_t>(i)] == '1');
  }
  return out;
}

/// All 2^units states, row s holding the bits of the number s.
inline BitMatrix all_states(Index units) {
  BitMatrix out(Index{1} << units, units);
  for (Index s = 0; s < out.rows(); ++s) {
    for (Index i = 0; i < units; ++i) out.set(s, i, (s >> i) & 1);
  }
  return out;
}

inline std::size_t state_number(const BitMatrix& states, Index row) {
  std::size_t s = 0;
  for (Index i = 0; i < states.cols(); ++i) s |= static_cast<std::size_t>(states.get(row, i)) << i;
  return s;
}

/// Black and white pictures from texts, each `copies` times.
inline std::shared_ptr<const Dataset> dataset_of(ImageShape shape, const std::vector<std::string>& texts,
                                                 int copies = 1) {
  auto data = std::make_shared<Dataset>();
  data->name = "by hand";
  data->shape = shape;
  for (int c = 0; c < copies; ++c) {
    for (const std::string& text : texts) {
      for (char pixel : text) data->pixels.push_back(pixel == '1' ? 255 : 0);
    }
  }
  return data;
}

/// The rows and columns of a square picture, switched on as a whole: 2^(n+1) − 2 distinct pictures.
inline std::vector<std::string> bars_and_stripes(int n) {
  std::vector<std::string> out;
  for (int pattern = 0; pattern < 1 << n; ++pattern) {
    std::string bars, stripes;
    for (int y = 0; y < n; ++y) {
      for (int x = 0; x < n; ++x) {
        bars += (pattern >> x) & 1 ? '1' : '0';
        stripes += (pattern >> y) & 1 ? '1' : '0';
      }
    }
    out.push_back(bars);
    if (stripes != bars) out.push_back(stripes);
  }
  return out;
}

using Table = std::vector<std::vector<double>>;  // [visible][hidden]

/// Expectations that make up a gradient of the mean log-likelihood.
struct Statistics {
  Table vh;
  std::vector<double> v, h;
};

/// All of them in one list: vh row by row, v, h.
inline std::vector<double> flattened(const Statistics& s) {
  std::vector<double> out;
  for (const auto& row : s.vh) out.insert(out.end(), row.begin(), row.end());
  out.insert(out.end(), s.v.begin(), s.v.end());
  out.insert(out.end(), s.h.begin(), s.h.end());
  return out;
}

/// All probabilities of a model with at most about 20 units in all.
class Enumeration {
 public:
  explicit Enumeration(const Model& model, double temperature = 1) : model_(model), beta_(1 / temperature) {
    const std::size_t states_v = std::size_t{1} << visible(), states_h = std::size_t{1} << hidden();
    joint_.assign(states_v, std::vector<double>(states_h));
    long double z = 0;
    for (std::size_t v = 0; v < states_v; ++v) {
      for (std::size_t h = 0; h < states_h; ++h) {
        const long double weight = std::exp(static_cast<long double>(-beta_ * energy(v, h)));
        joint_[v][h] = static_cast<double>(weight);
        z += weight;
      }
    }
    log_z_ = static_cast<double>(std::log(z));
    p_v_.assign(states_v, 0);
    for (std::size_t v = 0; v < states_v; ++v) {
      for (double& p : joint_[v]) p_v_[v] += (p = static_cast<double>(p / z));
    }
  }

  Index visible() const { return model_.visible(); }
  Index hidden() const { return model_.hidden(); }
  double log_z() const { return log_z_; }
  const std::vector<double>& p_v() const { return p_v_; }
  double free_energy(std::size_t v) const { return -(std::log(p_v_[v]) + log_z_) / beta_; }
  double log_likelihood(const BitMatrix& data) const {
    double sum = 0;
    for (Index r = 0; r < data.rows(); ++r) sum += std::log(p_v_[state_number(data, r)]);
    return sum / static_cast<double>(data.rows());
  }

  double energy(std::size_t v, std::size_t h) const {
    double e = 0;
    for (Index i = 0; i < visible(); ++i) {
      if (!on(v, i)) continue;
      e -= double{model_.visible_bias[i]};
      for (Index j = 0; j < hidden(); ++j) e -= on(h, j) ? double{model_.weights(i, j)} : 0.0;
    }
    for (Index j = 0; j < hidden(); ++j) e -= on(h, j) ? double{model_.hidden_bias[j]} : 0.0;
    return e;
  }

  double p_h_given_v(std::size_t h, std::size_t v) const { return joint_[v][h] / p_v_[v]; }
  double p_v_given_h(std::size_t v, std::size_t h) const {
    double p_h = 0;
    for (const auto& row : joint_) p_h += row[h];
    return joint_[v][h] / p_h;
  }
  /// p(h_j = 1 | v).
  double p_hidden_on(Index j, std::size_t v) const {
    double sum = 0;
    for (std::size_t h = 0; h < joint_[v].size(); ++h) sum += on(h, j) ? p_h_given_v(h, v) : 0.0;
    return sum;
  }
  /// p(v_i = 1 | h).
  double p_visible_on(Index i, std::size_t h) const {
    double sum = 0;
    for (std::size_t v = 0; v < joint_.size(); ++v) sum += on(v, i) ? p_v_given_h(v, h) : 0.0;
    return sum;
  }

  /// ⟨v p(h|v)ᵀ⟩, ⟨v⟩, ⟨p(h|v)⟩ with v drawn from `weights` [2^visible].
  Statistics statistics(const std::vector<double>& weights) const {
    const auto rows = static_cast<std::size_t>(visible()), cols = static_cast<std::size_t>(hidden());
    Statistics s{Table(rows, std::vector<double>(cols, 0.0)), std::vector<double>(rows, 0.0),
                 std::vector<double>(cols, 0.0)};
    for (std::size_t v = 0; v < weights.size(); ++v) {
      if (weights[v] == 0) continue;
      for (std::size_t j = 0; j < cols; ++j) {
        const double p = weights[v] * p_hidden_on(static_cast<Index>(j), v);
        s.h[j] += p;
        for (std::size_t i = 0; i < rows; ++i) s.vh[i][j] += on(v, static_cast<Index>(i)) ? p : 0.0;
      }
      for (std::size_t i = 0; i < rows; ++i) s.v[i] += on(v, static_cast<Index>(i)) ? weights[v] : 0.0;
    }
    return s;
  }

  /// The distribution of v after one step v → h → v of block Gibbs sampling from `start`.
  std::vector<double> after_gibbs_step(const std::vector<double>& start) const {
    const std::size_t states_h = joint_.front().size();
    std::vector<double> p_h(states_h, 0), out(start.size(), 0);
    for (std::size_t v = 0; v < start.size(); ++v) {
      for (std::size_t h = 0; h < states_h; ++h) p_h[h] += start[v] * p_h_given_v(h, v);
    }
    for (std::size_t v = 0; v < start.size(); ++v) {
      for (std::size_t h = 0; h < states_h; ++h) out[v] += p_h[h] * p_v_given_h(v, h);
    }
    return out;
  }

  static bool on(std::size_t state, Index unit) { return (state >> unit) & 1; }

 private:
  Model model_;
  double beta_;
  double log_z_ = 0;
  Table joint_;
  std::vector<double> p_v_;
};

/// The share of each state among the rows.
inline std::vector<double> frequencies(const BitMatrix& rows) {
  std::vector<double> out(std::size_t{1} << rows.cols(), 0);
  for (Index r = 0; r < rows.rows(); ++r) out[state_number(rows, r)] += 1 / static_cast<double>(rows.rows());
  return out;
}

/// a − b, entry by entry.
inline Statistics difference(Statistics a, const Statistics& b) {
  for (std::size_t i = 0; i < a.vh.size(); ++i) {
    for (std::size_t j = 0; j < a.vh[i].size(); ++j) a.vh[i][j] -= b.vh[i][j];
  }
  for (std::size_t i = 0; i < a.v.size(); ++i) a.v[i] -= b.v[i];
  for (std::size_t j = 0; j < a.h.size(); ++j) a.h[j] -= b.h[j];
  return a;
}

/// The exact gradient of the mean log-likelihood of the rows.
inline Statistics exact_gradient(const Enumeration& model, const BitMatrix& data) {
  return difference(model.statistics(frequencies(data)), model.statistics(model.p_v()));
}

/// What contrastive divergence with k steps updates by, on average.
inline Statistics expected_cd(const Enumeration& model, const BitMatrix& data, int k) {
  std::vector<double> v = frequencies(data);
  const Statistics positive = model.statistics(v);
  for (int step = 0; step < k; ++step) v = model.after_gibbs_step(v);
  return difference(positive, model.statistics(v));
}

/// Independent samples from p(v): `count` rows.
inline BitMatrix exact_samples(const Enumeration& model, Index count, unsigned seed) {
  std::mt19937 engine(seed);
  std::discrete_distribution<std::size_t> draw(model.p_v().begin(), model.p_v().end());
  BitMatrix out(count, model.visible());
  for (Index r = 0; r < count; ++r) {
    const std::size_t v = draw(engine);
    for (Index i = 0; i < model.visible(); ++i) out.set(r, i, Enumeration::on(v, i));
  }
  return out;
}

/// Pearson's χ² of counts against probabilities; the sum of counts is the sample size.
inline double chi_square(const std::vector<double>& counts, const std::vector<double>& probabilities) {
  double n = 0, sum = 0;
  for (double c : counts) n += c;
  for (std::size_t s = 0; s < counts.size(); ++s) {
    const double expected = n * probabilities[s];
    sum += (counts[s] - expected) * (counts[s] - expected) / expected;
  }
  return sum;
}

}  // namespace rbm::oracle
