#include "app/panels/preset_cards.hpp"

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>

#include "app/panels/format_text.hpp"
#include "app/panels/source_lists.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"
#include "core/data/readers.hpp"

namespace lab {
namespace {

constexpr const char* kWhatItDoes = "A card starts over with its settings; the run at hand is left.";

/// A preset brings its data along, unless the user has data of their own; a synthetic set is what its preset
/// is about.
bool keeps_data(const rbm::TrainingSettings& own, const rbm::TrainingSettings& preset) {
  return !is_built_in(own.data) && !rbm::is_synthetic(preset.data);
}

/// Fewer are no list to choose from.
constexpr int kLeastCards = 3;

/// Of the first `most` cards, with what stands above them.
float height_of(const std::vector<rbm::Preset>& presets, float width, int most) {
  float height = 2 * ImGui::GetTextLineHeightWithSpacing();
  for (const rbm::Preset& preset : presets) {
    if (preset.broken || most-- <= 0) continue;
    height += ui::card_height(preset.description.c_str(), width) + ui::px(6);
  }
  return height;
}

}  // namespace

rbm::TrainingSettings started_from(const rbm::Preset& preset, const rbm::TrainingSettings& own) {
  rbm::TrainingSettings settings = preset.settings;
  settings.seed = own.seed;
  settings.threads = own.threads;
  if (keeps_data(own, settings)) settings.data = own.data, settings.source = own.source;
  return settings;
}

void PresetCards::draw_row(const std::vector<rbm::Preset>& presets, const rbm::TrainingSettings& own,
                           float room) {
  const auto is_own = [&](const rbm::Preset& preset) { return started_from(preset, own) == own; };
  const auto present = std::ranges::find_if(presets, is_own);
  const char* unnamed = is_own(rbm::Preset{}) ? "Usual settings" : "Own settings";
  const float width = ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ScrollbarSize;
  is_open_ = wanted_.value_or(room >= height_of(presets, width, kLeastCards));
  const bool fits = wanted_ || room >= height_of(presets, width, static_cast<int>(presets.size()));
  height_ = is_open_ && !fits ? room - ui::px(8) : 0;
  if (ui::row_list("train.preset", "Preset",
                   present == presets.end() ? unnamed : present->title.c_str(), is_open_,
                   "Shows the presets: settings for a purpose, to start over with."))
    wanted_ = !is_open_, to_top_ = true;
}

bool PresetCards::close() {
  if (!wanted_.value_or(false)) return false;
  wanted_ = false;
  return true;
}

std::optional<rbm::TrainingSettings> PresetCards::draw_cards(const std::vector<rbm::Preset>& presets,
                                                             const rbm::TrainingSettings& own) {
  if (std::exchange(to_top_, false)) ImGui::SetScrollY(0);
  if (!is_open_) return {};
  std::optional<rbm::TrainingSettings> chosen;
  if (height_ > 0) ui::begin_child("presets", {0, height_});
  ui::push_font(ui::fonts().small);
  ImGui::PushTextWrapPos(0);
  ui::text_dim(kWhatItDoes);
  ImGui::PopTextWrapPos();
  ui::pop_font();
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ui::px(8), ui::px(6)});
  for (const rbm::Preset& preset : presets) {
    if (preset.broken) continue;  // those stand in Lessons
    char note[48] = "";
    if (preset.updates > 0) std::snprintf(note, sizeof note, "%s updates", grouped(preset.updates).text);
    const std::string id = "preset." + preset.id;
    if (ui::card(id.c_str(), preset.title.c_str(), note, preset.description.c_str(),
                 started_from(preset, own) == own, kWhatItDoes)) {
      chosen = started_from(preset, own);
      wanted_.reset();
    }
  }
  ImGui::PopStyleVar();
  if (height_ > 0) ImGui::EndChild();
  return chosen;
}

}  // namespace lab
