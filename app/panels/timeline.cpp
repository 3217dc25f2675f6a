#include "app/panels/timeline.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/panels/format_text.hpp"
#include "app/panels/inline_controls.hpp"
#include "app/ui/theme.hpp"

namespace lab {
namespace {

constexpr float kTimelineTrack = 18, kLookingBackHeight = 38;
constexpr const char* kTimelineHint =
    "Goes back to moments of the run that were kept in memory: drag, or [ and ]. The right end is the run as "
    "it is now.";

/// Where what is shown lies among the moments; their number is the run as it is.
std::size_t place_among_moments(const std::vector<std::uint64_t>& moments,
                                std::optional<std::uint64_t> looking_at) {
  if (!looking_at) return moments.size();
  return static_cast<std::size_t>(std::ranges::lower_bound(moments, *looking_at) - moments.begin());
}

/// The track from `left` to `right` at the height y, a tick for every moment, and the knob.
void draw_moments_track(const std::vector<std::uint64_t>& moments, std::size_t place, float left, float right,
                        float y) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ui::Palette& p = ui::palette();
  const bool is_live = place >= moments.size();
  const float count = static_cast<float>(std::max<std::size_t>(1, moments.size()));
  const auto x_of = [&](std::size_t n) { return left + (right - left) * static_cast<float>(n) / count; };
  list->AddLine({left, y}, {right, y}, p.border, ui::px(2));
  if ((right - left) / count >= ui::px(3)) {
    for (std::size_t n = 0; n < moments.size(); ++n) {
      const float x = std::floor(x_of(n)) + 0.5f;
      list->AddLine({x, y - ui::px(3)}, {x, y + ui::px(3)}, p.text_faint, 1);
    }
  }
  const ImVec2 knob{x_of(std::min(place, moments.size())), y};
  list->AddLine({left, y}, knob, is_live ? p.accent : p.warning, ui::px(2));
  list->AddCircleFilled(knob, ui::px(6), is_live ? p.accent : p.warning, 20);
}

/// "update 1 200" at the left, the memory at the right, where both have room.
void draw_moments_words(const rbm::TimelineReport& timeline, ImVec2 at, float width) {
  const bool is_live = !timeline.looking_at;
  char left[64] = "live", right[80];
  if (!is_live) std::snprintf(left, sizeof left, "update %s", grouped(*timeline.looking_at).text);
  constexpr double kMegabyte = 1e6;
  std::snprintf(right, sizeof right, "%zu moments, %.0f of %.0f\u00a0MB", timeline.moments->size(),
                std::ceil(static_cast<double>(timeline.bytes) / kMegabyte),
                static_cast<double>(timeline.budget) / kMegabyte);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float room = width - ImGui::CalcTextSize(left).x - ui::px(12);
  list->AddText(at, is_live ? ui::palette().text_dim : ui::palette().warning, left);
  const float text = std::min(room, ImGui::CalcTextSize(right).x);
  ui::draw_fitted(list, {std::floor(at.x + width - text), at.y}, text, ui::palette().text_dim, right);
}

}  // namespace

float Timeline::height() {
  ui::push_font(ui::fonts().small);
  const float words = ImGui::GetTextLineHeight();
  ui::pop_font();
  return std::floor(words + ui::px(kTimelineTrack) + ui::px(2));
}

void Timeline::draw(Context& context, const char* id) {
  const rbm::TimelineReport& timeline = context.snapshot.monitoring.timeline;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x, inset = ui::px(7), track = ui::px(kTimelineTrack);
  const ui::Focus focus = ui::take_focus(id);
  ImGui::SetCursorScreenPos({at.x, at.y + height() - track});
  ImGui::InvisibleButton(id, {width, track});
  ui::mark(id, kTimelineHint, ui::Tip::StatusLineOnly);
  ui::draw_focus(focus);
  if (!timeline.moments || timeline.moments->empty()) return;
  const std::vector<std::uint64_t>& moments = *timeline.moments;
  std::size_t place = place_among_moments(moments, timeline.looking_at);
  const float left = at.x + inset, right = at.x + width - inset;
  if (!ImGui::IsItemActive()) {
    asked_ = timeline.looking_at;
  } else {
    const float share = std::clamp((ImGui::GetIO().MousePos.x - left) / (right - left), 0.0f, 1.0f);
    place = static_cast<std::size_t>(std::lround(share * static_cast<float>(moments.size())));
    const auto wanted = place < moments.size() ? std::optional(moments[place]) : std::nullopt;
    if (wanted != asked_) context.post(rbm::command::LookBack{wanted});
    asked_ = wanted;
  }
  if (focus.steps != 0) {
    if (const auto look = moment_beside(timeline, focus.steps)) context.post(*look);
  }
  ui::push_font(ui::fonts().small);
  draw_moments_words(timeline, at, width);
  ui::pop_font();
  draw_moments_track(moments, place, left, right, std::floor(at.y + height() - track / 2) + 0.5f);
}

std::optional<rbm::command::LookBack> moment_beside(const rbm::TimelineReport& timeline, int steps) {
  if (!timeline.moments) return std::nullopt;
  const auto count = static_cast<int>(timeline.moments->size());
  const int place = static_cast<int>(place_among_moments(*timeline.moments, timeline.looking_at));
  const int wanted = std::clamp(place + steps, 0, count);
  if (wanted == place) return std::nullopt;
  if (wanted == count) return rbm::command::LookBack{};
  return rbm::command::LookBack{(*timeline.moments)[static_cast<std::size_t>(wanted)]};
}

std::string looking_back_sentence(const rbm::Snapshot& snapshot) {
  const auto& looking_at = snapshot.monitoring.timeline.looking_at;
  if (!looking_at) return {};
  return std::string("Update ") + grouped(*looking_at).text + " of " +
         grouped(snapshot.progress.updates).text + " – looking back";
}

float draw_looking_back(Context& context, ImVec2 at, float width) {
  const std::string sentence = looking_back_sentence(context.snapshot);
  if (sentence.empty()) return 0;
  const float height = ui::px(kLookingBackHeight), gap = ui::px(8);
  begin_region("looking.back", at, {width, height});
  const ImVec2 origin = ImGui::GetCursorScreenPos(), max{origin.x + width, origin.y + height};
  const ui::Palette& p = ui::palette();
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(origin, max, p.panel, ui::px(6));
  list->AddRectFilled(origin, {origin.x + ui::px(4), max.y}, p.warning, ui::px(2));
  const float live = button_width("Live", false), on = button_width("Go on from here", false);
  const float text_y = std::floor(origin.y + (height - ImGui::GetFontSize()) / 2);
  const float room = width - live - on - 3 * gap - ui::px(14);
  ui::draw_fitted(list, {origin.x + ui::px(14), text_y}, room, p.text, sentence.c_str());
  const float told = ImGui::CalcTextSize(sentence.c_str()).x + ui::px(14);
  const char* rest =
      "All of the run was kept then: it goes on bit for bit. Curves and verdicts stay those of now.";
  if (room - told > ui::px(120))
    ui::draw_fitted(list, {origin.x + ui::px(14) + told, text_y}, room - told, p.text_dim, rest);
  ImGui::SetCursorScreenPos({std::floor(max.x - live - on - 2 * gap),
                             std::floor(origin.y + (height - ImGui::GetFrameHeight()) / 2)});
  if (ui::button("rewind.live", "Live", action(ActionId::LookLive).hint, ui::Icon::None,
                 ui::Emphasis::Primary, {live, 0}))
    context.run(ActionId::LookLive);
  ImGui::SameLine(0, gap);
  if (ui::button("rewind.go_on", "Go on from here", action(ActionId::GoOnFromHere).hint, ui::Icon::None,
                 ui::Emphasis::Normal, {on, 0}))
    context.run(ActionId::GoOnFromHere);
  ImGui::EndChild();
  return height + gap / 2;
}

}  // namespace lab
