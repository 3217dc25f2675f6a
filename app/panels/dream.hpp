// Dream: one Gibbs chain that goes on from a drawing, with the moments after 1, 2, 4 … steps kept. UI thread
// only.
#pragma once

#include <span>
#include <vector>

#include "app/panels/chain_runner.hpp"
#include "app/panels/context.hpp"
#include "app/ui/tiles.hpp"

namespace lab {

class Dream {
 public:
  /// Starts over from the states [1 × visible] of a drawing.
  void restart(const rbm::States& states, const rbm::Model& model, std::uint64_t seed);
  /// Once a frame: takes the steps that are due. The chain must fit the model.
  void advance(const rbm::Model& model, const rbm::Matrix& transposed, rbm::ThreadPool& pool, double now_s);
  bool fits(const rbm::Model& model) const { return runner_.fits(model); }

  /// What the chain keeps from now on; it goes on from its present state.
  void hold(const rbm::Holds& holds) { runner_.hold(holds); }
  /// As many steps at once as fill in what is not held.
  void fill_in() { runner_.run(kFillSteps); }
  /// Of the chain as it is now [1 × visible].
  const rbm::States& states() const { return runner_.chains().states(); }
  /// The expected picture of the chain as it is now; empty before the first step.
  std::span<const float> picture() const;

  void play_pause() { runner_.is_playing() ? runner_.pause() : runner_.play(); }
  void pause() { runner_.pause(); }
  bool is_playing() const { return runner_.is_playing(); }
  /// True while advance() has work.
  bool is_busy() const { return runner_.is_busy(); }
  std::uint64_t steps() const { return runner_.has_chains() ? runner_.chains().half_steps() / 2 : 0; }
  /// Of the present picture, in nats.
  double free_energy() const { return free_energy_; }

  /// The chain's picture and its moments into the present region; true where the mouse is on the picture.
  bool draw();

 private:
  static constexpr int kMoments = 9;
  static constexpr int kFillSteps = 200;
  void put_picture(const rbm::Model& model, rbm::ThreadPool& pool);

  ChainRunner runner_;
  ui::TileWall picture_, moments_;
  int kept_ = 0;  // moments so far
  std::uint64_t put_version_ = 0;
  double free_energy_ = 0;
  rbm::Matrix scratch_, pixels_;
  std::vector<float> empty_;
};

}  // namespace lab
