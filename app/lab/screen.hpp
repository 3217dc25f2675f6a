// Screen: where each panel stands. Top bar, training controls left, one view in the centre, curves and the
// activity strip right, status line below. Owns the panels. UI thread only.
#pragma once

#include "app/lab/preferences.hpp"
#include "app/panels/chains_panel.hpp"
#include "app/panels/context.hpp"
#include "app/panels/controls_panel.hpp"
#include "app/panels/curves_panel.hpp"
#include "app/panels/exact_panel.hpp"
#include "app/panels/filters_panel.hpp"
#include "app/panels/health_panel.hpp"
#include "app/panels/heights_panel.hpp"
#include "app/panels/help_panel.hpp"
#include "app/panels/hidden_panel.hpp"
#include "app/panels/paint_panel.hpp"
#include "app/panels/reconstructions_panel.hpp"
#include "app/panels/status_bar.hpp"
#include "app/panels/top_bar.hpp"
#include "app/panels/unit_panel.hpp"

namespace lab {

struct Screen {
  /// Draws the whole window for one frame; `preferences` hold the positions of the bars and change when they
  /// are dragged.
  void draw(Context& context, Preferences& preferences);
  /// True while something moves by itself (chains, a dream), so that frames must go on.
  bool animating(View view) const;

  FiltersPanel filters;
  FiltersPanel watch_filters;
  UnitPanel unit;
  HiddenPanel hidden;
  HiddenPanel hidden_strip;
  ReconstructionsPanel reconstructions;
  ReconstructionsPanel watch_reconstructions;
  HealthPanel health;
  CurvesPanel curves;
  CurvesPanel side_curves;
  ChainsPanel chains;
  PaintPanel paint;
  HeightsPanel heights;
  ExactPanel exact;
  ControlsPanel controls;
  TopBar top_bar;
  StatusBar status_bar;
  HelpPanel help;
  std::string dismissed_fault;  // the fault whose banner was closed

 private:
  /// In as many rows as fit the width; returns the height that they take.
  float draw_tabs(Context& context, ImVec2 at, float width);
  void draw_view(Context& context);
  void draw_watch(Context& context);
  void draw_filters(Context& context);
  void draw_right(Context& context);
};

/// The centre's tabs in order.
struct Tab {
  View view;
  const char* id;  // "tab.watch"
  const char* label;
  ActionId action;
};
std::span<const Tab> tabs();

}  // namespace lab
