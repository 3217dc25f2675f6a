#include "app/panels/state_bars.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "app/panels/format_text.hpp"
#include "app/panels/inline_controls.hpp"
#include "app/panels/send_menu.hpp"
#include "app/ui/plot.hpp"
#include "app/ui/plot_data.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab {
namespace {

constexpr std::array kStateOrders{"By model", "Data first"};
constexpr float kAxisWidth = 40;  // numbers beside the bars
/// As many states as this fit at least, and more where there is room for pictures of a good size.
constexpr int kLeastShown = 16, kMostWanted = 40;
constexpr float kLargestTile = 36;

ImU32 model_colour() {
  return ui::palette().series[0];
}
ImU32 data_colour() {
  return ui::palette().series[1];
}

/// The bar of the data is hollow, so that the two differ in more than their colour.
void draw_data_bar(ImDrawList* list, ImVec2 min, ImVec2 max) {
  list->AddRectFilled(min, max, ui::faded(data_colour(), 0.22f));
  ui::draw_rect(list, min, max, data_colour(), 0, std::max(1.0f, ui::px(1)));
}

/// Bit i of a state is pixel i of its picture.
void take_bits(std::uint32_t state, std::vector<float>& picture) {
  for (std::size_t i = 0; i < picture.size(); ++i) picture[i] = (state >> i & 1U) != 0 ? 1.0f : 0.0f;
}

float legend_width() {
  return 2 * ui::px(16) + ImGui::CalcTextSize("model").x + ImGui::CalcTextSize("data").x + ui::px(12);
}

void draw_legend() {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float side = ui::px(9), middle = std::floor(at.y + ImGui::GetFrameHeight() / 2);
  const float text_y = std::floor(middle - ImGui::GetTextLineHeight() / 2);
  ImDrawList* list = ImGui::GetWindowDrawList();
  float x = at.x;
  list->AddRectFilled({x, middle - side / 2}, {x + side, middle + side / 2}, model_colour());
  list->AddText({x + ui::px(14), text_y}, ui::palette().text_dim, "model");
  x = std::floor(x + ui::px(14) + ImGui::CalcTextSize("model").x + ui::px(12));
  draw_data_bar(list, {x, middle - side / 2}, {x + side, middle + side / 2});
  list->AddText({x + ui::px(14), text_y}, ui::palette().text_dim, "data");
  ImGui::Dummy({legend_width(), ImGui::GetFrameHeight()});
}

}  // namespace

void StateBars::arrange(const std::shared_ptr<const rbm::ExactReport>& report) {
  if (arranged_ == report && arranged_order_ == order_) return;
  has_pictures_ = false;
  arranged_ = report;
  arranged_order_ = order_;
  states_ = report->states;
  data_states_ = static_cast<std::size_t>(
      std::ranges::count_if(states_, [](const rbm::StateProbability& s) { return s.data > 0; }));
  if (order_ == 1) {
    // The data's states in an order of their own, which training does not change.
    std::ranges::stable_sort(states_, [](const rbm::StateProbability& a, const rbm::StateProbability& b) {
      if ((a.data > 0) != (b.data > 0)) return a.data > 0;
      return a.data > 0 && a.state < b.state;
    });
  }
}

void StateBars::put_pictures(const rbm::ImageShape& shape, int count) {
  const ui::TileSpec spec{.tile_width = shape.width,
                          .tile_height = shape.height * shape.channels,
                          .count = count,
                          .columns = count,
                          .gap = 1,
                          .map = ui::ColourMap::Ink};
  if (has_pictures_ && wall_.spec() == spec) return;
  has_pictures_ = true;
  wall_.shape(spec);
  picture_.resize(static_cast<std::size_t>(shape.pixels()));
  for (int n = 0; n < count; ++n) {
    take_bits(states_[static_cast<std::size_t>(n)].state, picture_);
    wall_.put(n, picture_.data());
  }
}

StateBars::Layout StateBars::lay_out(const rbm::ImageShape& shape, ImVec2 corner, ImVec2 size) const {
  Layout out;
  const float left = ui::px(kAxisWidth), width = size.x - left;
  const auto texels = static_cast<float>(shape.width + 1);
  const auto wanted = static_cast<float>(
      std::clamp(static_cast<int>(data_states_) + 2, kLeastShown,
                 std::min(kMostWanted, std::max(kLeastShown, static_cast<int>(states_.size())))));
  const float largest =
      ui::px(kLargestTile) / static_cast<float>(std::max(shape.width, shape.height * shape.channels));
  out.pixel = std::max(1.0f, std::floor(std::min(largest, width / (wanted * texels))));
  out.pitch = out.pixel * texels;
  out.count = std::min(static_cast<int>(states_.size()), static_cast<int>((width + out.pixel) / out.pitch));
  out.corner = {std::floor(corner.x + left), std::floor(corner.y + ui::px(4))};
  const float picture = out.pixel * static_cast<float>(shape.height * shape.channels);
  out.bottom = std::floor(corner.y + size.y - picture - ui::px(8));
  out.room = std::max(ui::px(20), out.bottom - out.corner.y);
  out.most = 1e-12;
  for (int n = 0; n < out.count; ++n) {
    const rbm::StateProbability& s = states_[static_cast<std::size_t>(n)];
    out.most = std::max({out.most, s.model, s.data});
  }
  return out;
}

void StateBars::draw_title(int shown, ImVec2 at, float width) {
  double rest = 1;
  for (int n = 0; n < shown; ++n) rest -= states_[static_cast<std::size_t>(n)].model;
  ImGui::SetCursorPos(at);
  ImGui::AlignTextToFramePadding();
  ImGui::TextUnformatted("Distribution");
  const float end = ImGui::GetItemRectSize().x;
  const std::uint64_t all = std::uint64_t{1} << (picture_.size());
  char text[96];
  std::snprintf(text, sizeof text, "the other %s pictures: %.2f\u00a0%%",
                grouped(all - static_cast<std::uint64_t>(shown)).text, 100 * std::max(0.0, rest));
  ui::push_font(ui::fonts().small);
  const float controls = legend_width() + ui::px(12) + segmented_width(kStateOrders);
  const float needed = end + ImGui::CalcTextSize(text).x + ui::px(20) + controls;
  ui::pop_font();
  if (needed < width && static_cast<std::uint64_t>(shown) < all) beside_title(text);
  ui::push_font(ui::fonts().small);
  ImGui::SetCursorPos({at.x + width - controls, at.y});
  draw_legend();
  ImGui::SameLine(0, ui::px(12));
  ui::segmented(
      "exact.order", &order_, kStateOrders,
      "The most probable pictures first, or the data's own in an order that training does not change.");
  ui::pop_font();
}

void StateBars::draw_axis(const Layout& layout, float right) const {
  const ui::Palette& p = ui::palette();
  ImDrawList* list = ImGui::GetWindowDrawList();
  ui::push_font(ui::fonts().mono_small);
  const ui::Ticks ticks =
      ui::linear_ticks(0, layout.most, std::clamp(static_cast<int>(layout.room / ui::px(34)), 2, 6));
  for (const double tick : ticks.values()) {
    const float y = std::floor(layout.bottom - layout.room * static_cast<float>(tick / layout.most));
    const ui::NumberText text = ui::tick_text(tick, ticks.step);
    list->AddRectFilled({layout.corner.x, y}, {right, y + 1}, tick == 0 ? p.border : p.grid);
    const ImVec2 size = ImGui::CalcTextSize(text.text);
    list->AddText({layout.corner.x - size.x - ui::px(6), std::floor(y - size.y / 2)}, p.text_faint,
                  text.text);
  }
  ui::pop_font();
}

void StateBars::draw_bars(const Layout& layout, int hovered) const {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float tile = layout.pitch - layout.pixel, half = std::floor(tile / 2);
  const auto top_of = [&](double p) {
    return std::floor(layout.bottom - std::max(1.0f, layout.room * static_cast<float>(p / layout.most)));
  };
  for (int n = 0; n < layout.count; ++n) {
    const rbm::StateProbability& s = states_[static_cast<std::size_t>(n)];
    const float x = layout.corner.x + static_cast<float>(n) * layout.pitch;
    if (n == hovered)
      list->AddRectFilled({x - 1, layout.corner.y}, {x + tile + 1, layout.bottom},
                          ui::faded(ui::palette().text, 0.08f));
    list->AddRectFilled({x, top_of(s.model)}, {x + half, layout.bottom}, model_colour());
    if (s.data > 0) draw_data_bar(list, {x + half + 1, top_of(s.data)}, {x + tile, layout.bottom});
  }
}

void StateBars::draw_pictures(const Layout& layout, const rbm::ImageShape& shape) {
  const float top = layout.bottom + ui::px(6),
              height = layout.pixel * static_cast<float>(shape.height * shape.channels);
  const float tile = layout.pitch - layout.pixel;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float right = layout.corner.x + static_cast<float>(layout.count) * layout.pitch - layout.pixel;
  wall_.paint(list, {layout.corner.x, top}, {right, top + height});
  // An empty picture has the panel's own colour.
  for (int n = 0; n < layout.count; ++n) {
    const float x = layout.corner.x + static_cast<float>(n) * layout.pitch;
    ui::draw_rect(list, {x - 1, top - 1}, {x + tile + 1, top + height + 1}, ui::palette().border, 0, 1);
  }
}

/// The state that the mouse or the keyboard is at; −1: none. The last item is the area of the bars.
int StateBars::find_pointed(const Layout& layout, const ui::Focus& focus) {
  if (ImGui::IsItemHovered()) {
    const int at = static_cast<int>(std::floor((ImGui::GetIO().MousePos.x - layout.corner.x) / layout.pitch));
    return at < layout.count ? at : -1;
  }
  if (!focus.here || layout.count == 0) return -1;
  return cursor_ = std::clamp(cursor_ + focus.across, 0, layout.count - 1);
}

/// A right click on one offers to send it.
void StateBars::offer_state(Context& context, int pointed) {
  std::vector<float> picture;
  std::string name;
  if (pointed >= 0 && is_picture_wanted(context.shared.menu)) {
    picture.resize(picture_.size());
    take_bits(states_[static_cast<std::size_t>(pointed)].state, picture);
    name = "picture " + std::to_string(pointed + 1) + " of the exact distribution";
  }
  offer_to_send(context, "exact.send", picture, name);
}

void StateBars::draw(Context& context, const std::shared_ptr<const rbm::ExactReport>& report, ImVec2 at,
                     ImVec2 size) {
  const rbm::ImageShape& shape = context.snapshot.model->shape;
  arrange(report);
  const float title = ImGui::GetFrameHeight() + ui::px(4);
  ImGui::SetCursorPos({at.x, at.y + title});
  const ImVec2 corner = ImGui::GetCursorScreenPos(), room{size.x, size.y - title};
  const ui::Focus focus = ui::take_focus("exact.states");
  ImGui::InvisibleButton("exact.states", room);
  ui::mark("exact.states",
           "Every picture that matters, by its exact probability; the bar of a picture that is in the data "
           "shows its share of them. Right-click one to send it on.",
           ui::Tip::StatusLineOnly);
  const Layout layout = lay_out(shape, corner, room);
  const int hovered = find_pointed(layout, focus);
  ui::draw_focus(focus);
  put_pictures(shape, layout.count);
  draw_axis(layout, corner.x + size.x);
  draw_bars(layout, hovered);
  draw_pictures(layout, shape);
  if (hovered >= 0) {
    const rbm::StateProbability& s = states_[static_cast<std::size_t>(hovered)];
    char text[128];
    std::snprintf(text, sizeof text,
                  "p(v), model     %.5f\nshare of data   %.5f\n−log p(v)       %.3f\u00a0nats", s.model,
                  s.data, -std::log(s.model));
    ImGui::BeginTooltip();
    ui::text_mono(text);
    ImGui::EndTooltip();
  }
  offer_state(context, hovered);
  draw_title(layout.count, at, size.x);
}

}  // namespace lab
