#include "app/lab/screen.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "app/panels/inline_controls.hpp"
#include "app/ui/theme.hpp"

namespace lab {
namespace {

constexpr float kTopBar = 44, kStatusBar = 26, kBanner = 38, kTabs = 40, kGap = 8;
constexpr float kLeastSide = 280, kLeastCentre = 260;  // widths of columns

/// Where the tabs stand: with short labels where the others are too wide for one row, and in as many rows as
/// those need.
struct TabRows {
  std::vector<const char*> labels;
  std::vector<bool> begins_row;
  int count = 1;
};

float tab_gap() {
  return ui::px(2);
}

TabRows arrange_tabs(float room) {
  TabRows out;
  const float padding = 2 * ImGui::GetStyle().FramePadding.x, gap = tab_gap();
  const auto width = [&](const char* label) { return std::ceil(ImGui::CalcTextSize(label).x + padding); };
  float needed = -gap;
  for (const View& view : views()) needed += width(view.title) + gap;
  float x = 0;
  for (const View& view : views()) {
    out.labels.push_back(needed > room ? view.short_title : view.title);
    const float own = width(out.labels.back());
    out.begins_row.push_back(x > 0 && x + own > room);
    if (out.begins_row.back()) {
      ++out.count;
      x = 0;
    }
    x += own + gap;
  }
  return out;
}

}  // namespace

void Screen::draw(Context& context, Preferences& preferences, const Line& line) {
  const ImGuiViewport* viewport = ImGui::GetMainViewport();
  ImGui::SetNextWindowPos(viewport->WorkPos);
  ImGui::SetNextWindowSize(viewport->WorkSize);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0);
  ImGui::Begin("screen", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleVar(3);

  rbm::command::Watch& watch = context.shared.watch;
  watch.needs = {};
  watch.inspected_unit = -1;
  const float width = viewport->WorkSize.x, height = viewport->WorkSize.y;
  const float top = ui::px(kTopBar), bottom = height - ui::px(kStatusBar);
  begin_region("top", {0, 0}, {width, top});
  top_bar.draw(context);
  ImGui::EndChild();
  float y = top + draw_fault(context, top, width);
  if (line) y += line(ui::px(kGap), y + ui::px(kGap) / 2, width - 2 * ui::px(kGap));
  draw_columns(context, preferences, y, {width, bottom - y});
  begin_region("status", {0, bottom}, {width, ui::px(kStatusBar)});
  status_bar.draw(context);
  ImGui::EndChild();
  ImGui::End();
  help.draw(context);
}

float Screen::draw_fault(Context& context, float y, float width) {
  const std::string& fault = context.snapshot.messages.fault;
  if (fault.empty()) dismissed_fault.clear();
  if (fault.empty() || fault == dismissed_fault) return 0;
  const float gap = ui::px(kGap);
  begin_region("fault", {gap, y + gap / 2}, {width - 2 * gap, ui::px(kBanner)});
  if (ui::banner("fault.close", fault.c_str(), true)) dismissed_fault = fault;
  ImGui::EndChild();
  return ui::px(kBanner) + gap / 2;
}

/// Side columns keep a minimum in which their content fits, the centre gets the rest. Where that is too little,
/// the right column, which has views of its own, gives way.
Screen::Columns Screen::columns(const Preferences& preferences, float width) {
  if (!preferences.sides) return {0, 0};
  const float least = ui::px(kLeastSide);
  float left = std::clamp(width * preferences.left_ratio, least, std::max(least, width * 0.4f));
  left = std::min(left, width * 0.3f > ui::px(240) ? left : width * 0.3f);
  const float right = std::clamp(width * preferences.right_ratio, least, std::max(least, width * 0.45f));
  const float most = width - left - 2 * ui::px(kGap) - ui::px(kLeastCentre);
  return {left, most < least ? 0 : std::min(right, most)};
}

void Screen::draw_columns(Context& context, Preferences& preferences, float y, ImVec2 size) {
  const float width = size.x, gap = ui::px(kGap), area = size.y - 2 * gap;
  const auto [left, right] = columns(preferences, width);
  rbm::command::Needs& needs = context.shared.watch.needs;
  if (left > 0) {
    begin_region("left", {gap, y + gap}, {left - gap, area});
    controls.draw(context);
    ImGui::EndChild();
    ImGui::SetCursorPos({left, y + gap});
    ui::splitter("split.left", true, area, &preferences.left_ratio, 0.1f, 0.4f, Preferences{}.left_ratio,
                 width);
  }
  if (right > 0) {
    ImGui::SetCursorPos({width - right - gap, y + gap});
    float mirrored = 1 - preferences.right_ratio;
    if (ui::splitter("split.right", true, area, &mirrored, 0.55f, 0.9f, 1 - Preferences{}.right_ratio,
                     width)) {
      preferences.right_ratio = 1 - mirrored;
    }
    begin_region("right", {width - right, y + gap}, {right - gap, area});
    needs = needs | SideColumn::kNeeds;
    side.draw(context);
    ImGui::EndChild();
  }
  const float centre_x = left + gap, centre_width = width - left - right - 2 * gap;
  const float view_y = y + gap / 2 + draw_tabs(context, {centre_x, y + gap / 2}, centre_width);
  const View& view = *context.shared.view;
  begin_region("view", {centre_x, view_y}, {centre_width, y + size.y - gap - view_y});
  needs = needs | view.needs;
  view.draw(panels, context);
  ImGui::EndChild();
}

float Screen::draw_tabs(Context& context, ImVec2 at, float width) {
  const TabRows rows = arrange_tabs(std::floor(width));
  const float height =
      ui::px(kTabs) + static_cast<float>(rows.count - 1) * ImGui::GetFrameHeightWithSpacing();
  begin_region("tabs", at, {width, height});
  for (std::size_t i = 0; i < views().size(); ++i) {
    const View& view = views()[i];
    if (i > 0 && !rows.begins_row[i]) ImGui::SameLine(0, tab_gap());
    const std::string id = std::string("tab.") + view.id;
    if (ui::button(id.c_str(), rows.labels[i], view.hint, ui::Icon::None,
                   context.shared.view == &view ? ui::Emphasis::Primary : ui::Emphasis::Quiet)) {
      context.run(show_view(i));
    }
  }
  ImGui::EndChild();
  return height;
}

}  // namespace lab
