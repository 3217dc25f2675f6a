// ChainHolds: what chains keep of what the user holds, and the line that says so. UI thread only.
#pragma once

#include <string>

#include "app/panels/chain_runner.hpp"
#include "app/panels/context.hpp"
#include "app/panels/hold_brush.hpp"

namespace lab {

class ChainHolds {
 public:
  /// Once a frame, while the chains fit the model: they get what is held now, where it changed.
  void follow(Context& context, const rbm::Model& model, ChainRunner& runner);
  /// The hold brush of the large chain, and "Held: 120 pixels, 2 units" with a button that lets all go.
  void draw(Context& context, bool has_brush);
  /// Over the large picture of a chain: marks, and the brush where it is the tool. `is_over`: the mouse is on
  /// it.
  void draw_over(Context& context, const rbm::Model& model, const ChainRunner& runner, bool is_over,
                 ImVec2 corner, ImVec2 size);
  bool is_tool() const { return is_tool_; }

 private:
  std::uint64_t version_ = 0;
  const rbm::Model* model_ = nullptr;
  std::string trouble_;  // why it cannot be held
  HoldBrush brush_;
  bool is_tool_ = false;
};

/// A right click on the picture of chain `chain` (−1: none is under the mouse) offers to send it.
void offer_chain(Context& context, const rbm::Model& model, const ChainRunner& runner, int chain);

}  // namespace lab
