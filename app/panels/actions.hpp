// Every action of the program, once: its id for scripts and tests, its label for menus, its shortcut, its
// group and sentence for the F1 list. The window runs them; panels ask for them.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "app/ui/keys.hpp"
#include "app/ui/widgets.hpp"

namespace lab {

struct View;

enum class ActionId {
  PlayPause,
  StepBatch,
  StepEpoch,
  NextPhase,
  LastPhase,
  Reset,
  LookBack,
  LookForward,
  LookLive,
  GoOnFromHere,
  CompareMoment,
  ReplayRun,
  Save,
  SaveCheckpoint,
  Open,
  BuildOn,
  ExportCurves,
  Bracket,
  ExportPicture,
  TakeAway,
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
  FirstView,  // the actions of all views follow, in the order of views()
};

constexpr ActionId show_view(std::size_t view) {
  return static_cast<ActionId>(static_cast<std::size_t>(ActionId::FirstView) + view);
}
/// Of a view out of views().
ActionId show_view(const View& view);
constexpr bool shows_view(ActionId id) {
  return id >= ActionId::FirstView;
}

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
