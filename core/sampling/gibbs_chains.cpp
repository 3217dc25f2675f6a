#include "core/sampling/gibbs_chains.hpp"

#include <algorithm>

#include "core/model/labels.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {

GibbsChains::GibbsChains(Index chains, Index visible, Index hidden, std::uint64_t seed,
                         std::uint32_t first_chain)
    : visible_(BitMatrix(chains, visible)),
      hidden_(chains, hidden),
      visible_probabilities_(chains, visible),
      hidden_probabilities_(chains, hidden),
      labels_(static_cast<std::size_t>(chains), 0),
      seed_(seed),
      first_chain_(first_chain) {}

void GibbsChains::start(const States& visible) {
  RBM_ASSERT(visible.rows() == visible_.rows() && visible.cols() == visible_.cols());
  visible_ = visible;
  unpack(visible_, visible_probabilities_);
  hidden_.set_zero();
  hidden_probabilities_.set_zero();
  mask_.clear();
  half_steps_ = 0;
  phase_ = Phase::Visible;
  if (holds_.any()) apply_holds();
}

void GibbsChains::start_from_noise(const Model& model, ThreadPool& pool) {
  States noise = empty_states(units_of(model), visible_.rows(), visible_.cols());
  units_of(model).draw_noise(model, next_key(), noise, pool);
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
  const RandomKey key = next_key();
  const RandomKey of_labels{seed_, Stream::ChainLabels, key.step, first_chain_};
  const float beta = 1 / temperature_;
  const bool joint = model.labels() > 0;
  if (phase_ == Phase::Hidden && joint) {
    hidden_pass(model, visible_, beta, key, {.inputs = &hidden_probabilities_}, weighted_, pool);
    // The first label of a chain is one of its picture.
    if (half_steps_ == 1 && clamped_label_ < 0)
      sample_labels_of_images(model, hidden_probabilities_, of_labels, labels_, pool);
    hidden_given_labels(model, hidden_probabilities_, labels_, beta, hidden_probabilities_, pool);
    sample_bernoulli(hidden_probabilities_, key, hidden_, pool);
  } else if (phase_ == Phase::Hidden) {
    hidden_pass(model, visible_, beta, key, {.probabilities = &hidden_probabilities_, .states = &hidden_},
                weighted_, pool);
  } else {
    units_of(model).draw(model, transposed, hidden_, {.beta = beta}, key, visible_, &visible_probabilities_,
                         pool);
    if (joint && clamped_label_ < 0) sample_labels(model, hidden_, beta, of_labels, labels_, pool);
    restore_clamped(model);
  }
  if (phase_ == Phase::Hidden) restore_held_hidden();
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
  RBM_ASSERT(mask.empty() || static_cast<Index>(mask.size()) == visible_.cols());
  mask_.assign(mask.begin(), mask.end());
  if (!mask.empty()) clamped_ = visible_;
}

void GibbsChains::hold(const Holds& holds) {
  RBM_ASSERT(holds.visible_mask.empty() ||
             (static_cast<Index>(holds.visible_mask.size()) == visible_.cols() &&
              holds.visible.cols() == visible_.cols() && holds.visible.is_real == visible_.is_real));
  RBM_ASSERT(holds.hidden_mask.empty() || (static_cast<Index>(holds.hidden_mask.size()) == hidden_.cols() &&
                                           holds.hidden_on.size() == holds.hidden_mask.size()));
  holds_ = holds;
  apply_holds();
  clamp_labels_to(holds.label);
}

void GibbsChains::apply_holds() {
  mask_ = holds_.visible_mask;
  if (!mask_.empty()) clamped_ = repeated(holds_.visible, visible_.rows());
  copy_clamped();
  restore_held_hidden();
}

void GibbsChains::restore_held_hidden() {
  for (std::size_t j = 0; j < holds_.hidden_mask.size(); ++j) {
    if (holds_.hidden_mask[j] == 0) continue;
    const bool on = holds_.hidden_on[j] != 0;
    for (Index r = 0; r < hidden_.rows(); ++r) {
      hidden_.set(r, static_cast<Index>(j), on);
      hidden_probabilities_(r, static_cast<Index>(j)) = on ? 1.0f : 0.0f;
    }
  }
}

void GibbsChains::restore_clamped(const Model& model) {
  if (mask_.empty()) return;
  if (model.states != nullptr) {
    // Of a unit with several states none can be held without the others.
    model.states->for_each([&](Index, Index first, Index count) {
      const auto begin = mask_.begin() + first, end = begin + count;
      if (std::any_of(begin, end, [](std::uint8_t held) { return held != 0; })) std::fill(begin, end, 1);
    });
  }
  copy_clamped();
}

void GibbsChains::copy_clamped() {
  if (mask_.empty()) return;
  for (Index i = 0; i < visible_.cols(); ++i) {
    if (mask_[static_cast<std::size_t>(i)] == 0) continue;
    for (Index r = 0; r < visible_.rows(); ++r) {
      if (visible_.is_real) {
        visible_.values(r, i) = clamped_.values(r, i);
      } else {
        visible_.bits.set(r, i, clamped_.bits.get(r, i));
      }
      visible_probabilities_(r, i) = clamped_.at(r, i);
    }
  }
}

}  // namespace rbm
