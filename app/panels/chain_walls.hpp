// ChainWalls: the pictures of Gibbs chains, each with a bar that says how familiar it is, and their hidden
// units beside them. UI thread only.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "app/panels/chain_runner.hpp"
#include "app/ui/tiles.hpp"

namespace lab {

/// What is shown; everything lives at least as long as the call.
struct ChainPictures {
  const ChainRunner& runner;  // has chains, of the model's shape
  const rbm::Model& model;
  std::span<const double> free_energies;  // one per chain
  std::span<const double> data;           // free energies of the data, ascending
  std::uint64_t measured;                 // changes with the free energies
  bool probabilities, hidden;             // in place of samples; the hidden units too
  int most;                               // chains to show at most
  rbm::ThreadPool& pool;
};

class ChainWalls {
 public:
  /// Draws into `room`. Returns the hidden unit under the mouse, or −1.
  int draw(const ChainPictures& pictures, ImVec2 room);
  /// The chain under the mouse, −1 for none.
  int hovered_chain() const { return hovered_; }
  /// Whether its picture was clicked.
  bool was_clicked() const { return clicked_; }

 private:
  void put_visible(const ChainPictures& pictures);
  void put_hidden(const ChainPictures& pictures);
  int draw_hidden(const ChainPictures& pictures, int columns, ImVec2 room);
  static int count(const ChainPictures& pictures);

  ui::TileWall visible_, hidden_;
  std::vector<float> tile_;
  rbm::Matrix values_, pixels_;  // the visible units of all chains, and as pictures
  struct Drawn {
    std::uint64_t version = 0, measured = 0;
    bool probabilities = false;
    int columns = 0, count = 0;
    bool operator==(const Drawn&) const = default;
  };
  Drawn drawn_visible_, drawn_hidden_;
  int hovered_ = -1, hovered_next_ = -1;
  bool clicked_ = false;
};

/// Two chips, 1 v → h and 2 h → v, the one that just happened filled, and the sentence about it; or the
/// trouble.
void draw_step_caption(const ChainRunner& runner, const char* trouble);

}  // namespace lab
