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

/// A value as a table has it; words between `quotes`.
std::string text_of(const CurveColumn& column, const CurvePoint& point, const char* missing,
                    const char* quotes) {
  const double value = point.*column.value;
  if (column.words.empty()) return number(value, missing);
  if (!(value >= 0 && value < static_cast<double>(column.words.size()))) return missing;
  return quotes + std::string(column.words[static_cast<std::size_t>(value)]) + quotes;
}

}  // namespace

std::string curves_header() {
  std::string out = "update";
  for (const CurveColumn& column : kCurveColumns) out += std::string(",") + column.name;
  return out + "\n";
}

std::string curve_csv(const CurvePoint& point) {
  std::string out = std::to_string(point.update);
  for (const CurveColumn& column : kCurveColumns) out += "," + text_of(column, point, "", "");
  return out + "\n";
}

std::string curves_csv(const std::vector<CurvePoint>& points) {
  std::string out = curves_header();
  for (const CurvePoint& point : points) out += curve_csv(point);
  return out;
}

std::string curves_csv(const std::vector<NamedCurves>& runs) {
  std::string out = "run," + curves_header();
  for (const NamedCurves& run : runs) {
    std::string name = "\"";
    for (const char c : run.name) name += c == '"' ? "\"\"" : std::string(1, c);
    for (const CurvePoint& point : run.points) out += name + "\"," + curve_csv(point);
  }
  return out;
}

std::string curve_jsonl(const CurvePoint& point) {
  std::string out = "{\"update\": " + std::to_string(point.update);
  for (const CurveColumn& column : kCurveColumns)
    out += std::string(", \"") + column.name + "\": " + text_of(column, point, "null", "\"");
  return out + "}\n";
}

}  // namespace rbm
