// The facts that lessons ask for: what the learner has done or sees, as a number or a word. UI thread, but for
// check_fact().
//
//   view, state, theme       the view that is shown, "running" or "paused" …, "dark" or "light"
//   updates, epochs          of the run
//   preset                   the name of the preset whose settings are in force, or "own"
//   setting.KEY              of the settings in force, by their keys in files
//   action.NAME              how often the learner has asked for it since the step began, by its key or in the top bar
//   unit, unit.activity      the selected hidden unit (-1: none), the share of the images for which it is on
//   ink                      pixels on the canvas that are more than half inked
//   painting.CLASS           how many classes the painting looks more like than this one: 0 is it
//   chain.CLASS              the same of the picture of the chain that is shown large
//   verdict.ID, complaints   whether Health says so (0 or 1), how many of its lines complain
//   VIEW.NAME                a number of a view in the state file, as chains.half_steps
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/lab/class_guess.hpp"
#include "app/lab/lesson.hpp"
#include "app/panels/context.hpp"
#include "app/panels/panels.hpp"

namespace lab {

/// What the learner did since the step began.
struct Doings {
  std::map<std::string, int> actions;  // by their names
};

/// What the pictures that facts ask for look like.
struct Likenesses {
  KeptLikeness painting, chain;
};

/// Fails with a sentence where there is no such fact.
rbm::Result<void> check_fact(const std::string& name);

/// The fact as it is now; nothing where it is not known (yet).
std::optional<FactValue> fact_now(const std::string& name, const Context& context, Panels& panels,
                                  const Doings& doings, Likenesses& likenesses);

/// A sentence on which class of the data the painting looks like; empty where it looks like none.
std::string painting_taken_for(const Context& context, Likenesses& likenesses);

}  // namespace lab
