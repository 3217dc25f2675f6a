// TrainingChains: the chains that training keeps for its gradient, as pictures in whatever room there is. UI
// thread only.
#pragma once

#include <cstdint>

#include "app/panels/context.hpp"
#include "app/ui/tiles.hpp"

namespace lab {

/// Chains whose pictures fit at one and a half times their size.
int fitting_chains(const rbm::Model& model, ImVec2 room);

class TrainingChains {
 public:
  /// There is a model; without chains it says what makes them.
  void draw(Context& context, ImVec2 room);

 private:
  ui::TileWall wall_;
  std::uint64_t drawn_ = 0;  // the snapshot that the wall shows
  int drawn_count_ = 0;
};

}  // namespace lab
