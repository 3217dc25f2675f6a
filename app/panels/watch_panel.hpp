// WatchPanel: filters, reconstructions and chains at one glance. UI thread only.
#pragma once

#include "app/panels/chains_panel.hpp"
#include "app/panels/filter_wall.hpp"
#include "app/panels/reconstructions_panel.hpp"

namespace lab {

class WatchPanel {
 public:
  void draw(Context& context, ChainsPanel& chains);

 private:
  FilterWall filters_;
  ReconstructionsPanel reconstructions_;
};

}  // namespace lab
