#include "core/run/verdicts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "core/learning/estimators/methods.hpp"
#include "core/model/states.hpp"

namespace rbm {
namespace {

using Level = Verdict::Level;

/// What is on for so small or so large a share of the images says nothing of them (Hinton 2010, sections 5 and 15).
constexpr float kDead = 0.01f, kSaturated = 0.99f;
/// So large a share of dead or saturated units is no accident.
constexpr double kManyUnits = 0.25;
/// Columns of W that differ by less than this part of their size are one column.
constexpr double kAlike = 0.02;
/// Before these updates there is little to say of units, steps and fit.
constexpr std::uint64_t kFirstActivity = 100, kFirstStep = 200, kFirstFit = 500;
/// A step that moves the input of a hidden unit by so much turns its answer over from one update to the next. The hot
/// start of a good run with persistent chains moves it by 1.
constexpr double kWildStep = 6;
/// A gap in nats that is this many standard errors, and this share of how much free energies vary, is over-fitting.
constexpr double kGapErrors = 4, kLeastGap = 10;
/// Free energies of dreams so many standard deviations of the data's away are dreams of something else.
constexpr double kFarDream = 1.5;

template <class... Values>
std::string words(const char* format, Values... values) {
  std::array<char, 320> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

Verdict waiting(const char* id, Evidence evidence, const std::string& sentence) {
  return {.id = id, .level = Level::Waiting, .sentence = sentence, .evidence = evidence};
}

Verdict waits_until(const char* id, Evidence evidence, std::uint64_t update) {
  return waiting(id, evidence,
                 words("Not judged before update %llu.", static_cast<unsigned long long>(update)));
}

/// Whether all columns of W are one and the same, as they stay when they begin so.
bool are_columns_alike(const Matrix& weights) {
  double spread = 0, size = 0;
  for (Index i = 0; i < weights.rows(); ++i) {
    const float* row = weights.row(i);
    double sum = 0, squares = 0;
    for (Index j = 0; j < weights.cols(); ++j) sum += double{row[j]}, squares += double{row[j]} * row[j];
    size += squares;
    spread += squares - sum * sum / static_cast<double>(weights.cols());
  }
  return spread <= kAlike * kAlike * size;
}

Verdict alike(const HealthFacts& facts) {
  Verdict out{.id = "alike", .evidence = Evidence::Filters};
  if (facts.model.hidden() < 2 || !are_columns_alike(facts.model.weights)) {
    out.sentence = "The hidden units differ from each other.";
    return out;
  }
  out.level = Level::Wrong;
  out.sentence = "All hidden units are one and the same: equal weights get equal gradients and stay equal.";
  out.measured = words("%d filters, 1 shape", static_cast<int>(facts.model.hidden()));
  out.remedy = "Start over with small random weights (initial spread 0.01).";
  out.cured = facts.settings;
  out.cured->initial_sd = TrainingSettings{}.initial_sd;
  out.anew = true;
  return out;
}

/// Units that are never on (dead), or always.
Verdict extreme(const HealthFacts& facts, bool is_dead) {
  Verdict out{.id = is_dead ? "dead" : "saturated", .evidence = Evidence::HiddenUnits};
  if (facts.updates < kFirstActivity) return waits_until(out.id.c_str(), out.evidence, kFirstActivity);
  const auto count = std::ranges::count_if(
      facts.activity, [&](float mean) { return is_dead ? mean < kDead : mean > kSaturated; });
  const auto of = static_cast<double>(std::max<Index>(1, facts.activity.size()));
  const char* what =
      is_dead ? "on for less than 1\u00a0% of the images" : "on for more than 99\u00a0% of the images";
  out.measured = words("%.0f\u00a0%%", 100 * static_cast<double>(count) / of);
  out.sentence = words("%d of %d hidden units are %s, %s.", static_cast<int>(count), static_cast<int>(of),
                       is_dead ? "dead" : "saturated", what);
  if (static_cast<double>(count) < kManyUnits * of) return out;
  out.level = Level::Wrong;
  out.cured = facts.settings;
  out.anew = true;
  if (!facts.settings.centred) {
    out.cured->centred = true;
    out.remedy = "Start over with the centred gradient, which keeps the biases from being swept along.";
  } else if (facts.settings.sparsity_cost > 0) {
    out.cured->sparsity_cost = 0;
    out.remedy = "Start over without the pull to sparsity, which is stronger than the data.";
  } else {
    out.cured->learning_rate = facts.settings.learning_rate / 5;
    out.remedy =
        words("Start over with a fifth of the learning rate (%.3g).", double{out.cured->learning_rate});
  }
  return out;
}

double norm_of(const Matrix& weights) {
  double squares = 0;
  for (Index i = 0; i < weights.rows(); ++i) {
    for (Index j = 0; j < weights.cols(); ++j) squares += double{weights.row(i)[j]} * weights.row(i)[j];
  }
  return std::sqrt(squares);
}

Verdict rate(const HealthFacts& facts) {
  Verdict out{.id = "rate", .evidence = Evidence::Curves};
  const CurvePoint* last = facts.points.empty() ? nullptr : &facts.points.back();
  const double step = last == nullptr
                          ? 0
                          : last->relative_change * norm_of(facts.model.weights) * facts.input_size /
                                std::sqrt(static_cast<double>(facts.model.hidden()));
  if (facts.fault.empty()) {
    if (facts.updates < kFirstStep || last == nullptr) return waits_until("rate", out.evidence, kFirstStep);
    out.measured = words("%.2g a step", step);
    if (step <= kWildStep) {
      out.sentence = "The steps are small enough: one update moves a hidden unit's input by little.";
      return out;
    }
    out.sentence =
        "The learning rate is too high: one update moves the input of a hidden unit so far that its answers "
        "turn over.";
  } else {
    out.sentence = facts.fault;
  }
  out.level = Level::Wrong;
  out.cured = facts.settings;
  out.cured->learning_rate = facts.settings.learning_rate / 50;
  out.cured->momentum = std::min(facts.settings.momentum, 0.5f);
  out.remedy = words("Start over with a fiftieth of the rate (%.3g).", double{out.cured->learning_rate});
  out.anew = true;
  return out;
}

Verdict fit(const HealthFacts& facts) {
  Verdict out{.id = "fit", .evidence = Evidence::Curves};
  if (facts.updates < kFirstFit || facts.points.empty()) return waits_until("fit", out.evidence, kFirstFit);
  const CurvePoint& last = facts.points.back();
  const double gap = last.free_energy_validation - last.free_energy_train;
  if (std::isnan(gap))
    return waiting("fit", out.evidence, "Without validation images over-fitting cannot be told.");
  out.measured = words("%.1f ± %.1f\u00a0nats", gap, last.free_energy_gap_error);
  if (gap < kLeastGap || gap < kGapErrors * last.free_energy_gap_error) {
    out.sentence = "Images that it has not seen are as familiar as those that it learns.";
    return out;
  }
  out.level = Level::Wrong;
  out.sentence = words("Over-fitting: the %lld images that it learns are far more familiar than others.",
                       static_cast<long long>(facts.images));
  out.cured = facts.settings;
  out.anew = true;
  const int usual = TrainingSettings{}.validation;
  if (facts.settings.validation > usual && facts.settings.validation > facts.images) {
    out.cured->validation = usual;
    out.remedy =
        words("Start over with more images: hold back %d in place of %d.", usual, facts.settings.validation);
  } else {
    out.cured->l2 = std::max(3e-4f, 3 * facts.settings.l2);
    out.remedy = words("Start over with weight decay (L2 %.2g), fewer hidden units, or more images.",
                       double{out.cured->l2});
  }
  return out;
}

/// Settings whose chains cross from mode to mode, if some method can.
std::optional<TrainingSettings> crossing(const HealthFacts& facts) {
  for (const MethodKind* kind : method_kinds()) {
    TrainingSettings other = facts.settings;
    other.method = kind->id;
    if (kind->crosses_modes && kind->id != facts.settings.method && validate(other)) return other;
  }
  return std::nullopt;
}

Verdict mixing(const HealthFacts& facts) {
  Verdict out{.id = "mixing", .evidence = Evidence::Mixing};
  if (!kind_of(facts.settings.method).keeps_chains) {
    out.sentence = "The method keeps no chains, so that none can get stuck.";
    return out;
  }
  if (facts.updates < kFirstFit) return waits_until("mixing", out.evidence, kFirstFit);
  out.measured = words("k = %d", facts.settings.k);
  if (facts.diagnostics != nullptr) {
    const double time = facts.diagnostics->autocorrelation_time;
    out.measured = words(time < 10 ? "τ of F %.1f steps" : "τ of F %.0f steps", time);
  }
  if (facts.collapse.empty()) {
    out.sentence = "The chains go between the parts of the data, as far as can be told.";
    return out;
  }
  out.level = Level::Wrong;
  out.sentence = facts.collapse.substr(0, facts.collapse.find(". ") + 1);
  out.anew = true;
  out.cured = crossing(facts);
  if (out.cured) {
    out.remedy = std::string("Start over with ") + title(out.cured->method) +
                 ", whose chains cross from mode to mode.";
  } else {
    out.cured = facts.settings;
    out.cured->k = std::min(1000, 5 * facts.settings.k);
    out.remedy = words("Start over with more Gibbs steps (k = %d).", out.cured->k);
  }
  return out;
}

Verdict dreams(const HealthFacts& facts) {
  Verdict out{.id = "dreams", .evidence = Evidence::Chains};
  const Diagnostics* d = facts.diagnostics;
  if (facts.updates < kFirstFit) return waits_until("dreams", out.evidence, kFirstFit);
  if (d == nullptr)
    return waiting("dreams", out.evidence, "Judged once its chains were followed, where there are validation images.");
  if (std::isnan(d->dream_free_energy) || !(d->data_free_energy_sd > 0))
    return waiting("dreams", out.evidence, "Judged where there are validation images.");
  const double away = (d->dream_free_energy - d->data_free_energy) / d->data_free_energy_sd;
  out.measured = words("F %+.1f sd", std::round(10 * away) / 10 + 0.0);  // never -0.0
  if (std::abs(away) < kFarDream) {
    out.sentence = words("What it dreams after %d steps is as probable as the data.", d->mixing_steps);
    return out;
  }
  out.level = Level::Wrong;
  out.sentence = away < 0 ? "It cannot dream: its chains end where the model is far surer than of any data."
                          : "It cannot dream: its chains end in pictures far less probable than the data.";
  out.cured = facts.settings;
  if (!kind_of(facts.settings.method).keeps_chains) {
    out.sentence += " It only learned what lies near the data.";
    out.cured->method = TrainingSettings{}.method;  // it keeps its chains
    out.cured->momentum = 0;
    out.remedy = std::string("Go on with ") + title(out.cured->method) +
                 ", whose chains wander away from the data and unlearn what they find there.";
  } else {
    out.cured->k = std::min(1000, 5 * facts.settings.k);
    out.remedy = words("Go on with more Gibbs steps (k = %d) and a smaller rate.", out.cured->k);
  }
  return out;
}

}  // namespace

std::span<const std::string> verdict_ids() {
  static const std::array<std::string, 7> ids{"alike", "dead",   "saturated", "rate",
                                              "fit",   "mixing", "dreams"};
  return ids;
}

std::vector<Verdict> judge(const HealthFacts& facts) {
  return {alike(facts), extreme(facts, true), extreme(facts, false), rate(facts),
          fit(facts),   mixing(facts),        dreams(facts)};
}

double input_size_of(const States& rows) {
  Matrix values;
  unpack(rows, values);
  double squares = 0;
  for (Index r = 0; r < values.rows(); ++r) {
    for (Index i = 0; i < values.cols(); ++i) squares += double{values(r, i)} * values(r, i);
  }
  return values.rows() > 0 ? std::sqrt(squares / static_cast<double>(values.rows())) : 0;
}

}  // namespace rbm
