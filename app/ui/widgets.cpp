#include "app/ui/widgets.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "app/ui/theme.hpp"

namespace lab::ui {
namespace {

constexpr float kIconShare = 0.84f;  // size of an icon in a button, of the text's
constexpr std::size_t kMostSegments = 12;
constexpr float kSplitterStep = 0.02f;  // of the ratio, with an arrow key

/// ImGui's disabled items are paler through the style's alpha; what we draw follows.
ImU32 shown(ImU32 colour) {
  return ImGui::GetColorU32(colour);
}

/// What is inside a button of ours: icon, then label, centred; a label that is too long is shortened.
void draw_button_content(ImVec2 min, ImVec2 max, const char* label, Icon icon, ImU32 colour) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float size = ImGui::GetFontSize();
  const ImVec2 text = label != nullptr ? ImGui::CalcTextSize(label) : ImVec2{0, 0};
  const float icon_size = icon == Icon::None ? 0 : std::floor(size * kIconShare);
  const float between = icon_size > 0 && text.x > 0 ? px(6) : 0;
  const float room = max.x - min.x - px(4);
  const float width = std::min(room, icon_size + between + text.x);
  float x = std::floor((min.x + max.x - width) / 2);
  if (icon_size > 0) {
    draw_icon(list, icon, {x + icon_size / 2, (min.y + max.y) / 2}, icon_size, colour);
    x += icon_size + between;
  }
  if (text.x > 0) {
    const float left = width - icon_size - between;
    draw_fitted(list, {x, std::floor((min.y + max.y - text.y) / 2)}, left, colour, label);
  }
}

struct Look {
  ImU32 fill, border, content;
};

Look look_of(Emphasis emphasis, bool hovered, bool held, bool lit) {
  const Palette& p = palette();
  const ImU32 hover_fill = ImGui::GetColorU32(held ? ImGuiCol_ButtonActive : ImGuiCol_ButtonHovered);
  if (lit) {
    return {shown(faded(p.accent, held      ? 0.42f
                                  : hovered ? 0.34f
                                            : 0.22f)),
            shown(faded(p.accent, 0.55f)), shown(theme() == Theme::Dark ? p.accent_hovered : p.accent)};
  }
  switch (emphasis) {
    case Emphasis::Primary:
      return {shown(held ? p.accent_active : hovered ? p.accent_hovered : p.accent), 0, shown(p.on_accent)};
    case Emphasis::Danger:
      return {shown(faded(p.bad, held      ? 0.42f
                                 : hovered ? 0.30f
                                           : 0.16f)),
              shown(faded(p.bad, 0.65f)), shown(p.bad)};
    case Emphasis::Quiet:
      return {hovered || held ? hover_fill : 0, 0, shown(hovered ? p.text : p.text_dim)};
    case Emphasis::Normal:
      break;
  }
  return {hovered || held ? hover_fill : ImGui::GetColorU32(ImGuiCol_Button), shown(p.border), shown(p.text)};
}

bool press_area(const char* id, const char* label, const char* hint, Icon icon, Emphasis emphasis,
                ImVec2 size, bool lit) {
  const Focus focus = take_focus(id);
  const bool pressed = ImGui::InvisibleButton(id, {std::max(1.0f, size.x), std::max(1.0f, size.y)});
  const bool hovered = ImGui::IsItemHovered(), held = hovered && ImGui::IsItemActive();
  const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
  mark(id, hint);
  const Look look = look_of(emphasis, hovered, held, lit);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float rounding = ImGui::GetStyle().FrameRounding;
  if (look.fill != 0) list->AddRectFilled(min, max, look.fill, rounding);
  if (look.border != 0) draw_rect(list, min, max, look.border, rounding, 1);
  draw_button_content(min, max, label, icon, look.content);
  draw_focus(focus);
  return pressed || focus.pressed;
}

}  // namespace

void draw_fitted(ImDrawList* list, ImVec2 at, float room, ImU32 colour, const char* text) {
  if (ImGui::CalcTextSize(text).x <= room + 0.5f) {
    list->AddText(at, colour, text);
    return;
  }
  constexpr const char* kEllipsis = "…";
  const float left = room - ImGui::CalcTextSize(kEllipsis).x;
  const char* end = text + std::strlen(text);
  while (end > text && ImGui::CalcTextSize(text, end).x > left) {
    do --end;
    while (end > text && (static_cast<unsigned char>(*end) & 0xC0U) == 0x80U);  // whole characters of UTF-8
  }
  if (end == text) return;
  const float used = ImGui::CalcTextSize(text, end).x;
  list->AddText(at, colour, text, end);
  list->AddText({at.x + used, at.y}, colour, kEllipsis);
}

bool button(const char* id, const char* label, const char* hint, Icon icon, Emphasis emphasis, ImVec2 size) {
  const float icon_width = icon == Icon::None ? 0 : ImGui::GetFontSize() + px(6);
  const float width = ImGui::CalcTextSize(label).x + icon_width + 2 * ImGui::GetStyle().FramePadding.x;
  return press_area(id, label, hint, icon, emphasis,
                    {size.x > 0   ? size.x
                     : size.x < 0 ? ImGui::GetContentRegionAvail().x
                                  : std::ceil(width),
                     size.y > 0 ? size.y : ImGui::GetFrameHeight()},
                    false);
}

bool icon_button(const char* id, Icon icon, const char* hint, bool active, float size) {
  const float side = size > 0 ? size : ImGui::GetFrameHeight();
  return press_area(id, nullptr, hint, icon, Emphasis::Quiet, {side, side}, active);
}

float card_height(const char* text, float width) {
  const float pad = px(9);
  push_font(fonts().small);
  const float lines = ImGui::CalcTextSize(text, nullptr, false, std::max(1.0f, width - 2 * pad)).y;
  pop_font();
  return std::ceil(2 * pad + ImGui::GetFontSize() + px(4) + lines);
}

bool card(const char* id, const char* title, const char* note, const char* text, bool chosen,
          const char* hint) {
  const float width = std::max(1.0f, ImGui::GetContentRegionAvail().x), pad = px(9);
  const Focus focus = take_focus(id);
  const bool pressed = ImGui::InvisibleButton(id, {width, card_height(text, width)});
  const bool hovered = ImGui::IsItemHovered(), held = hovered && ImGui::IsItemActive();
  const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
  mark(id, hint, Tip::StatusLineOnly);
  const Look look = look_of(Emphasis::Normal, hovered, held, chosen);
  const Palette& p = palette();
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float rounding = ImGui::GetStyle().FrameRounding, inner = width - 2 * pad,
              size = ImGui::GetFontSize();
  list->AddRectFilled(min, max, look.fill, rounding);
  draw_rect(list, min, max, look.border, rounding, 1);
  push_font(fonts().small);
  const float note_width = ImGui::CalcTextSize(note).x;
  list->AddText({max.x - pad - note_width, min.y + pad}, shown(p.text_faint), note);
  const ImVec2 at{min.x + pad, min.y + pad + size + px(4)};
  list->AddText(ImGui::GetFont(), ImGui::GetFontSize(), at, shown(p.text_dim), text, nullptr, inner);
  pop_font();
  draw_fitted(list, {min.x + pad, min.y + pad - px(1)}, inner - note_width - px(6), look.content, title);
  draw_focus(focus);
  return pressed || focus.pressed;
}

bool toggle(const char* id, const char* label, bool* value, const char* hint) {
  const float height = ImGui::GetFrameHeight(), knob = std::floor(height * 0.66f),
              track = std::floor(knob * 1.8f);
  const bool has_label = label != nullptr && *label != '\0';
  const float text = has_label ? ImGui::CalcTextSize(label).x + px(7) : 0;
  const Focus focus = take_focus(id);
  const bool pressed =
      ImGui::InvisibleButton(id, {track + text, height}) || focus.pressed || focus.steps != 0;
  const ImVec2 min = ImGui::GetItemRectMin();
  const bool hovered = ImGui::IsItemHovered();
  mark(id, hint);
  if (pressed) *value = focus.steps != 0 ? focus.steps > 0 : !*value;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Palette& p = palette();
  const float y = std::floor(min.y + (height - knob) / 2), right = min.x + track, radius = knob / 2;
  // On is filled with the knob at the right, off is hollow with the knob at the left.
  if (*value) {
    list->AddRectFilled({min.x, y}, {right, y + knob}, shown(hovered ? p.accent_hovered : p.accent), radius);
    list->AddCircleFilled({right - radius, y + radius}, radius - px(2.5f), shown(p.on_accent), 24);
  } else {
    list->AddRectFilled({min.x, y}, {right, y + knob},
                        ImGui::GetColorU32(hovered ? ImGuiCol_FrameBgHovered : ImGuiCol_FrameBg), radius);
    draw_rect(list, {min.x, y}, {right, y + knob}, shown(p.text_faint), radius, 1);
    list->AddCircleFilled({min.x + radius, y + radius}, radius - px(3.5f), shown(p.text_dim), 24);
  }
  if (has_label) {
    const ImU32 colour = shown(hovered || *value ? p.text : p.text_dim);
    list->AddText({right + px(7), std::floor(min.y + (height - ImGui::GetFontSize()) / 2)}, colour, label);
  }
  draw_focus(focus);
  return pressed;
}

bool segmented(const char* id, int* choice, std::span<const char* const> labels, const char* hint) {
  const float height = ImGui::GetFrameHeight();
  const std::size_t count = std::min(labels.size(), kMostSegments);
  std::array<float, kMostSegments> widths{};
  float total = 0;
  for (std::size_t i = 0; i < count; ++i)
    total += widths[i] = std::ceil(ImGui::CalcTextSize(labels[i]).x + 2 * px(9));
  // Where the row is too narrow all segments shrink alike.
  const float room = ImGui::GetContentRegionAvail().x;
  if (total > room && room > 0) {
    const float share = room / total;
    total = 0;
    for (std::size_t i = 0; i < count; ++i) total += widths[i] = std::floor(widths[i] * share);
  }
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float rounding = ImGui::GetStyle().FrameRounding;
  list->AddRectFilled(origin, {origin.x + total, origin.y + height}, ImGui::GetColorU32(ImGuiCol_FrameBg),
                      rounding);

  const int before = *choice;
  const Focus focus = take_focus(id);
  if (focus.steps != 0) *choice = std::clamp(*choice + focus.steps, 0, static_cast<int>(count) - 1);
  ImGui::BeginGroup();
  ImGui::PushID(id);
  float x = origin.x;
  for (std::size_t i = 0; i < count; ++i) {
    ImGui::SetCursorScreenPos({x, origin.y});
    if (ImGui::InvisibleButton(labels[i], {std::max(1.0f, widths[i]), height})) *choice = static_cast<int>(i);
    const bool hovered = ImGui::IsItemHovered(), chosen = *choice == static_cast<int>(i);
    char segment_id[128];
    std::snprintf(segment_id, sizeof segment_id, "%s.%s", id, labels[i]);
    mark(segment_id);
    const ImVec2 min{x, origin.y}, max{x + widths[i], origin.y + height};
    const Look look = look_of(Emphasis::Quiet, hovered, false, chosen);
    if (look.fill != 0) list->AddRectFilled(min, max, look.fill, rounding);
    if (look.border != 0) draw_rect(list, min, max, look.border, rounding, 1);
    draw_button_content(min, max, labels[i], Icon::None, look.content);
    x += widths[i];
  }
  ImGui::PopID();
  ImGui::EndGroup();
  mark(id, hint);
  draw_focus(focus);
  return *choice != before;
}

bool splitter(const char* id, bool vertical, float length, float* ratio, float low, float high, float initial,
              float extent) {
  const float thickness = px(8), along = std::max(1.0f, length);
  const Focus focus = take_focus(id);
  ImGui::InvisibleButton(id, vertical ? ImVec2{thickness, along} : ImVec2{along, thickness});
  mark(id, "Drag or press an arrow key to move, double click or Enter to put back.", Tip::StatusLineOnly);
  const bool held = ImGui::IsItemActive(), hovered = ImGui::IsItemHovered();
  if (held || hovered) {
    ImGui::SetMouseCursor(vertical ? ImGuiMouseCursor_ResizeEW : ImGuiMouseCursor_ResizeNS);
    const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
    const ImVec2 middle{std::floor((min.x + max.x) / 2), std::floor((min.y + max.y) / 2)};
    const float half = px(1);
    ImGui::GetWindowDrawList()->AddRectFilled(
        vertical ? ImVec2{middle.x - half, min.y} : ImVec2{min.x, middle.y - half},
        vertical ? ImVec2{middle.x + half, max.y} : ImVec2{max.x, middle.y + half},
        held ? palette().accent_hovered : palette().accent, half);
  }
  draw_focus(focus);
  if (focus.pressed || (hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left))) {
    *ratio = initial;
    return true;
  }
  if (const int steps = vertical ? focus.across : focus.down; steps != 0) {
    *ratio = std::clamp(*ratio + kSplitterStep * static_cast<float>(steps), low, high);
    return true;
  }
  const float moved = vertical ? ImGui::GetIO().MouseDelta.x : ImGui::GetIO().MouseDelta.y;
  if (!held || moved == 0 || extent <= 0) return false;
  *ratio = std::clamp(*ratio + moved / extent, low, high);
  return true;
}

}  // namespace lab::ui
