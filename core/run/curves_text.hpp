// The curves of a run as text: comma separated values or JSON lines. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/run/curve_point.hpp"

namespace rbm {

/// One header line, then one line a point; what was not computed is left empty.
std::string curves_csv(const std::vector<CurvePoint>& points);
/// One JSON object a line; what was not computed is null.
std::string curves_jsonl(const std::vector<CurvePoint>& points);

}  // namespace rbm
