// The curves of a run as text: comma separated values or JSON lines. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/run/curve_point.hpp"

namespace rbm {

/// One header line, then one line a point; what was not computed is left empty.
std::string curves_csv(const std::vector<CurvePoint>& points);
std::string curves_header();
/// The curves of one run, and what it is called.
struct NamedCurves {
  std::string name;
  std::vector<CurvePoint> points;
};
/// Those of several runs one below the other, with the run in a first column, between quotes.
std::string curves_csv(const std::vector<NamedCurves>& runs);
std::string curve_csv(const CurvePoint& point);
/// A point as one line with a JSON object; what was not computed is null.
std::string curve_jsonl(const CurvePoint& point);

}  // namespace rbm
