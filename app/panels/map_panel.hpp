// MapPanel: unseen images as points by the first two principal components of their hidden codes, and what
// moves through them: the painting and its dream, chains that start from it or elsewhere, those of the view Chains, and
// the training's own.
// The map is made on a thread beside the window. UI thread only.
#pragma once

#include <deque>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/panels/chain_runner.hpp"
#include "app/panels/context.hpp"
#include "app/panels/dream.hpp"
#include "app/ui/tiles.hpp"
#include "app/ui/widgets.hpp"
#include "core/evaluation/code_map.hpp"

namespace lab {

class MapPanel {
 public:
  /// `chains` and `dream` are those of other views; null: there are none.
  void draw(Context& context, const ChainRunner* chains, const Dream* dream);
  bool animating() const { return runner_.is_busy() || making_.map.valid(); }
  /// What tests ask for: "points", "maps", "walkers", "half_steps", "hovered", "chains", "dream".
  std::map<std::string, double> state() const;

 private:
  /// From the map's numbers to the screen.
  struct Frame {
    ImVec2 min, size;
    float left = 0, bottom = 0, width = 1, height = 1;
    ImVec2 at(float x, float y) const {
      return {min.x + (x - left) / width * size.x, min.y + size.y - (y - bottom) / height * size.y};
    }
  };
  void take_map(Context& context);
  void begin(Context& context);
  void advance(Context& context);
  std::vector<ImVec2> place(Context& context, const rbm::States& states) const;
  void place_movers(Context& context);
  void place_guests(Context& context, const ChainRunner* chains, const Dream* dream);
  void draw_controls(Context& context);
  void draw_map(Context& context);
  Frame frame(ImVec2 corner, ImVec2 size) const;
  void draw_points(const Frame& frame) const;
  void draw_movers(const Frame& frame) const;
  void draw_guests(const Frame& frame) const;
  void hover(Context& context, const Frame& frame, const ui::Focus& focus);

  /// A map that is made beside the window.
  struct Making {
    std::future<rbm::CodeMap> map;
    std::shared_ptr<const rbm::Dataset> data;  // of which images
    std::uint64_t weights_version = 0;         // and by which weights
    double asked_s = -10;
  };
  /// What moves, in the map's numbers, and for which map, painting and snapshot it was placed.
  struct Movers {
    std::vector<std::deque<ImVec2>> trails;  // of each chain, the newest last
    std::vector<ImVec2> training;            // the training's chains
    std::vector<ImVec2> painted;             // one point, or none
    std::uint64_t map = 0, painting = 0, snapshot = 0, chains = 0;
  };

  /// What comes from other views, and for which map and state of theirs it was placed.
  struct Guests {
    std::vector<ImVec2> chains;  // those of the view Chains
    std::vector<ImVec2> dream;   // one point, or none
    std::uint64_t dream_step = 0;
    std::uint64_t chains_map = 0, chains_version = 0, dream_map = 0, dream_started = 0;
  };

  std::shared_ptr<const rbm::Dataset> data_;  // of the map on the screen
  rbm::CodeMap map_;
  std::uint64_t maps_ = 0;  // counts them
  Making making_;
  ChainRunner runner_;
  int start_ = 0;  // 0 painting, 1 images, 2 noise
  std::uint64_t begun_painting_ = 0, seed_ = 1;
  bool shows_training_ = false, shows_chains_ = true;
  Movers movers_;
  Guests guests_;
  int cursor_ = 0;  // the point that the keyboard is at
  int hovered_ = -1;  // image
  ui::TileWall thumbnail_;
  std::vector<float> pixels_;
};

}  // namespace lab
