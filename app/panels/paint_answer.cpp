#include "app/panels/paint_answer.hpp"

#include <algorithm>
#include <numeric>

#include "core/model/labels.hpp"

namespace lab {

void PaintAnswer::compute(const rbm::Model& model, const rbm::Matrix& transposed,
                          const Eigen::VectorXf& mean_activity, std::span<const float> seen,
                          rbm::ThreadPool& pool) {
  const rbm::Index visible = model.visible(), hidden = model.hidden();
  RBM_ASSERT(static_cast<rbm::Index>(seen.size()) == visible);
  if (states_.cols() != visible) states_.resize(1, visible);
  picture_.resize(1, visible);
  for (rbm::Index i = 0; i < visible; ++i) {
    const bool on = seen[static_cast<std::size_t>(i)] >= 0.5f;
    states_.set(0, i, on);
    picture_(0, i) = on ? 1.0f : 0.0f;
  }
  rbm::hidden_probabilities(model, states_, hidden_, pool);
  posteriors_.resize(0, 0);
  if (model.labels() > 0) {
    // A joint model answers with the hidden units of the label that it finds most probable.
    const auto label = rbm::classify(model, picture_, &posteriors_, pool);
    rbm::layer_pass(states_, model.weights, model.hidden_bias.data(), 1.0f, {}, 0, {.inputs = &hidden_}, pool);
    rbm::hidden_given_labels(model, hidden_, label, 1.0f, hidden_, pool);
  }
  rbm::visible_probabilities(model, transposed, hidden_, reconstruction_, pool);
  rbm::free_energies(model, states_, {&free_energy_, 1}, scratch_, pool);

  difference_.resize(static_cast<std::size_t>(visible));
  double squares = 0;
  for (rbm::Index i = 0; i < visible; ++i) {
    const float d = picture_(0, i) - reconstruction_(0, i);
    difference_[static_cast<std::size_t>(i)] = d;
    squares += double(d) * d;
  }
  error_ = squares / static_cast<double>(visible);

  ranking_.resize(static_cast<std::size_t>(hidden));
  std::iota(ranking_.begin(), ranking_.end(), 0);
  const bool has_mean = mean_activity.size() == hidden;
  const auto more_than_usual = [&](int unit) {
    return hidden_(0, unit) - (has_mean ? mean_activity[unit] : 0.0f);
  };
  std::ranges::sort(ranking_, [&](int a, int b) {
    const float of_a = more_than_usual(a), of_b = more_than_usual(b);
    return of_a != of_b ? of_a > of_b : a < b;
  });
}

void evidence(const rbm::Model& model, rbm::Index unit, std::span<const float> picture,
              std::span<float> out) {
  RBM_ASSERT(static_cast<rbm::Index>(picture.size()) == model.visible() && out.size() == picture.size());
  for (rbm::Index i = 0; i < model.visible(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    out[at] = model.weights(i, unit) * picture[at];
  }
}

}  // namespace lab
