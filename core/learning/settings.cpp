#include "core/learning/settings.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <sstream>
#include <utility>
#include <vector>

#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

constexpr std::array<std::pair<Binarization, std::string_view>, 3> kBinarizations{
    {{Binarization::Threshold, "threshold"},
     {Binarization::Resample, "resample"},
     {Binarization::None, "none"}}};
constexpr std::array<std::pair<Whitening, std::string_view>, 3> kWhitenings{
    {{Whitening::None, "none"}, {Whitening::Standardize, "standardize"}, {Whitening::Zca, "zca"}}};
constexpr std::array<std::pair<ChainStart, std::string_view>, 2> kChainStarts{
    {{ChainStart::Data, "data"}, {ChainStart::Noise, "noise"}}};

template <class Table, class Value>
std::string_view name_in(const Table& table, Value value) {
  for (const auto& [v, text] : table) {
    if (v == value) return text;
  }
  return "unknown";
}

/// Kinds as values with their names.
template <class Kind>
auto named(std::span<const Kind* const> kinds) {
  std::vector<std::pair<decltype(Kind::id), std::string_view>> out;
  for (const Kind* kind : kinds) out.emplace_back(kind->id, kind->name);
  return out;
}

template <class Table>
auto value_in(const Table& table, std::string_view text, const char* what)
    -> Result<typename Table::value_type::first_type> {
  std::string known;
  for (const auto& [value, value_text] : table) {
    if (value_text == text) return value;
    known += (known.empty() ? "" : ", ") + std::string(value_text);
  }
  return fail(ErrorCode::BadArgument, "There is no " + std::string(what) + " named \"" + std::string(text) +
                                          "\": use one of " + known + ".");
}

Result<void> in_range(const char* what, double value, double low, double high) {
  if (value >= low && value <= high) return {};
  std::ostringstream text;
  text << "The " << what << " is " << value << ": it must lie between " << low << " and " << high << ".";
  return fail(ErrorCode::BadArgument, text.str());
}

}  // namespace

float learning_rate_at(const TrainingSettings& s, std::uint64_t update) {
  if (s.decay_updates == 0) return s.learning_rate;
  const double done = std::min(1.0, static_cast<double>(update) / static_cast<double>(s.decay_updates));
  return static_cast<float>(s.learning_rate * std::max<double>(s.final_rate, 1 - done));
}

Result<void> validate(const TrainingSettings& s) {
  const struct {
    const char* what;
    double value, low, high;
  } ranges[] = {
      {"number of hidden units", double(s.hidden), 1, 16384},
      {"batch size", double(s.batch), 1, 10000},
      {"number of chains", double(s.chains), 1, 10000},
      {"number of validation images", double(s.validation), 0, 1e9},
      {"standard deviation of the initial weights", s.initial_sd, 0, 1},
      {"number of temperatures", double(s.temperatures), 2, 64},
      {"number of Gibbs steps k", double(s.k), 1, 1000},
      {"learning rate", s.learning_rate, 0, 1000},
      {"final learning rate fraction", s.final_rate, 0, 1},
      {"momentum", s.momentum, 0, 0.999},
      {"number of Langevin steps", double(s.langevin_steps), 0, 1000},
      {"Langevin step size", s.langevin_step, 1e-4, 1},
      {"rate of the variances", s.variance_rate, 0, 10},
      {"largest norm of the gradient", s.clip, 0, 1e6},
      {"L1 decay", s.l1, 0, 1},
      {"rate of the fast weights", s.fast_rate, 0, 1000},
      {"decay of the fast weights", s.fast_decay, 0, 1},
      {"L2 decay", s.l2, 0, 1},
      {"largest norm of a unit's weights", s.max_norm, 0, 1e6},
      {"sparsity target", s.sparsity_target, 0.001, 0.999},
      {"sparsity cost", s.sparsity_cost, 0, 100},
      {"discriminative share", s.discriminative, 0, 1},
      {"weight average", s.average, 0, 0.999999},
      {"number of threads", double(s.threads), 0, 256},
  };
  for (const auto& range : ranges) {
    if (auto ok = in_range(range.what, range.value, range.low, range.high); !ok) return ok;
  }
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
  visit_members([&](const char*, auto member, Applies applies) {
    if (applies == Applies::AtReset) merged.*member = in_force.*member;
  });
  return merged;
}

int waiting_for_reset(const TrainingSettings& a, const TrainingSettings& b) {
  int count = 0;
  visit_members([&](const char*, auto member, Applies applies) {
    if (applies == Applies::AtReset && a.*member != b.*member) ++count;
  });
  return count;
}

bool needs_reset(const TrainingSettings& a, const TrainingSettings& b) {
  return waiting_for_reset(a, b) > 0;
}

std::string_view name(Method method) {
  return kind_of(method).name;
}
std::string_view name(Optimizer optimizer) {
  return kind_of(optimizer).name;
}
std::string_view name(Binarization binarization) {
  return name_in(kBinarizations, binarization);
}
std::string_view name(VisibleType type) {
  return units_of(type).name();
}
std::string_view name(Whitening whitening) {
  return name_in(kWhitenings, whitening);
}
std::string_view name(ChainStart start) {
  return name_in(kChainStarts, start);
}
std::string name(const SourceOptions& options) {
  return text_of(options);
}
Result<Method> method_from(std::string_view text) {
  return value_in(named(method_kinds()), text, "method");
}
Result<Optimizer> optimizer_from(std::string_view text) {
  return value_in(named(optimizer_kinds()), text, "optimizer");
}
Result<Binarization> binarization_from(std::string_view text) {
  return value_in(kBinarizations, text, "binarization");
}

namespace {
template <class Value>
Result<void> taken(Result<Value> value, Value& out) {
  if (!value) return fail(value.error().code, value.error().message);
  out = *value;
  return {};
}
}  // namespace

Result<void> set_from(std::string_view text, Method& out) {
  return taken(method_from(text), out);
}
Result<void> set_from(std::string_view text, Optimizer& out) {
  return taken(optimizer_from(text), out);
}
Result<void> set_from(std::string_view text, Binarization& out) {
  return taken(binarization_from(text), out);
}
Result<void> set_from(std::string_view text, VisibleType& out) {
  std::array<std::pair<VisibleType, std::string_view>, kVisibleTypes.size()> types;
  std::ranges::transform(kVisibleTypes, types.begin(), [](VisibleType t) { return std::pair(t, name(t)); });
  return taken(value_in(types, text, "type of visible units"), out);
}
Result<void> set_from(std::string_view text, Whitening& out) {
  return taken(value_in(kWhitenings, text, "whitening"), out);
}
Result<void> set_from(std::string_view text, ChainStart& out) {
  return taken(value_in(kChainStarts, text, "start of chains"), out);
}
Result<void> set_from(std::string_view text, SourceOptions& out) {
  return taken(source_options_from(std::string(text)), out);
}

}  // namespace rbm
