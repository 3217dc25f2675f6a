#include "core/sampling/gibbs_chains.hpp"

#include <algorithm>

#include "core/model/labels.hpp"

namespace rbm {

GibbsChains::GibbsChains(Index chains, Index visible, Index hidden, std::uint64_t seed)
    : visible_(chains, visible),
      hidden_(chains, hidden),
      clamped_(chains, visible),
      visible_probabilities_(chains, visible),
      hidden_probabilities_(chains, hidden),
      labels_(static_cast<std::size_t>(chains), 0),
      seed_(seed) {}

void GibbsChains::start(const BitMatrix& visible) {
  RBM_ASSERT(visible.rows() == visible_.rows() && visible.cols() == visible_.cols());
  visible_ = visible;
  unpack(visible_, visible_probabilities_);
  hidden_.set_zero();
  hidden_probabilities_.set_zero();
  mask_.clear();
  half_steps_ = 0;
  phase_ = Phase::Visible;
}

void GibbsChains::start_from_noise() {
  BitMatrix noise(visible_.rows(), visible_.cols());
  const RandomKey key{seed_, Stream::Window, draws_++};
  for (Index r = 0; r < noise.rows(); ++r) {
    for (Index c = 0; c < noise.cols(); ++c) {
      noise.set(r, c, random_bits(key, static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(c)) >> 31);
    }
  }
  start(noise);
}

void GibbsChains::half_step(const Model& model, const Matrix& transposed, ThreadPool& pool) {
  phase_ = phase_ == Phase::Visible ? Phase::Hidden : Phase::Visible;
  ++half_steps_;
  redraw(model, transposed, pool);
}

void GibbsChains::redraw(const Model& model, const Matrix& transposed, ThreadPool& pool) {
  RBM_ASSERT(model.visible() == visible_.cols() && model.hidden() == hidden_.cols());
  if (half_steps_ == 0) return;
  const RandomKey key{seed_, Stream::Window, draws_++};
  const float beta = 1 / temperature_;
  const bool joint = model.labels() > 0;
  if (phase_ == Phase::Hidden && joint) {
    layer_pass(visible_, model.weights, model.hidden_bias.data(), beta, key, 0, {.inputs = &hidden_probabilities_},
               pool);
    // The first label of a chain is one of its picture.
    if (half_steps_ == 1 && clamped_label_ < 0)
      sample_labels_of_images(model, hidden_probabilities_, {seed_, Stream::ChainLabels, key.step}, labels_, pool);
    hidden_given_labels(model, hidden_probabilities_, labels_, beta, hidden_probabilities_, pool);
    sample_bernoulli(hidden_probabilities_, key, 0, hidden_, pool);
  } else if (phase_ == Phase::Hidden) {
    layer_pass(visible_, model.weights, model.hidden_bias.data(), beta, key, 0,
               {.probabilities = &hidden_probabilities_, .states = &hidden_}, pool);
  } else {
    layer_pass(hidden_, transposed, model.visible_bias.data(), beta, key, 0,
               {.probabilities = &visible_probabilities_, .states = &visible_}, pool);
    if (joint && clamped_label_ < 0)
      sample_labels(model, hidden_, beta, {seed_, Stream::ChainLabels, key.step}, labels_, pool);
    restore_clamped();
  }
}

void GibbsChains::full_steps(const Model& model, const Matrix& transposed, Index n, ThreadPool& pool) {
  if (phase_ == Phase::Hidden && n > 0) half_step(model, transposed, pool), --n;
  for (Index i = 0; i < 2 * n; ++i) half_step(model, transposed, pool);
}

void GibbsChains::clamp_labels_to(int label) {
  clamped_label_ = label;
  if (label >= 0) std::fill(labels_.begin(), labels_.end(), static_cast<std::uint8_t>(label));
}

void GibbsChains::clamp(std::span<const std::uint8_t> mask) {
  mask_.clear();
  if (mask.empty()) return;
  RBM_ASSERT(static_cast<Index>(mask.size()) == visible_.cols());
  mask_.assign(static_cast<std::size_t>(visible_.words_per_row()), 0);
  for (std::size_t i = 0; i < mask.size(); ++i) {
    if (mask[i]) mask_[i / 64] |= std::uint64_t{1} << (i % 64);
  }
  clamped_ = visible_;
}

void GibbsChains::restore_clamped() {
  if (mask_.empty()) return;
  for (Index r = 0; r < visible_.rows(); ++r) {
    std::uint64_t* v = visible_.row(r);
    const std::uint64_t* kept = clamped_.row(r);
    for (std::size_t w = 0; w < mask_.size(); ++w) v[w] = (v[w] & ~mask_[w]) | (kept[w] & mask_[w]);
    for (Index i = 0; i < visible_.cols(); ++i) {
      const bool is_clamped = (mask_[static_cast<std::size_t>(i / 64)] >> (i % 64)) & 1u;
      if (is_clamped) visible_probabilities_(r, i) = clamped_.get(r, i) ? 1.0f : 0.0f;
    }
  }
}

}  // namespace rbm
