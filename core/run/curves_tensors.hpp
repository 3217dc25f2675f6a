// The curves of a run in a checkpoint: one tensor a column, "run/curve_update" [points] U64 and "run/curve_NAME"
// [points] F64 with the names of kCurveColumns. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/model/model_file.hpp"
#include "core/run/curve_point.hpp"

namespace rbm {

/// Leaves the points in a checkpoint.
void add_curves(const std::vector<CurvePoint>& points, TensorFile& checkpoint);
/// The points of a checkpoint; none where it has no curves, and NaN in a column that it does not have. Fails with a
/// sentence where they cannot be curves: columns of other lengths, or updates that do not grow.
Result<std::vector<CurvePoint>> curves_of(const TensorFile& checkpoint, const std::string& path);

}  // namespace rbm
