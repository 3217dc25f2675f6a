// Facts about hidden units that several panels show: norms, order, dead and saturated units, the colour range
// of filters. Pure functions; any thread.
#pragma once

#include <span>
#include <vector>

#include "core/model/model.hpp"

namespace lab {

/// A unit that is on for less than this share of the cases is dead, above the other saturated (Hinton 2010,
/// section 5 and 15, in words).
inline constexpr float kDeadActivity = 0.01f, kSaturatedActivity = 0.99f;

enum class UnitOrder { Index, Norm, Activity };

/// Euclidean norm of every unit's weights.
std::vector<float> unit_norms(const rbm::Model& model);

/// Unit numbers in display order: by index, or by falling norm or activity. Ties keep the index order.
std::vector<int> ordered_units(UnitOrder order, const std::vector<float>& norms,
                               const Eigen::VectorXf& activity);

/// This percentile of |filters| [hidden × pixels]: a symmetric range for all of them that few strong weights do not
/// stretch, so that ordinary filters are seen. At least 1e-3.
inline constexpr double kRangeShare = 0.98;
float filter_range(const rbm::Matrix& filters);

/// A filter on its own scale: divided by its largest size, into `buffer`; returns the buffer's start.
const float* own_scale(std::span<const float> filter, std::vector<float>& buffer);

struct UnitCounts {
  std::vector<int> dead, saturated;  // unit numbers
};
UnitCounts extreme_units(const Eigen::VectorXf& activity);

}  // namespace lab
