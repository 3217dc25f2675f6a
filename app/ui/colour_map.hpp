// Colour maps as tables of levels, mixed in a space where equal steps look equal; and the pass that colours
// an atlas of values with them on the graphics card. Tables: any thread; the pass: UI thread, current
// context.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "app/gl/framebuffer.hpp"
#include "app/gl/program.hpp"
#include "app/ui/tiles.hpp"

namespace lab::ui {

/// Levels 0 … 254, an odd number so that zero has one of its own in the middle; one more entry is for what is
/// not a number.
inline constexpr int kColourLevels = 255;
using ColourTable = std::array<unsigned char, 4 * (kColourLevels + 1)>;

/// RGBA bytes of a map in the present theme. With `marks_ends` the first and the last level, where all that is beyond
/// the range lies, stand out.
ColourTable colour_table(ColourMap map, bool marks_ends = false);

/// Values below this are no values, but the gaps between tiles; they stay transparent.
inline constexpr float kGapValue = -2e30f;

/// Shader, table and triangle, shared by all walls.
class ColourPass {
 public:
  /// The one of this context, made at first use; it goes with the last that holds it.
  static std::shared_ptr<ColourPass> shared();
  /// Draws `values` into `target`, which has their size. False if the shader does not work: see trouble().
  bool draw(const gl::Texture& values, const TileSpec& spec, gl::Framebuffer& target);
  const std::string& trouble() const { return trouble_; }

 private:
  gl::Program program_;
  gl::Texture table_;
  gl::FullScreenTriangle triangle_;
  std::string trouble_;
};

}  // namespace lab::ui
