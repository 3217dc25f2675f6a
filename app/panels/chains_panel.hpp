// ChainsPanel: Gibbs chains, stepped by hand or running: one of them large, with what it came by, or a wall of them, with
// their hidden states and free energies. The chains follow the newest snapshot unless a model is held. UI thread only.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "app/panels/chain_holds.hpp"
#include "app/panels/chain_runner.hpp"
#include "app/panels/chain_settings.hpp"
#include "app/panels/chain_walls.hpp"
#include "app/panels/context.hpp"
#include "app/panels/free_energy_plot.hpp"
#include "app/panels/large_chain.hpp"
#include "app/panels/training_chains.hpp"

namespace lab {

class ChainsPanel {
 public:
  void draw(Context& context);
  /// For the Watch view: the training's own chains, or these, in whatever room there is.
  void draw_compact(Context& context);

  /// All of them side by side, or one as large as fits.
  void show_wall(bool wall) { look_.mode = static_cast<int>(wall ? Mode::Wall : Mode::One); }
  void play_pause();
  void half_step(Context& context);
  void full_step(Context& context);
  /// The last half-step again, from the same input.
  void redraw(Context& context);
  /// Starts all chains over from the chosen start.
  void restart(Context& context);

  /// For another view that shows where the chains are: takes the steps that are due. Null where none were begun.
  const ChainRunner* go_on(Context& context);

  /// The picture of the chain that is shown large; empty where there are no chains.
  std::vector<float> large_picture(rbm::ThreadPool& pool) const;

  /// True while chains that are shown have steps to do, so that frames must go on.
  bool animating() const { return runner_.is_busy() && shown_; }
  /// What tests ask for: "half_steps", "phase" (0 visible, 1 hidden), "playing", "chains" …
  std::map<std::string, double> state() const;

 private:
  enum class Show { Samples, Probabilities };
  enum class Mode { One, Wall };

  bool prepare(Context& context);
  void take_model(const Context& context);
  void begin(Context& context, ChainSource start);
  void follow_painting(Context& context);
  void measure(Context& context);
  bool is_wall() const { return look_.mode == static_cast<int>(Mode::Wall); }

  void draw_title();
  void draw_stage(Context& context);
  void draw_large(Context& context);
  void draw_wall(Context& context);
  void draw_transport(Context& context);
  void draw_starts(Context& context);
  void draw_digit_choice(Context& context);
  void draw_settings(Context& context);
  ChainPictures pictures(Context& context, bool hidden, int most) const;

  /// What the controls say of the chains.
  struct Choices {
    ChainSource start = ChainSource::Noise;
    int chains = 25, digit = 0, steps_to_run = 100;
    float speed = 2;
    bool flat_out = false, hold_model = false;
  };
  /// And of what is shown of them.
  struct Look {
    int mode = static_cast<int>(Mode::One);
    int show = static_cast<int>(Show::Samples);
    bool show_chosen = false;         // by the user; else means where noise hides the samples
    bool hidden = true;               // the hidden units, too
    int compact_source = 0;           // 0 the training's chains, 1 these
  };
  /// The model that the chains follow.
  struct Followed {
    std::shared_ptr<const rbm::Model> model;
    std::shared_ptr<const rbm::Matrix> transposed;
    std::shared_ptr<const std::vector<double>> data_free_energies;
    std::uint64_t version = 0;

    std::span<const double> data() const {
      return data_free_energies ? std::span<const double>(*data_free_energies) : std::span<const double>();
    }
  };
  /// Free energies of the chains, and of which states and model.
  struct Measured {
    std::vector<double> free_energies;
    rbm::Matrix scratch;
    std::uint64_t states_version = 0, model_version = 0;
    std::uint64_t count = 0;  // of measurements
  };

  ChainRunner runner_;
  Choices choices_;
  Look look_;
  bool shown_ = false;
  std::uint64_t seed_ = 1;             // of the next start
  std::uint64_t painted_version_ = 0;  // that the chains started from, if they did
  std::uint64_t sent_version_ = 0;     // of the last picture that was sent here
  std::string trouble_;                // why the last start was refused
  float controls_height_ = 0;          // below the stage, where that comes first
  ChainHolds holds_;
  TemperatureControl temperature_;
  Followed followed_;
  Measured measured_;
  FreeEnergyPlot plot_;
  ChainWalls walls_;
  LargeChain large_;
  TrainingChains training_;
};

}  // namespace lab
