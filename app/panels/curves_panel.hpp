// CurvesPanel: what is followed during training, on linked axes. UI thread only.
#pragma once

#include <array>
#include <limits>
#include <string>
#include <vector>

#include "app/panels/context.hpp"
#include "app/ui/plot.hpp"

namespace lab {

class CurvesPanel {
 public:
  CurvesPanel();
  void draw(Context& context);
  /// Three small stacked plots for the right column.
  void draw_compact(Context& context);

 private:
  void update(const rbm::Snapshot& snapshot);
  void draw_plot(const Context& context, int which, ImVec2 size, bool show_x_labels, const char* prefix);

  enum { kLikelihood, kReconstruction, kPseudo, kGap, kChange, kLabels, kPlots };
  std::vector<int> shown_plots(const rbm::Snapshot& snapshot) const;
  const char* likelihood_note(const Context& context) const;
  std::array<ui::PlotState, kPlots> states_;
  ui::PlotRange x_;
  double cursor_ = std::numeric_limits<double>::quiet_NaN();
  int x_axis_ = 0;

  std::shared_ptr<const std::vector<rbm::CurvePoint>> shown_;
  int shown_axis_ = -1;
  std::vector<double> likelihood_x_, likelihood_, likelihood_low_, likelihood_high_;  // where it was measured
  std::string likelihood_title_;
  std::vector<double> xs_, labels_, train_, validation_, pseudo_, gap_, gap_low_, gap_high_, change_, target_;
};

}  // namespace lab
