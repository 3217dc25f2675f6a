// ChainsPanel: a wall of Gibbs chains, stepped by hand or running, with the hidden states beside them and the
// free energy of each. The chains follow the newest snapshot unless a model is held. UI thread only.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/panels/chain_runner.hpp"
#include "app/panels/chain_walls.hpp"
#include "app/panels/context.hpp"
#include "app/panels/free_energy_plot.hpp"
#include "app/ui/tiles.hpp"

namespace lab {

class ChainsPanel {
 public:
  void draw(Context& context);
  /// For the Watch view: the training's own chains, or these, in whatever room there is.
  void draw_compact(Context& context);

  void play_pause();
  void half_step(Context& context);
  void full_step(Context& context);
  /// The last half-step again, from the same input.
  void redraw(Context& context);
  /// Starts all chains over from the chosen start.
  void restart(Context& context);

  /// True while chains that are shown have steps to do, so that frames must go on.
  bool animating() const { return runner_.is_busy() && shown_; }
  /// What tests ask for: "half_steps", "phase" (0 visible, 1 hidden), "playing", "chains" …
  std::map<std::string, double> state() const;

 private:
  enum class Show { Samples, Probabilities };

  bool prepare(Context& context);
  void take_model(const Context& context);
  void begin(Context& context, ChainSource start);
  void measure(Context& context);

  void draw_transport(Context& context);
  void draw_starts(Context& context);
  void draw_digit_choice(Context& context);
  void draw_settings(Context& context);
  ChainPictures pictures(Context& context, bool hidden, int most) const;
  int fitting(ImVec2 room) const;
  void draw_training_chains(const rbm::Snapshot& snapshot, ImVec2 room);

  ChainRunner runner_;
  ChainSource start_ = ChainSource::Noise;
  int chain_count_ = 25, digit_ = 0, steps_to_run_ = 100;
  float temperature_ = 1, speed_ = 2;
  int show_ = static_cast<int>(Show::Samples);
  bool show_chosen_ = false;  // by the user; else means where noise hides the samples
  bool show_hidden_ = true, flat_out_ = false, hold_ = false, shown_ = false;
  int compact_source_ = 0;  // 0 the training's chains, 1 these
  std::uint64_t seed_ = 1;
  std::string trouble_;  // why the last start was refused

  // The model that the chains follow.
  std::shared_ptr<const rbm::Model> model_;
  std::shared_ptr<const rbm::Matrix> transposed_;
  std::shared_ptr<const std::vector<double>> data_free_energies_;
  std::uint64_t model_version_ = 0;

  // Free energies of the chains, and of which states and model.
  std::vector<double> free_energies_;
  rbm::Matrix scratch_;
  std::uint64_t measured_version_ = 0, measured_model_ = 0, measured_ = 0;
  FreeEnergyPlot plot_;

  ChainWalls walls_;
  ui::TileWall training_wall_;
  std::uint64_t drawn_training_ = 0;
  int drawn_training_count_ = 0;
};

}  // namespace lab
