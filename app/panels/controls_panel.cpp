#include "app/panels/controls_panel.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>
#include <type_traits>

#include "app/panels/format_text.hpp"
#include "app/panels/setting_row.hpp"
#include "app/ui/theme.hpp"
#include "core/data/readers.hpp"

namespace lab {
namespace {

/// Where ui's form rows begin their control.
constexpr float kLabelShare = 0.46f;

/// A small label and a number, in half of the width.
void figure(const char* label, const char* value, float x, float width) {
  const float start = ImGui::GetCursorPosX();
  ImGui::SameLine(start + x);
  ui::push_font(ui::fonts().small);
  ui::text_dim(label);
  ui::pop_font();
  ui::push_font(ui::fonts().mono_small);
  ImGui::SameLine(start + x + width - ImGui::CalcTextSize(value).x);
  ImGui::TextUnformatted(value);
  ui::pop_font();
}

/// A heading of a group of rows: small, so that all rows fit a screen of 800 pixels.
void group(const char* text) {
  ui::push_font(ui::fonts().small);
  ImGui::PushStyleColor(ImGuiCol_Text, ui::palette().accent_hovered);
  ImGui::TextUnformatted(text);
  ImGui::PopStyleColor();
  ui::pop_font();
}

bool is_built_in(const std::string& data) {
  return data == "mnist" || data == "photographs" || rbm::is_synthetic(data);
}

/// A preset brings its data along, unless the user has data of their own; a synthetic set is what its preset
/// is about.
bool keeps_data(const rbm::TrainingSettings& own, const rbm::TrainingSettings& preset) {
  return !is_built_in(own.data) && !rbm::is_synthetic(preset.data);
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
  const int waiting = waiting_for_reset(context.snapshot.settings, context.shared.wanted);
  ui::begin_panel("training", "Training", {0, 0});
  draw_run_row(context);
  draw_progress(context.snapshot);

  const float footer = ImGui::GetFrameHeight() + ui::px(12);
  ui::begin_child("form", {0, ImGui::GetContentRegionAvail().y - footer});
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ui::px(8), ui::px(3)});
  bool edited = false;
  group("Applies now");
  draw_preset(context);
  using enum rbm::Applies;
  const rbm::TrainingSettings before = draft_;
  const rbm::TrainingSettings& in_force = context.snapshot.settings;
  edited |= draw_settings(Now, rbm::Place::AtHand, in_force);
  ui::row_toggle("train.rare", "More settings", &show_rare_, "Shows what is seldom needed.");
  if (show_rare_) edited |= draw_settings(Now, rbm::Place::More, in_force);
  ImGui::Dummy({0, ui::px(8)});
  group("Applies at reset");
  edited |= draw_settings(AtReset, rbm::Place::AtHand, in_force);
  if (edited) follow_up(before, draft_, pixels_);
  if (!trouble_.empty()) {
    ImGui::PushTextWrapPos(0);
    ImGui::PushStyleColor(ImGuiCol_Text, ui::palette().warning);
    ImGui::TextUnformatted(trouble_.c_str());
    ImGui::PopStyleColor();
    ImGui::PopTextWrapPos();
  }
  ImGui::PopStyleVar();
  ImGui::EndChild();
  if (edited) commit(context);
  draw_footer(context, waiting);
  ui::end_panel();
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

void ControlsPanel::draw_run_row(Context& context) {
  const bool running = context.snapshot.state == rbm::RunState::Running;
  const bool ready = context.has_model();
  const float gap = ui::px(6), small = ImGui::GetFrameHeight();
  const float width = ImGui::GetContentRegionAvail().x - 2 * (small + gap);
  ImGui::BeginDisabled(!ready);
  if (ui::button("train.play", running ? "Pause" : "Play",
                 running ? "Pauses after the present mini-batch (Space)." : "Trains on (Space).",
                 running ? ui::Icon::Pause : ui::Icon::Play,
                 running ? ui::Emphasis::Normal : ui::Emphasis::Primary, {width, 0})) {
    context.run(ActionId::PlayPause);
  }
  ImGui::SameLine(0, gap);
  if (ui::icon_button("train.batch", ui::Icon::Step, "Trains on one mini-batch, then pauses (B)."))
    context.run(ActionId::StepBatch);
  ImGui::SameLine(0, gap);
  if (ui::icon_button("train.epoch", ui::Icon::StepFar,
                      "Trains to the end of the present epoch, then pauses (E)."))
    context.run(ActionId::StepEpoch);
  ImGui::EndDisabled();
  ImGui::Dummy({0, ui::px(2)});
}

void ControlsPanel::draw_progress(const rbm::Snapshot& snapshot) {
  char epoch[32];
  std::snprintf(epoch, sizeof epoch, "%.2f", snapshot.progress.epochs);
  const float gap = ui::px(14), half = (ImGui::GetContentRegionAvail().x - gap) / 2;
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, ui::px(3)});
  ImGui::NewLine();
  figure("Updates", grouped(snapshot.progress.updates).text, 0, half);
  figure("Epoch", epoch, half + gap, half);
  ImGui::NewLine();
  figure("Images/s", rate(snapshot.progress.images_per_second).text, 0, half);
  figure("Time", duration(snapshot.progress.seconds).text, half + gap, half);
  ImGui::PopStyleVar();
  ImGui::Dummy({0, ui::px(3)});
}

bool ControlsPanel::draw_settings(rbm::Applies applies, rbm::Place place,
                                  const rbm::TrainingSettings& in_force) {
  bool edited = false;
  rbm::visit_members([&](const rbm::Setting& setting, auto member) {
    if (setting.applies != applies || setting.place != place || !rbm::matters(setting, draft_)) return;
    const bool waits = applies == rbm::Applies::AtReset && draft_.*member != in_force.*member;
    const char* badge = waits ? "waits" : nullptr;
    if constexpr (std::is_same_v<decltype(member), decltype(&rbm::TrainingSettings::seed)>) {
      if (member == &rbm::TrainingSettings::seed) {
        edited |= draw_seed(setting, badge);
        return;
      }
    }
    edited |= setting_row(setting, draft_.*member, badge);
  });
  return edited;
}

void ControlsPanel::draw_preset(Context& context) {
  const auto& presets = context.shared.presets;
  std::vector<const char*> titles{"Own settings"};
  int chosen = 0;
  for (const rbm::Preset& preset : presets) {
    titles.push_back(preset.title.c_str());
    rbm::TrainingSettings same = preset.settings;
    same.seed = draft_.seed;
    same.threads = draft_.threads;
    if (keeps_data(draft_, preset.settings)) same.data = draft_.data, same.source = draft_.source;
    if (same == draft_) chosen = static_cast<int>(titles.size()) - 1;
  }
  const std::string hint = chosen == 0 ? "Settings for a purpose; choosing one starts over with them."
                                       : presets[static_cast<std::size_t>(chosen) - 1].description;
  if (!ui::row_combo("train.preset", "Preset", &chosen, titles, hint.c_str()) || chosen == 0) return;
  rbm::TrainingSettings settings = presets[static_cast<std::size_t>(chosen) - 1].settings;
  settings.seed = draft_.seed;
  settings.threads = draft_.threads;
  if (keeps_data(draft_, settings)) settings.data = draft_.data, settings.source = draft_.source;
  context.start_over(std::move(settings));
}

bool ControlsPanel::draw_seed(const rbm::Setting& setting, const char* badge) {
  bool edited = false;
  // The die stands left of the box, so that all boxes keep one edge.
  const ImVec2 line = ImGui::GetCursorPos();
  const float frame = ImGui::GetFrameHeight();
  ImGui::SetCursorPosX(line.x + std::floor(ImGui::GetContentRegionAvail().x * kLabelShare) - frame -
                       ui::px(4));
  if (ui::icon_button("train.dice", ui::Icon::Dice, "Picks another seed. Applies at the next reset.")) {
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

void ControlsPanel::draw_footer(Context& context, int waiting) {
  ImGui::Dummy({0, ui::px(2)});
  const ResetLabel label = reset_label(waiting);
  if (ui::button("train.reset", label.text,
                 "Starts over from small random weights, with the settings that wait for a reset (Ctrl+R).",
                 ui::Icon::Reset, waiting > 0 ? ui::Emphasis::Primary : ui::Emphasis::Normal,
                 {ImGui::GetContentRegionAvail().x, 0})) {
    context.run(ActionId::Reset);
  }
}

}  // namespace lab
