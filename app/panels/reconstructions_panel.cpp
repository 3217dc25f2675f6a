#include "app/panels/reconstructions_panel.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>

#include "app/panels/inline_controls.hpp"
#include "app/panels/send_menu.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"
#include "core/model/pictures.hpp"
#include "core/model/units/visible_units.hpp"

namespace lab {
namespace {

constexpr std::array<const char*, 2> kSources{"Mini-batch", "Validation"};
constexpr int kMostCases = 64;

}  // namespace

void ReconstructionsPanel::draw_any(Context& context, bool compact) {
  const bool real = context.has_model() && rbm::units_of(*context.snapshot.model).stores_numbers();
  ui::begin_panel(compact ? "panel.watch.reconstructions" : "panel.reconstructions", "Reconstructions",
                  {0, 0},
                  compact ? nullptr
                  : real  ? "v → h → E[v | h]"
                          : "v → h → p(v | h)");
  if (!compact) draw_source(context);
  const rbm::Snapshot& s = context.snapshot;
  const int available = static_cast<int>(s.reconstructions.data.rows());
  if (!context.has_model() || available == 0) {
    ui::empty_state("No reconstructions yet",
                    s.progress.updates > 0 ? "They come in a moment."
                                           : "They come with the first updates: press Space to train.");
    ui::end_panel();
    return;
  }
  const Layout layout = fit(rbm::picture_shape(*s.model), compact);
  context.shared.watch.reconstructions = std::clamp(layout.columns * layout.rows, 1, kMostCases);
  const int shown_rows = std::clamp((available + layout.columns - 1) / layout.columns, 1, layout.rows);
  if (rows_.size() < static_cast<std::size_t>(shown_rows)) rows_.resize(static_cast<std::size_t>(shown_rows));
  for (int row = 0; row < shown_rows; ++row) {
    const int first = row * layout.columns, count = std::min(layout.columns, available - first);
    if (count <= 0) break;
    update(s, first, count, row);
    draw_walls(*s.model, layout, row, count);
    if (layout.has_numbers) draw_errors(s, layout, row, first, count);
  }
  offer_case(context, layout, shown_rows);
  ImGui::Dummy({0, 0});
  ui::end_panel();
}

/// A right click on an image or on its reconstruction offers to send it.
void ReconstructionsPanel::offer_case(Context& context, const Layout& layout, int rows) {
  const auto& [data, reconstructed] = context.snapshot.reconstructions;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  std::span<const float> picture;
  std::string name;
  for (int n = 0; n < 2 * rows && ImGui::IsWindowHovered(); ++n) {
    char id[48];
    std::snprintf(id, sizeof id, "%s.%d.%d", layout.compact ? "watch.reconstructions" : "reconstructions",
                  n % 2, n / 2);
    const auto wall = ui::registered().find(id);
    if (wall == ui::registered().end()) continue;
    const ui::Rect& r = wall->second;
    if (mouse.x < r.x || mouse.x >= r.x + r.w || mouse.y < r.y || mouse.y >= r.y + r.h) continue;
    const int number = n / 2 * layout.columns + static_cast<int>((mouse.x - r.x) / layout.width);
    if (number >= data.rows()) continue;
    const rbm::Matrix& of = n % 2 == 0 ? data : reconstructed;
    picture = {of.row(number), static_cast<std::size_t>(of.cols())};
    name = (n % 2 == 0 ? "image " : "reconstruction of image ") + std::to_string(number + 1);
  }
  offer_to_send(context, layout.compact ? "watch.reconstructions.send" : "reconstructions.send", picture,
                name);
}

void ReconstructionsPanel::draw_source(Context& context) {
  ui::panel_title_controls(segmented_width(kSources));
  int source = context.shared.watch.from_validation ? 1 : 0;
  if (ui::segmented("reconstructions.source", &source, kSources,
                    "Which images are reconstructed: those of the present mini-batch, or held-back ones.")) {
    context.shared.watch.from_validation = source == 1;
  }
  ui::panel_content();
}

/// Where there is no room for the numbers, they leave theirs to the pictures, and in a small panel the differences do so,
/// too.
ReconstructionsPanel::Layout ReconstructionsPanel::fit(const rbm::ImageShape& shape, bool compact) {
  ui::push_font(ui::fonts().mono_small);
  const ImVec2 text = ImGui::CalcTextSize("0.000");
  ui::pop_font();
  Layout layout = fit_cases(shape, {.compact = compact}, text.y + ui::px(4));
  layout.has_numbers = layout.width >= text.x + ui::px(2);
  return layout.has_numbers ? layout : fit_cases(shape, {.compact = compact, .lines = compact ? 2 : 3}, 0);
}

/// Cases side by side and below each other, as many and as large as fill the room best; below each its number, so high.
ReconstructionsPanel::Layout ReconstructionsPanel::fit_cases(const rbm::ImageShape& shape, Layout layout,
                                                             float number) {
  const bool compact = layout.compact;
  layout.origin = ImGui::GetCursorPos();
  layout.label = compact ? 0 : ui::px(96);
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float gap = ui::px(10), across = std::max(1.0f, room.x - layout.label),
              aspect = static_cast<float>(shape.height) / static_cast<float>(shape.width),
              tallness = static_cast<float>(layout.lines) * aspect;  // of a case whose width is 1
  // The rows of a table are seen, too.
  const float wanted = std::min(across, std::max(ui::px(compact ? 46 : 62), ui::px(8) / aspect));
  float most = 0;
  for (int rows = 1; rows <= kMostCases; ++rows) {
    const float high = (room.y + gap) / static_cast<float>(rows) - gap - number;
    // As wide as the height allows, and no larger than many of them can be seen at once.
    const float tall = std::min(high / tallness, std::max(wanted, ui::px(compact ? 76 : 112)));
    if (rows > 1 && high / tallness < wanted) break;
    const int columns = std::clamp(static_cast<int>(across / std::clamp(tall, ui::px(8), across)), 1,
                                   std::max(1, kMostCases / rows));
    // One more of them, a little smaller, may fill the width better.
    for (const int n : {columns, std::min(columns + 1, std::max(1, kMostCases / rows))}) {
      const float width = std::floor(std::min(std::max(tall, ui::px(8)), across / static_cast<float>(n)));
      const float filled = static_cast<float>(n * rows) * width * width * aspect;
      if (filled <= most || (n > 1 && width < std::min(wanted, std::max(tall, ui::px(8))))) continue;
      most = filled;
      layout.columns = n;
      layout.rows = rows;
      layout.width = width;
    }
  }
  layout.height = layout.width * aspect;
  layout.group = std::max(layout.pictures() + number + gap,
                          std::floor((room.y + gap) / static_cast<float>(layout.rows)));
  return layout;
}

/// Data, reconstruction and error of one row of cases.
void ReconstructionsPanel::draw_walls(const rbm::Model& model, const Layout& layout, int row, int count) {
  const bool real = rbm::units_of(model).stores_numbers();
  const std::array<const char*, 3> names{"data v", real ? "E[v | h]" : "p(v | h)", "difference"};
  const std::array<const char*, 3> hints{
      "Images as the model sees them.",
      "What the model makes of them after one step to the hidden units and back.",
      rbm::picture_shape(model).channels == 3
          ? "Reconstruction minus data: grey where both agree."
          : "Reconstruction minus data: orange where it adds ink, blue where it lacks some."};
  Row& walls = rows_[static_cast<std::size_t>(row)];
  const std::array<ui::TileWall*, 3> lines{&walls.data, &walls.reconstruction, &walls.error};
  for (std::size_t line = 0; line < static_cast<std::size_t>(layout.lines); ++line) {
    const float y = layout.top(row) + static_cast<float>(line) * layout.height;
    if (!layout.compact) {
      ImGui::SetCursorPos({layout.origin.x, y + (layout.height - ImGui::GetTextLineHeight()) / 2});
      ui::text_dim(names[line]);
    }
    ImGui::SetCursorPos({layout.origin.x + layout.label, y});
    char id[48];
    std::snprintf(id, sizeof id, "%s.%zu.%d", layout.compact ? "watch.reconstructions" : "reconstructions",
                  line, row);
    lines[line]->draw(id, {.size = {layout.width * static_cast<float>(count), layout.height},
                           .integer_scale = false,
                           .centred = false,
                           .hint = hints[line]});
  }
}

/// The mean squared difference below each case of one row.
void ReconstructionsPanel::draw_errors(const rbm::Snapshot& s, const Layout& layout, int row, int first,
                                       int count) {
  const auto& [data, reconstructed] = s.reconstructions;
  const float y = layout.top(row) + layout.pictures() + ui::px(2);
  ui::push_font(ui::fonts().mono_small);
  for (int n = 0; n < count; ++n) {
    double sum = 0;
    for (rbm::Index i = 0; i < data.cols(); ++i) {
      const double d = reconstructed(first + n, i) - data(first + n, i);
      sum += d * d;
    }
    char text[16];
    std::snprintf(text, sizeof text, "%.3f", sum / static_cast<double>(data.cols()));
    const float width = ImGui::CalcTextSize(text).x;
    const float left = layout.origin.x + layout.label + layout.width * static_cast<float>(n);
    ImGui::SetCursorPos({left + std::max(0.0f, (layout.width - width) / 2), y});
    ui::text_dim(text);
  }
  ui::pop_font();
  if (layout.compact) return;
  ImGui::SetCursorPos({layout.origin.x, y});
  ui::push_font(ui::fonts().small);
  ui::text_dim("mean square");
  ui::pop_font();
}

void ReconstructionsPanel::update(const rbm::Snapshot& s, int first, int count, int row) {
  const rbm::ImageShape shape = rbm::picture_shape(*s.model);
  Row& walls = rows_[static_cast<std::size_t>(row)];
  ui::TileSpec spec{.tile_width = shape.width,
                    .tile_height = shape.height,
                    .channels = shape.channels,
                    .count = count,
                    .columns = count,
                    .gap = 2,
                    .map = ui::ColourMap::Ink,
                    .low = 0,
                    .high = 1};
  walls.data.shape(spec);
  walls.reconstruction.shape(spec);
  spec.map = ui::ColourMap::Diverging;
  spec.low = -1;
  walls.error.shape(spec);
  difference_.resize(static_cast<std::size_t>(shape.pixels()));
  for (int n = 0; n < count; ++n) {
    const float* data = s.reconstructions.data.row(first + n);
    const float* reconstruction = s.reconstructions.reconstructed.row(first + n);
    walls.data.put(n, data);
    walls.reconstruction.put(n, reconstruction);
    for (std::size_t i = 0; i < difference_.size(); ++i) difference_[i] = reconstruction[i] - data[i];
    walls.error.put(n, difference_.data());
  }
}

}  // namespace lab
