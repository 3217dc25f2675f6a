// HeightsPanel: one Gaussian visible unit and one to three hidden ones, to take apart by hand: how hidden
// units turn one hill into a mixture of several. The exact density, its components, and what Gibbs chains
// draw. UI thread only.
#pragma once

#include <map>
#include <string>

#include "app/panels/chain_runner.hpp"
#include "app/panels/context.hpp"
#include "core/evaluation/heights_world.hpp"

namespace lab {

class HeightsPanel {
 public:
  void draw(Context& context);
  /// n Gibbs steps of all chains, and then a rest.
  void step(Context& context, int n);
  bool animating() const { return playing_; }
  /// What tests ask for: "units", "shift1", "drawn", "distance", "playing" …
  std::map<std::string, double> state() const;

 private:
  void advance(Context& context);
  void draw_story();
  void draw_transport(Context& context);
  void draw_knobs();
  struct Axes;
  void draw_hills(ImVec2 room);
  static void draw_grid(const Axes& axes);
  void draw_histogram(const Axes& axes) const;
  void draw_densities(const Axes& axes) const;
  void draw_markers(const Axes& axes);
  void drag_marker(const Axes& axes);
  void draw_walker(const Axes& axes) const;
  void draw_states(ImVec2 room);

  rbm::HeightsWorld world_;
  rbm::HeightsWorld::Knobs knobs_;
  StepClock clock_;
  bool playing_ = false, components_ = true;
  int dragged_ = -1;  // the unit whose hill is being dragged; kMostUnits: the first hill
};

}  // namespace lab
