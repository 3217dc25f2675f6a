// Controls of what chains draw from: their temperature, and the label that they keep. UI thread only.
#pragma once

#include "app/panels/chain_runner.hpp"

namespace lab {

class TemperatureControl {
 public:
  /// The slider, so wide, and the button that anneals.
  void draw(ChainRunner& runner, float width);

 private:
  bool resets_ = false;  // from a double click until the button is let go
};

/// A list of `count` labels with their names in the data, and of none.
void choose_held_label(ChainRunner& runner, rbm::Index count, const rbm::Dataset* data);

}  // namespace lab
