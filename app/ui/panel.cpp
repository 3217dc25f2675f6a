// Panels, and the texts in them.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab::ui {
namespace {

/// The panels of the last frame that had any. Their texts keep their memory from frame to frame.
struct ShownPanels {
  std::vector<ShownPanel> panels;
  std::size_t count = 0;
  int frame = -1;
};
ShownPanels g_shown;

/// Takes the last item for this panel; returns its number.
std::size_t remember_panel(const char* id, const char* title) {
  if (g_shown.frame != ImGui::GetFrameCount()) g_shown.count = 0;
  g_shown.frame = ImGui::GetFrameCount();
  if (g_shown.count == g_shown.panels.size()) g_shown.panels.emplace_back();
  ShownPanel& panel = g_shown.panels[g_shown.count];
  panel.id = id;
  panel.title = title != nullptr ? title : "";
  panel.rect = {};
  return g_shown.count++;
}

/// An open panel: where its content begins, how wide its title is, and whether the controls that belong to the title
/// stand below it, because there is no room beside it.
struct OpenPanel {
  ImVec2 content{};
  float title = 0;
  std::size_t shown = 0;  // its number among the panels of this frame
  bool is_wrapped = false;
};
/// Panels nest at most this deep.
struct OpenPanels {
  std::array<OpenPanel, 8> panels{};
  std::size_t count = 0;
  OpenPanel* top() { return count > 0 && count <= panels.size() ? &panels[count - 1] : nullptr; }
};
OpenPanels g_open;

/// The narrowest width at which a text takes no more lines than in `width`: they are then about as long as each other.
float balanced(const char* text, float width) {
  const float height = ImGui::CalcTextSize(text, nullptr, false, width).y;
  float low = 0, high = width;
  while (high - low > 1) {
    const float middle = (low + high) / 2;
    const bool fits = ImGui::CalcTextSize(text, nullptr, false, middle).y <= height;
    (fits ? high : low) = middle;
  }
  return std::ceil(high);
}

/// Text of a font in the middle of [left, left + width], wrapped; returns its height. Draws only if list is
/// given.
float centred_text(ImDrawList* list, ImFont* font, const char* text, float left, float y, float width,
                   ImU32 colour) {
  push_font(font);
  const float size = ImGui::GetFontSize(), wrap = balanced(text, width);
  const ImVec2 extent = ImGui::CalcTextSize(text, nullptr, false, wrap);
  if (list != nullptr) {
    const ImVec2 at{std::floor(left + (width - extent.x) / 2), std::floor(y)};
    list->AddText(ImGui::GetFont(), size, at, colour, text, nullptr, wrap);
  }
  pop_font();
  return extent.y;
}

/// The ground and the border of a child window, which the list of its parent draws before it.
void draw_ground(ImDrawList* parent, ImVec2 min, ImVec2 max) {
  const ImGuiStyle& style = ImGui::GetStyle();
  const ImU32 colour = palette().panel;
  const float rounding = style.ChildRounding, end = std::ceil(rounding) + 1;  // ImGui's least height for it
  if (max.y - min.y < 3 * end) {
    parent->AddRectFilled(min, max, colour, rounding);
  } else {
    parent->AddRectFilled(min, {max.x, min.y + end}, colour, rounding, ImDrawFlags_RoundCornersTop);
    parent->AddRectFilled({min.x, max.y - end}, max, colour, rounding, ImDrawFlags_RoundCornersBottom);
    fill_opaque(parent, {min.x, min.y + end}, {max.x, max.y - end}, colour);
  }
  draw_rect(parent, min, max, ImGui::GetColorU32(ImGuiCol_Border), rounding, style.ChildBorderSize);
}

}  // namespace

bool begin_dialog(const char* id, ImGuiWindowFlags flags) {
  ImGui::PushStyleColor(ImGuiCol_PopupBg, palette().panel);
  const bool shows = ImGui::BeginPopupModal(id, nullptr, flags | ImGuiWindowFlags_NoTitleBar);
  ImGui::PopStyleColor();
  return shows;
}

bool begin_panel(const char* id, const char* title, ImVec2 size, const char* subtitle) {
  ImDrawList* parent = ImGui::GetWindowDrawList();
  ImGui::PushStyleColor(ImGuiCol_Border, 0);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {px(12), px(10)});
  // A child with a border uses the window's padding in every version.
  const bool visible =
      begin_child(id, size, true, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleVar();
  ImGui::PopStyleColor();
  const ImVec2 corner = ImGui::GetWindowPos(), extent = ImGui::GetWindowSize();
  draw_ground(parent, corner, {corner.x + extent.x, corner.y + extent.y});
  const ImVec2 at = ImGui::GetCursorPos(), screen = ImGui::GetCursorScreenPos();
  ImVec2 content = at;
  float title_width = 0;
  if (title != nullptr && *title != '\0') {
    const float row = ImGui::GetFrameHeight(), room = ImGui::GetContentRegionAvail().x;
    ImDrawList* list = ImGui::GetWindowDrawList();
    push_font(fonts().medium);
    const float baseline = std::floor(screen.y + (row - ImGui::GetFontSize()) / 2);
    const float width = ImGui::CalcTextSize(title).x;
    draw_fitted(list, {screen.x, baseline}, room, palette().text, title);
    pop_font();
    title_width = width;
    if (subtitle != nullptr && *subtitle != '\0' && width + px(8) < room) {
      push_font(fonts().small);
      title_width = std::min(room, width + px(8) + ImGui::CalcTextSize(subtitle).x);
      // On the title's baseline: the smaller font's is higher by the difference of their ascents.
      draw_fitted(list, {screen.x + width + px(8), baseline + px(1)}, room - width - px(8),
                  palette().text_dim, subtitle);
      pop_font();
    }
    content.y += row + px(6);
  }
  ImGui::SetCursorPos(content);
  const std::size_t shown = remember_panel(id, title);
  if (g_open.count < g_open.panels.size()) g_open.panels[g_open.count] = {content, title_width, shown};
  ++g_open.count;
  return visible;
}

void end_panel() {
  const OpenPanel* panel = g_open.top();
  if (g_open.count > 0) --g_open.count;
  ImGui::EndChild();
  if (panel == nullptr || panel->shown >= g_shown.count) return;
  const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
  g_shown.panels[panel->shown].rect = {min.x, min.y, max.x - min.x, max.y - min.y};
}

std::span<const ShownPanel> shown_panels() {
  return std::span<const ShownPanel>(g_shown.panels).first(g_shown.count);
}

float panel_title_room() {
  const OpenPanel* panel = g_open.top();
  const float room = ImGui::GetContentRegionAvail().x;
  return panel != nullptr && panel->title > 0 ? room - panel->title - px(8) : room;
}

void panel_title_controls(float width) {
  OpenPanel* panel = g_open.top();
  const ImVec2 content = panel != nullptr ? panel->content : ImGui::GetCursorPos();
  ImGui::SetCursorPos(content);
  const float room = ImGui::GetContentRegionAvail().x;
  if (panel != nullptr && panel->title > 0 && width > panel_title_room()) {
    panel->is_wrapped = true;
    return;
  }
  const float top = content.y - ImGui::GetFrameHeight() - px(6);
  ImGui::SetCursorPos({std::floor(content.x + std::max(0.0f, room - width)), std::max(0.0f, top)});
}

void panel_content() {
  OpenPanel* panel = g_open.top();
  if (panel == nullptr) return;
  if (panel->is_wrapped) panel->content.y = std::max(panel->content.y, ImGui::GetCursorPosY());
  ImGui::SetCursorPos(panel->content);
}

void heading(const char* text, const char* right) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float room = ImGui::GetContentRegionAvail().x;
  const Palette& p = palette();
  ImDrawList* list = ImGui::GetWindowDrawList();
  push_font(fonts().small);
  const float height = ImGui::GetFontSize() + px(8), text_y = std::floor(at.y + px(4));
  const float left = ImGui::CalcTextSize(text).x + px(8);
  draw_fitted(list, {at.x, text_y}, room, p.text_dim, text);
  float end = room;
  if (right != nullptr && *right != '\0') {
    end -= ImGui::CalcTextSize(right).x;
    list->AddText({std::floor(at.x + end), text_y}, p.text_faint, right);
    end -= px(8);
  }
  const float line_y = std::floor(at.y + height / 2);
  if (end > left) list->AddRectFilled({at.x + left, line_y}, {at.x + end, line_y + 1}, p.border);
  pop_font();
  ImGui::Dummy({room, height});
}

void readout(const char* label, const char* value, const char* hint) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float room = ImGui::GetContentRegionAvail().x, height = ImGui::GetTextLineHeight();
  const Palette& p = palette();
  ImDrawList* list = ImGui::GetWindowDrawList();
  push_font(fonts().mono);
  const float width = ImGui::CalcTextSize(value).x;
  const float down = std::floor((height - ImGui::GetFontSize()) / 2 + 0.5f);
  list->AddText({std::floor(at.x + room - width), at.y + down}, p.text, value);
  pop_font();
  draw_fitted(list, at, room - width - px(8), p.text_dim, label);
  ImGui::Dummy({room, height});
  if (hint != nullptr) mark(label, hint);
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
  const ImVec2 room = ImGui::GetContentRegionAvail(), origin = ImGui::GetCursorScreenPos();
  const float width = std::max(px(60), std::min(room.x - px(16), px(380)));
  const float left = origin.x + (room.x - width) / 2;
  const Palette& p = palette();
  ImFont *const head = fonts().medium, *const body = fonts().regular;
  const float gap = px(6);
  const float total = centred_text(nullptr, head, title, left, 0, width, 0) + gap +
                      centred_text(nullptr, body, explanation, left, 0, width, 0);
  // A little above the middle, where the eye takes it for the middle.
  float y = origin.y + std::max(0.0f, (room.y - total) * 0.46f);
  ImDrawList* list = ImGui::GetWindowDrawList();
  y += centred_text(list, head, title, left, y, width, p.text_dim) + gap;
  centred_text(list, body, explanation, left, y, width, p.text_faint);
  ImGui::Dummy(room);
}

bool banner(const char* id, const char* text, bool is_error) {
  const ImVec2 origin = ImGui::GetCursorScreenPos(), room = ImGui::GetContentRegionAvail();
  const Palette& p = palette();
  const ImU32 colour = is_error ? p.bad : p.warning;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float height = px(36), rounding = px(6), button = ImGui::GetFrameHeight();
  const ImVec2 max{origin.x + room.x, origin.y + height};
  list->AddRectFilled(origin, max, p.panel, rounding);
  list->AddRectFilled(origin, max, faded(colour, 0.14f), rounding);
  draw_rect(list, origin, max, faded(colour, 0.6f), rounding, 1);
  draw_icon(list, Icon::Warning, {origin.x + px(20), origin.y + height / 2}, px(16), colour);
  const float text_y = std::floor(origin.y + (height - ImGui::GetFontSize()) / 2);
  draw_fitted(list, {origin.x + px(38), text_y}, room.x - px(38) - button - px(14), p.text, text);
  ImGui::SetCursorScreenPos(
      {std::floor(max.x - button - px(7)), std::floor(origin.y + (height - button) / 2)});
  const bool closed = icon_button(id, Icon::Close, "Hides this message.");
  // Last, so that the cursor ends below; it takes no mouse. The whole text is in the status line and the
  // tooltip.
  ImGui::SetCursorScreenPos(origin);
  ImGui::Dummy({room.x - 2 * button, height});
  char name[96];
  std::snprintf(name, sizeof name, "%s.text", id);
  mark(name, text);
  return closed;
}

}  // namespace lab::ui
