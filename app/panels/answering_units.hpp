// AnsweringUnits: the filters of the hidden units that a picture moves furthest from their usual activity, each with a
// tick at the usual and a bar from it to p(h = 1 | v). UI thread only.
#pragma once

#include <array>
#include <vector>

#include "app/panels/context.hpp"
#include "app/ui/tiles.hpp"
#include "core/evaluation/picture_answer.hpp"

namespace lab {

class AnsweringUnits {
 public:
  /// As many units as fit into `room`, the furthest first. weight_range: half-width of the colour scale of
  /// all filters. `version` changes with the answer. A hovered unit is linked, a clicked one chosen.
  void draw(Context& context, const rbm::PictureAnswer& answer, float weight_range, std::uint64_t version,
            ImVec2 room);

 private:
  struct Geometry {
    float width, height, pitch, row_height;  // of a filter; from one to the next
    int columns, rows;
  };
  static Geometry geometry(ImVec2 room, const rbm::ImageShape& shape, int units);
  void put_row(const rbm::Snapshot& snapshot, const rbm::PictureAnswer& answer, float weight_range, int row,
               int first, int count);
  void draw_bars(const Context& context, const rbm::PictureAnswer& answer, const Geometry& g, ImVec2 corner,
                 int first, int count) const;

  static constexpr int kMostRows = 8;
  std::array<ui::TileWall, kMostRows> rows_;
  std::vector<float> tile_;
  std::array<char, 24> name_{};
  std::uint64_t put_version_ = 0;
  int put_columns_ = 0, put_rows_ = 0;
};

}  // namespace lab
