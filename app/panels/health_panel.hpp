// HealthPanel: what a practitioner looks at to tell whether a run is sound: histograms of the parameters and of
// their changes, the singular values of W, how the chains mix, the free energy of each digit. UI thread only.
#pragma once

#include <string>
#include <vector>

#include "app/panels/context.hpp"
#include "app/ui/plot.hpp"

namespace lab {

/// Counts of values in equal bins of a symmetric range about 0 that holds all of them.
struct ValueHistogram {
  std::vector<float> bins;
  double bound = 1;        // the range is [−bound, bound]
  double mean = 0, sd = 0;
  void count(std::span<const float> values);
};

class HealthPanel {
 public:
  void draw(Context& context);

 private:
  void update(const rbm::Snapshot& snapshot);
  void draw_histogram(const char* id, const char* title, const ValueHistogram& histogram, ImVec2 at, ImVec2 size,
                      const char* hint) const;
  void draw_spectrum(const Context& context, ImVec2 at, ImVec2 size);
  void draw_mixing(const Context& context, ImVec2 at, ImVec2 size) const;
  void draw_digits(const Context& context, ImVec2 at, ImVec2 size) const;

  std::uint64_t counted_version_ = 0, base_update_ = 0;
  std::shared_ptr<const rbm::Model> base_;  // what the change is measured from
  ValueHistogram weights_, visible_, hidden_, change_;
  std::vector<float> values_;
  std::vector<double> index_;
  ui::PlotState spectrum_;
  ui::PlotRange spectrum_x_;
};

}  // namespace lab
