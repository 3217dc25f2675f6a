#include "app/panels/help_panel.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "app/ui/theme.hpp"

namespace lab {
namespace {

constexpr std::array kGroups{"Training", "Views", "Gibbs sampling", "Painting", "Program"};

struct Gesture {
  const char* where;
  const char* does;
};
constexpr std::array<Gesture, 8> kGestures{{
    {"Rest on anything", "says what it is and what it does"},
    {"Click a filter", "chooses that hidden unit in every view"},
    {"Wheel, drag", "zooms and moves a wall or a curve; double click fits it"},
    {"X, held in Compare", "shows either run in the other one's place"},
    {"Ctrl+click a number", "types it"},
    {"Double click a bar", "puts the columns back"},
    {"Left, right on the canvas", "paints, erases"},
    {"Drop a file or folder", "opens a model or checkpoint, or shows data to train on"},
}};

constexpr const char* kAbout =
    "A Restricted Boltzmann Machine has a layer of visible units, the pixels, and a layer of hidden units, "
    "each connected to every pixel and to no unit of its own layer. Given the picture, the hidden units are "
    "independent of each other; given the hidden units, so are the pixels. That makes both directions easy "
    "to draw by chance, and going back and forth, Gibbs sampling, makes pictures the model believes in. "
    "Training lowers the energy of the data and raises it where the model's own chains go, until the two "
    "look alike.";

/// Keys as a small raised plate, right-aligned at `right`.
void draw_keys(const std::string& keys, float right, float line_y, float line_height) {
  if (keys.empty()) return;
  const ui::Palette& colours = ui::palette();
  ui::push_font(ui::fonts().mono_small);
  const ImVec2 size = ImGui::CalcTextSize(keys.c_str());
  const float pad = ui::px(6), height = size.y + ui::px(4);
  const ImVec2 min{right - size.x - 2 * pad, line_y + (line_height - height) / 2};
  const ImVec2 max{right, min.y + height};
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(min, max, colours.panel_raised, ui::px(4));
  ui::draw_rect(list, min, max, colours.border, ui::px(4), 1);
  list->AddText({min.x + pad, min.y + ui::px(2)}, colours.text, keys.c_str());
  ui::pop_font();
}

void draw_title(const char* text) {
  ui::push_font(ui::fonts().small);
  ImGui::PushStyleColor(ImGuiCol_Text, ui::palette().accent);
  ImGui::TextUnformatted(text);
  ImGui::PopStyleColor();
  ui::pop_font();
}

void draw_group(const char* group, float width) {
  const float line = ImGui::GetTextLineHeight() + ui::px(8);
  ImGui::BeginGroup();
  draw_title(group);
  for (const Action& a : actions()) {
    if (std::string_view(a.group) != group) continue;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::InvisibleButton(a.name, {width, line});
    ui::mark(std::string("help.") + a.name, a.hint);
    const float text_y = at.y + (line - ImGui::GetTextLineHeight()) / 2;
    ImGui::GetWindowDrawList()->AddText({at.x, text_y}, ui::palette().text, a.label);
    draw_keys(ui::text(a.shortcut), at.x + width, at.y, line);
    ImGui::SetCursorScreenPos({at.x, at.y + line});
  }
  ImGui::Dummy({width, ui::px(8)});
  ImGui::EndGroup();
}

void draw_gestures(float width) {
  const float line = ImGui::GetTextLineHeight() + ui::px(4);
  for (const Gesture& gesture : kGestures) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float where_width = std::floor(width * 0.42f);
    list->AddText(ImGui::GetFont(), ImGui::GetFontSize(), at, ui::palette().text, gesture.where, nullptr,
                  where_width);
    const float where_height = ImGui::CalcTextSize(gesture.where, nullptr, false, where_width).y;
    const float column = std::floor(width * 0.45f);
    ImGui::SetCursorScreenPos({at.x + column, at.y});
    ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + width - column);
    ui::text_dim(gesture.does);
    ImGui::PopTextWrapPos();
    const float used = std::max({line, ImGui::GetItemRectSize().y + ui::px(4), where_height + ui::px(4)});
    ImGui::SetCursorScreenPos({at.x, at.y + used});
  }
  ImGui::Dummy({width, 0});
}

void draw_about(float width) {
  ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + width);
  ui::text_dim(kAbout);
  ImGui::PopTextWrapPos();
}

int rows_of(const char* group) {
  return static_cast<int>(
      std::ranges::count_if(actions(), [&](const Action& a) { return std::string_view(a.group) == group; }));
}

/// Groups one after the other, each column filled to about its share.
void draw_groups(int columns, float column_width, float gap) {
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float share = static_cast<float>(actions().size()) / static_cast<float>(columns);
  int column = 0, rows = 0;
  float y = 0, tallest = 0;
  for (const char* group : kGroups) {
    if (column + 1 < columns && rows > 0 && static_cast<float>(rows + rows_of(group)) > 1.15f * share) {
      ++column;
      rows = 0;
      y = 0;
    }
    ImGui::SetCursorScreenPos({origin.x + static_cast<float>(column) * (column_width + gap), origin.y + y});
    draw_group(group, column_width);
    rows += rows_of(group);
    y += ImGui::GetItemRectSize().y + ui::px(4);
    tallest = std::max(tallest, y);
  }
  ImGui::SetCursorScreenPos({origin.x, origin.y + tallest});
  ImGui::Dummy({0, 0});
}

}  // namespace

void HelpPanel::draw(Context&) {
  if (!open_) return;
  const ImGuiViewport* viewport = ImGui::GetMainViewport();
  const ImVec2 screen = viewport->WorkSize;
  if (opening_) ImGui::SetNextWindowFocus();
  opening_ = false;
  ImGui::SetNextWindowPos(viewport->WorkPos);
  ImGui::SetNextWindowSize(screen);
  ImGui::PushStyleColor(ImGuiCol_WindowBg, ui::faded(ui::palette().background, 0.75f));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
  ImGui::Begin("help overlay", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings);
  ImGui::PopStyleVar(2);
  ImGui::PopStyleColor();

  const ImVec2 size{std::min(ui::px(1240), screen.x - ui::px(48)),
                    std::min(ui::px(720), screen.y - ui::px(48))};
  ImGui::SetCursorPos({(screen.x - size.x) / 2, (screen.y - size.y) / 2});
  const bool clicked_beside = ImGui::IsMouseClicked(0) && ImGui::IsWindowHovered();
  ui::begin_panel("help.card", "Keys, mouse, and what an RBM is", size);
  ui::panel_title_controls(ImGui::GetFrameHeight());
  if (ui::icon_button("help.close", ui::Icon::Close, "Closes this list (Escape or F1).")) open_ = false;
  ui::panel_content();
  ui::begin_child("help.content", {0, 0});
  const float gap = ui::px(32), width = ImGui::GetContentRegionAvail().x - ui::px(12);
  const int columns = std::clamp(static_cast<int>((width + gap) / (ui::px(230) + gap)), 1, 4);
  const float column = (width - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  ImGui::BeginGroup();
  draw_title("What an RBM is");
  draw_about(column);
  ImGui::Dummy({0, ui::px(8)});
  draw_title("Mouse");
  draw_gestures(column);
  ImGui::EndGroup();
  if (columns > 1) ImGui::SetCursorScreenPos({corner.x + column + gap, corner.y});
  draw_groups(std::max(1, columns - 1), column, gap);
  ImGui::EndChild();
  ui::end_panel();
  ImGui::End();
  if (clicked_beside) open_ = false;
}

}  // namespace lab
