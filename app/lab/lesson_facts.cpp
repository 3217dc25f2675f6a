#include "app/lab/lesson_facts.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>

#include "app/panels/format_text.hpp"
#include "app/ui/theme.hpp"
#include "core/learning/settings_text.hpp"
#include "core/run/verdicts.hpp"

namespace lab {
namespace {

/// What a fact is made of.
struct Asked {
  const Context& context;
  Panels& panels;
  const Doings& doings;
  Likenesses& likenesses;
  std::string detail;  // what stands behind the point of the name
};

FactValue word(std::string text) {
  return {std::numeric_limits<double>::quiet_NaN(), std::move(text)};
}

FactValue number(double value) {
  return {value, ""};
}

using Found = std::optional<FactValue>;

Found state(const Asked& asked) {
  switch (asked.context.snapshot.state) {
    case rbm::RunState::Loading:
      return word("loading");
    case rbm::RunState::Running:
      return word("running");
    case rbm::RunState::Paused:
      return word("paused");
    case rbm::RunState::Faulted:
      return word("stopped");
  }
  return std::nullopt;
}

Found preset(const Asked& asked) {
  for (const rbm::Preset& preset : asked.context.shared.presets) {
    rbm::TrainingSettings same = preset.settings;
    same.seed = asked.context.snapshot.settings.seed;
    same.threads = asked.context.snapshot.settings.threads;
    if (same == asked.context.snapshot.settings) return word(preset.id);
  }
  return word("own");
}

Found setting(const Asked& asked) {
  const auto all = nlohmann::json::parse(rbm::to_json_text(asked.context.snapshot.settings));
  const auto& value = all.at(asked.detail);
  if (value.is_string()) return word(value.get<std::string>());
  if (value.is_boolean()) return word(value.get<bool>() ? "on" : "off");
  return number(value.get<double>());
}

Found action_count(const Asked& asked) {
  const auto found = asked.doings.actions.find(asked.detail);
  return number(found == asked.doings.actions.end() ? 0 : found->second);
}

Found activity(const Asked& asked) {
  const int unit = asked.context.shared.selected_unit;
  const Eigen::VectorXf& mean = asked.context.snapshot.hidden.mean_activity;
  if (unit < 0 || unit >= mean.size()) return std::nullopt;
  return number(mean[unit]);
}

Found ink(const Asked& asked) {
  return number(static_cast<double>(
      std::ranges::count_if(asked.context.shared.painted, [](float x) { return x > 0.5f; })));
}

Found rank(const Asked& asked, KeptLikeness& likeness, std::span<const float> picture) {
  const auto& data = asked.context.snapshot.data.train;
  if (data == nullptr) return std::nullopt;
  const auto rank = class_rank(*data, likeness.of(data, picture), asked.detail);
  return rank ? number(*rank) : Found{};
}

Found painting(const Asked& asked) {
  return rank(asked, asked.likenesses.painting, asked.context.shared.painted);
}

Found chain(const Asked& asked) {
  return rank(asked, asked.likenesses.chain, find_view("chains")->picture(asked.panels, asked.context.pool));
}

Found verdict(const Asked& asked) {
  const auto& verdicts = asked.context.snapshot.monitoring.verdicts;
  if (!verdicts) return std::nullopt;
  const auto found =
      std::ranges::find_if(*verdicts, [&](const rbm::Verdict& v) { return v.id == asked.detail; });
  return number(found != verdicts->end() && found->complains());
}

Found complaints(const Asked& asked) {
  const auto& verdicts = asked.context.snapshot.monitoring.verdicts;
  if (!verdicts) return std::nullopt;
  return number(static_cast<double>(std::ranges::count_if(*verdicts, &rbm::Verdict::complains)));
}

bool is_setting(const std::string& key) {
  bool found = false;
  rbm::visit_members([&](const rbm::Setting& setting, auto) { found |= key == setting.key; });
  return found;
}

bool is_action(const std::string& name) {
  return find_action(name) != nullptr;
}

bool is_class(const std::string& name) {
  return !name.empty();
}

bool is_verdict(const std::string& id) {
  return std::ranges::find(rbm::verdict_ids(), id) != rbm::verdict_ids().end();
}

struct Row {
  const char* name;
  Found (*now)(const Asked&);
  bool (*knows)(const std::string& detail) = nullptr;  // null: the name has no detail
  const char* detail = "";                             // what it is, for messages
};

constexpr auto kFacts = std::to_array<Row>({
    {"view", [](const Asked& a) -> Found { return word(a.context.shared.view->id); }},
    {"state", state},
    {"theme", [](const Asked&) -> Found { return word(ui::theme() == ui::Theme::Dark ? "dark" : "light"); }},
    {"updates",
     [](const Asked& a) -> Found {
       return number(static_cast<double>(a.context.snapshot.progress.updates));
     }},
    {"epochs", [](const Asked& a) -> Found { return number(a.context.snapshot.progress.epochs); }},
    {"preset", preset},
    {"setting", setting, is_setting, "a setting"},
    {"action", action_count, is_action, "an action"},
    {"unit", [](const Asked& a) -> Found { return number(a.context.shared.selected_unit); }},
    {"unit.activity", activity},
    {"ink", ink},
    {"painting", painting, is_class, "a class of the data"},
    {"chain", chain, is_class, "a class of the data"},
    {"verdict", verdict, is_verdict, "a verdict of Health"},
    {"complaints", complaints},
});

/// The row of a name, and what stands behind its point.
const Row* find_row(const std::string& name, std::string& detail) {
  const auto whole =
      std::ranges::find_if(kFacts, [&](const Row& row) { return name == row.name && !row.knows; });
  if (whole != kFacts.end()) return &*whole;
  const std::size_t point = name.find('.');
  if (point == std::string::npos) return nullptr;
  detail = name.substr(point + 1);
  const auto found = std::ranges::find_if(
      kFacts, [&](const Row& row) { return row.knows != nullptr && name.compare(0, point, row.name) == 0; });
  return found == kFacts.end() ? nullptr : &*found;
}

}  // namespace

rbm::Result<void> check_fact(const std::string& name) {
  std::string detail;
  if (const Row* row = find_row(name, detail)) {
    if (row->knows == nullptr || row->knows(detail)) return {};
    return rbm::fail(rbm::ErrorCode::BadFormat,
                     "\"" + name + "\" is no fact, because \"" + detail + "\" is not " + row->detail);
  }
  const std::size_t point = name.find('.');
  if (point != std::string::npos) {
    const View* view = find_view(name.substr(0, point));
    if (view != nullptr && view->state != nullptr && point + 1 < name.size()) return {};
  }
  std::string known;
  for (const Row& row : kFacts) known += std::string(row.name) + (row.knows ? ".…, " : ", ");
  return rbm::fail(rbm::ErrorCode::BadFormat, "there is no fact \"" + name + "\": write " + known +
                                                  "or a number of a view, as chains.half_steps");
}

std::optional<FactValue> fact_now(const std::string& name, const Context& context, Panels& panels,
                                  const Doings& doings, Likenesses& likenesses) {
  Asked asked{context, panels, doings, likenesses, ""};
  if (const Row* row = find_row(name, asked.detail)) return row->now(asked);
  const std::size_t point = name.find('.');
  const View* view = find_view(name.substr(0, point));
  if (view == nullptr || view->state == nullptr) return std::nullopt;
  const auto state = view->state(panels);
  const auto found = state.find(name.substr(point + 1));
  if (found == state.end()) return std::nullopt;
  return number(found->second);
}

std::string painting_taken_for(const Context& context, Likenesses& likenesses) {
  const auto& data = context.snapshot.data.train;
  const auto likeness = likenesses.painting.of(data, context.shared.painted);
  if (likeness.empty()) return "";
  const auto best = std::ranges::max_element(likeness) - likeness.begin();
  return std::string("It looks like \"") + label_name(data.get(), best).text + "\" so far";
}

}  // namespace lab
