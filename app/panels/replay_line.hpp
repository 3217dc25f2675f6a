// The line below the table of runs that says how the replay of one goes, and how it ended. UI thread only.
#pragma once

#include "app/panels/run_rows.hpp"

namespace lab {

/// Its height in this width; 0 where there is nothing to say.
float replay_line_height(const ReplayInView& replay, float width);
/// At the cursor of the window, as wide as there is room. Asks for an end of the replay, or puts its sentence away.
void draw_replay_line(RunsInView& runs);

}  // namespace lab
