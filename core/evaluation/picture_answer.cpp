#include "core/evaluation/picture_answer.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/model/labels.hpp"
#include "core/model/pictures.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {

void PictureAnswer::compute(const Model& model, const Matrix& transposed,
                            const Eigen::VectorXf& mean_activity, std::span<const float> seen,
                            ThreadPool& pool) {
  const Index pixels = picture_shape(model).pixels(), hidden = model.hidden();
  RBM_ASSERT(static_cast<Index>(seen.size()) == pixels);
  seen_.resize(1, pixels);
  std::ranges::copy(seen, seen_.row(0));
  states_ = states_from_pictures(model, seen_, pool);
  unpack(states_, visible_);
  to_pictures(model, visible_, picture_, pool);
  hidden_probabilities(model, states_, hidden_, pool);
  posteriors_.resize(0, 0);
  if (model.labels() > 0) {
    // A joint model answers with the hidden units of the label that it finds most probable.
    const auto label = classify(model, states_, &posteriors_, pool);
    hidden_pass(model, states_, 1.0f, {}, {.inputs = &hidden_}, scratch_, pool);
    hidden_given_labels(model, hidden_, label, 1.0f, hidden_, pool);
  }
  visible_probabilities(model, transposed, hidden_, means_, pool);
  to_pictures(model, means_, reconstruction_, pool);
  free_energies(model, states_, {&free_energy_, 1}, scratch_, pool);

  difference_.resize(static_cast<std::size_t>(pixels));
  double squares = 0;
  for (Index i = 0; i < pixels; ++i) {
    const float d = picture_(0, i) - reconstruction_(0, i);
    difference_[static_cast<std::size_t>(i)] = d;
    squares += double(d) * d;
  }
  error_ = squares / static_cast<double>(pixels);

  ranking_.resize(static_cast<std::size_t>(hidden));
  std::iota(ranking_.begin(), ranking_.end(), 0);
  const bool has_mean = mean_activity.size() == hidden;
  const auto from_usual = [&](int unit) {
    return std::abs(hidden_(0, unit) - (has_mean ? mean_activity[unit] : 0.0f));
  };
  std::ranges::sort(ranking_, [&](int a, int b) {
    const float of_a = from_usual(a), of_b = from_usual(b);
    return of_a != of_b ? of_a > of_b : a < b;
  });
}

namespace {

/// W_ij v_i, where the kind of units shows v_i.
void evidence_of_states(const Model& model, const Eigen::VectorXf& weights, std::span<const float> picture,
                        std::span<float> out) {
  ThreadPool alone(1);
  Matrix seen(1, static_cast<Index>(picture.size())), v;
  std::ranges::copy(picture, seen.row(0));
  from_pictures(model, seen, v, alone);
  for (Index i = 0; i < v.cols(); ++i) v(0, i) *= weights[i];
  if (model.states != nullptr) {
    spread_states(*model.states, v, seen);
    v = seen;
  }
  std::copy_n(v.row(0), out.size(), out.begin());
}

}  // namespace

void evidence(const Model& model, Index unit, std::span<const float> picture, std::span<float> out) {
  RBM_ASSERT(static_cast<Index>(picture.size()) == picture_shape(model).pixels() &&
             out.size() == picture.size());
  const PictureSpace* space = model.space.get();
  Eigen::VectorXf weights(model.visible());
  for (Index i = 0; i < model.visible(); ++i) {
    weights[i] = model.weights(i, unit);
    if (model.log_variance.size() > 0) weights[i] /= std::exp(model.log_variance[i]);
  }
  if (space == nullptr) return evidence_of_states(model, weights, picture, out);
  for (Index pixel = 0; pixel < static_cast<Index>(picture.size()); ++pixel) {
    const float mean = space->mean[pixel];
    float weight = 0;
    if (space->is_diagonal()) {
      weight = weights[pixel] / space->scale[pixel];
    } else {
      for (Index i = 0; i < model.visible(); ++i) weight += space->forward(pixel, i) * weights[i];
    }
    const auto at = static_cast<std::size_t>(pixel);
    out[at] = weight * (picture[at] - mean);
  }
}

}  // namespace rbm
