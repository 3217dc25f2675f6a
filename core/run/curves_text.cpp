#include "core/run/curves_text.hpp"

#include <array>
#include <cmath>
#include <cstdio>

namespace rbm {
namespace {

constexpr std::array<const char*, 15> kColumns{"epoch",
                                               "seconds",
                                               "reconstruction_train",
                                               "reconstruction_validation",
                                               "pseudo_log_likelihood",
                                               "free_energy_train",
                                               "free_energy_validation",
                                               "free_energy_gap_error",
                                               "relative_change",
                                               "learning_rate",
                                               "label_error",
                                               "log_likelihood",
                                               "log_likelihood_lower",
                                               "log_likelihood_upper",
                                               "effective_sample_size"};

std::array<double, kColumns.size()> values(const CurvePoint& p) {
  return {p.epoch,
          p.seconds,
          p.reconstruction_train,
          p.reconstruction_validation,
          p.pseudo_log_likelihood,
          p.free_energy_train,
          p.free_energy_validation,
          p.free_energy_gap_error,
          p.relative_change,
          p.learning_rate,
          p.label_error,
          p.log_likelihood,
          p.log_likelihood_lower,
          p.log_likelihood_upper,
          p.effective_sample_size};
}

std::string number(double value, const char* missing) {
  if (!std::isfinite(value)) return missing;
  char text[40];
  std::snprintf(text, sizeof text, "%.9g", value);
  return text;
}

}  // namespace

std::string curves_header() {
  std::string out = "update";
  for (const char* column : kColumns) out += std::string(",") + column;
  return out + "\n";
}

std::string curve_csv(const CurvePoint& point) {
  std::string out = std::to_string(point.update);
  for (const double value : values(point)) out += "," + number(value, "");
  return out + "\n";
}

std::string curves_csv(const std::vector<CurvePoint>& points) {
  std::string out = curves_header();
  for (const CurvePoint& point : points) out += curve_csv(point);
  return out;
}

std::string curve_jsonl(const CurvePoint& point) {
  std::string out = "{\"update\": " + std::to_string(point.update);
  const auto row = values(point);
  for (std::size_t i = 0; i < kColumns.size(); ++i)
    out += std::string(", \"") + kColumns[i] + "\": " + number(row[i], "null");
  return out + "}\n";
}

}  // namespace rbm
