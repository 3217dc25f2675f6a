#include "core/learning/settings.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <sstream>

#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

/// Initializes anything: how many of them a struct takes is how many members it has.
struct Anything {
  template <class T>
  operator T() const;
};
template <class Struct, class... Values>
constexpr std::size_t members_of() {
  if constexpr (requires { Struct{Values{}..., Anything{}}; })
    return members_of<Struct, Values..., Anything>();
  else
    return sizeof...(Values);
}
static_assert(members_of<TrainingSettings>() == std::tuple_size_v<decltype(kSettings)>,
              "every setting has a row in kSettings");

template <class T>
constexpr bool kIsNumber = std::is_arithmetic_v<T> && !std::is_same_v<T, bool>;

/// The ends of a setting's range: all of the type where the table says none.
template <class T>
std::pair<T, T> range_of(const Setting& setting) {
  if (setting.high > setting.low) return {static_cast<T>(setting.low), static_cast<T>(setting.high)};
  return {std::numeric_limits<T>::lowest(), std::numeric_limits<T>::max()};
}

/// "The learning rate is 2000: it must lie between 0 and 1000."
template <class T>
Unexpected outside(const Setting& setting, const std::string& value) {
  const auto [low, high] = range_of<T>(setting);
  std::ostringstream text;
  text << "The " << setting.noun << " is " << value << ": it must lie between " << low << " and " << high
       << ".";
  return fail(ErrorCode::BadArgument, text.str());
}

template <class T>
bool is_inside(const Setting& setting, T value) {
  const auto [low, high] = range_of<T>(setting);
  return value >= low && value <= high;
}

template <class T>
std::string shown(T value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

template <class T>
Result<void> take_number(const Setting& setting, std::string_view text, T& out) {
  const char* end = text.data() + text.size();
  T value{};
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc() && stopped == end) {
    if (!is_inside(setting, value)) return outside<T>(setting, shown(value));
    out = value;
    return {};
  }
  // A number that the type cannot hold is one outside the range, anything else is no number.
  double any = 0;
  const auto [last, trouble] = std::from_chars(text.data(), end, any);
  const bool is_number = trouble != std::errc::invalid_argument && last == end;
  const bool is_whole = trouble != std::errc() || any == std::floor(any);
  if (is_number && (std::is_floating_point_v<T> || is_whole)) return outside<T>(setting, std::string(text));
  return fail(ErrorCode::BadArgument, "The " + std::string(setting.noun) + " is \"" + std::string(text) +
                                          "\": it must be a " +
                                          (std::is_floating_point_v<T> ? "number." : "whole number."));
}

/// The titles of the methods that read a setting which not all of them read; empty where all do.
std::string methods_that_read(const Setting& setting) {
  std::string out;
  for (const MethodKind* kind : method_kinds()) {
    if (kind->reads(setting.key)) out += (out.empty() ? "" : ", ") + std::string(kind->name);
  }
  return out;
}

}  // namespace

bool has_variances(const TrainingSettings& s) {
  return units_of(s.visible).has_variances();
}
bool learns_numbers(const TrainingSettings& s) {
  return s.on.empty() && units_of(s.visible).learns() == DataForm::Scaled;
}
bool learns_bits(const TrainingSettings& s) {
  return units_of(s.visible).learns() == DataForm::Bits;
}
bool stores_bits(const TrainingSettings& s) {
  return !units_of(s.visible).stores_numbers() && s.binarization != Binarization::None;
}
bool learns_data(const TrainingSettings& s) {
  return s.on.empty();
}
bool has_labels(const TrainingSettings& s) {
  return s.labels;
}
bool is_pulled_to_sparsity(const TrainingSettings& s) {
  return s.sparsity_cost > 0;
}
bool decays(const TrainingSettings& s) {
  return s.decay_updates > 0;
}
bool takes_langevin_steps(const TrainingSettings& s) {
  return has_variances(s) && s.langevin_steps > 0;
}

bool matters(const Setting& setting, const TrainingSettings& s) {
  if (setting.when.holds != nullptr && !setting.when.holds(s)) return false;
  const auto reads = [&](const MethodKind* kind) { return kind->reads(setting.key); };
  return kind_of(s.method).reads(setting.key) || std::ranges::none_of(method_kinds(), reads);
}

std::string help_text(const Setting& setting, std::span<const Choice> choices) {
  std::ostringstream text;
  text << setting.hint;
  if (!choices.empty()) text << " One of " << listed(choices) << '.';
  if (*setting.on_command_line != '\0') text << ' ' << setting.on_command_line;
  const std::string methods = methods_that_read(setting);
  if (!methods.empty()) text << " Only with --method " << methods << '.';
  if (setting.when.holds != nullptr) text << " Only with " << setting.when.words << '.';
  if (setting.high > setting.low) {
    text << " [" << setting.low << " to " << setting.high;
    if (*setting.unit != '\0') text << ' ' << setting.unit;
    text << ']';
  }
  return text.str();
}

float learning_rate_at(const TrainingSettings& s, std::uint64_t update) {
  if (s.decay_updates == 0) return s.learning_rate;
  const double done = std::min(1.0, static_cast<double>(update) / static_cast<double>(s.decay_updates));
  return static_cast<float>(s.learning_rate * std::max<double>(s.final_rate, 1 - done));
}

Result<void> validate(const TrainingSettings& s) {
  Result<void> ok;
  visit_settings(s, [&](const Setting& setting, const auto& value) {
    using Value = std::remove_cvref_t<decltype(value)>;
    if constexpr (kIsNumber<Value>) {
      if (ok && !is_inside(setting, value)) ok = outside<Value>(setting, shown(value));
    }
  });
  if (!ok) return ok;
  if (s.data.empty())
    return fail(ErrorCode::BadArgument, "The data set has no name: give mnist or the path of a file.");
  if (auto suits = check_method(s); !suits) return suits;
  if (s.discriminative > 0 && !s.labels)
    return fail(ErrorCode::BadArgument, "A discriminative share needs label units: turn labels on.");
  return validate(s.source);
}

TrainingSettings fitted_to(Index images, TrainingSettings settings) {
  const auto count = static_cast<int>(std::min<Index>(images, std::numeric_limits<int>::max()));
  settings.validation = std::min(settings.validation, count / 10);
  settings.batch = std::clamp(count - settings.validation, 1, settings.batch);
  return settings;
}

TrainingSettings applicable_now(const TrainingSettings& wanted, const TrainingSettings& in_force) {
  TrainingSettings merged = wanted;
  visit_members([&](const Setting& setting, auto member) {
    if (setting.applies == Applies::AtReset) merged.*member = in_force.*member;
  });
  return merged;
}

int waiting_for_reset(const TrainingSettings& a, const TrainingSettings& b) {
  int count = 0;
  visit_members([&](const Setting& setting, auto member) {
    if (setting.applies == Applies::AtReset && a.*member != b.*member) ++count;
  });
  return count;
}

bool needs_reset(const TrainingSettings& a, const TrainingSettings& b) {
  return waiting_for_reset(a, b) > 0;
}

std::string name(const SourceOptions& options) {
  return text_of(options);
}

Result<void> set_from(std::string_view text, SourceOptions& out) {
  auto options = source_options_from(std::string(text));
  if (!options) return Unexpected{options.error()};
  out = *std::move(options);
  return {};
}

Result<void> set_number(const Setting& setting, std::string_view text, int& out) {
  return take_number(setting, text, out);
}
Result<void> set_number(const Setting& setting, std::string_view text, float& out) {
  return take_number(setting, text, out);
}
Result<void> set_number(const Setting& setting, std::string_view text, std::uint64_t& out) {
  return take_number(setting, text, out);
}

}  // namespace rbm
