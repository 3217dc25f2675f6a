// The table of all views: what can stand in the middle of the screen. Actions, keys, tabs, the help list, the state that
// tests read, and what the worker is asked for follow from it. A new view is a panel and a row.
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

struct View {
  const char* id;  // "watch"; its action is "view.watch", its tab "tab.watch"
  const char* title;
  const char* short_title;  // of the tab where space is short
  ui::Shortcut key;
  ui::Icon icon = ui::Icon::None;
  const char* hint;           // one sentence
  rbm::command::Needs needs;  // of the worker, while it is on the screen
  void (*draw)(Panels& panels, Context& context);
  /// True while something moves by itself, so that frames must go on; null: never.
  bool (*is_animating)(Panels& panels) = nullptr;
  /// What tests and scripts can ask for; null: nothing.
  std::map<std::string, double> (*state)(Panels& panels) = nullptr;
};

/// In the order of the tabs; the first is where the program begins.
std::span<const View> views();
/// Null if there is no such view.
const View* find_view(std::string_view id);

}  // namespace lab
