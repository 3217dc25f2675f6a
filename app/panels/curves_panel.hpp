// CurvesPanel: what is followed during training, on linked axes. UI thread only.
#pragma once

#include <array>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "app/panels/context.hpp"
#include "app/panels/timeline.hpp"
#include "app/ui/plot.hpp"

namespace lab {

/// The columns of the curves that are shown, one value a curve point: what plots draw from.
struct CurveColumns {
  std::vector<double> x;  // in what the horizontal axis counts
  std::vector<double> label_error, train, validation, pseudo, gap, gap_low, gap_high, change, target;
  /// Of the points that have a likelihood: its value with two standard errors, NaN where it is exact; where it was
  /// annealed that value again with its bracket, NaN elsewhere; and how it was found.
  std::vector<double> likelihood_x, likelihood, likelihood_low, likelihood_high, bracket, bracket_low,
      bracket_high;
  std::vector<std::string> likelihood_notes;
  bool has_estimates = false, has_brackets = false;

  /// Those of the points over x_axis: 0 updates, 1 epochs, 2 seconds.
  void take(const std::vector<rbm::CurvePoint>& points, int x_axis);

 private:
  void take_likelihood(const rbm::CurvePoint& point);
};

class CurvesPanel {
 public:
  CurvesPanel();
  void draw(Context& context);
  /// Three small stacked plots for the right column.
  void draw_compact(Context& context);

 private:
  struct Room {
    ImVec2 size;
    bool has_timeline;
  };
  static float least_plot_height();
  static Room room_for_plots(ImVec2 room, int rows, float gap);
  void update(const rbm::Snapshot& snapshot);
  void take_columns(const rbm::Snapshot& snapshot);
  void update_marks(const rbm::Snapshot& snapshot, bool is_other_axis);
  std::size_t collect_series(int which, std::span<ui::Series> out) const;
  void draw_plots(Context& context);
  void draw_plot(const Context& context, int which, ImVec2 size, bool show_x_labels, const char* prefix);

  enum { kLikelihood, kReconstruction, kPseudo, kGap, kChange, kLabels, kPlots };
  struct Plot;
  static const std::array<Plot, kPlots> kTable;
  std::vector<int> shown_plots(const rbm::Snapshot& snapshot) const;
  const char* likelihood_note(const Context& context) const;

  std::array<ui::PlotState, kPlots> states_;
  ui::PlotRange x_;
  double cursor_ = std::numeric_limits<double>::quiet_NaN();
  int x_axis_ = 0;

  std::shared_ptr<const std::vector<rbm::CurvePoint>> shown_;
  int shown_axis_ = -1;
  CurveColumns columns_;
  /// Where settings changed; made anew when the journal, the axis or what of it shows has changed.
  struct Marks {
    std::shared_ptr<const rbm::Journal> of;
    double low = 0, high = 0;
    std::vector<ui::PlotMark> all;
  } marks_;
  Timeline timeline_;
};

}  // namespace lab
