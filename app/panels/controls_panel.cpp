#include "app/panels/controls_panel.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <type_traits>

#include "app/panels/setting_row.hpp"
#include "app/panels/source_lists.hpp"
#include "app/ui/theme.hpp"

namespace lab {
namespace {

/// Where ui's form rows begin their control.
constexpr float kLabelShare = 0.46f;

/// A heading of a group of rows: small, so that all rows fit a screen of 800 pixels.
void group(const char* text) {
  ui::push_font(ui::fonts().small);
  ImGui::PushStyleColor(ImGuiCol_Text, ui::palette().accent_hovered);
  ImGui::TextUnformatted(text);
  ImGui::PopStyleColor();
  ui::pop_font();
}

}  // namespace

void ControlsPanel::follow(const Shared& shared) {
  if (has_draft_ && seen_ == shared.wanted) return;
  draft_ = seen_ = shared.wanted;
  seed_text_ = std::to_string(draft_.seed);
  has_draft_ = true;
}

void ControlsPanel::draw(Context& context) {
  follow(context.shared);
  ui::begin_panel("training", nullptr, {0, 0});
  // Where the column is short its numbers and the presets scroll with the form.
  const bool is_short = ImGui::GetContentRegionAvail().y < ui::px(480);
  draw_run_head(context);
  if (!is_short) draw_run_figures(context.snapshot);
  const float room = ImGui::GetContentRegionAvail().y - settings_height_ - 3 * ImGui::GetFrameHeight();
  const auto draw_presets = [&] {
    presets_.draw_row(context.shared.presets, draft_, settings_height_ > 0 ? room : 0);
  };
  if (!is_short) draw_presets();
  const float left = ImGui::GetContentRegionAvail().y, least_form = ui::px(40);
  const float footer = waiting_.height(context.snapshot.settings, context.shared.wanted, left - least_form);
  ui::begin_child("form", {0, std::max(least_form, left - footer)});
  if (is_short) {
    draw_presets();
    draw_run_figures(context.snapshot);
  }
  const bool edited = draw_form(context);
  ImGui::EndChild();
  if (edited) commit(context);
  waiting_.draw({.start_over = [&] { context.run(ActionId::Reset); },
                 .take_back = [&](const rbm::Setting* only) { take_back(context, only); }});
  ui::end_panel();
}

bool ControlsPanel::draw_form(Context& context) {
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ui::px(8), ui::px(3)});
  const rbm::TrainingSettings before = draft_;
  if (auto chosen = presets_.draw_cards(context.shared.presets, draft_))
    context.start_over(*std::move(chosen));
  using enum rbm::Applies;
  const float top = ImGui::GetCursorPosY();
  ImGui::Dummy({0, ui::px(2)});
  group("Apply now");
  bool edited = draw_settings(context, Now, rbm::Place::AtHand);
  ui::row_toggle("train.rare", "More settings", &show_rare_, "Shows what is seldom needed.");
  if (show_rare_) edited |= draw_settings(context, Now, rbm::Place::More);
  ImGui::Dummy({0, ui::px(6)});
  group("Apply when it starts over");
  edited |= draw_settings(context, AtReset, rbm::Place::AtHand);
  if (edited) follow_up(before, draft_, pixels_);
  if (!trouble_.empty()) {
    ImGui::PushTextWrapPos(0);
    ImGui::PushStyleColor(ImGuiCol_Text, ui::palette().warning);
    ImGui::TextUnformatted(trouble_.c_str());
    ImGui::PopStyleColor();
    ImGui::PopTextWrapPos();
  }
  settings_height_ = ImGui::GetCursorPosY() - top;
  ImGui::PopStyleVar();
  return edited;
}

void ControlsPanel::commit(Context& context) {
  trouble_.clear();
  switch (take_edit(draft_, context.shared.wanted, trouble_)) {
    case Edit::None:
    case Edit::AppliesAtReset:
      break;
    case Edit::Rejected:
      has_draft_ = false;  // shows what is in force again
      return;
    case Edit::AppliesNow:
      context.post(rbm::command::Configure{context.shared.wanted});
      break;
  }
  seen_ = context.shared.wanted;
}

bool ControlsPanel::draw_settings(Context& context, rbm::Applies applies, rbm::Place place) {
  const rbm::TrainingSettings& in_force = context.snapshot.settings;
  bool edited = false;
  rbm::visit_members([&](const rbm::Setting& setting, auto member) {
    if (setting.applies != applies || setting.place != place || !rbm::matters(setting, draft_)) return;
    const bool waits = applies == rbm::Applies::AtReset && draft_.*member != in_force.*member;
    edited |= draw_setting(context, setting, draft_.*member, waits ? "changed" : nullptr);
  });
  return edited;
}

template <class T>
bool ControlsPanel::draw_setting(Context&, const rbm::Setting& setting, T& value, const char* badge) {
  if constexpr (std::is_same_v<T, std::uint64_t>) {
    if (&value == &draft_.seed) return draw_seed(setting, badge);
  }
  return setting_row(setting, value, badge);
}

bool ControlsPanel::draw_setting(Context& context, const rbm::Setting& setting, std::string& value,
                                 const char* badge) {
  const bool is_data = &value == &draft_.data;
  const Picked picked = is_data ? data_row(setting, draft_, badge)
                                : below_row(setting, value, context.shared.model_files, badge);
  if (picked == Picked::Browse) context.run(is_data ? ActionId::Open : ActionId::BuildOn);
  return picked == Picked::Another;
}

void ControlsPanel::build_on(Context& context, const std::string& path) {
  follow(context.shared);
  lab::build_on(path, draft_, pixels_);
  commit(context);
}

void ControlsPanel::take_back(Context& context, const rbm::Setting* only) {
  const rbm::TrainingSettings before = draft_;
  rbm::visit_members([&](const rbm::Setting& setting, auto member) {
    if (setting.applies == rbm::Applies::AtReset && (only == nullptr || only == &setting))
      draft_.*member = context.snapshot.settings.*member;
  });
  follow_up(before, draft_, pixels_);
  seed_text_ = std::to_string(draft_.seed);
  commit(context);
}

bool ControlsPanel::draw_seed(const rbm::Setting& setting, const char* badge) {
  bool edited = false;
  // The die stands left of the box, so that all boxes keep one edge.
  const ImVec2 line = ImGui::GetCursorPos();
  const float frame = ImGui::GetFrameHeight();
  ImGui::SetCursorPosX(line.x + std::floor(ImGui::GetContentRegionAvail().x * kLabelShare) - frame -
                       ui::px(4));
  if (ui::icon_button("train.dice", ui::Icon::Dice, "Picks another seed. Applies when it starts over.")) {
    draft_.seed = std::random_device{}() % 1'000'000;
    seed_text_ = std::to_string(draft_.seed);
    edited = true;
  }
  ImGui::SetCursorPos(line);
  if (!setting_row(setting, seed_text_, badge)) return edited;
  const auto seed = parse_seed(seed_text_);
  if (!seed) {
    trouble_ = seed.error().message;
    seed_text_ = std::to_string(draft_.seed);
    return edited;
  }
  draft_.seed = *seed;
  return true;
}

}  // namespace lab
