#include "app/panels/replay_line.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "app/panels/format_text.hpp"
#include "app/panels/inline_controls.hpp"
#include "app/ui/theme.hpp"

namespace lab {
namespace {

constexpr float kReplayBar = 3, kReplayInset = 14;
constexpr const char* kStopReplay = "Stop";

std::string going_on(const ReplayInView& replay) {
  const std::string begin = "Replays " + replay.title;
  if (replay.is_stopping) return begin + ": stops after this update.";
  if (replay.updates == 0) return begin + ": reads it.";
  if (replay.share <= 0) return begin + ": reads its data.";
  const auto done =
      static_cast<std::uint64_t>(std::lround(replay.share * static_cast<double>(replay.updates)));
  const std::string update = grouped(done).text;  // in one buffer with the next one
  return begin + ": update " + update + " of " + grouped(replay.updates).text;
}

/// Room for the sentence beside the button at its right.
float sentence_width(const ReplayInView& replay, float width) {
  const float button = replay.is_busy ? button_width(kStopReplay, false) : ImGui::GetFrameHeight();
  return std::max(ui::px(60), width - button - ui::px(2 * kReplayInset));
}

}  // namespace

float replay_line_height(const ReplayInView& replay, float width) {
  if (!replay.is_busy && replay.sentence.empty()) return 0;
  const float padding = 2 * ui::px(8);
  if (replay.is_busy) return std::floor(ImGui::GetFrameHeight() + padding);
  const float text =
      ImGui::CalcTextSize(replay.sentence.c_str(), nullptr, false, sentence_width(replay, width)).y;
  return std::floor(std::max(text, ImGui::GetFrameHeight()) + padding);
}

void draw_replay_line(RunsInView& runs) {
  ReplayInView& replay = runs.replay;
  const float width = ImGui::GetContentRegionAvail().x, height = replay_line_height(replay, width);
  if (height <= 0) return;
  const ImVec2 at = ImGui::GetCursorPos(), corner = ImGui::GetCursorScreenPos(),
               max{corner.x + width, corner.y + height};
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ui::Palette& p = ui::palette();
  list->AddRectFilled(corner, max, p.panel_raised, ui::px(6));
  const float room = sentence_width(replay, width), left = ui::px(kReplayInset);
  const float line = std::floor((height - ImGui::GetFontSize()) / 2);
  if (replay.is_busy) {
    ui::draw_fitted(list, {corner.x + left, corner.y + line}, room, p.text, going_on(replay).c_str());
    const float top = max.y - ui::px(kReplayBar), end = corner.x + width * static_cast<float>(replay.share);
    list->AddRectFilled({corner.x, top}, {max.x, max.y}, p.border, ui::px(1.5f));
    list->AddRectFilled({corner.x, top}, {end, max.y}, p.accent, ui::px(1.5f));
  } else {
    const float text = ImGui::CalcTextSize(replay.sentence.c_str(), nullptr, false, room).y;
    list->AddText(ImGui::GetFont(), ImGui::GetFontSize(),
                  {corner.x + left, std::floor(corner.y + (height - text) / 2)}, p.text,
                  replay.sentence.c_str(), nullptr, room);
  }
  const float side = ImGui::GetFrameHeight();
  const float button = replay.is_busy ? button_width(kStopReplay, false) : side;
  ImGui::SetCursorPos({at.x + width - button - ui::px(8), at.y + std::floor((height - side) / 2)});
  if (replay.is_busy) {
    if (ui::button("runs.replay.stop", kStopReplay, "Ends the replay; nothing of the run is changed by it."))
      runs.wishes.push_back({RunWish::Kind::StopReplay});
  } else if (ui::icon_button("runs.replay.close", ui::Icon::Close, "Puts the sentence away.", false, side)) {
    replay.sentence.clear();
  }
  ImGui::SetCursorPos({at.x, at.y + height + ui::px(6)});
}

}  // namespace lab
