// HeightsPanel: one Gaussian visible unit and one to three hidden ones, to take apart by hand: how hidden
// units turn one hill into a mixture of several. The exact density, its components, and what Gibbs chains
// draw. UI thread only.
#pragma once

#include <map>
#include <string>

#include "app/panels/chain_runner.hpp"
#include "app/panels/context.hpp"
#include "app/panels/heights_world.hpp"

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
  void draw_hills(ImVec2 room);
  void draw_states(ImVec2 room);

  HeightsWorld world_;
  HeightsWorld::Knobs knobs_;
  StepClock clock_;
  bool playing_ = false, components_ = true;
  int dragged_ = -1;  // the unit whose hill is being dragged; kMostUnits: the first hill
};

}  // namespace lab
