// WhyUnit: one hidden unit before one picture: its filter, what every pixel adds to it, and what switching it
// off or on does to the expected picture and to the free energy. UI thread only.
#pragma once

#include <array>
#include <vector>

#include "app/panels/context.hpp"
#include "app/panels/explained.hpp"
#include "app/ui/tiles.hpp"
#include "core/evaluation/unit_effect.hpp"

namespace lab {

class WhyUnit {
 public:
  /// unit −1: none, which the panel says.
  void draw(Context& context, const Explained& explained, int unit, ImVec2 size);
  /// The picture without the unit that was drawn last; empty before the first.
  std::span<const float> picture_without() const { return effect_.off; }
  /// Brings it up to date without drawing.
  void follow(Context& context, const Explained& explained, int unit);

 private:
  void follow_filter(const Context& context, const rbm::Model& model, int unit);
  void draw_title(Context& context, int unit);
  void draw_pictures(const Explained& explained, int columns, ImVec2 picture);
  void draw_numbers(const Explained& explained, int unit) const;

  rbm::UnitEffect effect_;
  std::array<ui::TileWall, 4> pictures_;
  std::vector<float> evidence_, change_;
  float evidence_range_ = 1, change_range_ = 1;
  int unit_ = -1, filter_unit_ = -1;
  std::uint64_t version_ = 0, filter_version_ = 0;
};

}  // namespace lab
