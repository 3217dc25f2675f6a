#include "app/panels/reconstructions_panel.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "app/panels/inline_controls.hpp"
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
  if (!compact) {
    ui::panel_title_controls(segmented_width(kSources));
    int source = context.shared.watch.from_validation ? 1 : 0;
    if (ui::segmented(
            "reconstructions.source", &source, kSources,
            "Which images are reconstructed: those of the present mini-batch, or held-back ones.")) {
      context.shared.watch.from_validation = source == 1;
    }
    ui::panel_content();
  }
  const rbm::Snapshot& s = context.snapshot;
  const int available = static_cast<int>(std::min(s.reconstruction.rows(), s.reconstructed_data.rows()));
  if (!context.has_model() || available == 0) {
    ui::empty_state(
        "No reconstructions yet",
        s.updates > 0 ? "They come in a moment." : "They come with the first updates: press Space to train.");
    ui::end_panel();
    return;
  }
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float label = compact ? 0 : ui::px(96), gap = ui::px(10),
              number = ImGui::GetTextLineHeight() + ui::px(4);
  const rbm::ImageShape shape = rbm::picture_shape(*s.model);
  const float aspect = static_cast<float>(shape.height) / static_cast<float>(shape.width);
  const float wanted = ui::px(compact ? 46 : 62);
  const int columns = std::clamp(static_cast<int>((room.x - label) / wanted), 1, available);
  const float side =
      std::floor(std::min((room.x - label) / static_cast<float>(columns), ui::px(compact ? 64 : 96)));
  const float group = 3 * side * aspect + number + gap;
  const int rows = std::max(1, static_cast<int>((room.y + gap) / group));
  const int shown_rows = std::clamp((available + columns - 1) / columns, 1, rows);
  context.shared.watch.reconstructions = std::clamp(columns * rows, 1, kMostCases);
  if (rows_.size() < static_cast<std::size_t>(shown_rows)) rows_.resize(static_cast<std::size_t>(shown_rows));

  const ImVec2 origin = ImGui::GetCursorPos();
  const std::array<const char*, 3> names{"data v", real ? "E[v | h]" : "p(v | h)", "difference"};
  for (int row = 0; row < shown_rows; ++row) {
    const int first = row * columns, count = std::min(columns, available - first);
    if (count <= 0) break;
    update(s, first, count, row);
    Row& walls = rows_[static_cast<std::size_t>(row)];
    const std::array<ui::TileWall*, 3> lines{&walls.data, &walls.reconstruction, &walls.error};
    const float top = origin.y + static_cast<float>(row) * group;
    for (std::size_t line = 0; line < 3; ++line) {
      const float y = top + static_cast<float>(line) * side * aspect;
      if (!compact) {
        ImGui::SetCursorPos({origin.x, y + (side * aspect - ImGui::GetTextLineHeight()) / 2});
        ui::text_dim(names[line]);
      }
      ImGui::SetCursorPos({origin.x + label, y});
      char id[48];
      std::snprintf(id, sizeof id, "%s.%zu.%d", compact ? "watch.reconstructions" : "reconstructions", line,
                    row);
      lines[line]->draw(
          id,
          {.size = {side * static_cast<float>(count), side * aspect},
           .integer_scale = false,
           .centred = false,
           .hint = line == 0   ? "Images as the model sees them."
                   : line == 1 ? "What the model makes of them after one step to the hidden units and back."
                   : shape.channels == 3
                       ? "Reconstruction minus data: grey where both agree."
                       : "Reconstruction minus data: orange where it adds ink, blue where it lacks some."});
    }
    ui::push_font(ui::fonts().mono_small);
    for (int n = 0; n < count; ++n) {
      double sum = 0;
      for (rbm::Index i = 0; i < s.reconstruction.cols(); ++i) {
        const double d = s.reconstruction(first + n, i) - s.reconstructed_data(first + n, i);
        sum += d * d;
      }
      char text[16];
      std::snprintf(text, sizeof text, "%.3f", sum / static_cast<double>(s.reconstruction.cols()));
      const float width = ImGui::CalcTextSize(text).x;
      ImGui::SetCursorPos(
          {origin.x + label + side * static_cast<float>(n) + std::max(0.0f, (side - width) / 2),
           top + 3 * side * aspect + ui::px(2)});
      ui::text_dim(text);
    }
    ui::pop_font();
    if (!compact) {
      ImGui::SetCursorPos({origin.x, top + 3 * side * aspect + ui::px(2)});
      ui::push_font(ui::fonts().small);
      ui::text_dim("mean square");
      ui::pop_font();
    }
  }
  ImGui::Dummy({0, 0});
  ui::end_panel();
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
    const float* data = s.reconstructed_data.row(first + n);
    const float* reconstruction = s.reconstruction.row(first + n);
    walls.data.put(n, data);
    walls.reconstruction.put(n, reconstruction);
    for (std::size_t i = 0; i < difference_.size(); ++i) difference_[i] = reconstruction[i] - data[i];
    walls.error.put(n, difference_.data());
  }
}

}  // namespace lab
