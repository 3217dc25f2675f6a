#include "app/panels/answering_units.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/panels/unit_order.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"
#include "core/model/pictures.hpp"

namespace lab {
namespace {

constexpr int kAnsweringGap = 4;  // texture pixels between filters

}  // namespace

AnsweringUnits::Geometry AnsweringUnits::geometry(ImVec2 room, const rbm::ImageShape& shape, int units) {
  Geometry g{};
  // Rows that fill the height with filters of about 64 pixels at scale 1, which show their strokes; then
  // columns that fill the width with filters no larger than that.
  const float label = ImGui::GetTextLineHeight() + ui::px(8), gap = ui::px(6);
  g.rows =
      std::clamp(static_cast<int>(std::round((room.y + gap) / (ui::px(64) + label + gap))), 1, kMostRows);
  const float most_high = std::max(ui::px(28), (room.y + gap) / static_cast<float>(g.rows) - label - gap);
  const float tile_texels = static_cast<float>(shape.width), pitch_texels = tile_texels + kAnsweringGap;
  const float aspect = static_cast<float>(shape.height) / tile_texels;
  const float most_wide = most_high / aspect * pitch_texels / tile_texels;
  g.columns = std::max(1, static_cast<int>(std::ceil((room.x + gap) / most_wide)));
  g.pitch = room.x / (static_cast<float>(g.columns) - kAnsweringGap / pitch_texels);
  g.width = g.pitch * tile_texels / pitch_texels;
  g.height = g.width * aspect;
  g.row_height = g.height + label + gap;
  g.columns = std::min(g.columns, std::max(1, units));
  return g;
}

void AnsweringUnits::put_row(const rbm::Snapshot& snapshot, const rbm::PictureAnswer& answer,
                             float weight_range, int row, int first, int count) {
  const rbm::ImageShape shape = rbm::picture_shape(*snapshot.model);
  const bool whitened = snapshot.model->space != nullptr;  // then every filter has its own scale
  ui::TileWall& wall = rows_[static_cast<std::size_t>(row)];
  wall.shape({.tile_width = shape.width,
              .tile_height = shape.height,
              .channels = shape.channels,
              .count = count,
              .columns = count,
              .gap = kAnsweringGap,
              .map = ui::ColourMap::Diverging,
              .low = whitened ? -1 : -weight_range,
              .high = whitened ? 1 : weight_range});
  for (int n = 0; n < count; ++n) {
    const float* filter =
        snapshot.weights.filters->row(answer.ranking()[static_cast<std::size_t>(first + n)]);
    if (whitened)
      filter = own_scale({filter, static_cast<std::size_t>(snapshot.weights.filters->cols())}, tile_);
    wall.put(n, filter);
  }
}

void AnsweringUnits::draw_bars(const Context& context, const rbm::PictureAnswer& answer, const Geometry& g,
                               ImVec2 corner, int first, int count) const {
  const ui::Palette& colours = ui::palette();
  const Eigen::VectorXf& usual = context.snapshot.hidden.mean_activity;
  ImDrawList* list = ImGui::GetWindowDrawList();
  ui::push_font(ui::fonts().mono_small);
  for (int n = 0; n < count; ++n) {
    const int unit = answer.ranking()[static_cast<std::size_t>(first + n)];
    const float p = answer.hidden()[static_cast<std::size_t>(unit)];
    const float x = corner.x + static_cast<float>(n) * g.pitch, y = corner.y + g.height + ui::px(3),
                height = ui::px(4);
    list->AddRectFilled({x, y}, {x + g.width, y + height}, colours.panel_raised, height / 2);
    // From the usual to the present: what lies to the right is more than usual, to the left less.
    const float tick =
        std::round(x + g.width * (unit < usual.size() ? std::clamp(usual[unit], 0.0f, 1.0f) : 0.0f));
    const float end = x + g.width * p;
    list->AddRectFilled({std::min(tick, end), y}, {std::max(tick, end), y + height},
                        end >= tick ? colours.positive : colours.negative);
    list->AddLine({tick, y - ui::px(1)}, {tick, y + height + ui::px(1)}, colours.text, ui::px(1));
    char number[16];
    std::snprintf(number, sizeof number, "%d", unit);
    const bool marked = unit == context.shared.selected_unit || unit == context.shared.hovered.unit;
    list->AddText({x, y + height + ui::px(1)}, marked ? colours.accent : colours.text_faint, number);
  }
  ui::pop_font();
}

void AnsweringUnits::draw(Context& context, const rbm::PictureAnswer& answer, float weight_range,
                          std::uint64_t version, ImVec2 room) {
  const int units = static_cast<int>(answer.ranking().size());
  const Geometry g = geometry(room, rbm::picture_shape(*context.snapshot.model), units);
  const ImVec2 origin = ImGui::GetCursorPos();
  const bool changed = put_version_ != version || put_columns_ != g.columns || put_rows_ != g.rows;
  put_version_ = version;
  put_columns_ = g.columns;
  put_rows_ = g.rows;
  for (int row = 0; row < g.rows; ++row) {
    const int first = row * g.columns, count = std::min(g.columns, units - first);
    if (count <= 0) break;
    if (changed) put_row(context.snapshot, answer, weight_range, row, first, count);
    ImGui::SetCursorPos({origin.x, origin.y + static_cast<float>(row) * g.row_height});
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    const auto place = [&](int wanted) {
      for (int n = 0; n < count; ++n) {
        if (answer.ranking()[static_cast<std::size_t>(first + n)] == wanted && wanted >= 0) return n;
      }
      return -1;
    };
    std::snprintf(name_.data(), name_.size(), "paint.units.%d", row);
    const float width = g.pitch * static_cast<float>(count - 1) + g.width;
    const auto hit = rows_[static_cast<std::size_t>(row)].draw(
        name_.data(),
        {.size = {width, g.height},
         .selected = place(context.shared.selected_unit),
         .highlighted = place(context.shared.hovered.unit),
         .integer_scale = false,
         .centred = false,
         .hint =
             "Units furthest from their usual activity, the furthest first. Tick: the usual; bar from it to "
             "p(h = 1 | drawing), orange for more, blue for less. Click to choose one in every view."});
    draw_bars(context, answer, g, corner, first, count);
    if (!hit.hovered || hit.tile < 0 || hit.tile >= count) continue;
    const int unit = answer.ranking()[static_cast<std::size_t>(first + hit.tile)];
    context.shared.hovered.next = unit;
    if (hit.clicked) context.shared.selected_unit = context.shared.selected_unit == unit ? -1 : unit;
    const Eigen::VectorXf& usual = context.snapshot.hidden.mean_activity;
    ImGui::SetTooltip("Unit %d\non with probability %.2f, usually %.2f", unit,
                      double(answer.hidden()[static_cast<std::size_t>(unit)]),
                      unit < usual.size() ? double(usual[unit]) : 0.0);
  }
}

}  // namespace lab
