#include "core/learning/suggested_settings.hpp"

#include <algorithm>
#include <cmath>

#include "core/learning/estimators/methods.hpp"
#include "core/learning/unit_rows.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

bool wants_real_units(const Dataset& data) {
  if (!data.reading.away.empty()) return true;
  const bool fractions =
      !data.is_real() || std::ranges::all_of(data.values, [](float x) { return x >= 0 && x <= 1; });
  return data.shape.channels == 3 || !fractions;
}

/// Whether data are of the form, and that form suits them better than those of the kinds before.
bool suits(DataForm form, const Dataset& data) {
  switch (form) {
    case DataForm::Bits:
      return data.state_names.empty();
    case DataForm::Scaled:
      return data.state_names.empty() && wants_real_units(data);
    case DataForm::Signs:
      return data.state_names.empty() && holds_signs(data);
    case DataForm::Categories:
      break;
  }
  return !data.state_names.empty();
}

VisibleType type_that_suits(const Dataset& data) {
  VisibleType out = VisibleType::Binary;
  for (const VisibleKind& kind : kVisibleKinds) {
    if (suits(kind.units().learns(), data)) out = kind.type;
  }
  return out;
}

/// Small patches, whose whitened filters are edges. A covariance wants many times more images than it has
/// rows.
bool wants_whitening(const Dataset& data) {
  constexpr Index kSmall = 12 * 12 * 3;
  const Index pixels = data.shape.pixels();
  return data.shape.channels == 3 && pixels <= kSmall && data.count() >= 10 * pixels && !data.has_missing();
}

/// Pixels that are not whitened rise and fall together, and a rate that suits few of them runs away with
/// many: about half of where runs on 558 pictures of people began to diverge (0.006 with 32 × 32 × 3 pixels
/// and 400 hidden units, 0.016 with 100; beyond 0.05 with 16 × 16 × 3).
float real_rate(Whitening whitening, Index pixels, int hidden) {
  if (whitening == Whitening::Zca) return 0.05f;
  return static_cast<float>(
      std::min(0.01, 1e4 / (std::pow(static_cast<double>(pixels), 1.5) * std::sqrt(hidden))));
}

/// The columns of a table, each of unit variance. W = 0 is a saddle that small weights do not leave at small rates: in
/// 4,000 updates of 8 hidden units nothing is learned of iris (4 columns) or wine (13) with first weights of 0.01 and a
/// rate of 0.01. Weights of 0.3 leave it, fewer where more of them add up, at a rate of 0.1, which was the best of 0.003
/// to 0.1 up to 300 columns and 196 units; but where columns are independent and have two hills each only weights that
/// tell cases apart do (FirstWeights::Cases). Persistent chains stay in one of two clusters, tempered ones do not.
void suit_table(const Dataset& data, const Decided& decided, TrainingSettings& settings) {
  constexpr double kFirstSpread = 0.3, kFewColumns = 11, kFewUnits = 8, kRate = 0.1, kManyColumns = 300;
  const auto p = static_cast<double>(data.shape.pixels());
  if (!decided.initial_sd)
    settings.initial_sd =
        static_cast<float>(kFirstSpread * std::sqrt(std::min(1.0, kFewColumns / p) *
                                                     std::min(1.0, kFewUnits / settings.hidden)));
  if (!decided.learning_rate)
    settings.learning_rate = static_cast<float>(kRate * std::min(1.0, kManyColumns / p));
  if (!decided.variance_rate) settings.variance_rate = 0.1f;
  if (!decided.method && !settings.labels) settings.method = method_that_crosses();
}

/// Without the method that suits the result.
TrainingSettings with_suggested_rates(const Dataset& data, TrainingSettings settings,
                                      const Decided& decided) {
  if (!decided.visible) settings.visible = type_that_suits(data);
  if (!decided.first_weights)
    settings.first_weights = learns_table(data, settings) ? FirstWeights::Cases : FirstWeights::Random;
  if (units_of(settings.visible).learns() != DataForm::Scaled) {
    if (!decided.learning_rate) settings.learning_rate = TrainingSettings{}.learning_rate;
    if (!decided.fast_rate) settings.fast_rate = settings.learning_rate;
    return settings;
  }
  if (!decided.whitening)
    settings.whitening = wants_whitening(data) ? Whitening::Zca : Whitening::Standardize;
  if (!decided.learning_rate)
    settings.learning_rate = real_rate(settings.whitening, data.shape.pixels(), settings.hidden);
  // The pixels of a picture hang together so closely that a variance which follows what is left of them falls
  // until chains stand still; the columns of a table are few.
  if (!decided.variance_rate) settings.variance_rate = 0;
  if (learns_table(data, settings)) suit_table(data, decided, settings);
  if (!decided.fast_rate) settings.fast_rate = settings.learning_rate;
  return settings;
}

}  // namespace

bool learns_table(const Dataset& data, const TrainingSettings& settings) {
  return units_of(settings.visible).learns() == DataForm::Scaled && !is_picture(data.shape);
}

Decided decided_where(const std::function<bool(std::string_view)>& told) {
  return {.visible = told("visible"),
          .whitening = told("whitening"),
          .learning_rate = told("learning_rate"),
          .fast_rate = told("fast_rate"),
          .variance_rate = told("variance_rate"),
          .initial_sd = told("initial_sd"),
          .first_weights = told("first_weights"),
          .method = told("method") || std::ranges::any_of(method_kinds(), [&](const MethodKind* kind) {
                      return std::ranges::any_of(kind->own_settings, told);
                    })};
}

TrainingSettings with_suggested_units(const Dataset& data, TrainingSettings settings,
                                      const Decided& decided) {
  TrainingSettings out = with_suggested_rates(data, std::move(settings), decided);
  if (decided.method) return out;
  const auto method = method_that_suits(out, data);
  if (!method) {
    // One that suited other data may not be possible with these.
    if (!check_method(out, data)) out.method = TrainingSettings{}.method;
    return out;
  }
  out.method = *method;
  if (!learns_table(data, out)) return out;
  // Such a gradient has no chains that variances which fall quickly would leave standing; and where they have fallen its
  // steps are long: half the rate was better by 0.01 to 0.07 nats on six of seven tables, and worse by 0.1 on wine.
  if (!decided.variance_rate) out.variance_rate = 1;
  if (!decided.learning_rate) out.learning_rate /= 2;
  return out;
}

TrainingSettings suggested_for(const Dataset& data, const TrainingSettings& settings, Decided decided) {
  TrainingSettings out = fitted_to(data.count(), settings);
  out.on.clear();
  if (data.labels.empty()) out.labels = false;
  if (!out.labels) out.discriminative = 0;
  const auto is_scaled = [](VisibleType type) { return units_of(type).learns() == DataForm::Scaled; };
  const VisibleType next = decided.visible ? settings.visible : type_that_suits(data);
  const bool are_alike = !is_scaled(settings.visible) && !is_scaled(next);
  // What was suggested for a table does not outlast it.
  const bool suited_table = is_scaled(settings.visible) && settings.method == method_that_crosses() &&
                            settings.initial_sd != TrainingSettings{}.initial_sd;
  if (suited_table && !decided.method) out.method = TrainingSettings{}.method;
  decided.learning_rate |= are_alike;
  if (!decided.initial_sd && !are_alike) out.initial_sd = TrainingSettings{}.initial_sd;
  decided.initial_sd |= are_alike;
  return with_suggested_units(data, out, decided);
}

}  // namespace rbm
