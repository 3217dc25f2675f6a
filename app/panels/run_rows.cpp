#include "app/panels/run_rows.hpp"

#include <cmath>
#include <cstdio>

#include "app/panels/format_text.hpp"

namespace lab {
namespace {

/// With the sign that is as wide as digits are.
std::string nats(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%s%.2f", value < 0 ? "−" : "", std::abs(value));
  return text;
}

bool is_exact(const rbm::CurvePoint& point) {
  return point.log_likelihood_from == static_cast<double>(rbm::LikelihoodSource::Exact);
}

bool is_estimate(const rbm::CurvePoint& point) {
  return !is_exact(point) && !std::isfinite(point.log_likelihood_lower);
}

}  // namespace

std::vector<std::size_t> differing(const std::vector<const RunFacts*>& runs) {
  std::vector<std::size_t> out;
  if (runs.empty()) return out;
  for (std::size_t n = 0; n < runs.front()->settings.size(); ++n) {
    bool differs = false;
    for (const RunFacts* run : runs)
      differs = differs || run->settings.at(n).value != runs.front()->settings[n].value;
    if (differs) out.push_back(n);
  }
  return out;
}

std::vector<std::size_t> differing(const std::vector<RunRow>& rows) {
  std::vector<const RunFacts*> all;
  for (const RunRow& row : rows) all.push_back(row.facts.get());
  return differing(all);
}

std::vector<std::string> settings_at(const RunFacts& run, const std::vector<std::size_t>& numbers) {
  std::vector<std::string> out;
  for (const std::size_t n : numbers) {
    const RunSetting& setting = run.settings[n];
    if (setting.value != "–") out.push_back(setting.title + " " + setting.value);
  }
  return out;
}

std::string likelihood_text(const std::optional<rbm::CurvePoint>& best) {
  if (!best) return "–";
  return (is_estimate(*best) ? "≈ " : "") + nats(best->log_likelihood);
}

std::string likelihood_sentence(const RunFacts& run) {
  if (!run.best) return "";
  const auto told = [](const rbm::CurvePoint& point) {
    return nats(point.log_likelihood) + " at update " + grouped(point.update).text;
  };
  std::string out =
      (is_estimate(*run.best) ? "Best estimated likelihood " : "Best measured likelihood ") + told(*run.best);
  const rbm::CurvePoint* last = nullptr;
  for (const rbm::CurvePoint& point : run.curves)
    if (std::isfinite(point.log_likelihood)) last = &point;
  if (last != nullptr && last->update != run.best->update)
    out += (is_estimate(*last) ? "; last estimate " : "; last ") + told(*last);
  return out + ".";
}

std::string bracket_text(const std::optional<rbm::CurvePoint>& best) {
  if (!best) return "";
  if (is_exact(*best)) return "exact";
  if (is_estimate(*best)) return "estimate";
  return nats(best->log_likelihood_lower) + " to " + nats(best->log_likelihood_upper);
}

}  // namespace lab
