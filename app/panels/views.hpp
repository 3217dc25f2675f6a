// The tables of all places and of all views. A place is one of at most six things to do here, a tab at the top of the
// screen; a view is what then stands in the middle, and a row of quieter tabs chooses it where a place has several.
// Actions, keys, tabs, the help list, the state that tests read, and what the worker is asked for follow from them. A new
// view is a panel and a row.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "app/panels/panels.hpp"
#include "app/ui/keys.hpp"
#include "app/ui/widgets.hpp"
#include "core/session/commands.hpp"

namespace lab {

struct Context;

enum class PlaceId { Watch, Paint, Chains, Measure, Explain, Lessons };

struct Place {
  PlaceId id;
  const char* tab;  // "place.watch"
  const char* title;
  const char* hint;  // one sentence
};

/// What stands at the right of a view, for as long as the window is wide enough; without a drawing the view has all
/// the width. It shows nothing that the view shows.
struct Side {
  void (*draw)(Panels& panels, Context& context) = nullptr;
  rbm::command::Needs needs;  // of the worker, while it is on the screen
};

struct View {
  const char* id;  // "watch"; its action is "view.watch", its tab "tab.watch"
  PlaceId place;
  const char* title;
  ui::Shortcut key;
  ui::Icon icon = ui::Icon::None;
  const char* hint;           // one sentence
  rbm::command::Needs needs;  // of the worker, while it is on the screen
  void (*draw)(Panels& panels, Context& context);
  Side side = {};
  /// True while something moves by itself, so that frames must go on; null: never.
  bool (*is_animating)(Panels& panels) = nullptr;
  /// What tests and scripts can ask for; null: nothing.
  std::map<std::string, double> (*state)(Panels& panels) = nullptr;
  /// The picture that it shows large; null: it has none.
  std::vector<float> (*picture)(Panels& panels, rbm::ThreadPool& pool) = nullptr;
  /// Once a frame, shown or not: what other views have of it is up to date; null: they have nothing.
  void (*publish)(Panels& panels, Context& context) = nullptr;
};

/// In the order of the tabs. A place without views has none.
std::span<const Place> places();
/// In the order of the tabs of each place; the first is where the program begins.
std::span<const View> views();
/// Null if there is no such view.
const View* find_view(std::string_view id);

}  // namespace lab
