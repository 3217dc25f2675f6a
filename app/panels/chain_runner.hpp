// ChainRunner: Gibbs chains played like a film: by half-steps at slow speeds, so that each can be followed,
// by whole steps beyond, and never longer than a time budget per frame. Owned by a panel; UI thread.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "core/data/dataset.hpp"
#include "core/sampling/gibbs_chains.hpp"

namespace lab {

enum class ChainSource { Noise, Data, Digit, Painted, Training };

/// Where chains can start; null or empty where there is none.
struct ChainSources {
  const rbm::Dataset* data = nullptr;    // another random image for every chain
  const rbm::Dataset* digits = nullptr;  // test digits; all chains start at number `digit`
  int digit = 0;
  std::span<const float> painted{};       // in [0, 1]; all chains start there
  const rbm::States* training = nullptr;  // the training's own chains, repeated if they are fewer
};

/// States [chains × visible] of the model's kind to start from. For binary units grey values are cut at one
/// half, so that chains that start at one picture differ by chance alone. Fails with a sentence when the
/// source is missing or of another shape.
rbm::Result<rbm::States> starting_states(ChainSource start, const ChainSources& sources, rbm::Index chains,
                                         const rbm::Model& model, std::uint64_t seed, rbm::ThreadPool& pool);

/// Says how many half-steps are due at a moment; a pause of the caller is not made up for.
class StepClock {
 public:
  /// The first step is due at the next call of due().
  void restart() { fresh_ = true; }
  /// `per_second` > 0. At most the number that a tenth of a second brings, but at least one.
  int due(double now_s, double per_second);

 private:
  double last_s_ = 0, owed_ = 0;
  bool fresh_ = true;
};

/// The half-step that happened last and the next one, in words; numbered 1 (v → h) and 2 (h → v).
struct StepCaption {
  const char* done;
  const char* next;
};
StepCaption caption(rbm::Phase phase, std::uint64_t half_steps, bool drawn_again);

/// A picture that the watched chain came by.
struct ChainMoment {
  std::uint64_t half_steps = 0;        // after so many
  std::vector<float> state, expected;  // of the visible units; what the state was drawn with
};

class ChainRunner {
 public:
  /// Speeds in full steps per second. Up to kHalfStepSpeed every half-step is shown.
  static constexpr float kSlowest = 0.5f, kFastest = 60.0f, kHalfStepSpeed = 4.0f;
  /// Computing time per frame, so that the window answers at once.
  static constexpr double kBudget_s = 0.008;

  /// Temperatures that chains can have, and the one that an annealing begins with.
  static constexpr float kColdest = 0.1f, kHottest = 4.0f;
  static constexpr int kAnnealingSteps = 100;
  /// So many pictures of the watched chain are kept.
  static constexpr std::size_t kMoments = 12;

  /// Starts over, at temperature 1; keeps the speed. Other numbers of chains or units are fine.
  void start(const rbm::States& states, rbm::Index hidden, std::uint64_t seed);
  bool has_chains() const { return chains_.has_value(); }
  /// True when the chains have the model's shape and kind of units.
  bool fits(const rbm::Model& model) const;

  void play();
  void pause() { playing_ = false; }
  bool is_playing() const { return playing_; }
  /// True while advance() has work: playing, or steps asked for with run().
  bool is_busy() const { return has_chains() && (playing_ || remaining_ > 0); }

  void half_step(const rbm::Model& model, const rbm::Matrix& transposed, rbm::ThreadPool& pool);
  void full_step(const rbm::Model& model, const rbm::Matrix& transposed, rbm::ThreadPool& pool);
  void redraw(const rbm::Model& model, const rbm::Matrix& transposed, rbm::ThreadPool& pool);
  /// Asks for n full steps, done by the following calls of advance() as fast as the budget lets them.
  void run(int full_steps);
  /// Once a frame: does what is due.
  void advance(const rbm::Model& model, const rbm::Matrix& transposed, rbm::ThreadPool& pool, double now_s);

  void set_speed(float full_steps_per_second) { speed_ = full_steps_per_second; }
  /// As many steps as the budget of a frame allows, in place of a speed.
  void set_flat_out(bool on) { flat_out_ = on; }
  void set_temperature(float temperature);
  float temperature() const { return temperature_; }
  /// The following full steps cool down from the hottest temperature to 1, each by the same factor.
  void anneal();
  bool is_annealing() const { return annealing_left_ > 0; }

  /// The chain whose pictures are kept, from now on.
  void watch(rbm::Index chain);
  rbm::Index watched() const { return watched_; }
  /// Its last pictures, oldest first; the start is one.
  const std::deque<ChainMoment>& moments() const { return moments_; }
  /// Of its units that were drawn again last, those that have another state now, by number; empty after any other step.
  const std::vector<std::uint8_t>& flipped() const { return flipped_; }

  /// Every chain of a joint model keeps this label; -1 lets them draw their own.
  void hold_label(int label);
  int held_label() const { return label_; }
  /// Units that keep their states, at once and after every start; they must fit the model.
  void hold(const rbm::Holds& holds);

  const rbm::GibbsChains& chains() const { return *chains_; }  // has_chains()
  bool drawn_again() const { return drawn_again_; }
  std::uint64_t version() const { return version_; }  // changes with the states

 private:
  void stepped(bool redrawn);
  void cool();
  std::vector<std::uint8_t> watched_states() const;
  void apply_holds();

  std::optional<rbm::GibbsChains> chains_;
  StepClock clock_;
  bool playing_ = false, flat_out_ = false, drawn_again_ = false;
  int label_ = -1;
  rbm::Holds holds_;
  int remaining_ = 0;  // full steps asked for with run()
  float speed_ = 2, temperature_ = 1;
  int annealing_left_ = 0;  // full steps
  rbm::Index watched_ = 0;
  std::deque<ChainMoment> moments_;
  std::vector<std::uint8_t> flipped_;
  std::uint64_t version_ = 0;
};

}  // namespace lab
