// TrainingChains: the chains that training keeps for its gradient, as pictures in whatever room there is. UI
// thread only.
#pragma once

#include <cstdint>

#include "app/ui/tiles.hpp"
#include "core/session/snapshot.hpp"

namespace lab {

/// Chains whose pictures fit at one and a half times their size.
int fitting_chains(const rbm::Model& model, ImVec2 room);

class TrainingChains {
 public:
  /// The snapshot has a model; without chains it says what makes them.
  void draw(const rbm::Snapshot& snapshot, ImVec2 room);

 private:
  ui::TileWall wall_;
  std::uint64_t drawn_ = 0;  // the snapshot that the wall shows
  int drawn_count_ = 0;
};

}  // namespace lab
