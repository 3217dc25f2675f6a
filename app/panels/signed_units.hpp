// SignedUnits: two lists of hidden units beside each other, those for something and those against it, each
// with its filter, a bar as long as its part, and the number. UI thread only.
#pragma once

#include <array>
#include <vector>

#include "app/panels/context.hpp"
#include "app/panels/filter_tile.hpp"
#include "app/ui/tiles.hpp"

namespace lab {

class SignedUnits {
 public:
  /// The units of both lists, the strongest first, and what each adds.
  struct List {
    const char* heading;
    std::vector<int> units;
    std::vector<float> values;
  };
  /// How many units of each list fit into a height.
  static int fitting(float height);
  /// `id` names the rows: "why.pixel" has "why.pixel.for.0". `format` of a number: "%+.2f nats". A hovered
  /// unit is linked, a clicked one chosen. `version` changes with the units.
  void draw(Context& context, const char* id, const std::array<List, 2>& lists, std::uint64_t version,
            const char* format, ImVec2 room);

 private:
  void put(const Context& context, const List& list, int side);
  void draw_list(Context& context, const char* id, const List& list, int side, float most, const char* format,
                 ImVec2 corner, ImVec2 size);
  void draw_row(Context& context, const char* id, int unit, float value, float share, int side,
                const char* format, ImVec2 corner, ImVec2 size) const;

  std::array<ui::TileWall, 2> filters_;
  FilterTile form_;
  std::vector<float> scaled_;
  std::uint64_t put_version_ = 0, put_weights_ = 0;
};

}  // namespace lab
