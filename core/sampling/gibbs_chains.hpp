// GibbsChains: block Gibbs sampling of many chains at once, stepped by half-steps, with temperature and
// clamped pixels and held units, for any type of visible units. Owned by whoever watches it (a panel, a
// command); one thread. Draws from Stream::Window with its own seed, so it never disturbs training.
#pragma once

#include <vector>

#include "core/model/model.hpp"
#include "core/sampling/holds.hpp"

namespace rbm {

enum class Phase { Visible, Hidden };  // the layer that was drawn last

class GibbsChains {
 public:
  /// All pixels off, phase Visible, temperature 1. Chains of units that are not binary begin with start(). Of more chains
  /// of this seed they are those from `first_chain` on.
  GibbsChains(Index chains, Index visible, Index hidden, std::uint64_t seed, std::uint32_t first_chain = 0);

  /// Starts over from the given visible states [chains × visible], of the kind that the model's units have;
  /// the step count restarts too.
  void start(const States& visible);
  /// VisibleUnits::draw_noise: states without structure.
  void start_from_noise(const Model& model, ThreadPool& pool);

  /// p(h|v) and a sample of it, or p(v|h) and a sample, whichever is next. `transposed` is the model's Wᵀ.
  void half_step(const Model& model, const Matrix& transposed, ThreadPool& pool);
  /// v → h → v, `n` times; a half-done step is finished first and counts as one.
  void full_steps(const Model& model, const Matrix& transposed, Index n, ThreadPool& pool);
  /// Draws the present phase again from the same input: the same picture gives different states.
  void redraw(const Model& model, const Matrix& transposed, ThreadPool& pool);

  /// Pixels whose mask bit is on keep, in every chain, the state they have when this is called; an empty mask
  /// frees all. mask: visible() bytes, non-zero = clamped. Of units in blocks one held bit holds the block.
  void clamp(std::span<const std::uint8_t> mask);
  /// In every chain, from now on and after every later start: the held units have their states at once and
  /// keep them, and so does the label; whatever was clamped or held before is free. Holds without any free
  /// all. Of units that are not binary: after start().
  void hold(const Holds& holds);
  const Holds& held() const { return holds_; }
  /// Chains of a joint model have a label each, drawn with the pixels from the hidden units. Holds all of
  /// them at one label; -1 lets them go.
  void clamp_labels_to(int label);
  std::span<const std::uint8_t> labels() const { return labels_; }
  /// T > 0: σ(x / T). 1 is the model itself.
  void set_temperature(float t) { temperature_ = t; }

  Index chains() const { return visible_.rows(); }
  Phase phase() const { return phase_; }
  std::uint64_t half_steps() const { return half_steps_; }  // since the last start
  float temperature() const { return temperature_; }
  const States& states() const { return visible_; }
  const BitMatrix& visible() const { return visible_.bits; }  // of binary units
  const BitMatrix& hidden() const { return hidden_; }
  const Matrix& visible_probabilities() const {
    return visible_probabilities_;
  }  // or means, of the last h → v; the states before the first
  const Matrix& hidden_probabilities() const { return hidden_probabilities_; }

 private:
  RandomKey next_key() { return {seed_, Stream::Window, draws_++, first_chain_}; }
  void apply_holds();
  void restore_clamped(const Model& model);
  void copy_clamped();
  void restore_held_hidden();
  States visible_, clamped_;
  BitMatrix hidden_;
  Matrix visible_probabilities_, hidden_probabilities_, weighted_;
  std::vector<std::uint8_t> labels_;  // one a chain
  int clamped_label_ = -1;
  std::vector<std::uint8_t> mask_;  // one visible row; empty: nothing clamped
  Holds holds_;
  std::uint64_t seed_, draws_ = 0, half_steps_ = 0;
  std::uint32_t first_chain_;
  Phase phase_ = Phase::Visible;
  float temperature_ = 1;
};

}  // namespace rbm
