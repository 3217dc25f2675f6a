// Every action of the program, once: its id for scripts and tests, its label for menus, its shortcut, its
// group and sentence for the F1 list. The window runs them; panels ask for them.
#pragma once

#include <span>
#include <string_view>

#include "app/ui/keys.hpp"
#include "app/ui/widgets.hpp"

namespace lab {

enum class ActionId {
  PlayPause,
  StepBatch,
  StepEpoch,
  Reset,
  Save,
  SaveCheckpoint,
  Open,
  ExportCurves,
  ExportPicture,
  ViewWatch,
  ViewFilters,
  ViewHidden,
  ViewReconstructions,
  ViewChains,
  ViewPaint,
  ViewCurves,
  ViewHealth,
  ViewHeights,
  ViewExact,
  GibbsPlay,
  GibbsHalf,
  GibbsFull,
  GibbsRedraw,
  GibbsRestart,
  PaintUndo,
  PaintRedo,
  PaintClear,
  PaintDigit,
  PaintDream,
  ThemeToggle,
  ScaleUp,
  ScaleDown,
  ToggleSides,
  FullScreen,
  Help,
  Quit,
};

struct Action {
  ActionId id;
  const char* name;   // "step.batch"
  const char* label;  // "Train one batch"
  const char* group;  // "Training", "Views", "Gibbs sampling", "Painting", "Program"
  ui::Shortcut shortcut;
  const char* hint;  // one sentence
  ui::Icon icon;
};

std::span<const Action> actions();
const Action& action(ActionId id);
/// Null if there is no such action.
const Action* find_action(std::string_view name);
const Action* find_action(const ui::Shortcut& shortcut);

}  // namespace lab
