#include "core/run/run_summary.hpp"

#include <cmath>
#include <cstdio>
#include <type_traits>

#include "core/learning/choices.hpp"
#include "core/learning/trainer.hpp"
#include "core/model/file_words.hpp"
#include "core/run/curves_tensors.hpp"
#include "core/run/run.hpp"

namespace rbm {
namespace {

constexpr std::string_view kCurves = "run/curve_", kState = "run/";

/// How far an estimate may be off, in nats: no more than that is gained by it over a value with a bracket.
constexpr double kEstimateError = 1;

bool has_bracket(const CurvePoint& point) {
  return std::isfinite(point.log_likelihood) && std::isfinite(point.log_likelihood_lower);
}

std::string word(bool value) {
  return value ? "yes" : "no";
}
std::string word(float value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", static_cast<double>(value));
  return text;
}

}  // namespace

Result<RunSummary> read_run_summary(const std::string& path) {
  const auto file = read_some_tensors(path, [](const std::string& name) {
    // A checkpoint is told by the run's own weights; of the rest of its state nothing is needed.
    return !name.starts_with(kState) || name.starts_with(kCurves) || name == "run/weights";
  });
  if (!file) return Unexpected{file.error()};
  auto settings = checkpoint_settings(*file, path);
  if (!settings) return Unexpected{settings.error()};
  auto model = model_from_tensors(*file, path);
  if (!model) return Unexpected{model.error()};
  auto curves = curves_of(*file, path);
  if (!curves) return Unexpected{curves.error()};
  RunSummary out;
  const auto name = file->metadata.find(kDataNameKey);
  out.data = name == file->metadata.end() ? settings->data : name->second;
  out.settings = *std::move(settings);
  const auto updates = FileWords(file->metadata, path).number("updates", 0);
  if (!updates) return Unexpected{updates.error()};
  out.updates = *updates;
  out.curves = *std::move(curves);
  out.model = *std::move(model);
  return out;
}

std::optional<CurvePoint> best_likelihood(const std::vector<CurvePoint>& curves) {
  std::optional<CurvePoint> best, best_bracketed;
  const auto take = [](std::optional<CurvePoint>& better, const CurvePoint& point) {
    if (!better || point.log_likelihood > better->log_likelihood) better = point;
  };
  for (const CurvePoint& point : curves) {
    if (!std::isfinite(point.log_likelihood)) continue;
    take(best, point);
    if (has_bracket(point)) take(best_bracketed, point);
  }
  const bool is_close =
      best_bracketed && best->log_likelihood - best_bracketed->log_likelihood <= kEstimateError;
  return is_close ? best_bracketed : best;
}

double images_per_second(const std::vector<CurvePoint>& curves, int batch) {
  if (curves.empty() || !(curves.back().seconds > 0)) return 0;
  return static_cast<double>(curves.back().update) * batch / curves.back().seconds;
}

std::vector<SettingWords> words_of(const TrainingSettings& settings) {
  std::vector<SettingWords> out;
  visit_members([&](const Setting& setting, auto member) {
    if constexpr (std::is_same_v<decltype(member), decltype(&TrainingSettings::threads)>)
      if (member == &TrainingSettings::threads) return;
    const auto& value = settings.*member;
    using Value = std::remove_cvref_t<decltype(value)>;
    std::string text;
    if constexpr (kIsText<Value>)
      text = name(value);
    else if constexpr (std::is_same_v<Value, std::string>)
      text = value;
    else if constexpr (std::is_same_v<Value, bool> || std::is_same_v<Value, float>)
      text = word(value);
    else
      text = std::to_string(value);
    if (!matters(setting, settings) || text.empty()) text = "–";
    out.push_back({setting.title, std::move(text)});
  });
  return out;
}

}  // namespace rbm
