#include "app/panels/waiting_list.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <type_traits>

#include "app/panels/pending_settings.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab {
namespace {

constexpr std::size_t kMostRows = 4;  // without a scroll bar

std::string shown(const std::string& text) {
  if (text.empty()) return "none";
  const std::string name = std::filesystem::path(text).filename().string();
  return name.empty() ? text : name;
}
std::string shown(bool value) {
  return value ? "on" : "off";
}
std::string shown(float value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", static_cast<double>(value));
  return text;
}
template <class T>
requires std::is_integral_v<T> std::string shown(T value) {
  return std::to_string(value);
}
template <rbm::Choosable T>
std::string shown(T value) {
  return rbm::title(value);
}
std::string shown(const rbm::SourceOptions& options) {
  const std::string text = rbm::name(options);
  return text.empty() ? "as they are" : text;
}

std::vector<SettingChange> changes_that_apply(rbm::Applies applies, const rbm::TrainingSettings& before,
                                              const rbm::TrainingSettings& after) {
  std::vector<SettingChange> out;
  rbm::visit_members([&](const rbm::Setting& setting, auto member) {
    if (setting.applies == applies && before.*member != after.*member)
      out.push_back({&setting, shown(before.*member), shown(after.*member)});
  });
  return out;
}

float row_height() {
  return std::floor(ImGui::GetFontSize() + ui::px(8));
}

}  // namespace

std::vector<SettingChange> waiting_changes(const rbm::TrainingSettings& in_force,
                                           const rbm::TrainingSettings& wanted) {
  return changes_that_apply(rbm::Applies::AtReset, in_force, wanted);
}

std::vector<SettingChange> live_changes(const rbm::TrainingSettings& before,
                                        const rbm::TrainingSettings& after) {
  rbm::TrainingSettings now = after;
  now.threads = before.threads;
  return changes_that_apply(rbm::Applies::Now, before, now);
}

float WaitingList::height(const rbm::TrainingSettings& in_force, const rbm::TrainingSettings& wanted,
                          float room) {
  if (in_force != in_force_ || wanted != wanted_) {
    in_force_ = in_force;
    wanted_ = wanted;
    changes_ = waiting_changes(in_force, wanted);
  }
  const float button = ImGui::GetFrameHeight() + ui::px(12);
  if (changes_.empty()) return button;
  // A row for the heading, and whole rows below it: one at least.
  const float line = row_height(), left = std::max(0.0f, room - button - line);
  const auto fitting = static_cast<std::size_t>(left / line);
  rows_ = std::clamp<std::size_t>(fitting, 1, std::min(changes_.size(), kMostRows));
  return button + static_cast<float>(rows_ + 1) * line;
}

void WaitingList::draw(const Answers& answers) {
  const rbm::Setting* taken_back = nullptr;
  bool all = false;
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ui::px(6), 0});
  if (!changes_.empty()) {
    ui::push_font(ui::fonts().small);
    const float room = ImGui::GetContentRegionAvail().x, line = row_height(), icon = line;
    const ImVec2 head = ImGui::GetCursorScreenPos();
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float text_y = std::floor((line - ImGui::GetFontSize()) / 2);
    ui::draw_fitted(list, {head.x, head.y + text_y}, room - icon, ui::palette().warning,
                    "Changed; applied when it starts over:");
    ImGui::SetCursorScreenPos({head.x + room - icon, head.y});
    all = ui::icon_button("waiting.all", ui::Icon::Undo, "Takes all of these changes back.", false, icon);
    ui::begin_child("waiting", {0, static_cast<float>(rows_) * line});
    for (const SettingChange& change : changes_) {
      const ImVec2 at = ImGui::GetCursorScreenPos();
      const float width = ImGui::GetContentRegionAvail().x;
      const std::string text = change.from + " → " + change.to;
      const float title = ImGui::CalcTextSize(change.setting->title).x + ui::px(8);
      list = ImGui::GetWindowDrawList();
      list->AddText({at.x, at.y + text_y}, ui::palette().text_dim, change.setting->title);
      ui::draw_fitted(list, {at.x + title, at.y + text_y}, width - icon - title - ui::px(4),
                      ui::palette().text, text.c_str());
      ImGui::SetCursorScreenPos({at.x + width - icon, at.y});
      const std::string id = std::string("waiting.") + change.setting->key;
      if (ui::icon_button(id.c_str(), ui::Icon::Close, "Takes this change back.", false, icon))
        taken_back = change.setting;
    }
    ImGui::EndChild();
    ui::pop_font();
  }
  ImGui::PopStyleVar();
  ImGui::Dummy({0, ui::px(2)});
  const ResetLabel label = reset_label(static_cast<int>(changes_.size()));
  if (ui::button("train.reset", label.text,
                 "Starts over from small random weights, with the settings that wait for it (Ctrl+R).",
                 ui::Icon::Reset, changes_.empty() ? ui::Emphasis::Normal : ui::Emphasis::Primary,
                 {ImGui::GetContentRegionAvail().x, 0}))
    answers.start_over();
  if (all || taken_back != nullptr) answers.take_back(taken_back);
}

}  // namespace lab
