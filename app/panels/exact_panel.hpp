// ExactPanel: a model so small that nothing about it is estimated: its exact likelihood beside the best
// possible one and beside the reconstruction error, its whole distribution, and how each method's gradient
// differs from the exact one. UI thread only.
#pragma once

#include <array>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "app/panels/context.hpp"
#include "app/panels/gradient_table.hpp"
#include "app/panels/state_bars.hpp"
#include "app/ui/plot.hpp"

namespace lab {

class ExactPanel {
 public:
  void draw(Context& context);
  /// What tests ask for: "update", "log_likelihood", "cosine0" … "cosine3", the "part" of the gradient that
  /// is shown, in a small world "divergence" and "mass_on_data"; empty before the first report.
  std::map<std::string, double> state() const;
  /// The states of the last distribution that was drawn, in the order of its bars.
  std::span<const rbm::StateProbability> listed() const { return bars_.listed(); }

 private:
  void draw_too_large(Context& context);
  void draw_figures(const rbm::ExactReport& report, const rbm::Model& model, ImVec2 at, float width) const;
  void update_curves(const rbm::Snapshot& snapshot);
  void draw_curves(const rbm::ExactReport& report, ImVec2 at, ImVec2 size);

  std::shared_ptr<const rbm::ExactReport> report_;
  StateBars bars_;
  GradientTable table_;

  enum { kLikelihood, kReconstruction, kCosine, kPlots };
  std::array<ui::PlotState, kPlots> plots_;
  ui::PlotRange x_;
  double cursor_ = std::numeric_limits<double>::quiet_NaN();
  std::shared_ptr<const std::vector<rbm::ExactPoint>> shown_;
  std::vector<double> xs_, likelihood_, best_, reconstruction_;
  std::array<std::vector<double>, rbm::kComparedMethods> cosine_;
};

/// A number with a real minus sign, "–" where it is none.
struct SignedText {
  char text[32];
};
SignedText signed_text(double value, int decimals);

}  // namespace lab
