// ReconstructionsPanel: data over reconstruction over error, for cases of the mini-batch or of the validation
// images. UI thread only.
#pragma once

#include <vector>

#include "app/panels/context.hpp"
#include "app/ui/tiles.hpp"

namespace lab {

class ReconstructionsPanel {
 public:
  void draw(Context& context) { draw_any(context, false); }
  void draw_compact(Context& context) { draw_any(context, true); }

 private:
  /// Where the cases stand: `columns` side by side in each of `rows`, their pictures below each other.
  struct Layout {
    bool compact = false, has_numbers = false;
    int lines = 3;    // pictures of a case: data, reconstruction and, where it is 3, their difference
    ImVec2 origin{};  // of the first row
    float label = 0;  // width of the names on the left
    int columns = 1, rows = 1;
    float width = 0, height = 0;  // of one picture
    float group = 0;              // height of a row with its numbers and the gap below
    float pictures() const { return static_cast<float>(lines) * height; }
    float top(int row) const { return origin.y + static_cast<float>(row) * group; }
  };
  static Layout fit(const rbm::ImageShape& shape, bool compact);
  static Layout fit_cases(const rbm::ImageShape& shape, Layout layout, float number);
  void draw_any(Context& context, bool compact);
  static void draw_source(Context& context);
  static void offer_case(Context& context, const Layout& layout, int rows);
  void draw_walls(const rbm::Model& model, const Layout& layout, int row, int count);
  static void draw_errors(const rbm::Snapshot& s, const Layout& layout, int row, int first, int count);
  void update(const rbm::Snapshot& snapshot, int first, int columns, int row);

  struct Row {
    ui::TileWall data, reconstruction, error;
  };
  std::vector<Row> rows_;
  std::vector<float> difference_;
};

}  // namespace lab
