// What happens in each phase of an update, in words. Pure functions; any thread.
#pragma once

#include <string>

#include "app/panels/slow_motion.hpp"
#include "core/session/snapshot.hpp"

namespace lab {

/// A phase in words; they stand for as long as the phase.
struct PhaseCaption {
  std::string says, explains;
};
/// Of this update, for one of its hidden units.
PhaseCaption caption(UpdatePhase phase, const rbm::UpdateTrace& trace, int unit);

}  // namespace lab
