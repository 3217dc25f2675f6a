// MapPanel: unseen images as points by the first two principal components of their hidden codes, and what
// moves through them: the painting, chains that start from it or elsewhere, and the training's own chains.
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
#include "app/ui/tiles.hpp"
#include "core/evaluation/code_map.hpp"

namespace lab {

class MapPanel {
 public:
  void draw(Context& context);
  bool animating() const { return runner_.is_busy() || making_.map.valid(); }
  /// What tests ask for: "points", "maps", "walkers", "half_steps", "hovered".
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
  void place_movers(Context& context);
  void draw_controls(Context& context);
  void draw_map(Context& context);
  Frame frame(ImVec2 corner, ImVec2 size) const;
  void draw_points(const Frame& frame) const;
  void draw_movers(const Context& context, const Frame& frame) const;
  void hover(Context& context, const Frame& frame);

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

  std::shared_ptr<const rbm::Dataset> data_;  // of the map on the screen
  rbm::CodeMap map_;
  std::uint64_t maps_ = 0;  // counts them
  Making making_;
  ChainRunner runner_;
  int start_ = 0;  // 0 painting, 1 images, 2 noise
  std::uint64_t begun_painting_ = 0, seed_ = 1;
  bool shows_training_ = false;
  Movers movers_;
  int hovered_ = -1;  // image
  ui::TileWall thumbnail_;
  std::vector<float> pixels_;
};

}  // namespace lab
