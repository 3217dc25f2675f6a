// A moment of the run of this window as a row of Compare. Pure; any thread.
#pragma once

#include "app/panels/run_rows.hpp"

namespace lab {

/// The moment that the snapshot shows, looked back at or now: its filters, the settings that were in force, and the
/// curves up to it. The snapshot has a model.
RunRow moment_row(const rbm::Snapshot& snapshot);

}  // namespace lab
