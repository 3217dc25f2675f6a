// Screen: where each panel stands. Top bar, training controls left, then the tabs of the places and of their views over
// one view and what its row in the table of views puts at its right, the corner of kept pictures below them; status
// line at the bottom. Owns the panels. UI thread only.
#pragma once

#include <array>
#include <functional>
#include <string>

#include "app/lab/preferences.hpp"
#include "app/panels/context.hpp"
#include "app/panels/controls_panel.hpp"
#include "app/panels/corner_strip.hpp"
#include "app/panels/help_panel.hpp"
#include "app/panels/panels.hpp"
#include "app/panels/status_bar.hpp"
#include "app/panels/top_bar.hpp"
#include "app/panels/views.hpp"

namespace lab {

struct Screen {
  /// Draws the whole window for one frame and says in `context.shared.watch` what it needs of the worker;
  /// `preferences` hold the positions of the bars and change when they are dragged. `line` draws a line of its own
  /// below the top bar, at this place and this wide, and returns its height.
  using Line = std::function<float(float x, float y, float width)>;
  void draw(Context& context, Preferences& preferences, const Line& line = {});
  /// True while something of this view moves by itself (chains, a dream), so that frames must go on.
  bool animating(const View& view) { return view.is_animating != nullptr && view.is_animating(panels); }

  Panels panels;  // of the views and of what stands beside them
  ControlsPanel controls;
  TopBar top_bar;
  StatusBar status_bar;
  HelpPanel help;
  CornerStrip corner;
  std::string dismissed_fault;  // the fault whose banner was closed

 private:
  /// Widths of the columns at the sides of a view; 0: hidden.
  struct Columns {
    float left, right;
  };
  static Columns columns(const Context& context, const Preferences& preferences, float width);
  /// Returns the height that it takes, 0 without a fault.
  float draw_fault(Context& context, float y, float width);
  void draw_columns(Context& context, Preferences& preferences, float y, ImVec2 size);
  /// The places, and under them the views of the one on the screen where there are several, in as many rows as they
  /// need; returns the height that they take.
  float draw_tabs(Context& context, ImVec2 at, float width);
  /// `right`: where the row ends, in the window's coordinates.
  void draw_places(Context& context, float right);

  std::array<const View*, 8>
      last_of_place_{};  // the view that a place shows when it is chosen; null: its first
};

}  // namespace lab
