#include "app/panels/compared_curve.hpp"

#include <array>
#include <cmath>
#include <utility>

#include "app/ui/plot.hpp"

namespace lab {
namespace {

using rbm::CurvePoint;

constexpr std::array<ComparedQuantity, 5> kQuantities{{
    {"Likelihood",
     "Mean log p(v) of the validation images, nats; bars are brackets. Higher is better. Comparable where "
     "the runs "
     "learned the same data and held the same images back.",
     "%.2f", &CurvePoint::log_likelihood, &CurvePoint::log_likelihood_lower,
     &CurvePoint::log_likelihood_upper},
    {"Reconstruction",
     "Mean squared error per pixel of training images after one step there and back. Not what is learned: it "
     "can fall "
     "while the model gets worse.",
     "%.4f", &CurvePoint::reconstruction_train},
    {"Free-energy gap",
     "Mean free energy of validation images minus that of training images: it grows when a model over-fits.",
     "%.2f", &CurvePoint::free_energy_validation, nullptr, nullptr, &CurvePoint::free_energy_train},
    {"Change", "‖ΔW‖ / ‖W‖, the size of an update relative to the weights: about 1e-3 is healthy.", "%.1e",
     &CurvePoint::relative_change, nullptr, nullptr, nullptr, true},
    {"Label error", "Share of validation images whose label is not the most probable one.", "%.3f",
     &CurvePoint::label_error},
}};

}  // namespace

std::span<const ComparedQuantity> compared_quantities() {
  return kQuantities;
}

ComparedCurve compared_curve(std::shared_ptr<const RunFacts> run, std::size_t quantity, int x_axis) {
  const ComparedQuantity& what = kQuantities.at(quantity);
  ComparedCurve out;
  for (const CurvePoint& point : run->curves) {
    const double y = point.*what.value - (what.less != nullptr ? point.*what.less : 0);
    if (!std::isfinite(y) || (what.is_logarithmic && y <= 0)) continue;
    out.x.push_back(x_axis == 0   ? static_cast<double>(point.update)
                    : x_axis == 1 ? point.epoch
                                  : point.seconds);
    out.y.push_back(y);
    out.lower.push_back(what.lower != nullptr ? point.*what.lower : ui::kNoNumber);
    out.upper.push_back(what.upper != nullptr ? point.*what.upper : ui::kNoNumber);
  }
  out.of = std::move(run);
  return out;
}

}  // namespace lab
