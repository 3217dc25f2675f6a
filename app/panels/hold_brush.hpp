// HoldBrush: marks pixels of a picture as known, on or off, in the HoldBoard, and shows the marks over the
// picture. UI thread only.
#pragma once

#include <span>
#include <vector>

#include "app/panels/hold_board.hpp"
#include "app/ui/tiles.hpp"
#include "core/model/model.hpp"

namespace lab {

/// What the brush makes of a pixel: what is drawn there (ink of at least one half is on), or one of the two.
enum class HoldAs { Drawn, On, Off };

/// One stroke from point to point, in pixels of a picture: all pixels whose middle is within `radius` of it,
/// and the one under each end. `frees`: lets go in place of holding.
struct HoldStroke {
  float from_x, from_y, to_x, to_y, radius;
  bool frees = false;
};
void apply(const HoldStroke& stroke, HoldAs as, const rbm::ImageShape& shape, std::span<const float> ink,
           HoldBoard& board);

class HoldBrush {
 public:
  HoldAs as = HoldAs::Drawn;

  /// In place of the canvas, so many screen pixels large, with the canvas' `id`: left holds, right
  /// lets go.
  void draw(const char* id, const rbm::ImageShape& shape, std::span<const float> ink,
            std::uint64_t ink_version, ImVec2 size, float radius, HoldBoard& board);
  /// Only the marks, over a canvas at `corner`: full for on, hollow for off.
  static void draw_marks(const rbm::ImageShape& shape, const HoldBoard& board, ImVec2 corner, ImVec2 size);

  /// Only the strokes, on a picture that others draw at `corner`; `is_over`: the mouse is on it.
  void hold_with_mouse(bool is_over, const rbm::ImageShape& shape, std::span<const float> ink, ImVec2 corner,
                       ImVec2 size, float radius, HoldBoard& board);

 private:
  ui::TileWall wall_;
  std::uint64_t put_version_ = ~std::uint64_t{0};
  int button_ = -1;  // the one that is held down in a stroke
  float last_x_ = 0, last_y_ = 0;
};

}  // namespace lab
