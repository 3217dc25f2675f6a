// What the window (or a script) can ask of the worker. Small values, posted to a queue that never blocks.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/learning/settings.hpp"

namespace rbm::command {

struct Play {};
struct Pause {};
/// Runs so many updates, then pauses.
struct Step {
  std::uint64_t updates = 1;
};
/// Runs to the end of the present epoch, then pauses.
struct StepEpoch {};
/// Settings that apply now; those that need a reset are remembered by the sender and ride in Reset.
struct Configure {
  TrainingSettings settings;
};
/// Starts over with these settings (loads the data if its name changed). Keeps playing or pausing as before.
struct Reset {
  TrainingSettings settings;
};
/// Opens a model or checkpoint and goes on from it.
struct Open {
  std::string path;
};
/// Saves the averaged model, or with `checkpoint` everything needed to go on.
struct Save {
  std::string path;
  bool checkpoint = false;
};
/// What the window looks at: costs nothing where it is not asked for.
struct Watch {
  int inspected_unit = -1;        // whose most driving training images are wanted
  int reconstructions = 16;       // how many cases of the mini-batch are reconstructed in a snapshot
  bool from_validation = false;   // reconstruct validation images instead of the mini-batch's
  double likelihood_every_s = 0;  // seconds of training between two measurements of the likelihood; 0: none
  bool exact = false;             // what enumeration says of a small model
  bool operator==(const Watch&) const = default;
};

using Command = std::variant<Play, Pause, Step, StepEpoch, Configure, Reset, Open, Save, Watch>;

}  // namespace rbm::command
