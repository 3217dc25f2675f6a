#include "app/ui/widgets.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "app/ui/theme.hpp"

namespace lab::ui {
namespace {

std::map<std::string, Rect, std::less<>> g_registered;
std::string g_hint;

/// What is inside a button of ours: icon, then label, centred.
void draw_button_content(ImVec2 min, ImVec2 max, const char* label, Icon icon, ImU32 colour) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 text = label != nullptr ? ImGui::CalcTextSize(label) : ImVec2{0, 0};
  const float icon_size = icon == Icon::None ? 0 : ImGui::GetFontSize() * 0.78f;
  const float between = icon_size > 0 && text.x > 0 ? px(6) : 0;
  const float width = icon_size + between + text.x;
  float x = std::floor(min.x + (max.x - min.x - width) / 2);
  if (icon_size > 0)
    draw_icon(list, icon, {x + icon_size / 2, std::floor((min.y + max.y) / 2)}, icon_size, colour);
  x += icon_size + between;
  if (text.x > 0) list->AddText({x, std::floor(min.y + (max.y - min.y - text.y) / 2)}, colour, label);
}

ImU32 fill_of(Emphasis emphasis, bool hovered, bool active) {
  const Palette& p = palette();
  switch (emphasis) {
    case Emphasis::Primary:
      return active ? p.accent_active : hovered ? p.accent_hovered : p.accent;
    case Emphasis::Danger:
      return hovered || active ? p.bad : faded(p.bad, 0.85f);
    case Emphasis::Quiet:
      return active || hovered ? ImGui::GetColorU32(active ? ImGuiCol_ButtonActive : ImGuiCol_ButtonHovered)
                               : 0;
    case Emphasis::Normal:
      break;
  }
  return ImGui::GetColorU32(active    ? ImGuiCol_ButtonActive
                            : hovered ? ImGuiCol_ButtonHovered
                                      : ImGuiCol_Button);
}

bool pressed_area(const char* id, const char* label, const char* hint, Icon icon, Emphasis emphasis,
                  ImVec2 size, bool lit) {
  const bool pressed = ImGui::InvisibleButton(id, size);
  const bool hovered = ImGui::IsItemHovered(), active = ImGui::IsItemActive();
  const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
  mark(id, hint);
  const Palette& p = palette();
  const ImU32 fill = fill_of(emphasis, hovered, active);
  ImDrawList* list = ImGui::GetWindowDrawList();
  if (fill != 0) list->AddRectFilled(min, max, ImGui::GetColorU32(fill), ImGui::GetStyle().FrameRounding);
  if (lit) list->AddRectFilled(min, max, faded(p.accent, 0.28f), ImGui::GetStyle().FrameRounding);
  const bool bright = emphasis == Emphasis::Primary || emphasis == Emphasis::Danger;
  const ImU32 colour = bright                                    ? p.on_accent
                       : lit                                     ? p.accent_hovered
                       : emphasis == Emphasis::Quiet && !hovered ? p.text_dim
                                                                 : p.text;
  draw_button_content(min, max, label, icon, ImGui::GetColorU32(colour));
  return pressed;
}

constexpr float kLabelShare = 0.46f;

/// Label and badge at the left of a form row; the cursor is then at the control, whose width is set.
void begin_row(const char* label, const char* badge) {
  const float start = ImGui::GetCursorPosX(), room = ImGui::GetContentRegionAvail().x;
  ImGui::AlignTextToFramePadding();
  ImGui::TextUnformatted(label);
  if (badge != nullptr && *badge != '\0') {
    ImGui::SameLine(0, px(6));
    push_font(fonts().small);
    ImGui::PushStyleColor(ImGuiCol_Text, palette().text_faint);
    ImGui::TextUnformatted(badge);
    ImGui::PopStyleColor();
    pop_font();
  }
  ImGui::SameLine(start + std::floor(room * kLabelShare));
  ImGui::SetNextItemWidth(room - std::floor(room * kLabelShare));
}

struct MonoFrame {
  MonoFrame() { push_font(fonts().mono); }
  ~MonoFrame() { pop_font(); }
};

}  // namespace

void begin_frame() {
  g_registered.clear();
  g_hint.clear();
}

const std::map<std::string, Rect, std::less<>>& registered() {
  return g_registered;
}
const std::string& hovered_hint() {
  return g_hint;
}

void mark(std::string_view id, std::string_view hint) {
  const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
  if (ImGui::IsItemVisible())
    g_registered.insert_or_assign(std::string(id), Rect{min.x, min.y, max.x - min.x, max.y - min.y});
  if (hint.empty() || !ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled)) return;
  g_hint = hint;
  // The sentence is in the status line at once; the tooltip comes when the mouse rests.
  static std::string resting;
  static double since = 0;
  if (resting != id) resting = id, since = ImGui::GetTime();
  if (ImGui::GetTime() - since < 0.6 || ImGui::IsAnyItemActive()) return;
  ImGui::BeginTooltip();
  ImGui::PushTextWrapPos(px(340));
  ImGui::TextUnformatted(hint.data(), hint.data() + hint.size());
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
}

bool button(const char* id, const char* label, const char* hint, Icon icon, Emphasis emphasis, ImVec2 size) {
  const ImGuiStyle& style = ImGui::GetStyle();
  const float icon_width = icon == Icon::None ? 0 : ImGui::GetFontSize() * 0.78f + px(6);
  const float width = ImGui::CalcTextSize(label).x + icon_width + 2 * style.FramePadding.x + px(4);
  const ImVec2 wanted{size.x > 0   ? size.x
                      : size.x < 0 ? ImGui::GetContentRegionAvail().x
                                   : width,
                      size.y > 0 ? size.y : ImGui::GetFrameHeight()};
  return pressed_area(id, label, hint, icon, emphasis, {std::max(1.0f, wanted.x), wanted.y}, false);
}

bool icon_button(const char* id, Icon icon, const char* hint, bool active, float size) {
  const float side = size > 0 ? size : ImGui::GetFrameHeight();
  return pressed_area(id, nullptr, hint, icon, Emphasis::Quiet, {side, side}, active);
}

bool toggle(const char* id, const char* label, bool* value, const char* hint) {
  const float height = ImGui::GetFrameHeight(), track = std::floor(height * 1.3f),
              knob = std::floor(height * 0.62f);
  const float text = label != nullptr && *label != '\0' ? ImGui::CalcTextSize(label).x + px(6) : 0;
  const bool pressed = ImGui::InvisibleButton(id, {track + text, height});
  const ImVec2 min = ImGui::GetItemRectMin();
  const bool hovered = ImGui::IsItemHovered();
  mark(id, hint);
  if (pressed) *value = !*value;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Palette& p = palette();
  const float y = std::floor(min.y + (height - knob) / 2), right = min.x + track;
  const ImU32 fill = *value ? (hovered ? p.accent_hovered : p.accent)
                            : ImGui::GetColorU32(hovered ? ImGuiCol_FrameBgActive : ImGuiCol_FrameBgHovered);
  list->AddRectFilled({min.x, y}, {right, y + knob}, ImGui::GetColorU32(fill), knob / 2);
  const float centre = *value ? right - knob / 2 : min.x + knob / 2;
  list->AddCircleFilled({centre, y + knob / 2}, knob / 2 - px(2),
                        ImGui::GetColorU32(*value ? p.on_accent : p.text_dim));
  if (text > 0)
    list->AddText({right + px(6), std::floor(min.y + (height - ImGui::GetFontSize()) / 2)},
                  ImGui::GetColorU32(p.text), label);
  return pressed;
}

bool segmented(const char* id, int* choice, std::span<const char* const> labels, const char* hint) {
  const float height = ImGui::GetFrameHeight(), padding = px(8);
  std::array<float, 12> widths{};
  float total = 0;
  const std::size_t count = std::min(labels.size(), widths.size());
  for (std::size_t i = 0; i < count; ++i)
    total += widths[i] = std::ceil(ImGui::CalcTextSize(labels[i]).x + 2 * padding);
  // Where the row is too narrow all segments shrink alike.
  const float room = ImGui::GetContentRegionAvail().x;
  if (total > room && room > 0) {
    for (std::size_t i = 0; i < count; ++i) widths[i] = std::floor(widths[i] * room / total);
  }
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const Palette& p = palette();
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float rounding = ImGui::GetStyle().FrameRounding;
  const float drawn = std::min(total, std::max(room, 1.0f));
  list->AddRectFilled(origin, {origin.x + drawn, origin.y + height}, p.panel_raised, rounding);
  bool changed = false;
  ImGui::BeginGroup();
  ImGui::PushID(id);
  float x = origin.x;
  for (std::size_t i = 0; i < count; ++i) {
    ImGui::SetCursorScreenPos({x, origin.y});
    const bool chosen = *choice == static_cast<int>(i);
    if (ImGui::InvisibleButton(labels[i], {widths[i], height}) && !chosen) {
      *choice = static_cast<int>(i);
      changed = true;
    }
    const bool hovered = ImGui::IsItemHovered();
    std::string segment_id = id;
    segment_id += '.';
    segment_id += labels[i];
    mark(segment_id, hint);
    const ImVec2 min{x, origin.y}, max{x + widths[i], origin.y + height};
    if (chosen)
      list->AddRectFilled({min.x + px(1), min.y + px(1)}, {max.x - px(1), max.y - px(1)}, p.accent, rounding);
    else if (hovered)
      list->AddRectFilled(min, max, ImGui::GetColorU32(ImGuiCol_ButtonHovered), rounding);
    list->PushClipRect(min, max, true);
    draw_button_content(min, max, labels[i], Icon::None,
                        ImGui::GetColorU32(chosen ? p.on_accent : p.text_dim));
    list->PopClipRect();
    x += widths[i];
  }
  ImGui::PopID();
  ImGui::EndGroup();
  mark(id);
  return changed;
}

bool combo(const char* id, int* choice, std::span<const char* const> labels, const char* hint) {
  bool changed = false;
  const char* shown = *choice >= 0 && *choice < static_cast<int>(labels.size())
                          ? labels[static_cast<std::size_t>(*choice)]
                          : "";
  const std::string hidden_label = std::string("##") + id;
  const bool is_open = ImGui::BeginCombo(hidden_label.c_str(), shown);
  if (is_open) {
    for (std::size_t i = 0; i < labels.size(); ++i) {
      if (ImGui::Selectable(labels[i], *choice == static_cast<int>(i)) && *choice != static_cast<int>(i)) {
        *choice = static_cast<int>(i);
        changed = true;
      }
      mark(std::string(id) + "." + labels[i]);
    }
    ImGui::EndCombo();
  } else {
    mark(id, hint);
  }
  return changed;
}

namespace {

/// The commit of a slider: the value as it is edited lives here until the mouse or the keyboard lets go.
template <class Value>
struct Editing {
  std::string id;
  Value value{};
};

template <class Value, class Slider>
bool edit_row(const char* id, Value* value, const char* hint, Slider slider) {
  static Editing<Value> editing;
  Value shown = editing.id == id ? editing.value : *value;
  {
    const MonoFrame mono;
    slider(&shown);
  }
  mark(id, hint);
  if (ImGui::IsItemActive()) editing = {id, shown};
  const bool committed = ImGui::IsItemDeactivatedAfterEdit() && shown != *value;
  if (editing.id == id && !ImGui::IsItemActive()) editing.id.clear();
  if (committed) *value = shown;
  return committed;
}

}  // namespace

bool row_int(const char* id, const char* label, int* value, int low, int high, const char* hint,
             const char* badge, bool logarithmic) {
  begin_row(label, badge);
  const std::string hidden_label = std::string("##") + id;
  const bool changed = edit_row(id, value, hint, [&](int* shown) {
    ImGui::SliderInt(hidden_label.c_str(), shown, low, high, "%d",
                     logarithmic ? ImGuiSliderFlags_Logarithmic : 0);
  });
  *value = std::clamp(*value, low, high);
  return changed;
}

bool row_float(const char* id, const char* label, float* value, float low, float high, const char* format,
               const char* hint, const char* badge, bool logarithmic) {
  begin_row(label, badge);
  const std::string hidden_label = std::string("##") + id;
  return edit_row(id, value, hint, [&](float* shown) {
    ImGui::SliderFloat(hidden_label.c_str(), shown, low, high, format,
                       (logarithmic ? ImGuiSliderFlags_Logarithmic : 0) | ImGuiSliderFlags_NoRoundToFormat);
  });
}

bool row_combo(const char* id, const char* label, int* choice, std::span<const char* const> labels,
               const char* hint, const char* badge) {
  begin_row(label, badge);
  return combo(id, choice, labels, hint);
}

bool row_toggle(const char* id, const char* label, bool* value, const char* hint, const char* badge) {
  begin_row(label, badge);
  return toggle(id, "", value, hint);
}

bool row_text(const char* id, const char* label, std::string* value, const char* hint, const char* badge) {
  begin_row(label, badge);
  std::array<char, 1024> text{};
  value->copy(text.data(), text.size() - 1);
  const std::string hidden_label = std::string("##") + id;
  static Editing<std::string> editing;
  if (editing.id == id) text.fill(0), editing.value.copy(text.data(), text.size() - 1);
  const bool entered =
      ImGui::InputText(hidden_label.c_str(), text.data(), text.size(), ImGuiInputTextFlags_EnterReturnsTrue);
  const bool active = ImGui::IsItemActive(), left = ImGui::IsItemDeactivatedAfterEdit();
  mark(id, hint);
  if (active)
    editing = {id, text.data()};
  else if (editing.id == id)
    editing.id.clear();
  if ((entered || left) && *value != text.data()) {
    *value = text.data();
    return true;
  }
  return false;
}

void heading(const char* text, const char* right) {
  push_font(fonts().title);
  ImGui::TextUnformatted(text);
  pop_font();
  if (right != nullptr && *right != '\0') {
    push_font(fonts().small);
    const float width = ImGui::CalcTextSize(right).x;
    ImGui::SameLine(ImGui::GetCursorPosX() + std::max(0.0f, ImGui::GetContentRegionAvail().x - width));
    text_dim(right);
    pop_font();
  }
  const ImVec2 p = ImGui::GetCursorScreenPos();
  ImGui::GetWindowDrawList()->AddLine(p, {p.x + ImGui::GetContentRegionAvail().x, p.y}, palette().border);
  ImGui::Dummy({0, px(2)});
}

void readout(const char* label, const char* value, const char* hint) {
  const float start = ImGui::GetCursorPosX(), room = ImGui::GetContentRegionAvail().x;
  ImGui::BeginGroup();
  text_dim(label);
  push_font(fonts().mono);
  const float width = ImGui::CalcTextSize(value).x;
  ImGui::SameLine(start + std::max(0.0f, room - width));
  ImGui::TextUnformatted(value);
  pop_font();
  ImGui::EndGroup();
  if (hint != nullptr) mark(std::string("readout.") + label, hint);
}

void text_dim(const char* text) {
  ImGui::PushStyleColor(ImGuiCol_Text, palette().text_dim);
  ImGui::TextUnformatted(text);
  ImGui::PopStyleColor();
}

void text_mono(const char* text, ImU32 colour) {
  push_font(fonts().mono);
  ImGui::PushStyleColor(ImGuiCol_Text, colour != 0 ? colour : palette().text);
  ImGui::TextUnformatted(text);
  ImGui::PopStyleColor();
  pop_font();
}

void empty_state(const char* title, const char* explanation) {
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float wrap = std::max(px(80), std::min(room.x - px(24), px(420)));
  push_font(fonts().title);
  const ImVec2 title_size = ImGui::CalcTextSize(title, nullptr, false, wrap);
  pop_font();
  const ImVec2 text_size = ImGui::CalcTextSize(explanation, nullptr, false, wrap);
  const float y = origin.y + std::max(0.0f, (room.y - title_size.y - text_size.y - px(8)) / 2);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Palette& p = palette();
  list->AddText(fonts().title, fonts().title != nullptr ? px(16) : ImGui::GetFontSize(),
                {std::floor(origin.x + (room.x - title_size.x) / 2), std::floor(y)}, p.text_dim, title,
                nullptr, wrap);
  list->AddText(ImGui::GetFont(), ImGui::GetFontSize(),
                {std::floor(origin.x + (room.x - text_size.x) / 2), std::floor(y + title_size.y + px(8))},
                p.text_faint, explanation, nullptr, wrap);
  ImGui::Dummy(room);
}

bool banner(const char* id, const char* text, bool is_error) {
  const ImVec2 origin = ImGui::GetCursorScreenPos(), room = ImGui::GetContentRegionAvail();
  const Palette& p = palette();
  const ImU32 colour = is_error ? p.bad : p.good;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float height = px(32);
  list->AddRectFilled(origin, {origin.x + room.x, origin.y + height}, faded(colour, 0.16f), px(5));
  draw_rect(list, origin, {origin.x + room.x, origin.y + height}, faded(colour, 0.6f), px(5), 1);
  draw_icon(list, Icon::Warning, {origin.x + px(18), origin.y + height / 2}, px(15), colour);
  list->PushClipRect(origin, {origin.x + room.x - px(36), origin.y + height}, true);
  list->AddText({origin.x + px(36), std::floor(origin.y + (height - ImGui::GetFontSize()) / 2)}, p.text,
                text);
  list->PopClipRect();
  ImGui::SetCursorScreenPos({origin.x + room.x - px(32), origin.y + (height - ImGui::GetFrameHeight()) / 2});
  return icon_button(id, Icon::Close, "Hides this message.");
}

bool begin_panel(const char* id, const char* title, ImVec2 size, const char* subtitle) {
  const Palette& p = palette();
  ImGui::PushStyleColor(ImGuiCol_ChildBg, p.panel);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {px(12), px(10)});
  // A child with a border uses the window padding in every version.
  const bool visible =
      begin_child(id, size, true, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleVar();
  ImGui::PopStyleColor();
  if (title != nullptr && *title != '\0') {
    push_font(fonts().title);
    ImGui::AlignTextToFramePadding();
    ImGui::TextUnformatted(title);
    pop_font();
    if (subtitle != nullptr && *subtitle != '\0') {
      ImGui::SameLine(0, px(8));
      push_font(fonts().small);
      ImGui::AlignTextToFramePadding();
      text_dim(subtitle);
      pop_font();
    }
  }
  return visible;
}

void end_panel() {
  ImGui::EndChild();
}

void panel_title_controls(float width) {
  ImGui::SameLine();
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(0.0f, ImGui::GetContentRegionAvail().x - width));
}

void panel_content() {
  ImGui::Dummy({0, 0});
}

bool splitter(const char* id, bool vertical, float length, float* ratio, float low, float high, float initial,
              float extent) {
  const float thickness = px(8);
  ImGui::InvisibleButton(
      id, vertical ? ImVec2{thickness, std::max(1.0f, length)} : ImVec2{std::max(1.0f, length), thickness});
  mark(id, "Drag to move, double click to put back.");
  const bool active = ImGui::IsItemActive(), hovered = ImGui::IsItemHovered();
  if (active || hovered) {
    ImGui::SetMouseCursor(vertical ? ImGuiMouseCursor_ResizeEW : ImGuiMouseCursor_ResizeNS);
    const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
    const ImVec2 middle{(min.x + max.x) / 2, (min.y + max.y) / 2};
    const ImVec2 half = vertical ? ImVec2{px(1), (max.y - min.y) / 2} : ImVec2{(max.x - min.x) / 2, px(1)};
    ImGui::GetWindowDrawList()->AddRectFilled({middle.x - half.x, middle.y - half.y},
                                              {middle.x + half.x, middle.y + half.y}, palette().accent);
  }
  if (hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
    *ratio = initial;
    return true;
  }
  const float moved = vertical ? ImGui::GetIO().MouseDelta.x : ImGui::GetIO().MouseDelta.y;
  if (!active || moved == 0 || extent <= 0) return false;
  *ratio = std::clamp(*ratio + moved / extent, low, high);
  return true;
}

}  // namespace lab::ui
