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
  void draw_any(Context& context, bool compact);
  void update(const rbm::Snapshot& snapshot, int first, int columns, int row);

  struct Row {
    ui::TileWall data, reconstruction, error;
  };
  std::vector<Row> rows_;
  std::vector<float> difference_;
};

}  // namespace lab
