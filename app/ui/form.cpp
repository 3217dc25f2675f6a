// The controls that hold a value to choose, drag or type, alone or as rows of a form.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <optional>
#include <type_traits>

#include "app/ui/theme.hpp"
#include "app/ui/typed_number.hpp"
#include "app/ui/widgets.hpp"

namespace lab::ui {
namespace {

/// Part of a row that the label takes.
constexpr float kLabelShare = 0.46f;
/// One arrow key moves a slider by this part of its length.
constexpr float kStepShare = 0.02f;

/// The value that is being edited, by the id of its control: it lives here until the mouse or the keyboard
/// lets go. One at a time, as there is one mouse.
template <class Value>
struct Editing {
  std::string id;
  Value value{};
};

std::size_t hidden_label(const char* id, std::array<char, 96>& out) {
  return static_cast<std::size_t>(std::max(0, std::snprintf(out.data(), out.size(), "##%s", id)));
}

/// Label at the left; the cursor is then at the control, whose width is set.
/// Of a row that has to hold `least` the label takes no more than what is left, or than it needs.
void begin_row(const char* label, float least = 0) {
  const ImVec2 at = ImGui::GetCursorPos(), screen = ImGui::GetCursorScreenPos();
  const float room = ImGui::GetContentRegionAvail().x, share = std::floor(room * kLabelShare);
  const float needed = std::ceil(ImGui::CalcTextSize(label).x) + px(7);
  const float part = std::min(share, std::max(needed, room - least));
  const float y = screen.y + ImGui::GetStyle().FramePadding.y;
  draw_fitted(ImGui::GetWindowDrawList(), {screen.x, y}, part - px(6), ImGui::GetColorU32(palette().text_dim),
              label);
  ImGui::SetCursorPos({at.x + part, at.y});
  ImGui::SetNextItemWidth(room - part);
}

/// A short note inside the last item, at its left or right end.
void draw_badge(const char* badge, bool at_left, float inset) {
  if (badge == nullptr || *badge == '\0') return;
  const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
  push_font(fonts().small);
  const float width = ImGui::CalcTextSize(badge).x;
  const ImVec2 at{at_left ? min.x + inset : max.x - inset - width,
                  std::floor((min.y + max.y - ImGui::GetFontSize()) / 2)};
  ImGui::GetWindowDrawList()->AddText(at, ImGui::GetColorU32(palette().warning), badge);
  pop_font();
}

/// The room that a badge takes beside a text.
float badge_width(const char* badge) {
  if (badge == nullptr || *badge == '\0') return 0;
  push_font(fonts().small);
  const float width = ImGui::CalcTextSize(badge).x + px(6);
  pop_font();
  return width;
}

/// Where a value stands on its slider, 0 … 1: as ImGui's logarithmic sliders of non-negative ranges have it.
float position(double value, double low, double high, bool logarithmic, double smallest) {
  if (!(high > low)) return 0;
  value = std::clamp(value, low, high);
  if (!logarithmic) return static_cast<float>((value - low) / (high - low));
  const double from = std::max(low, smallest);
  if (value <= from || !(high > from)) return 0;
  return static_cast<float>(std::log(value / from) / std::log(high / from));
}

double value_at(double share, double low, double high, bool logarithmic, double smallest) {
  share = std::clamp(share, 0.0, 1.0);
  if (!logarithmic) return low + share * (high - low);
  if (share <= 0) return low;
  const double from = std::max(low, smallest);
  return from * std::pow(high / from, share);
}

/// The filled part of a slider, and the value at its right end.
void draw_slider(const char* text, float share, bool held, const char* badge) {
  const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
  const Palette& p = palette();
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float rounding = ImGui::GetStyle().FrameRounding;
  const bool hovered = ImGui::IsItemHovered();
  const float end = std::floor(min.x + share * (max.x - min.x));
  const float mark_width = px(2);
  if (end - min.x > mark_width) {
    list->PushClipRect(min, {end, max.y}, true);
    list->AddRectFilled(min, max,
                        ImGui::GetColorU32(faded(p.accent, held      ? 0.34f
                                                           : hovered ? 0.28f
                                                                     : 0.20f)),
                        rounding);
    list->PopClipRect();
  }
  push_font(fonts().mono);
  const ImVec2 size = ImGui::CalcTextSize(text);
  const float left = std::clamp(end - mark_width, min.x, max.x - mark_width);
  const ImU32 colour = ImGui::GetColorU32(held || hovered ? p.accent_hovered : p.accent);
  list->AddRectFilled({left, min.y + px(3)}, {left + mark_width, max.y - px(3)}, colour);
  // Where the position's mark would cross the number, the number steps aside to its left.
  float text_left = std::floor(max.x - size.x - px(8));
  const float clear = px(5);
  if (left + mark_width + clear > text_left && left < text_left + size.x + px(3))
    text_left = std::floor(left - clear - size.x);
  list->AddText({text_left, std::floor((min.y + max.y - size.y) / 2)}, ImGui::GetColorU32(p.text), text);
  pop_font();
  draw_badge(badge, true, px(8));
}

struct SliderSpec {
  const char *id, *hint, *badge, *format;
  double low, high, smallest;
  bool logarithmic;
  const char* zero = nullptr;  // what 0 reads as
};

/// The number that is typed in place of the slider; true when another one was entered.
template <class Value>
bool typed(const SliderSpec& spec, Value* value) {
  char shown[48];
  std::snprintf(shown, sizeof shown, spec.format, *value);
  const std::optional<double> number =
      typed_number({spec.id, shown, spec.low, spec.high, std::is_integral_v<Value>});
  mark(spec.id, spec.hint);
  if (!number || static_cast<Value>(*number) == *value) return false;
  *value = static_cast<Value>(*number);
  return true;
}

/// ImGui's slider with our looks. The value is committed, and true returned, when the mouse lets go, the
/// typed number is entered or an arrow key was pressed.
template <class Value, class Draw>
bool slider(const SliderSpec& spec, Value* value, Draw draw) {
  static Editing<Value> editing;
  std::array<char, 96> name;
  hidden_label(spec.id, name);
  const Focus focus = take_focus(spec.id);
  if (focus.pressed) type_number(spec.id);
  if (is_typed(spec.id)) return typed(spec, value);
  Value shown = editing.id == spec.id ? editing.value : *value;

  // The grab and the centred text are ImGui's; ours are drawn over it.
  push_font(fonts().mono);
  ImGui::PushStyleColor(ImGuiCol_SliderGrab, 0);
  ImGui::PushStyleColor(ImGuiCol_SliderGrabActive, 0);
  ImGui::PushStyleColor(ImGuiCol_Text, 0);
  draw(name.data(), &shown);
  ImGui::PopStyleColor(3);
  pop_font();
  const bool active = ImGui::IsItemActive();
  mark(spec.id, spec.hint);

  bool committed = ImGui::IsItemDeactivatedAfterEdit() && shown != *value;
  if (active) {
    if (editing.id != spec.id) editing.id = spec.id;
    editing.value = shown;
  } else if (editing.id == spec.id) {
    editing.id.clear();
  }
  if (focus.steps != 0) {
    const double at = static_cast<double>(
        position(static_cast<double>(shown), spec.low, spec.high, spec.logarithmic, spec.smallest));
    double next = value_at(at + focus.steps * static_cast<double>(kStepShare), spec.low, spec.high,
                           spec.logarithmic, spec.smallest);
    // At least to the next number that reads differently.
    const double least = static_cast<double>(shown) + (focus.steps > 0 ? spec.smallest : -spec.smallest);
    next = focus.steps > 0 ? std::max(next, least) : std::min(next, least);
    next = std::clamp(std::round(next / spec.smallest) * spec.smallest, spec.low, spec.high);
    shown = static_cast<Value>(next);
    committed = committed || shown != *value;
  }
  char text[48];
  std::snprintf(text, sizeof text, shown == 0 && spec.zero != nullptr ? spec.zero : spec.format, shown);
  draw_slider(text,
              position(static_cast<double>(shown), spec.low, spec.high, spec.logarithmic, spec.smallest),
              active, spec.badge);
  draw_focus(focus);
  draw_refusal(spec.id);
  if (committed) *value = shown;
  return committed;
}

/// The smallest step that a format such as "%.4f" shows.
double resolution(const char* format) {
  const std::string_view text = format;
  const auto dot = text.find('.');
  const int digits = dot == std::string_view::npos ? 3 : std::atoi(format + dot + 1);
  return std::pow(10, -std::clamp(digits, 0, 9));
}

ImGuiSliderFlags flags_of(bool logarithmic) {
  return ImGuiSliderFlags_AlwaysClamp | ImGuiSliderFlags_NoInput |
         (logarithmic ? ImGuiSliderFlags_Logarithmic : 0);
}

/// What is chosen, in the frame of a list, and the sign that it opens (or closes) at the right end. `least` at the
/// right is left free for a badge.
void draw_choice(ImDrawList* list, ImVec2 min, ImVec2 max, const char* text, bool is_open, float least = 0) {
  const float x = max.x - px(13), y = std::floor((min.y + max.y) / 2), wing = px(4);
  const float up = is_open ? -wing / 2 : wing / 2;
  const std::array<ImVec2, 3> points{{{x - wing, y - up}, {x, y + up}, {x + wing, y - up}}};
  draw_polyline(list, points.data(), 3, ImGui::GetColorU32(palette().text_dim), false, px(1.5f));
  const ImVec2 padding = ImGui::GetStyle().FramePadding;
  draw_fitted(list, {min.x + padding.x, std::floor(min.y + padding.y)},
              x - wing - px(4) - least - min.x - padding.x, ImGui::GetColorU32(ImGuiCol_Text), text);
}

/// Draws the combo and its list; true when the choice changed.
bool draw_combo(const char* id, int* choice, std::span<const char* const> labels, const char* hint,
                const char* badge) {
  std::array<char, 96> name;
  hidden_label(id, name);
  const int before = *choice, count = static_cast<int>(labels.size());
  const bool known = before >= 0 && before < count;
  const Focus focus = take_focus(id);
  if (focus.pressed) *choice = count > 0 ? (before + 1) % count : before;
  if (focus.steps != 0) *choice = std::clamp(before + focus.steps, 0, std::max(0, count - 1));
  // ImGui would cut the text off at the frame's end, under the sign.
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 max{min.x + ImGui::CalcItemWidth(), min.y + ImGui::GetFrameHeight()};
  ImDrawList* list = ImGui::GetWindowDrawList();
  const bool open = ImGui::BeginCombo(name.data(), "", ImGuiComboFlags_NoArrowButton);
  draw_choice(list, min, max, known ? labels[static_cast<std::size_t>(before)] : "", false,
              badge_width(badge));
  if (!open) {
    mark(id, hint);
    draw_badge(badge, false, ImGui::GetFrameHeight() + px(2));
    draw_focus(focus);
    return *choice != before;
  }
  for (int i = 0; i < count; ++i) {
    const char* label = labels[static_cast<std::size_t>(i)];
    if (ImGui::Selectable(label, *choice == i)) *choice = i;
    std::array<char, 96> option;
    std::snprintf(option.data(), option.size(), "%s.%s", id, label);
    mark(option.data());
  }
  ImGui::EndCombo();
  return *choice != before;
}

}  // namespace

bool combo(const char* id, int* choice, std::span<const char* const> labels, const char* hint) {
  return draw_combo(id, choice, labels, hint, nullptr);
}

bool row_combo(const char* id, const char* label, int* choice, std::span<const char* const> labels,
               const char* hint, const char* badge) {
  begin_row(label);
  return draw_combo(id, choice, labels, hint, badge);
}

bool row_int(const char* id, const char* label, int* value, int low, int high, const char* hint,
             const char* badge, bool logarithmic, const char* zero) {
  begin_row(label);
  const SliderSpec spec{id, hint,        badge, "%d", static_cast<double>(low), static_cast<double>(high),
                        1,  logarithmic, zero};
  return slider(spec, value, [&](const char* name, int* shown) {
    ImGui::SliderInt(name, shown, low, high, "%d", flags_of(logarithmic));
  });
}

bool row_float(const char* id, const char* label, float* value, float low, float high, const char* format,
               const char* hint, const char* badge, bool logarithmic) {
  begin_row(label);
  const SliderSpec spec{id,
                        hint,
                        badge,
                        format,
                        static_cast<double>(low),
                        static_cast<double>(high),
                        resolution(format),
                        logarithmic};
  return slider(spec, value, [&](const char* name, float* shown) {
    ImGui::SliderFloat(name, shown, low, high, format, flags_of(logarithmic));
  });
}

bool row_toggle(const char* id, const char* label, bool* value, const char* hint, const char* badge) {
  begin_row(label);
  // At the right end, where the numbers of the other rows end too.
  const float width = std::floor(std::floor(ImGui::GetFrameHeight() * 0.66f) * 1.8f);
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x - width);
  const bool changed = toggle(id, "", value, hint);
  if (badge != nullptr && *badge != '\0') draw_badge(badge, false, width + px(8));
  return changed;
}

bool row_list(const char* id, const char* label, const char* value, bool is_open, const char* hint) {
  begin_row(label, ImGui::CalcTextSize(value).x + ImGui::GetStyle().FramePadding.x + px(22));
  const Focus focus = take_focus(id);
  const bool pressed =
      ImGui::InvisibleButton(id, {std::max(1.0f, ImGui::GetContentRegionAvail().x), ImGui::GetFrameHeight()});
  const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
  mark(id, hint);
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(min, max,
                      ImGui::GetColorU32(ImGui::IsItemHovered() ? ImGuiCol_FrameBgHovered : ImGuiCol_FrameBg),
                      ImGui::GetStyle().FrameRounding);
  draw_choice(list, min, max, value, is_open);
  draw_focus(focus);
  return pressed || focus.pressed;
}

bool row_text(const char* id, const char* label, std::string* value, const char* hint, const char* badge) {
  begin_row(label);
  static Editing<std::array<char, 1024>> editing;
  std::array<char, 1024> unedited;
  const bool was_editing = editing.id == id;
  if (!was_editing) {
    const std::size_t length = value->copy(unedited.data(), unedited.size() - 1);
    unedited[length] = '\0';
  }
  std::array<char, 1024>& text = was_editing ? editing.value : unedited;
  std::array<char, 96> name;
  hidden_label(id, name);
  const Focus focus = take_focus(id);
  if (focus.pressed) ImGui::SetKeyboardFocusHere();
  const bool entered =
      ImGui::InputText(name.data(), text.data(), text.size(),
                       ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
  const bool active = ImGui::IsItemActive(), left = ImGui::IsItemDeactivatedAfterEdit();
  mark(id, hint);
  if (!active) draw_badge(badge, false, px(8));
  draw_focus(focus);
  const bool committed = (entered || left) && *value != text.data();
  if (committed) *value = text.data();
  if (active && !was_editing) {
    editing.id = id;
    editing.value = unedited;
  } else if (!active && was_editing) {
    editing.id.clear();
  }
  return committed;
}

}  // namespace lab::ui
