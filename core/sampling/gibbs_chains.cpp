#include "core/sampling/gibbs_chains.hpp"

#include <algorithm>

namespace rbm {

GibbsChains::GibbsChains(Index chains, Index visible, Index hidden, std::uint64_t seed)
    : visible_(chains, visible),
      hidden_(chains, hidden),
      clamped_(chains, visible),
      visible_probabilities_(chains, visible),
      hidden_probabilities_(chains, hidden),
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

void GibbsChains::start_chain(Index chain, std::span<const std::uint8_t> visible_states) {
  RBM_ASSERT(chain < chains() && static_cast<Index>(visible_states.size()) == visible_.cols());
  for (Index i = 0; i < visible_.cols(); ++i) {
    const bool on = visible_states[static_cast<std::size_t>(i)] != 0;
    visible_.set(chain, i, on);
    visible_probabilities_(chain, i) = on ? 1.0f : 0.0f;
    clamped_.set(chain, i, on);
  }
  for (Index j = 0; j < hidden_.cols(); ++j) {
    hidden_.set(chain, j, false);
    hidden_probabilities_(chain, j) = 0;
  }
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
  if (phase_ == Phase::Hidden) {
    layer_pass(visible_, model.weights, model.hidden_bias.data(), beta, key, 0,
               {.probabilities = &hidden_probabilities_, .states = &hidden_}, pool);
  } else {
    layer_pass(hidden_, transposed, model.visible_bias.data(), beta, key, 0,
               {.probabilities = &visible_probabilities_, .states = &visible_}, pool);
    restore_clamped();
  }
}

void GibbsChains::full_steps(const Model& model, const Matrix& transposed, Index n, ThreadPool& pool) {
  if (phase_ == Phase::Hidden && n > 0) half_step(model, transposed, pool), --n;
  for (Index i = 0; i < 2 * n; ++i) half_step(model, transposed, pool);
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
