// ComparePanel: the runs that were chosen in Runs, over each other: a curve of each on common axes, what their settings
// differ in, and the filters of two of them on one colour range with their difference. UI thread only.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/panels/compared_curve.hpp"
#include "app/panels/context.hpp"
#include "app/panels/timeline.hpp"
#include "app/ui/plot.hpp"
#include "app/ui/tiles.hpp"

namespace lab {

/// So many runs have colours that are told apart; more that are chosen are left out.
inline constexpr std::size_t kMostCompared = 8;

/// b − a, unit by unit as they are numbered; no rows where their pictures are of other shapes.
RunPicture difference_of(const RunPicture& a, const RunPicture& b);

class ComparePanel {
 public:
  void draw(Context& context);
  std::map<std::string, double> state() const;

 private:
  /// A wall of filters of one of the two runs, or of their difference.
  struct Wall {
    std::shared_ptr<const RunPicture> of;
    float range = 0;
    ImVec2 room{};
    ui::TileWall tiles;
  };
  using Runs = std::vector<const RunRow*>;
  void draw_controls(RunsInView& runs, const Runs& chosen);
  static float moments_height();
  void draw_moments(Context& context);
  void draw_curves(const Runs& chosen);
  void draw_settings(const Runs& chosen, ImVec2 at, ImVec2 size) const;
  void draw_filters(RunsInView& runs, const Runs& chosen);
  void draw_wall(const char* id, const std::string& title, ImU32 mark, Wall& wall, ImVec2 at, ImVec2 size);
  void draw_choice(const char* id, std::size_t* which, const Runs& chosen, float width);
  static void fill(Wall& wall, std::shared_ptr<const RunPicture> picture, float range, ImVec2 room);

  int mode_ = 0, quantity_ = 0, axis_ = 0;
  std::vector<ComparedCurve> curves_;
  std::array<int, 2> shown_{-1, -1};  // quantity and axis of the curves
  ui::PlotRange x_;
  ui::PlotState plot_;
  double cursor_ = ui::kNoNumber;
  std::array<std::size_t, 2> pair_{0, 1};  // of the chosen ones, whose filters are shown
  std::array<Wall, 3> walls_;
  std::shared_ptr<const RunPicture> difference_;
  std::array<std::shared_ptr<const RunPicture>, 2> of_;  // the difference
  Timeline moments_;
  bool button_held_ = false, is_swapped_ = false;
  std::size_t compared_ = 0;
};

}  // namespace lab
