// RunState: the head of the left column: whether the run plays, pauses or is over, play and step, how much of it is
// done, how long the rest takes, how fast it goes and at which rate. UI thread only.
#pragma once

#include "app/panels/context.hpp"

namespace lab {

/// What the run is doing, in a word, with its colour; the sign says the same without colour.
struct RunLook {
  const char* text;
  ImU32 colour;
};
RunLook run_look(const rbm::Snapshot& snapshot);
/// A filled dot while training, a ring while paused, a square when stopped.
void draw_run_sign(ImDrawList* list, ImVec2 centre, rbm::RunState state, ImU32 colour);

/// One sentence where the state needs one, else null: what to press, or why nothing changes any more.
const char* run_advice(const rbm::Snapshot& snapshot);

/// The state, play and step, and the share that is done.
void draw_run_head(Context& context);
/// Speed, updates, rate and times, and the advice.
void draw_run_figures(const rbm::Snapshot& snapshot);

}  // namespace lab
