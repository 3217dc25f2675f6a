#include "app/panels/heights_panel.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "app/panels/format_text.hpp"
#include "app/panels/inline_controls.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab {
namespace {

constexpr float kStepsPerSecond = 12;
constexpr std::array kUnitCounts{"1", "2", "3"};
/// The least height with the story above the controls, and without it.
constexpr float kTold = 500, kUntold = 340;
constexpr double kGridStep = 10;  // cm between two numbers of the axis

/// "h = 01" with the first unit first.
void write_state(unsigned state, int units, char* out) {
  for (int j = 0; j < units; ++j) out[j] = (state >> j) & 1U ? '1' : '0';
  out[units] = '\0';
}

/// One colour for each unit, and for units together the mean of theirs.
ImU32 hill_colour(unsigned state) {
  const ui::Palette& p = ui::palette();
  const std::array<ImU32, rbm::HeightsWorld::kMostUnits> of_units{p.positive, p.negative, p.accent};
  ImVec4 sum{0, 0, 0, 0};
  for (std::size_t j = 0; j < of_units.size(); ++j) {
    if (((state >> j) & 1U) == 0) continue;
    const ImVec4 c = ImGui::ColorConvertU32ToFloat4(of_units[j]);
    sum = {sum.x + c.x, sum.y + c.y, sum.z + c.z, sum.w + 1};
  }
  if (sum.w == 0) return p.text_dim;
  return ImGui::ColorConvertFloat4ToU32({sum.x / sum.w, sum.y / sum.w, sum.z / sum.w, 1});
}

}  // namespace

std::map<std::string, double> HeightsPanel::state() const {
  return {{"units", knobs_.units},
          {"mean", double{knobs_.mean}},
          {"deviation", double{knobs_.deviation}},
          {"shift1", double{knobs_.shift[0]}},
          {"share1", double{knobs_.share[0]}},
          {"drawn", static_cast<double>(world_.drawn())},
          {"distance", world_.distance()},
          {"playing", playing_}};
}

void HeightsPanel::advance(Context& context) {
  world_.set(knobs_);
  if (!playing_) return;
  if (const int due = clock_.due(context.now_s, double{kStepsPerSecond}); due > 0)
    world_.step(due, context.pool);
}

void HeightsPanel::step(Context& context, int n) {
  playing_ = false;
  world_.step(n, context.pool);
}

void HeightsPanel::draw(Context& context) {
  advance(context);
  char subtitle[64] = "";
  if (world_.drawn() > 0)
    std::snprintf(subtitle, sizeof subtitle, "%s draws",
                  grouped(static_cast<std::uint64_t>(world_.drawn())).text);
  // Where there is little room the picture goes before the story.
  const bool tells = ImGui::GetContentRegionAvail().y >= ui::px(kTold);
  const ImVec2 size = begin_roomy("heights.room", {ui::px(500), ui::px(tells ? kTold : kUntold)});
  ui::begin_panel("heights", "Two heights", size, subtitle);
  ui::panel_title_controls(toggle_width("Show the parts"));
  ui::toggle("heights.parts", "Show the parts", &components_,
             "The normal distribution of every hidden state.");
  ui::panel_content();
  if (tells) draw_story();
  draw_transport(context);
  draw_knobs();
  ImGui::Dummy({0, ui::px(2)});
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float list = ui::px(46);
  draw_hills({room.x, std::max(ui::px(120), room.y - list - ui::px(8))});
  draw_states({room.x, list});
  ui::end_panel();
  ImGui::EndChild();
}

void HeightsPanel::draw_story() {
  ImGui::PushTextWrapPos(0);
  ui::text_dim(
      "The heights of women alone make one hill, a normal distribution, and so do those of men. Those of all "
      "people make two. A hidden unit, which nobody observes, says which hill a person belongs to; once it "
      "is known, all is one hill again. Two units make up to four hills, three up to eight: units that shift "
      "the same way go together, others avoid each other. An RBM does this for pictures, with hundreds of "
      "units.");
  ImGui::PopTextWrapPos();
  ImGui::Dummy({0, ui::px(2)});
}

void HeightsPanel::draw_transport(Context& context) {
  const float gap = ui::px(6);
  if (ui::button("heights.play", playing_ ? "Pause" : "Sample",
                 playing_ ? "Stops the chains."
                          : "Gibbs chains draw h from the height, then a height from h, and so on.",
                 playing_ ? ui::Icon::Pause : ui::Icon::Play,
                 playing_ ? ui::Emphasis::Normal : ui::Emphasis::Primary, {ui::px(104), 0})) {
    playing_ = !playing_;
    clock_.restart();
  }
  ImGui::SameLine(0, gap);
  if (ui::button("heights.step", "One step", "One Gibbs step of all 200 chains.", ui::Icon::Step)) {
    step(context, 1);
  }
  ImGui::SameLine(0, gap);
  if (ui::icon_button("heights.restart", ui::Icon::Reset,
                      "All chains back to the first hill, the histogram empty."))
    world_.restart();
  same_line_if_fits(segmented_width(kUnitCounts) + ui::px(90));
  ImGui::AlignTextToFramePadding();
  ui::text_dim("Hidden units");
  ImGui::SameLine(0, gap);
  int count = knobs_.units - 1;
  if (ui::segmented("heights.units", &count, kUnitCounts, "How many hidden units shift the height."))
    knobs_.units = count + 1;
  same_line_if_fits(button_width("As it was", false));
  if (ui::button("heights.defaults", "As it was", "All settings of this page back to where they began.",
                 ui::Icon::None, ui::Emphasis::Quiet)) {
    const int units = knobs_.units;
    knobs_ = {};
    knobs_.units = units;
  }
}

void HeightsPanel::draw_knobs() {
  const float slider = ui::px(150), gap = ui::px(8);
  inline_slider("heights.mean", &knobs_.mean, 140, 200, "mean %.0f\u00a0cm", slider, false,
                "Where the first hill stands, that of nobody for whom a unit is on: the visible bias μ.");
  ImGui::SameLine(0, gap);
  inline_slider("heights.deviation", &knobs_.deviation, 2, 15, "spread %.1f\u00a0cm", slider, false,
                "How wide every hill is: the visible unit's standard deviation σ.");
  static constexpr std::array<std::array<const char*, 2>, rbm::HeightsWorld::kMostUnits> kIds{
      {{"heights.shift1", "heights.share1"},
       {"heights.shift2", "heights.share2"},
       {"heights.shift3", "heights.share3"}}};
  for (int j = 0; j < knobs_.units; ++j) {
    const auto at = static_cast<std::size_t>(j);
    char format[32];
    std::snprintf(format, sizeof format, "h%d shifts %%+.0f\u00a0cm", j + 1);
    same_line_if_fits(2 * slider + gap);
    inline_slider(kIds[at][0], &knobs_.shift[at], -30, 30, format, slider, false,
                  "How far this unit moves the height when it is on: its weight W. Or drag its hill.");
    ImGui::SameLine(0, gap);
    std::snprintf(format, sizeof format, "h%d on for %%.2f", j + 1);
    inline_slider(kIds[at][1], &knobs_.share[at], 0.02f, 0.98f, format, slider, false,
                  "For what part of the people this unit is on: the bias b follows from it.");
  }
}

/// Where heights and densities stand on the screen.
struct HeightsPanel::Axes {
  ImDrawList* list;
  ImVec2 corner, room;
  float top, bottom;
  double most;  // the highest density

  static constexpr double kRange = rbm::HeightsWorld::kHighest - rbm::HeightsWorld::kLowest;

  float x_of(double cm) const {
    return corner.x + static_cast<float>((cm - rbm::HeightsWorld::kLowest) / kRange) * room.x;
  }
  float y_of(double density) const {
    return bottom - static_cast<float>(std::min(density / (1.15 * most), 1.0)) * (bottom - top);
  }
  /// Lines have a point every two pixels.
  int points() const { return std::max(2, static_cast<int>(room.x / 2)); }
  double cm_at(int point) const { return rbm::HeightsWorld::kLowest + kRange * point / (points() - 1); }
};

void HeightsPanel::draw_hills(ImVec2 room) {
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  ImGui::InvisibleButton("heights.hills", room);
  ui::mark("heights.hills",
           "Line: the exact density; bars: what the chains drew; filled: the part of every hidden state. "
           "Drag a marker to move a hill.",
           ui::Tip::StatusLineOnly);
  Axes axes{.list = ImGui::GetWindowDrawList(),
            .corner = corner,
            .room = room,
            .top = corner.y + ui::px(8),
            .bottom = corner.y + room.y - ui::px(30),
            .most = 1e-9};
  for (int i = 0; i < axes.points(); ++i) axes.most = std::max(axes.most, world_.density(axes.cm_at(i)));
  axes.list->PushClipRect(corner, {corner.x + room.x, corner.y + room.y}, true);
  draw_grid(axes);
  draw_histogram(axes);
  draw_densities(axes);
  draw_markers(axes);
  drag_marker(axes);
  draw_walker(axes);
  axes.list->PopClipRect();
}

void HeightsPanel::draw_grid(const Axes& axes) {
  const ui::Palette& colours = ui::palette();
  ui::push_font(ui::fonts().mono_small);
  const float y = axes.bottom + ui::px(13);
  for (double cm = rbm::HeightsWorld::kLowest + kGridStep; cm < rbm::HeightsWorld::kHighest;
       cm += kGridStep) {
    const float x = axes.x_of(cm);
    axes.list->AddLine({x, axes.top}, {x, axes.bottom}, colours.grid, 1);
    char text[16];
    std::snprintf(text, sizeof text, "%.0f", cm);
    axes.list->AddText({x - ImGui::CalcTextSize(text).x / 2, y}, colours.text_faint, text);
  }
  const float right = axes.corner.x + axes.room.x;
  axes.list->AddText({right - ImGui::CalcTextSize("cm").x - ui::px(2), y}, colours.text_faint, "cm");
  ui::pop_font();
}

void HeightsPanel::draw_histogram(const Axes& axes) const {
  const ImU32 colour = ui::faded(ui::palette().text_dim, 0.3f);
  const std::vector<double> bars = world_.histogram();
  for (std::size_t bin = 0; bin < bars.size(); ++bin) {
    if (bars[bin] <= 0) continue;
    const double from = rbm::HeightsWorld::kLowest + static_cast<double>(bin) * rbm::HeightsWorld::kBin;
    axes.list->AddRectFilled({axes.x_of(from) + 1, axes.y_of(bars[bin])},
                             {axes.x_of(from + rbm::HeightsWorld::kBin), axes.bottom}, colour);
  }
}

/// The part of every hidden state, filled, and over them the line of the whole density.
void HeightsPanel::draw_densities(const Axes& axes) const {
  const ui::Palette& colours = ui::palette();
  const int points = axes.points();
  std::vector<ImVec2> line(static_cast<std::size_t>(points));
  const auto trace = [&](const auto& density) {
    for (int i = 0; i < points; ++i) {
      const double cm = axes.cm_at(i);
      line[static_cast<std::size_t>(i)] = {axes.x_of(cm), axes.y_of(density(cm))};
    }
  };
  if (components_) {
    for (const rbm::MixtureComponent& part : world_.components()) {
      const ImU32 colour = hill_colour(part.hidden);
      trace([&](double cm) { return part.share * rbm::normal_density(cm, part.mean, world_.variance()); });
      for (std::size_t i = 0; i + 1 < line.size(); ++i)
        axes.list->AddRectFilled({line[i].x, line[i].y}, {line[i + 1].x, axes.bottom},
                                 ui::faded(colour, 0.16f));
      axes.list->AddPolyline(line.data(), points, ui::faded(colour, 0.8f), 0, ui::px(1));
    }
  }
  trace([&](double cm) { return world_.density(cm); });
  axes.list->AddPolyline(line.data(), points, colours.text, 0, ui::px(2));
  axes.list->AddLine({axes.corner.x, axes.bottom}, {axes.corner.x + axes.room.x, axes.bottom}, colours.border,
                     1);
}

/// Below the axis: the first hill, and that of each unit by itself. A press near one begins to drag it.
void HeightsPanel::draw_markers(const Axes& axes) {
  const float mouse = ImGui::GetIO().MousePos.x, reach = ui::px(14);
  const bool hovered = ImGui::IsItemHovered();
  const bool pressed = hovered && ImGui::IsMouseClicked(ImGuiMouseButton_Left);
  if (!ImGui::IsItemActive()) dragged_ = -1;
  for (int j = -1; j < knobs_.units; ++j) {
    const auto at = static_cast<std::size_t>(std::max(0, j));
    const int handle = j < 0 ? rbm::HeightsWorld::kMostUnits : j;
    const double cm = double{knobs_.mean} + (j < 0 ? 0.0 : double{knobs_.shift[at]});
    const ImVec2 tip{axes.x_of(cm), axes.bottom + ui::px(1)};
    const bool near = hovered && std::abs(mouse - tip.x) < reach;
    if (pressed && near && dragged_ < 0) dragged_ = handle;
    const ImU32 colour = hill_colour(j < 0 ? 0U : 1U << j);
    const float s = ui::px(dragged_ == handle || (near && dragged_ < 0) ? 8 : 6);
    axes.list->AddTriangleFilled(tip, {tip.x - s, tip.y + 1.6f * s}, {tip.x + s, tip.y + 1.6f * s}, colour);
  }
}

void HeightsPanel::drag_marker(const Axes& axes) {
  if (dragged_ < 0) return;
  const float along = (ImGui::GetIO().MousePos.x - axes.corner.x) / axes.room.x;
  const auto cm = static_cast<float>(rbm::HeightsWorld::kLowest + double{along} * Axes::kRange);
  if (dragged_ == rbm::HeightsWorld::kMostUnits)
    knobs_.mean = std::clamp(cm, 140.0f, 200.0f);
  else
    knobs_.shift[static_cast<std::size_t>(dragged_)] = std::clamp(cm - knobs_.mean, -30.0f, 30.0f);
}

/// One of the chains, as a person who walks from hill to hill.
void HeightsPanel::draw_walker(const Axes& axes) const {
  if (world_.drawn() == 0) return;
  const ImVec2 at{axes.x_of(world_.height()), axes.bottom - ui::px(6)};
  axes.list->AddCircleFilled(at, ui::px(5), hill_colour(world_.hidden_state()));
  axes.list->AddCircle(at, ui::px(5), ui::palette().text, 0, ui::px(1));
}

/// Every hidden state with its share, and how far the histogram is from the truth.
void HeightsPanel::draw_states(ImVec2 room) {
  const ui::Palette& colours = ui::palette();
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  ImDrawList* list = ImGui::GetWindowDrawList();
  float x = corner.x;
  ui::push_font(ui::fonts().mono_small);
  const float line = ImGui::GetTextLineHeight();
  for (const rbm::MixtureComponent& part : world_.components()) {
    char bits[8], text[48];
    write_state(part.hidden, knobs_.units, bits);
    std::snprintf(text, sizeof text, "h=%s %.0f\u00a0%%", bits, 100 * part.share);
    const float width = ImGui::CalcTextSize(text).x + ui::px(18);
    if (x + width > corner.x + room.x) break;
    list->AddRectFilled({x, corner.y + ui::px(3)}, {x + ui::px(9), corner.y + ui::px(12)},
                        hill_colour(part.hidden), ui::px(2));
    list->AddText({x + ui::px(13), corner.y}, colours.text_dim, text);
    x += width + ui::px(8);
  }
  ui::pop_font();
  char text[120];
  if (world_.drawn() > 0)
    std::snprintf(text, sizeof text, "Histogram and exact density differ by %.1f\u00a0%% of the people.",
                  100 * world_.distance());
  else
    std::snprintf(text, sizeof text, "Press Sample: the chains' histogram grows into the exact density.");
  ui::push_font(ui::fonts().small);
  list->AddText({corner.x, corner.y + line + ui::px(6)}, colours.text_dim, text);
  ui::pop_font();
  ImGui::Dummy(room);
}

}  // namespace lab
