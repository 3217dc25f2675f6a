// HealthPanel: whether a run is sound, in words, and what a practitioner looks at to tell: histograms of the parameters and
// of their changes, the singular values of W, how the chains mix, the free energy of each label. UI thread
// only.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "app/panels/context.hpp"
#include "app/ui/plot.hpp"

namespace lab {

/// Counts of values in equal bins of a symmetric range about 0 that holds all of them.
struct ValueHistogram {
  std::vector<float> bins;
  double bound = 1;  // the range is [−bound, bound]
  double mean = 0, sd = 0;
  void count(std::span<const float> values);
};

class HealthPanel {
 public:
  void draw(Context& context);
  /// What tests ask for: the change per update of W (0), a (1) and b (2); without bins where it is not known
  /// yet.
  const ValueHistogram& change(std::size_t of) const { return parameters_.at(of).change; }

 private:
  /// One array of the model and its change per update.
  struct Parameter {
    const char *name, *change_name;
    const char *hint, *change_hint;
    ValueHistogram values, change;
  };
  void update(const rbm::Snapshot& snapshot);
  void draw_histogram(const char* title, const ValueHistogram& histogram, ImVec2 at, ImVec2 size,
                      const char* hint) const;
  void draw_plots(Context& context, ImVec2 room);
  void draw_stacked(Context& context, float width);
  static void draw_waits(const Context& context, ImVec2 at, ImVec2 size);
  void draw_spectrum(const Context& context, ImVec2 at, ImVec2 size);
  void draw_mixing(const Context& context, ImVec2 at, ImVec2 size) const;
  void draw_labels(const Context& context, ImVec2 at, ImVec2 size) const;

  std::uint64_t counted_version_ = 0;
  std::shared_ptr<const rbm::Model> base_;        // what the change is measured from …
  std::uint64_t base_run_ = 0, base_update_ = 0;  // … and which run and update it is of
  std::array<Parameter, 3> parameters_{
      {{"Weights W",
        "ΔW per update",
        "A sharp peak at 0 with long tails is healthy: few pixels matter to a unit.",
        "Should be about a thousand times narrower than the weights (Hinton 2010): wider, and the learning "
        "rate is too high.",
        {},
        {}},
       {"Visible biases a",
        "Δa per update",
        "Pixels at the edge that are never on have the most negative ones.",
        "Biases may move faster than weights: they see more of the data.",
        {},
        {}},
       {"Hidden biases b",
        "Δb per update",
        "Far from 0 on one side: many units are always on, or never.",
        "All on one side: the hidden units are being switched on, or off, together.",
        {},
        {}}}};
  std::vector<float> values_, before_;
  std::vector<double> index_;
  ui::PlotState spectrum_;
  ui::PlotRange spectrum_x_;
};

}  // namespace lab
