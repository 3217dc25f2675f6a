#include "app/lab/screen.hpp"

#include <algorithm>
#include <array>

#include "app/ui/theme.hpp"

namespace lab {
namespace {

constexpr float kTopBar = 44, kStatusBar = 26, kBanner = 38, kTabs = 40, kGap = 8;

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

  // Three columns; side columns keep a minimum in which their content fits, the centre gets the rest.
  const float area = bottom - y - 2 * gap;
  float left = 0, right = 0;
  if (preferences.sides) {
    left = std::clamp(width * preferences.left_ratio, ui::px(280), std::max(ui::px(280), width * 0.4f));
    right = std::clamp(width * preferences.right_ratio, ui::px(280), std::max(ui::px(280), width * 0.45f));
    left = std::min(left, width * 0.3f > ui::px(240) ? left : width * 0.3f);
    begin_region("left", {gap, y + gap}, {left - gap, area});
    controls.draw(context);
    ImGui::EndChild();
    ImGui::SetCursorPos({left, y + gap});
    ui::splitter("split.left", true, area, &preferences.left_ratio, 0.1f, 0.4f, Preferences{}.left_ratio,
                 width);
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
  begin_region("tabs", {centre_x, y + gap / 2}, {centre_width, ui::px(kTabs)});
  draw_tabs(context);
  ImGui::EndChild();
  const float view_y = y + gap / 2 + ui::px(kTabs);
  begin_region("view", {centre_x, view_y}, {centre_width, bottom - gap - view_y});
  draw_view(context);
  ImGui::EndChild();

  begin_region("status", {0, bottom}, {width, ui::px(kStatusBar)});
  status_bar.draw(context);
  ImGui::EndChild();
  ImGui::End();
  help.draw(context);
}

void Screen::draw_tabs(Context& context) {
  std::array<const char*, kTabList.size()> labels{};
  const ImGuiStyle& style = ImGui::GetStyle();
  float needed = 0;
  for (std::size_t i = 0; i < kTabList.size(); ++i) {
    labels[i] = kTabList[i].label;
    needed += ImGui::CalcTextSize(labels[i]).x + 2 * style.FramePadding.x + ui::px(2);
  }
  const bool tight = needed > ImGui::GetContentRegionAvail().x;
  for (std::size_t i = 0; i < kTabList.size(); ++i) {
    const Tab& tab = kTabList[i];
    if (i > 0) ImGui::SameLine(0, ui::px(2));
    const bool chosen = context.shared.view == tab.view;
    const char* label = tight && tab.view == View::Reconstructions ? "Reconstr."
                        : tight && tab.view == View::Hidden        ? "Hidden"
                        : tight && tab.view == View::Heights       ? "Heights"
                                                                   : tab.label;
    if (ui::button(tab.id, label, action(tab.action).hint, ui::Icon::None,
                   chosen ? ui::Emphasis::Primary : ui::Emphasis::Quiet)) {
      context.run(tab.action);
    }
  }
}

void Screen::draw_view(Context& context) {
  context.shared.watch.exact = context.shared.view == View::Exact;
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
