// What the window (or a script) can ask of the worker. Small values, posted to a queue that never blocks.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/learning/settings.hpp"
#include "core/run/loaded_source.hpp"

namespace rbm::command {

struct Play {};
struct Pause {};
/// Runs so many updates, then pauses.
struct Step {
  std::uint64_t updates = 1;
};
/// Runs to the end of the present epoch, then pauses.
struct StepEpoch {};
/// Below this many updates a second each of them can be followed phase by phase.
inline constexpr double kSlowMotion = 1;
/// How fast it trains while it plays; steps that are asked for are made at once. Does not wait for what is being loaded.
struct Pace {
  double updates_per_second = 0;  // 0: as fast as it can
  bool begins_slowly = false;     // the first run: some updates a second at first, soon as fast as it can
};
/// Settings that apply now; those that need a reset are remembered by the sender and ride in Reset.
struct Configure {
  TrainingSettings settings;
};
/// Starts over with these settings. Data that another name or other options than those of the run call for are
/// loaded, unless `source` is what the settings name. Keeps playing or pausing as before. Takes the place of a
/// Reset or an Open whose data are still being loaded.
struct Reset {
  TrainingSettings settings;
  LoadedSource source = {};
};
/// Opens a model or checkpoint and goes on from it: at once, or paused until it is told to.
struct Open {
  std::string path;
  bool plays = false;
};
/// Shows the moment of this update (Snapshot::monitoring.timeline has them) in place of the run as it is now, which
/// trains on all the same; without one shows the run again.
struct LookBack {
  std::optional<std::uint64_t> update;
};
/// A run of its own that goes on from the moment of this update, bit for bit; the one before is kept, where runs are.
struct Branch {
  std::uint64_t update = 0;
  bool plays = false;
};
/// The last point of the curves gets a bracket of its likelihood where the run stands at it, else the next one does.
struct Bracket {};
/// Saves the averaged model, or with `checkpoint` everything needed to go on.
struct Save {
  std::string path;
  bool checkpoint = false;
};
/// Keeps the run as it is now, where runs are kept; answered when it is written, or could not be. Does not wait for what
/// is being loaded.
struct Keep {};
/// Parts of a snapshot that somebody looks at: what is not asked for is not made, and stays empty there. The
/// model, the curves and the counters are in every snapshot.
struct Needs {
  bool filters = false;             // weights.filters
  bool hidden_activations = false;  // hidden.batch, hidden.batch_rows
  bool reconstructions = false;     // of Watch::reconstructions cases
  bool chains = false;              // chains.states, chains.pictures
  bool driving_images = false;      // hidden.inspected, of Watch::inspected_unit
  bool diagnostics = false;         // singular values, mixing of the chains, free energies by label
  bool exact = false;               // what enumeration says of a small model
  bool update = false;              // an update phase by phase: each in slow motion, the last one of steps

  static constexpr Needs all() { return {true, true, true, true, true, true, true, true}; }
  bool operator==(const Needs&) const = default;
  /// What either needs.
  constexpr Needs operator|(const Needs& other) const {
    return {filters || other.filters,
            hidden_activations || other.hidden_activations,
            reconstructions || other.reconstructions,
            chains || other.chains,
            driving_images || other.driving_images,
            diagnostics || other.diagnostics,
            exact || other.exact,
            update || other.update};
  }
};
static_assert(sizeof(Needs) == 8, "Needs::all() and operator| name every need");

/// What the window looks at, in place of what it looked at before.
struct Watch {
  Needs needs;
  int inspected_unit = -1;       // whose most driving training images are wanted
  int reconstructions = 16;      // how many cases of the mini-batch are reconstructed in a snapshot
  bool from_validation = false;  // reconstruct validation images instead of the mini-batch's
  bool likelihood = true;        // the curves get a likelihood
  bool operator==(const Watch&) const = default;
};

using Command = std::variant<Play, Pause, Step, StepEpoch, Pace, Configure, Reset, Open, LookBack, Branch,
                             Bracket, Save, Keep, Watch>;

}  // namespace rbm::command
