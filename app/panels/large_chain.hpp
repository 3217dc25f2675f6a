// LargeChain: one Gibbs chain as large as fits: its picture v, its hidden units h as cells beside it, its last pictures,
// and its free energy step by step. What drawing again changed is lit. UI thread only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/panels/chain_trace.hpp"
#include "app/panels/chain_walls.hpp"
#include "app/ui/tiles.hpp"

namespace lab {

class LargeChain {
 public:
  struct Hit {
    int unit = -1;  // under the mouse, or where the keyboard is
    bool clicked = false;
    bool on_picture = false;          // the mouse is on v …
    ImVec2 corner{0, 0}, size{0, 0};  // … which is here on the screen
  };
  /// Draws the watched chain into `room`.
  Hit draw(const ChainPictures& pictures, int selected_unit, int hovered_unit, ImVec2 room);
  /// Keeps the free energy of the watched chain; once a measurement. `starts`: the number of its starts so far.
  void follow(const ChainPictures& pictures, std::uint64_t starts);

 private:
  struct Layout {
    ImVec2 visible, hidden, strip, trace;  // corners, from the room's
    ImVec2 picture, cells;                 // sizes of v and of h
    ImVec2 strip_size, trace_size;
  };
  static Layout lay_out(const rbm::ImageShape& shape, ImVec2 room);
  /// Whether the mouse is on it.
  bool draw_visible(const ChainPictures& pictures, ImVec2 at, ImVec2 size);
  Hit draw_hidden(const ChainPictures& pictures, int selected_unit, int hovered_unit, ImVec2 at,
                  ImVec2 size);
  void draw_strip(const ChainPictures& pictures, ImVec2 at, ImVec2 size);
  void put_moments(const ChainPictures& pictures);

  ui::TileWall picture_, strip_;
  ChainTrace trace_;
  std::uint64_t starts_ = 0, followed_ = 0, put_version_ = 0;
  bool put_probabilities_ = false;
  int cursor_ = 0;  // the hidden unit that the keyboard is at
  std::vector<std::uint64_t> steps_;  // half-steps of the pictures in the strip
  rbm::Matrix values_, pixels_;
};

/// "start", "½ step", "1 step", "1½ steps".
std::string steps_text(std::uint64_t half_steps);

}  // namespace lab
