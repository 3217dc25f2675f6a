// FreeEnergyPlot: the free energies of the data as grey bars, others over them: an outline for many (chains),
// a marker line for one (a drawing). Keeps its bins; UI thread only.
#pragma once

#include <array>
#include <limits>
#include <span>

#include "app/panels/free_energy_rank.hpp"
#include "app/ui/imgui.hpp"

namespace lab {

class FreeEnergyPlot {
 public:
  /// data ascending. Call when either changed. `marker`: one free energy, NaN for none. The scale is that of the data; of
  /// others, how many lie beyond it is written at its ends.
  void update(std::span<const double> data, std::span<const double> others,
              double marker = std::numeric_limits<double>::quiet_NaN());
  /// `hovered` (NaN: none) is a second, thin marker: the chain under the mouse.
  void draw(const char* id, ImVec2 size, double hovered, const char* hint) const;

 private:
  static constexpr std::size_t kBins = 48;
  void draw_bars(ImDrawList* list, ImVec2 min, ImVec2 max) const;
  void draw_marker(ImDrawList* list, ImVec2 min, ImVec2 max, double at, ImU32 colour, float thickness) const;
  float x_of(double value, ImVec2 min, ImVec2 max) const;

  std::array<float, kBins> data_{}, others_{};
  Interval interval_;
  bool has_data_ = false, has_others_ = false;
  int below_ = 0, above_ = 0;  // of the others, beyond the scale
  double marker_ = std::numeric_limits<double>::quiet_NaN();
};

}  // namespace lab
