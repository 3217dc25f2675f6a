#include "app/panels/gradient_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numbers>

#include "app/panels/format_text.hpp"
#include "app/panels/inline_controls.hpp"
#include "app/ui/theme.hpp"

namespace lab {
namespace {

constexpr std::array kParts{"All", "W", "a", "b"};
/// The bar of the norm ratio ends here; a longer gradient's has no end.
constexpr double kMostRatio = 2;
/// A mean whose own error is this large beside the exact gradient says little about its direction.
constexpr double kMuchNoise = 0.5;

const rbm::GradientMatch& part_of(const rbm::GradientComparison& c, int part) {
  switch (part) {
    case 1:
      return c.weights;
    case 2:
      return c.visible_bias;
    case 3:
      return c.hidden_bias;
    default:
      return c.all;
  }
}

double degrees(double cosine) {
  return std::acos(std::clamp(cosine, -1.0, 1.0)) * 180 / std::numbers::pi;
}

/// Where the two tracks lie, from the left edge; each has its figure behind it.
struct Columns {
  float cosine_end, ratio, ratio_end;

  explicit Columns(float width) {
    const float figure = ui::px(78), short_figure = ui::px(40), gap = ui::px(14);
    const float tracks = std::max(ui::px(80), width - figure - short_figure - gap);
    cosine_end = std::floor(0.58f * tracks);
    ratio = cosine_end + figure + gap;
    ratio_end = std::floor(std::max(ratio + ui::px(20), width - short_figure));
  }
};

/// A bar from 0 to the mean, a line for a single update, and a mark where the exact gradient is; NaN: none.
struct Bar {
  double low, high;  // the ends of the track
  double mean, one, exact;
};

void draw_bar(const Bar& bar, ImVec2 min, ImVec2 max, ImU32 colour) {
  const ui::Palette& p = ui::palette();
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float width = max.x - min.x, rounding = ui::px(2);
  const auto x_of = [&](double value) {
    const double share = std::clamp((value - bar.low) / (bar.high - bar.low), 0.0, 1.0);
    return std::floor(min.x + width * static_cast<float>(share));
  };
  list->AddRectFilled(min, max, p.panel_raised, rounding);
  const float zero = x_of(0);
  if (std::isfinite(bar.mean)) {
    const float end = x_of(bar.mean), least = ui::px(2);
    list->AddRectFilled({std::min(zero, end), min.y},
                        {std::max(std::max(zero, end), std::min(zero, end) + least), max.y}, colour,
                        rounding);
  }
  if (zero > min.x) list->AddRectFilled({zero, min.y}, {zero + ui::px(1), max.y}, p.text_faint);
  const float exact = std::min(x_of(bar.exact), max.x - ui::px(1));
  list->AddRectFilled({exact, min.y - ui::px(3)}, {exact + ui::px(1), max.y + ui::px(3)}, p.good);
  if (std::isfinite(bar.one)) {
    // Above and below the track too, so that it shows on the bar and beside it.
    const float x = std::clamp(x_of(bar.one), min.x, max.x - ui::px(2));
    list->AddRectFilled({x, min.y - ui::px(2)}, {x + ui::px(2), max.y + ui::px(2)}, p.text);
  }
}

void write_figure(double value, const char* format, char (&out)[24]) {
  if (std::isfinite(value)) {
    std::snprintf(out, sizeof out, format, value);
  } else {
    std::snprintf(out, sizeof out, "–");
  }
}

}  // namespace

ImU32 method_colour(std::size_t method) {
  constexpr std::array<std::size_t, rbm::kComparedMethods> kSeries{1, 4, 0, 3};
  return ui::palette().series[kSeries[method % kSeries.size()]];
}

void GradientTable::draw(const rbm::ExactReport& report, ImVec2 at, ImVec2 size) {
  const ui::Palette& p = ui::palette();
  ImGui::SetCursorPos(at);
  ImGui::AlignTextToFramePadding();
  ImGui::TextUnformatted("Gradients");
  char figure[48];
  std::snprintf(figure, sizeof figure, "‖exact‖ = %.3g", report.gradient_norm);
  beside_title(figure);
  ui::push_font(ui::fonts().small);
  ImGui::SetCursorPos({at.x + size.x - segmented_width(kParts), at.y});
  ui::segmented("exact.part", &part_, kParts,
                "Which part of the gradient is compared: all parameters, the weights W, the visible biases "
                "a, or the hidden biases b.");
  const float header_y = at.y + ImGui::GetFrameHeight() + ui::px(6);
  const Columns columns(size.x);
  ImGui::SetCursorPos({at.x, header_y});
  ui::text_dim("cosine from −1 to 1, angle");
  ImGui::SetCursorPos({at.x + columns.ratio, header_y});
  ui::text_dim("norm ratio, to 2");
  const float line = ImGui::GetTextLineHeight();
  const char* legend =
      "Bar: the mean of many updates; what it lacks is bias. Line: a single update, with its noise. Green "
      "mark: the exact gradient.";
  const float legend_height = ImGui::CalcTextSize(legend, nullptr, false, size.x).y;
  ui::pop_font();
  const float top = header_y + line + ui::px(6), bottom = at.y + size.y - legend_height - ui::px(6);
  const float step = std::floor(
      std::clamp((bottom - top) / static_cast<float>(rbm::kComparedMethods), ui::px(38), ui::px(110)));
  float y = top;
  for (std::size_t m = 0; m < report.methods.size(); ++m) {
    if (report.methods[m].name.empty()) continue;
    draw_row(report, m, {at.x, y}, {size.x, step});
    y += step;
  }
  ImGui::SetCursorPos({at.x, y + ui::px(6)});
  ui::push_font(ui::fonts().small);
  ImGui::PushTextWrapPos(at.x + size.x);
  ImGui::PushStyleColor(ImGuiCol_Text, p.text_faint);
  ImGui::TextUnformatted(legend);
  ImGui::PopStyleColor();
  ImGui::PopTextWrapPos();
  ui::pop_font();
}

void GradientTable::draw_row(const rbm::ExactReport& report, std::size_t method, ImVec2 at,
                             ImVec2 size) const {
  const ui::Palette& p = ui::palette();
  const rbm::MethodReport& m = report.methods[method];
  const rbm::GradientMatch &mean = part_of(m.of_mean, part_), &one = part_of(m.of_one, part_);
  static constexpr std::array<const char*, rbm::kComparedMethods> kIds{"exact.method.0", "exact.method.1",
                                                                       "exact.method.2", "exact.method.3"};
  ImGui::SetCursorPos(at);
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  ImGui::InvisibleButton(kIds[method], size);
  char hint[240];
  std::snprintf(hint, sizeof hint,
                "%s%s%s: the mean of %d updates is %.1f° off the exact gradient, a single update %.1f°; the "
                "mean's own noise is %.0f\u00a0%% of the exact gradient's length.",
                m.name.c_str(), m.note.empty() ? "" : ", ", m.note.c_str(), m.updates, degrees(mean.cosine),
                degrees(one.cosine), 100 * m.noise);
  ui::mark(kIds[method], hint, ui::Tip::StatusLineOnly);

  const Columns columns(size.x);
  const bool noisy = m.noise > kMuchNoise || !std::isfinite(m.noise);
  const ImU32 colour = noisy ? ui::faded(method_colour(method), 0.35f) : method_colour(method);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float line = ImGui::GetTextLineHeight(),
              height = std::floor(std::clamp(size.y * 0.17f, ui::px(8), ui::px(14)));
  const float top = corner.y + std::floor(std::max(0.0f, (size.y - line - ui::px(6) - height) / 2));
  list->AddText({corner.x, top}, p.text, m.name.c_str());
  const float name = ImGui::CalcTextSize(m.name.c_str()).x + ui::px(8);
  ui::push_font(ui::fonts().small);
  const char* note = noisy ? "drowned in noise: the exact gradient is nearly zero" : m.note.c_str();
  ui::draw_fitted(list, {corner.x + name, top + ui::px(1)}, size.x - name, p.text_faint, note);
  ui::pop_font();

  const float bar_top = std::floor(top + line + ui::px(6)), bar_bottom = bar_top + height;
  draw_bar({-1, 1, mean.cosine, one.cosine, 1}, {corner.x, bar_top},
           {corner.x + columns.cosine_end, bar_bottom}, colour);
  draw_bar({0, kMostRatio, mean.norm_ratio, one.norm_ratio, 1}, {corner.x + columns.ratio, bar_top},
           {corner.x + columns.ratio_end, bar_bottom}, colour);
  ui::push_font(ui::fonts().mono_small);
  const float figure_y = std::floor(bar_top + (height - ImGui::GetFontSize()) / 2);
  char text[24];
  write_figure(mean.cosine, "%.3f", text);
  list->AddText({corner.x + columns.cosine_end + ui::px(46) - ImGui::CalcTextSize(text).x, figure_y}, p.text,
                text);
  write_figure(degrees(mean.cosine), "%.0f°", text);
  list->AddText({corner.x + columns.ratio - ui::px(14) - ImGui::CalcTextSize(text).x, figure_y}, p.text_dim,
                text);
  write_figure(mean.norm_ratio, "%.2f", text);
  list->AddText({corner.x + size.x - ImGui::CalcTextSize(text).x, figure_y}, p.text, text);
  ui::pop_font();
}

}  // namespace lab
