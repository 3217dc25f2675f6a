#include "app/lab/screen.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "app/ui/theme.hpp"

namespace lab {
namespace {

constexpr float kTopBar = 44, kStatusBar = 26, kBanner = 38, kTabs = 40, kGap = 8;
constexpr float kLeastSide = 280, kLeastCentre = 260;  // widths of columns

constexpr std::array<Tab, 10> kTabList{{
    {View::Watch, "tab.watch", "Watch", ActionId::ViewWatch},
    {View::Filters, "tab.filters", "Filters", ActionId::ViewFilters},
    {View::Hidden, "tab.hidden", "Hidden units", ActionId::ViewHidden},
    {View::Reconstructions, "tab.reconstructions", "Reconstructions", ActionId::ViewReconstructions},
    {View::Chains, "tab.chains", "Chains", ActionId::ViewChains},
    {View::Paint, "tab.paint", "Paint", ActionId::ViewPaint},
    {View::Curves, "tab.curves", "Curves", ActionId::ViewCurves},
    {View::Health, "tab.health", "Health", ActionId::ViewHealth},
    {View::Heights, "tab.heights", "Two heights", ActionId::ViewHeights},
    {View::Exact, "tab.exact", "Exact", ActionId::ViewExact},
}};

/// Where the tabs stand: with short labels where the others are too wide for one row, and in as many rows as
/// those need.
struct TabRows {
  std::array<const char*, kTabList.size()> labels{};
  std::array<bool, kTabList.size()> begins_row{};
  int count = 1;
};

const char* short_label(const Tab& tab) {
  switch (tab.view) {
    case View::Reconstructions:
      return "Reconstr.";
    case View::Hidden:
      return "Hidden";
    case View::Heights:
      return "Heights";
    default:
      return tab.label;
  }
}

float tab_gap() {
  return ui::px(2);
}

TabRows arrange_tabs(float room) {
  TabRows out;
  const float padding = 2 * ImGui::GetStyle().FramePadding.x, gap = tab_gap();
  const auto width = [&](const char* label) { return std::ceil(ImGui::CalcTextSize(label).x + padding); };
  float needed = -gap;
  for (const Tab& tab : kTabList) needed += width(tab.label) + gap;
  float x = 0;
  for (std::size_t i = 0; i < kTabList.size(); ++i) {
    out.labels[i] = needed > room ? short_label(kTabList[i]) : kTabList[i].label;
    const float own = width(out.labels[i]);
    out.begins_row[i] = x > 0 && x + own > room;
    if (out.begins_row[i]) {
      ++out.count;
      x = 0;
    }
    x += own + gap;
  }
  return out;
}

/// A child region at a place of the window.
void begin_region(const char* id, ImVec2 position, ImVec2 size) {
  ImGui::SetCursorPos(position);
  ui::begin_child(id, size, false, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
}

}  // namespace

std::span<const Tab> tabs() {
  return kTabList;
}

bool Screen::animating(View view) const {
  if (view == View::Watch || view == View::Chains) return chains.animating();
  if (view == View::Heights) return heights.animating();
  return view == View::Paint && paint.animating();
}

void Screen::draw(Context& context, Preferences& preferences) {
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

  const float width = viewport->WorkSize.x, height = viewport->WorkSize.y, gap = ui::px(kGap);
  const float top = ui::px(kTopBar), bottom = height - ui::px(kStatusBar);
  begin_region("top", {0, 0}, {width, top});
  top_bar.draw(context);
  ImGui::EndChild();

  float y = top;
  if (!context.snapshot.fault.empty() && context.snapshot.fault != dismissed_fault) {
    begin_region("fault", {gap, y + gap / 2}, {width - 2 * gap, ui::px(kBanner)});
    if (ui::banner("fault.close", context.snapshot.fault.c_str(), true))
      dismissed_fault = context.snapshot.fault;
    ImGui::EndChild();
    y += ui::px(kBanner) + gap / 2;
  }
  if (context.snapshot.fault.empty()) dismissed_fault.clear();

  // Three columns; side columns keep a minimum in which their content fits, the centre gets the rest. Where
  // that is too little, the right column, which has views of its own, gives way.
  const float area = bottom - y - 2 * gap;
  float left = 0, right = 0;
  if (preferences.sides) {
    const float least = ui::px(kLeastSide);
    left = std::clamp(width * preferences.left_ratio, least, std::max(least, width * 0.4f));
    right = std::clamp(width * preferences.right_ratio, least, std::max(least, width * 0.45f));
    left = std::min(left, width * 0.3f > ui::px(240) ? left : width * 0.3f);
    const float most = width - left - 2 * gap - ui::px(kLeastCentre);
    right = most < least ? 0 : std::min(right, most);
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
    draw_right(context);
    ImGui::EndChild();
  }
  const float centre_x = left + gap;
  const float centre_width = width - left - right - 2 * gap;
  const float view_y = y + gap / 2 + draw_tabs(context, {centre_x, y + gap / 2}, centre_width);
  begin_region("view", {centre_x, view_y}, {centre_width, bottom - gap - view_y});
  draw_view(context);
  ImGui::EndChild();

  begin_region("status", {0, bottom}, {width, ui::px(kStatusBar)});
  status_bar.draw(context);
  ImGui::EndChild();
  ImGui::End();
  help.draw(context);
}

float Screen::draw_tabs(Context& context, ImVec2 at, float width) {
  const TabRows rows = arrange_tabs(std::floor(width));
  const float height =
      ui::px(kTabs) + static_cast<float>(rows.count - 1) * ImGui::GetFrameHeightWithSpacing();
  begin_region("tabs", at, {width, height});
  for (std::size_t i = 0; i < kTabList.size(); ++i) {
    const Tab& tab = kTabList[i];
    if (i > 0 && !rows.begins_row[i]) ImGui::SameLine(0, tab_gap());
    const bool chosen = context.shared.view == tab.view;
    if (ui::button(tab.id, rows.labels[i], action(tab.action).hint, ui::Icon::None,
                   chosen ? ui::Emphasis::Primary : ui::Emphasis::Quiet)) {
      context.run(tab.action);
    }
  }
  ImGui::EndChild();
  return height;
}

void Screen::draw_view(Context& context) {
  context.shared.watch.needs.exact = context.shared.view == View::Exact;
  switch (context.shared.view) {
    case View::Watch:
      draw_watch(context);
      break;
    case View::Filters:
      draw_filters(context);
      break;
    case View::Hidden:
      hidden.draw(context);
      break;
    case View::Reconstructions:
      reconstructions.draw(context);
      break;
    case View::Chains:
      chains.draw(context);
      break;
    case View::Paint:
      paint.draw(context);
      break;
    case View::Curves:
      curves.draw(context);
      break;
    case View::Health:
      health.draw(context);
      break;
    case View::Heights:
      heights.draw(context);
      break;
    case View::Exact:
      exact.draw(context);
      break;
  }
}

void Screen::draw_watch(Context& context) {
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float gap = ui::px(kGap);
  const ImVec2 origin = ImGui::GetCursorPos();
  const auto region = [&](const char* id, float x, float y, float w, float h, auto&& draw_panel) {
    begin_region(id, {origin.x + x, origin.y + y}, {w, h});
    draw_panel();
    ImGui::EndChild();
  };
  if (room.x > 1.35f * room.y) {
    // Wide: filters left, reconstructions over chains right.
    const float left = std::floor(room.x * 0.56f), right = room.x - left - gap,
                upper = std::floor(room.y * 0.4f);
    region("watch.filters", 0, 0, left, room.y, [&] { watch_filters.draw_compact(context); });
    region("watch.reconstructions", left + gap, 0, right, upper,
           [&] { watch_reconstructions.draw_compact(context); });
    region("watch.chains", left + gap, upper + gap, right, room.y - upper - gap,
           [&] { chains.draw_compact(context); });
  } else {
    const float upper = std::floor(room.y * 0.6f), lower = room.y - upper - gap,
                left = std::floor((room.x - gap) * 0.5f);
    region("watch.filters", 0, 0, room.x, upper, [&] { watch_filters.draw_compact(context); });
    region("watch.reconstructions", 0, upper + gap, left, lower,
           [&] { watch_reconstructions.draw_compact(context); });
    region("watch.chains", left + gap, upper + gap, room.x - left - gap, lower,
           [&] { chains.draw_compact(context); });
  }
}

void Screen::draw_filters(Context& context) {
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float gap = ui::px(kGap);
  const ImVec2 origin = ImGui::GetCursorPos();
  const bool wide = room.x > 1.25f * room.y;
  const float inspector =
      wide ? std::max(ui::px(300), room.x * 0.34f) : std::clamp(room.y * 0.36f, ui::px(230), ui::px(420));
  begin_region("filters.wall", origin,
               wide ? ImVec2{room.x - inspector - gap, room.y} : ImVec2{room.x, room.y - inspector - gap});
  filters.draw(context);
  ImGui::EndChild();
  begin_region("filters.unit",
               wide ? ImVec2{origin.x + room.x - inspector, origin.y}
                    : ImVec2{origin.x, origin.y + room.y - inspector},
               wide ? ImVec2{inspector, room.y} : ImVec2{room.x, inspector});
  unit.draw(context);
  ImGui::EndChild();
}

void Screen::draw_right(Context& context) {
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float gap = ui::px(kGap);
  const ImVec2 origin = ImGui::GetCursorPos();
  const float strip = std::clamp(room.y * 0.26f, ui::px(150), ui::px(320));
  begin_region("right.curves", origin, {room.x, room.y - strip - gap});
  side_curves.draw_compact(context);
  ImGui::EndChild();
  begin_region("right.strip", {origin.x, origin.y + room.y - strip}, {room.x, strip});
  hidden_strip.draw_strip(context);
  ImGui::EndChild();
}

}  // namespace lab
