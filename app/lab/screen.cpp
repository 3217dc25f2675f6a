#include "app/lab/screen.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <string>
#include <vector>

#include "app/panels/inline_controls.hpp"
#include "app/panels/timeline.hpp"
#include "app/ui/theme.hpp"

namespace lab {
namespace {

constexpr float kTopBar = 44, kStatusBar = 26, kBanner = 38, kGap = 8;
constexpr float kRoomy = 1000;  // width of a window in which a lesson needs no more room
constexpr float kLeastSide = 280, kLeastCentre = 260;  // widths of columns
constexpr float kLeastHeight = 430;                    // of a view above the corner

/// A tab begins a new row where the rest of this one is too narrow for it.
void next_tab(const char* label, bool is_first, float right) {
  if (is_first) return;
  const float gap = ui::px(2);
  const float own = std::ceil(ImGui::CalcTextSize(label).x + 2 * ImGui::GetStyle().FramePadding.x);
  if (ImGui::GetItemRectMax().x + gap + own <= right) ImGui::SameLine(0, gap);
}

/// Draws into the present region, as if it were at least so high: where it is not, it scrolls.
template <class Draw>
void draw_roomy(const char* id, float least, Draw&& draw) {
  const bool is_low = ImGui::GetContentRegionAvail().y < least;
  if (is_low) {
    ImGui::SetNextWindowContentSize({0, least});
    ui::begin_child(id, {0, 0});
  }
  draw();
  if (is_low) ImGui::EndChild();
}

/// The views of a place; null where there are no more than `n`.
const View* view_of(PlaceId place, std::size_t n) {
  for (const View& view : views()) {
    if (view.place == place && n-- == 0) return &view;
  }
  return nullptr;
}

/// In classroom mode, where a lesson uses none of its views.
bool is_hidden(const Context& context, PlaceId place) {
  for (std::size_t n = 0; const View* view = view_of(place, n); ++n) {
    if (!context.shared.lessons.hides(view->id)) return false;
  }
  return true;
}

}  // namespace

void Screen::draw(Context& context, Preferences& preferences, const Line& line) {
  const ImGuiViewport* viewport = ImGui::GetMainViewport();
  ImGui::SetNextWindowPos(viewport->WorkPos);
  ImGui::SetNextWindowSize(viewport->WorkSize);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0);
  // The window is cleared to its colour: drawing it over all of it once more would cost a fifth of a frame.
  ImGui::Begin("screen", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleVar(3);

  // Behind the help nothing is under the mouse, so that no tooltip lies over it.
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (help.is_open()) ImGui::GetIO().MousePos = {-FLT_MAX, -FLT_MAX};
  rbm::command::Watch& watch = context.shared.watch;
  watch.needs = {};
  watch.inspected_unit = -1;
  const float width = viewport->WorkSize.x, height = viewport->WorkSize.y;
  const float top = ui::px(kTopBar), bottom = height - ui::px(kStatusBar);
  begin_region("top", {0, 0}, {width, top});
  top_bar.draw(context, !preferences.sides);
  ImGui::EndChild();
  float y = top + draw_fault(context, top, width);
  y += draw_looking_back(context, {ui::px(kGap), y + ui::px(kGap) / 2}, width - 2 * ui::px(kGap));
  if (line) y += line(ui::px(kGap), y + ui::px(kGap) / 2, width - 2 * ui::px(kGap));
  draw_columns(context, preferences, y, {width, bottom - y});
  begin_region("status", {0, bottom}, {width, ui::px(kStatusBar)});
  status_bar.draw(context, !preferences.sides);
  ImGui::EndChild();
  ImGui::End();
  ImGui::GetIO().MousePos = mouse;
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
/// the right column, whose content has views of its own, gives way.
Screen::Columns Screen::columns(const Context& context, const Preferences& preferences, float width) {
  const View& view = *context.shared.view;
  if (!preferences.sides || context.shared.lessons.hides_controls(width < ui::px(kRoomy))) return {0, 0};
  const float least = ui::px(kLeastSide);
  float left = std::clamp(width * preferences.left_ratio, least, std::max(least, width * 0.4f));
  left = std::min(left, width * 0.3f > ui::px(240) ? left : width * 0.3f);
  if (view.side.draw == nullptr) return {left, 0};
  const float right = std::clamp(width * preferences.right_ratio, least, std::max(least, width * 0.45f));
  const float most = width - left - 2 * ui::px(kGap) - ui::px(kLeastCentre);
  return {left, most < least ? 0 : std::min(right, most)};
}

void Screen::draw_columns(Context& context, Preferences& preferences, float y, ImVec2 size) {
  const View& view = *context.shared.view;
  const float width = size.x, gap = ui::px(kGap), lowest = y + size.y - gap;
  const float strip = CornerStrip::height(context.shared), bottom = lowest - (strip > 0 ? strip + gap : 0);
  const auto [left, right] = columns(context, preferences, width);
  rbm::command::Needs& needs = context.shared.watch.needs;
  if (left > 0) {
    begin_region("left", {gap, y + gap}, {left - gap, lowest - y - gap});
    controls.draw(context);
    ImGui::EndChild();
    ImGui::SetCursorPos({left, y + gap});
    ui::splitter("split.left", true, lowest - y - gap, &preferences.left_ratio, 0.1f, 0.4f,
                 Preferences{}.left_ratio, width);
  }
  const float centre_x = left + gap, centre_width = width - left - right - 2 * gap;
  const float view_y = y + gap + draw_tabs(context, {centre_x, y + gap}, width - left - 2 * gap);
  if (strip > 0) {
    begin_region("corner", {centre_x, lowest - strip}, {width - left - 2 * gap, strip});
    corner.draw(context);
    ImGui::EndChild();
  }
  // In a low window the corner takes no height from what stands above it: that scrolls.
  const float least = strip > 0 ? std::floor(std::min(lowest - view_y, ui::px(kLeastHeight))) : 0;
  begin_region("view", {centre_x, view_y}, {centre_width, bottom - view_y});
  needs = needs | view.needs;
  ui::mark_focus_start();
  draw_roomy("view.room", least, [&] { view.draw(panels, context); });
  ImGui::EndChild();
  if (right <= 0) return;
  ImGui::SetCursorPos({width - right - gap, view_y});
  float mirrored = 1 - preferences.right_ratio;
  if (ui::splitter("split.right", true, bottom - view_y, &mirrored, 0.55f, 0.9f,
                   1 - Preferences{}.right_ratio, width)) {
    preferences.right_ratio = 1 - mirrored;
  }
  begin_region("right", {width - right, view_y}, {right - gap, bottom - view_y});
  needs = needs | view.side.needs;
  draw_roomy("right.room", least, [&] { view.side.draw(panels, context); });
  ImGui::EndChild();
}

float Screen::draw_tabs(Context& context, ImVec2 at, float width) {
  const View& shown = *context.shared.view;
  last_of_place_[static_cast<std::size_t>(shown.place)] = &shown;
  ImGui::SetCursorPos(at);
  const float right = ImGui::GetCursorScreenPos().x + width;
  ImGui::BeginGroup();
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ui::px(8), ui::px(4)});
  draw_places(context, right);
  if (view_of(shown.place, 1) != nullptr) {
    ui::push_font(ui::fonts().small);
    for (std::size_t n = 0; const View* view = view_of(shown.place, n); ++n) {
      if (context.shared.lessons.hides(view->id)) continue;
      next_tab(view->title, n == 0, right);
      const std::string id = std::string("tab.") + view->id;
      if (ui::button(id.c_str(), view->title, view->hint, ui::Icon::None,
                     view == &shown ? ui::Emphasis::Normal : ui::Emphasis::Quiet)) {
        context.run(show_view(*view));
      }
    }
    ui::pop_font();
  }
  ImGui::PopStyleVar();
  ImGui::EndGroup();
  return ImGui::GetItemRectSize().y + ui::px(6);
}

void Screen::draw_places(Context& context, float right) {
  const View& shown = *context.shared.view;
  bool is_first = true;
  for (const Place& place : places()) {
    const View* first = view_of(place.id, 0);
    if (first == nullptr || is_hidden(context, place.id)) continue;
    next_tab(place.title, is_first, right);
    is_first = false;
    if (ui::button(place.tab, place.title, place.hint, ui::Icon::None,
                   shown.place == place.id ? ui::Emphasis::Primary : ui::Emphasis::Quiet)) {
      const View* last = last_of_place_[static_cast<std::size_t>(place.id)];
      context.run(show_view(last != nullptr ? *last : *first));
    }
    // The tab of a place with one view is that view's, too.
    if (view_of(place.id, 1) == nullptr) ui::mark(std::string("tab.") + first->id);
  }
}

}  // namespace lab
