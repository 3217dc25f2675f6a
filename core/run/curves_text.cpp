#include "core/run/curves_text.hpp"

#include <cmath>
#include <cstdio>

#include "core/run/curve_columns.hpp"

namespace rbm {
namespace {

std::string number(double value, const char* missing) {
  if (!std::isfinite(value)) return missing;
  char text[40];
  std::snprintf(text, sizeof text, "%.9g", value);
  return text;
}

}  // namespace

std::string curves_header() {
  std::string out = "update";
  for (const CurveColumn& column : kCurveColumns) out += std::string(",") + column.name;
  return out + "\n";
}

std::string curve_csv(const CurvePoint& point) {
  std::string out = std::to_string(point.update);
  for (const CurveColumn& column : kCurveColumns) out += "," + number(point.*column.value, "");
  return out + "\n";
}

std::string curves_csv(const std::vector<CurvePoint>& points) {
  std::string out = curves_header();
  for (const CurvePoint& point : points) out += curve_csv(point);
  return out;
}

std::string curve_jsonl(const CurvePoint& point) {
  std::string out = "{\"update\": " + std::to_string(point.update);
  for (const CurveColumn& column : kCurveColumns)
    out += std::string(", \"") + column.name + "\": " + number(point.*column.value, "null");
  return out + "}\n";
}

}  // namespace rbm
