// The columns of the curves by their names, as tables and files have them beside the update. Plain values; any thread.
#pragma once

#include <array>
#include <span>

#include "core/run/curve_point.hpp"

namespace rbm {

struct CurveColumn {
  const char* name;
  double CurvePoint::*value;
  std::span<const char* const> words = {};  // texts have the word of this number in its place
};

inline constexpr std::array<CurveColumn, 17> kCurveColumns{
    {{"epoch", &CurvePoint::epoch},
     {"seconds", &CurvePoint::seconds},
     {"reconstruction_train", &CurvePoint::reconstruction_train},
     {"reconstruction_validation", &CurvePoint::reconstruction_validation},
     {"pseudo_log_likelihood", &CurvePoint::pseudo_log_likelihood},
     {"free_energy_train", &CurvePoint::free_energy_train},
     {"free_energy_validation", &CurvePoint::free_energy_validation},
     {"free_energy_gap_error", &CurvePoint::free_energy_gap_error},
     {"relative_change", &CurvePoint::relative_change},
     {"learning_rate", &CurvePoint::learning_rate},
     {"label_error", &CurvePoint::label_error},
     {"log_likelihood", &CurvePoint::log_likelihood},
     {"log_likelihood_spread", &CurvePoint::log_likelihood_spread},
     {"log_likelihood_lower", &CurvePoint::log_likelihood_lower},
     {"log_likelihood_upper", &CurvePoint::log_likelihood_upper},
     {"effective_sample_size", &CurvePoint::effective_sample_size},
     {"log_likelihood_from", &CurvePoint::log_likelihood_from, kLikelihoodSources}}};

}  // namespace rbm
