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

/// A control that does not show after so many frames is as much in view as it can be.
constexpr int kRevealTries = 4;
/// What it costs to cover its own control, more than all others, and to stand a control's height further away.
constexpr float kOwnCovered = 1000, kStepCost = 0.1f;
constexpr int kMostTipSteps = 4;

struct Arrows {
  int steps = 0, across = 0, down = 0;
};

struct State {
  int frame = -1;          // the last one that began
  Register present, last;  // nodes go back and forth between them: a steady frame allocates nothing
  std::string shared_id;   // the first id of this frame that was registered at two places
  std::string hint, last_hint, status_hint, last_status_hint;

  struct {
    std::string on;            // the control that the mouse rests on …
    int frame = -1;            // … the last frame in which it did …
    double still_since_s = 0;  // … and how long it lies still there
    bool is_up = false;        // whether the tooltip shows
    bool was_used = false;     // whether the control was pressed or turned since the mouse came
  } tip;

  std::vector<std::string> order, last_order;  // controls in the order of drawing; strings are reused
  std::size_t order_count = 0, last_order_count = 0;
  std::string focused;
  struct {
    int moves = 0;          // not yet followed
    bool was_last = false;  // of all keys
  } tab;
  struct {
    bool is_new = false;     // it or Space, not yet taken
    bool is_wanted = false;  // by the program
    bool is_left = false;    // to it, by the control that has the focus
    int kept_frame = -1;     // the last one in which that control kept it
  } enter;
  struct {
    std::size_t at = 0, last_at = 0;  // where in the order the view begins
    bool is_next = false;             // whether the next Tab begins there
  } start;
  struct {
    bool is_new = false;  // not yet taken …
    int frame = -1;       // … and the frame in which it was
  } asked;                // Shift+Enter
  Arrows arrows;          // not yet taken
  struct {
    std::string id;  // the control to scroll to, empty if none
    int tries = 0;   // frames in which it was drawn and did not show all of itself
    Rect rect{};     // where it was in the last of them …
    int frame = -1;  // … and which that was
  } revealed;
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

/// The part of a control that lies under this rectangle.
float covered(const Rect& r, ImVec2 min, ImVec2 max) {
  const float w = std::min(max.x, r.x + r.w) - std::max(min.x, r.x);
  const float h = std::min(max.y, r.y + r.h) - std::max(min.y, r.y);
  return w > 0 && h > 0 ? w * h / (r.w * r.h) : 0;
}

/// How much of all controls lies under this rectangle, 1 for each that is covered whole: those of this frame so far,
/// and of the last one those that are still to come.
float covered(ImVec2 min, ImVec2 max) {
  float sum = 0;
  for (const Register* controls : {&g.present, &g.last}) {
    for (const auto& [id, r] : *controls) sum += covered(r, min, max);
  }
  return sum;
}

/// Below, above, right or left of a control, close to it or a little further: where a tooltip of this size covers the
/// least of others, and nothing of it.
ImVec2 place_of_tip(ImVec2 min, ImVec2 max, ImVec2 size) {
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  const Rect own{min.x, min.y, std::max(1.0f, max.x - min.x), std::max(1.0f, max.y - min.y)};
  ImVec2 best = max;
  float least = 1e9f;
  const auto consider = [&](ImVec2 at, int steps) {
    at = {std::clamp(at.x, px(4), std::max(px(4), display.x - size.x - px(4))),
          std::clamp(at.y, px(4), std::max(px(4), display.y - size.y - px(4)))};
    const ImVec2 end{at.x + size.x, at.y + size.y};
    const float cost = covered(at, end) + (covered(own, at, end) > 0 ? kOwnCovered : 0) +
                       kStepCost * static_cast<float>(steps);
    if (cost < least - 1e-3f) best = at, least = cost;
  };
  for (int steps = 0; steps <= kMostTipSteps; ++steps) {
    const float gap = px(6) + static_cast<float>(steps) * ImGui::GetFrameHeight();
    for (const float x : {min.x, max.x - size.x}) {
      consider({x, max.y + gap}, steps);
      consider({x, min.y - gap - size.y}, steps);
    }
    consider({max.x + gap, min.y}, steps);
    consider({min.x - gap - size.x, min.y}, steps);
  }
  return best;
}

void show_tip(std::string_view id, std::string_view hint) {
  const ImGuiIO& io = ImGui::GetIO();
  const int since = ImGui::GetFrameCount() - std::exchange(g.tip.frame, ImGui::GetFrameCount());
  if (g.tip.on != id || since < 0 || since > 1) {
    g.tip.on = id;
    g.tip.still_since_s = ImGui::GetTime();
    g.tip.is_up = g.tip.was_used = false;
  }
  const bool moved = io.MouseDelta.x != 0 || io.MouseDelta.y != 0;
  if (moved && !g.tip.is_up) g.tip.still_since_s = ImGui::GetTime();
  // Whoever uses a control knows what it is: its tooltip would only lie over what comes of it.
  if (ImGui::IsAnyItemActive() || io.MouseWheel != 0) g.tip.was_used = true;
  if (g.tip.was_used || ImGui::GetTime() - g.tip.still_since_s < kRest_s) return;
  g.tip.is_up = true;
  const ImVec2 padding{px(10), px(7)};
  const float wrap = px(320);
  push_font(fonts().small);
  const ImVec2 text = ImGui::CalcTextSize(hint.data(), hint.data() + hint.size(), false, wrap);
  pop_font();
  ImGui::SetNextWindowPos(place_of_tip(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(),
                                       {text.x + 2 * padding.x, text.y + 2 * padding.y}));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, padding);
  ImGui::BeginTooltip();
  push_font(fonts().small);
  ImGui::PushTextWrapPos(padding.x + wrap);
  ImGui::TextUnformatted(hint.data(), hint.data() + hint.size());
  ImGui::PopTextWrapPos();
  pop_font();
  ImGui::EndTooltip();
  ImGui::PopStyleVar();
}

/// Nothing has the focus, and the keys that were meant for what had it are gone with it.
void end_focus() {
  g.focused.clear();
  g.enter.is_new = g.asked.is_new = false;
  g.arrows = {};
  g.enter.is_left = false;
}

void move_focus() {
  const auto begin = g.last_order.begin(), end = begin + static_cast<std::ptrdiff_t>(g.last_order_count);
  const auto at = std::find(begin, end, g.focused);
  if (at == end) end_focus();  // its view is gone
  if (g.tab.moves == 0 || begin == end) return;
  const auto count = end - begin;
  const auto first = g.start.is_next ? static_cast<std::ptrdiff_t>(g.start.last_at) : 0;
  const auto from = at != end ? at - begin : g.tab.moves > 0 ? first - 1 : first > 0 ? first : count;
  g.start.is_next = false;
  g.focused = begin[((from + g.tab.moves) % count + count) % count];
  g.tab.moves = 0;
  reveal(g.focused);
}

/// The last item is the one to scroll to: what it is in directly scrolls at once, what that is in when it begins next.
void show_item(ImVec2 min, ImVec2 max) {
  const Rect rect{min.x, min.y, max.x - min.x, max.y - min.y}, seen = visible_part(min, max);
  const bool is_whole = seen.w >= rect.w - 1 && seen.h >= rect.h - 1;
  if (is_whole || ++g.revealed.tries > kRevealTries) {
    g.revealed.id.clear();
    return;
  }
  if (!ImGui::IsItemVisible()) ImGui::SetScrollHereY();
  g.revealed.rect = rect;
  g.revealed.frame = ImGui::GetFrameCount();
}

/// How far a room from 0 to `size` has to scroll so that [low, high] shows, or its beginning.
float way_to(float low, float high, float size) {
  const float margin = std::min(px(8), std::max(0.0f, (size - (high - low)) / 2));
  if (low < margin || high - low > size) return low - margin;
  return std::max(0.0f, high + margin - size);
}

}  // namespace

void begin_frame() {
  // Frames that are counted anew are those of another window: the controls of the one before are no longer there.
  if (ImGui::GetFrameCount() <= g.frame) g = {};
  g.frame = ImGui::GetFrameCount();
  std::swap(g.present, g.last);
  g.present.clear();
  g.shared_id.clear();
  std::swap(g.hint, g.last_hint);
  g.hint.clear();
  std::swap(g.status_hint, g.last_status_hint);
  g.status_hint.clear();
  std::swap(g.order, g.last_order);
  g.last_order_count = g.order_count;
  g.order_count = 0;
  g.start.last_at = std::exchange(g.start.at, 0);
  if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) {
    end_focus();
    g.start.is_next = false;
  }
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

const std::string& status_hint() {
  return g.status_hint.empty() ? g.last_status_hint : g.status_hint;
}

void reveal(std::string_view id) {
  g.revealed = {};
  g.revealed.id = id;
}

void scroll_to_revealed() {
  const Rect& r = g.revealed.rect;
  if (g.revealed.id.empty() || g.revealed.frame != ImGui::GetFrameCount() - 1) return;
  const ImVec2 at = ImGui::GetWindowPos(), size = ImGui::GetWindowSize();
  if (r.x + r.w < at.x || r.x > at.x + size.x) return;
  ImGui::SetScrollX(ImGui::GetScrollX() + way_to(r.x - at.x, r.x + r.w - at.x, size.x));
  ImGui::SetScrollY(ImGui::GetScrollY() + way_to(r.y - at.y, r.y + r.h - at.y, size.y));
  g.revealed.id.clear();
}

void mark(std::string_view id, std::string_view hint, Tip tip) {
  const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
  const Rect rect = visible_part(min, max);
  if (!g.revealed.id.empty() && g.revealed.id == id) show_item(min, max);
  if (rect.w <= 0 || rect.h <= 0) return;
  remember(id, rect);
  if (hint.empty()) return;
  const bool hovered = ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled);
  const bool focused = g.hint.empty() && g.focused == id;
  if (hovered || focused) g.hint = hint;
  if (focused || (hovered && tip == Tip::StatusLineOnly)) g.status_hint = hint;
  if (hovered && tip == Tip::Rest) show_tip(id, hint);
}

bool focus_key(const Shortcut& key) {
  g.tab.was_last = key.key == kKeyTab && !key.ctrl && !key.alt;
  if (key.ctrl || key.alt) return false;
  if (key.key == kKeyTab) {
    g.tab.moves += key.shift ? -1 : 1;
    g.enter.is_left = false;
    return true;
  }
  if (g.focused.empty()) return false;
  switch (key.key) {
    case kKeyEscape:
      end_focus();
      return true;
    case kKeyEnter:
      if (g.enter.is_left && !key.shift && g.enter.kept_frame != ImGui::GetFrameCount()) return false;
      [[fallthrough]];
    case kKeySpace:
      (key.shift && key.key == kKeyEnter ? g.asked.is_new : g.enter.is_new) = true;
      return true;
    case kKeyRight:
    case kKeyUp:
      g.arrows.steps += key.shift ? 10 : 1;
      key.key == kKeyRight ? ++g.arrows.across : --g.arrows.down;
      return true;
    case kKeyLeft:
    case kKeyDown:
      g.arrows.steps -= key.shift ? 10 : 1;
      key.key == kKeyLeft ? --g.arrows.across : ++g.arrows.down;
      return true;
    default:
      return false;
  }
}

void want_enter(bool is_wanted) {
  if (!is_wanted)
    g.enter.is_left = false;
  else if (!g.enter.is_wanted)
    g.enter.is_left = !g.focused.empty() && !g.tab.was_last;
  g.enter.is_wanted = is_wanted;
}

void keep_enter() {
  g.enter.kept_frame = ImGui::GetFrameCount();
}

Focus take_focus(std::string_view id) {
  // A disabled control is drawn paler: the only sign of it that all versions of ImGui make public.
  if (ImGui::GetStyle().Alpha < 1) return {};
  // What lies behind a dialog has no focus.
  if (ImGui::IsWindowFocused(ImGuiFocusedFlags_AnyWindow) &&
      !ImGui::IsWindowFocused(ImGuiFocusedFlags_RootAndChildWindows))
    return {};
  if (g.order_count == g.order.size()) g.order.emplace_back();
  g.order[g.order_count++] = id;
  if (g.focused.empty() || g.focused != id) return {};
  if (g.asked.is_new) g.asked.frame = ImGui::GetFrameCount();
  return {.here = true,
          .pressed = std::exchange(g.enter.is_new, false),
          .asked = std::exchange(g.asked.is_new, false),
          .steps = std::exchange(g.arrows.steps, 0),
          .across = std::exchange(g.arrows.across, 0),
          .down = std::exchange(g.arrows.down, 0)};
}

int Focus::over_wall(int cell, int columns, int count) const {
  return std::clamp(cell + across + down * columns, 0, std::max(0, count - 1));
}

void mark_focus_start() {
  g.start.at = g.order_count;
}

void focus_from_start() {
  end_focus();
  g.start.is_next = true;
}

const std::string& focused() {
  return g.focused;
}

bool menu_asked() {
  return ImGui::IsMouseClicked(ImGuiMouseButton_Right) || g.asked.frame == ImGui::GetFrameCount();
}

void draw_focus(const Focus& focus) {
  if (!focus.here) return;
  const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
  const float out = px(2);
  // Over the neighbours: an outline that they cover would be no help.
  draw_rect(ImGui::GetWindowDrawList(), {min.x - out, min.y - out}, {max.x + out, max.y + out},
            palette().accent_hovered, ImGui::GetStyle().FrameRounding + out, px(2));
}

}  // namespace lab::ui
