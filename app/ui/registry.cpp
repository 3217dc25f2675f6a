// What the controls have in common: their register, hints, and the keyboard's focus.
#include <algorithm>
#include <utility>
#include <vector>

#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab::ui {
namespace {

using Register = std::map<std::string, Rect, std::less<>>;

/// Seconds that the mouse rests before a tooltip; shorter than an idle window goes on drawing after input.
constexpr double kRest_s = 0.3;

struct State {
  Register present, last;  // nodes go back and forth between them: a steady frame allocates nothing
  std::string shared_id;   // the first id of this frame that was registered at two places
  std::string hint, last_hint;

  std::string resting_on;  // the control that the mouse rests on …
  double still_since_s = 0;
  bool showing_tip = false;  // … and whether its tooltip is up

  std::vector<std::string> order, last_order;  // controls in the order of drawing; strings are reused
  std::size_t order_count = 0, last_order_count = 0;
  std::string focused;
  int move = 0;            // F6 presses not yet followed
  bool pressed = false;    // Enter or Space, not yet taken
  int steps = 0;           // arrow keys, not yet taken
  bool scroll_to = false;  // the focus is new: bring it into view
};
State g;

Rect visible_part(ImVec2 min, ImVec2 max) {
  const ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 clip_min = list->GetClipRectMin(), clip_max = list->GetClipRectMax();
  min = {std::max(min.x, clip_min.x), std::max(min.y, clip_min.y)};
  max = {std::min(max.x, clip_max.x), std::min(max.y, clip_max.y)};
  return {min.x, min.y, max.x - min.x, max.y - min.y};
}

void remember(std::string_view id, const Rect& rect) {
  if (const auto same = g.present.find(id); same != g.present.end()) {
    // Its own control may be marked again (a slider that becomes a text box), another one may not.
    if (g.shared_id.empty() && same->second != rect) g.shared_id = id;
    same->second = rect;
  } else if (const auto old = g.last.find(id); old != g.last.end()) {
    auto node = g.last.extract(old);
    node.mapped() = rect;
    g.present.insert(std::move(node));
  } else {
    g.present.emplace(id, rect);
  }
}

void show_tip(std::string_view id, std::string_view hint) {
  const ImGuiIO& io = ImGui::GetIO();
  if (g.resting_on != id) {
    g.resting_on = id;
    g.still_since_s = ImGui::GetTime();
    g.showing_tip = false;
  }
  const bool moved = io.MouseDelta.x != 0 || io.MouseDelta.y != 0;
  if (moved && !g.showing_tip) g.still_since_s = ImGui::GetTime();
  if (ImGui::IsAnyItemActive() || io.MouseWheel != 0)
    g.still_since_s = ImGui::GetTime(), g.showing_tip = false;
  if (ImGui::GetTime() - g.still_since_s < kRest_s) return;
  g.showing_tip = true;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {px(10), px(7)});
  ImGui::BeginTooltip();
  push_font(fonts().small);
  ImGui::PushTextWrapPos(px(320));
  ImGui::TextUnformatted(hint.data(), hint.data() + hint.size());
  ImGui::PopTextWrapPos();
  pop_font();
  ImGui::EndTooltip();
  ImGui::PopStyleVar();
}

void move_focus() {
  const auto begin = g.last_order.begin(), end = begin + static_cast<std::ptrdiff_t>(g.last_order_count);
  const auto at = std::find(begin, end, g.focused);
  if (at == end) g.focused.clear();  // its view is gone
  if (g.move == 0 || begin == end) return;
  const auto count = end - begin;
  const auto from = at == end ? (g.move > 0 ? -1 : count) : at - begin;
  g.focused = begin[((from + g.move) % count + count) % count];
  g.move = 0;
  g.scroll_to = true;
}

}  // namespace

void begin_frame() {
  std::swap(g.present, g.last);
  g.present.clear();
  g.shared_id.clear();
  std::swap(g.hint, g.last_hint);
  g.hint.clear();
  std::swap(g.order, g.last_order);
  g.last_order_count = g.order_count;
  g.order_count = 0;
  if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) g.focused.clear();
  move_focus();
}

const Register& registered() {
  return g.present;
}

const std::string& shared_id() {
  return g.shared_id;
}

const std::string& hovered_hint() {
  // The status line may be drawn before the control: then the last frame's hint is the one.
  return g.hint.empty() ? g.last_hint : g.hint;
}

void mark(std::string_view id, std::string_view hint, Tip tip) {
  const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
  const Rect rect = visible_part(min, max);
  if (rect.w <= 0 || rect.h <= 0) return;
  remember(id, rect);
  if (hint.empty()) return;
  const bool hovered = ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled);
  if (hovered || (g.hint.empty() && g.focused == id)) g.hint = hint;
  if (hovered && tip == Tip::Rest) show_tip(id, hint);
}

bool focus_key(const Shortcut& key) {
  if (key.ctrl || key.alt) return false;
  if (key.key == kKeyF6) {
    g.move += key.shift ? -1 : 1;
    return true;
  }
  if (g.focused.empty()) return false;
  switch (key.key) {
    case kKeyEscape:
      g.focused.clear();
      return true;
    case kKeyEnter:
    case kKeySpace:
      g.pressed = true;
      return true;
    case kKeyRight:
    case kKeyUp:
      g.steps += key.shift ? 10 : 1;
      return true;
    case kKeyLeft:
    case kKeyDown:
      g.steps -= key.shift ? 10 : 1;
      return true;
    default:
      return false;
  }
}

Focus take_focus(std::string_view id) {
  // A disabled control is drawn paler: the only sign of it that all versions of ImGui make public.
  if (ImGui::GetStyle().Alpha < 1) return {};
  if (g.order_count == g.order.size()) g.order.emplace_back();
  g.order[g.order_count++] = id;
  if (g.focused.empty() || g.focused != id) return {};
  return {true, std::exchange(g.pressed, false), std::exchange(g.steps, 0)};
}

void draw_focus(const Focus& focus) {
  if (!focus.here) return;
  if (std::exchange(g.scroll_to, false) && !ImGui::IsItemVisible()) ImGui::SetScrollHereY();
  const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
  const float out = px(2);
  // Over the neighbours: an outline that they cover would be no help.
  draw_rect(ImGui::GetWindowDrawList(), {min.x - out, min.y - out}, {max.x + out, max.y + out},
            palette().accent_hovered, ImGui::GetStyle().FrameRounding + out, px(2));
}

}  // namespace lab::ui
