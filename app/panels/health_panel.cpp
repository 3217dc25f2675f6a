#include "app/panels/health_panel.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "app/panels/format_text.hpp"
#include "app/panels/inline_controls.hpp"
#include "app/panels/verdict_list.hpp"
#include "app/ui/plot.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab {
namespace {

constexpr std::size_t kBins = 61;
/// The change of the weights is shown over at least so many updates.
constexpr std::uint64_t kChangeInterval = 200;
constexpr float kMixing = 150;                             // height of what is said of the chains, at scale 1
constexpr float kHealthColumns = 600, kLeastHealth = 280;  // widths at scale 1
/// Heights at scale 1 where all stands below each other: of a histogram, of each of the others, and of all.
constexpr float kLowHistogram = 90, kLowPart = 190, kStackGap = 14;
constexpr float kStacked = 3 * (kLowHistogram + kLowPart + 2 * kStackGap);

/// Array number n of a model, W, a or b, as one list.
void take(const rbm::Model& model, std::size_t n, std::vector<float>& out) {
  out.clear();
  if (n > 0) {
    const Eigen::VectorXf& bias = n == 1 ? model.visible_bias : model.hidden_bias;
    out.assign(bias.begin(), bias.end());
    return;
  }
  for (rbm::Index r = 0; r < model.weights.rows(); ++r)
    out.insert(out.end(), model.weights.row(r), model.weights.row(r) + model.weights.cols());
}

/// What Split R-hat says of the chains.
const char* verdict(double split_r_hat) {
  if (std::isnan(split_r_hat)) return "Nothing varies along the chains, so that they cannot be compared.";
  if (split_r_hat < 1.01) return "The chains agree: averages over them can be trusted.";
  return "Chains still differ or drift, as they do where much is learned; so short averages mislead.";
}

/// A small title with a figure at its right end; leaves the cursor below.
void part_title(const char* title, const char* figure, ImVec2 at, float width) {
  ImGui::SetCursorPos(at);
  ImGui::TextUnformatted(title);
  ui::push_font(ui::fonts().mono_small);
  ImGui::SameLine(at.x + width - ImGui::CalcTextSize(figure).x);
  ui::text_dim(figure);
  ui::pop_font();
}

float title_height() {
  return ImGui::GetTextLineHeight() + ui::px(6);
}

}  // namespace

void ValueHistogram::count(std::span<const float> values) {
  bins.assign(kBins, 0);
  double sum = 0, squares = 0, largest = 0;
  for (const float x : values) {
    sum += double{x};
    squares += double{x} * x;
    largest = std::max(largest, std::abs(double{x}));
  }
  const auto n = static_cast<double>(std::max<std::size_t>(1, values.size()));
  mean = sum / n;
  sd = std::sqrt(std::max(0.0, squares / n - mean * mean));
  bound = largest > 0 ? largest : 1;
  for (const float x : values) {
    const double share = (double{x} / bound + 1) / 2;
    ++bins[std::min(kBins - 1, static_cast<std::size_t>(share * kBins))];
  }
}

void HealthPanel::update(const rbm::Snapshot& snapshot) {
  if (snapshot.weights.version == counted_version_ || !snapshot.model) return;
  counted_version_ = snapshot.weights.version;
  const rbm::Model& model = *snapshot.model;
  const bool same_run = base_ && base_run_ == snapshot.run && base_->weights.rows() == model.weights.rows() &&
                        base_->weights.cols() == model.weights.cols() &&
                        base_update_ < snapshot.progress.updates;
  const bool is_time = same_run && snapshot.progress.updates >= base_update_ + kChangeInterval;
  const auto updates = static_cast<float>(snapshot.progress.updates - base_update_);
  for (std::size_t n = 0; n < parameters_.size(); ++n) {
    take(model, n, values_);
    parameters_[n].values.count(values_);
    if (!same_run) parameters_[n].change = {};
    if (!is_time) continue;
    take(*base_, n, before_);
    for (std::size_t i = 0; i < values_.size(); ++i) values_[i] = (values_[i] - before_[i]) / updates;
    parameters_[n].change.count(values_);
  }
  if (same_run && !is_time) return;
  base_ = snapshot.model;
  base_run_ = snapshot.run;
  base_update_ = snapshot.progress.updates;
}

void HealthPanel::draw_histogram(const char* title, const ValueHistogram& histogram, ImVec2 at, ImVec2 size,
                                 const char* hint) const {
  char figure[64] = "";
  if (!histogram.bins.empty())
    std::snprintf(figure, sizeof figure, "%.2g ± %.2g", histogram.mean, histogram.sd);
  part_title(title, figure, at, size.x);
  ImGui::SetCursorPos({at.x, at.y + title_height()});
  if (histogram.bins.empty()) {
    const std::string first = grouped(base_update_ + kChangeInterval).text;
    ImGui::PushTextWrapPos(at.x + size.x);
    ui::push_font(ui::fonts().small);
    ui::text_dim(("From update " + first + " on.").c_str());
    ui::pop_font();
    ImGui::PopTextWrapPos();
    ui::mark(title, hint, ui::Tip::StatusLineOnly);
    return;
  }
  ui::histogram(title, histogram.bins, -histogram.bound, histogram.bound, ui::kNoNumber,
                ui::palette().series[0], {size.x, size.y - title_height()}, hint);
}

void HealthPanel::draw_spectrum(const Context& context, ImVec2 at, ImVec2 size) {
  const auto& values = context.snapshot.monitoring.diagnostics->singular_values;
  index_.resize(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) index_[i] = static_cast<double>(i + 1);
  ImGui::SetCursorPos(at);
  double cursor = spectrum_.cursor;
  const std::array<ui::Series, 1> series{
      ui::Series{.name = "", .colour = ui::palette().series[2], .x = index_, .y = values}};
  ui::plot(
      {.id = "health.spectrum",
       .title = "Singular values of W",
       .y_format = "%.3g",
       .x_name = "number",
       .hint =
           "Each direction that stands out from the bulk is something the model has learned; directions rise "
           "one after another.",
       .size = size},
      spectrum_, spectrum_x_, cursor, series);
}

void HealthPanel::draw_mixing(const Context& context, ImVec2 at, ImVec2 size) const {
  const rbm::Diagnostics& d = *context.snapshot.monitoring.diagnostics;
  ImGui::SetCursorPos(at);
  ui::begin_child("health.mixing", size);
  ImGui::TextUnformatted("How the chains mix");
  ImGui::SetCursorPosY(title_height() + ui::px(4));
  char text[64];
  std::snprintf(text, sizeof text, d.autocorrelation_time < 10 ? "%.1f steps" : "%.0f steps",
                d.autocorrelation_time);
  ui::readout("Autocorrelation time of F", text);
  std::snprintf(text, sizeof text, "%.3f", d.split_r_hat);
  ui::readout("Split R-hat", text);
  std::snprintf(text, sizeof text, "%d each", d.mixing_steps);
  ui::readout("Gibbs steps looked at", text);
  const std::uint64_t age = context.snapshot.chains.age;
  std::snprintf(text, sizeof text, "%s steps", grouped(age).text);
  ui::readout("Age of the training's chains", age > 0 ? text : "none",
              "Gibbs steps since they started. With CD they start anew at each mini-batch, so that they "
              "never get far; Exact has none, and shows independent samples.");
  ImGui::PushTextWrapPos(size.x);
  ui::push_font(ui::fonts().small);
  ui::text_dim(verdict(d.split_r_hat));
  ui::pop_font();
  ImGui::PopTextWrapPos();
  ImGui::EndChild();
}

void HealthPanel::draw_labels(const Context& context, ImVec2 at, ImVec2 size) const {
  const auto& means = context.snapshot.monitoring.diagnostics->free_energy_by_label;
  part_title("Free energy of each label", means.empty() ? "" : "nats", at, size.x);
  ImGui::SetCursorPos({at.x, at.y + title_height()});
  if (means.empty()) {
    ui::text_dim("The validation images have no labels.");
    return;
  }
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const double f : means) {
    if (std::isnan(f)) continue;
    low = std::min(low, f);
    high = std::max(high, f);
  }
  const float line = ImGui::GetTextLineHeight();
  const float step = std::min(ui::px(24), (size.y - title_height()) / static_cast<float>(means.size()));
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ui::Palette& p = ui::palette();
  ui::push_font(ui::fonts().mono_small);
  const rbm::Dataset* data = context.snapshot.data.train.get();
  const auto name_of = [&](std::size_t y) { return label_name(data, static_cast<rbm::Index>(y)); };
  const float gap = ui::px(8), value_width = ui::px(60);
  float name_width = ui::px(18);
  for (std::size_t y = 0; y < means.size(); ++y) {
    if (!std::isnan(means[y]))
      name_width = std::max(name_width, ImGui::CalcTextSize(name_of(y).text).x + gap);
  }
  name_width = std::floor(std::min(name_width, size.x / 3));
  const float room = size.x - name_width - value_width;
  for (std::size_t y = 0; y < means.size(); ++y) {
    if (std::isnan(means[y])) continue;
    const float top = corner.y + static_cast<float>(y) * step, text_y = top + std::floor((step - line) / 2);
    ui::draw_fitted(list, {corner.x, text_y}, name_width - gap, p.text_dim, name_of(y).text);
    // Differences are what means something: the bar of the most familiar label is the shortest.
    const auto share = static_cast<float>(high > low ? 0.04 + 0.96 * (means[y] - low) / (high - low) : 1);
    list->AddRectFilled({corner.x + name_width, top + ui::px(3)},
                        {corner.x + name_width + share * room, top + step - ui::px(3)}, p.series[3],
                        ui::px(2));
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", means[y]);
    list->AddText({corner.x + size.x - ImGui::CalcTextSize(text).x, text_y}, p.text, text);
  }
  ui::pop_font();
  ImGui::Dummy({size.x, step * static_cast<float>(means.size())});
}

void HealthPanel::draw(Context& context) {
  char subtitle[64] = "";
  const rbm::Diagnostics* d = context.snapshot.monitoring.diagnostics.get();
  if (d != nullptr)
    std::snprintf(subtitle, sizeof subtitle, "mixing and spectrum at update %llu",
                  static_cast<unsigned long long>(d->update));
  ui::begin_panel("panel.health", "Health", {0, 0}, subtitle);
  if (!context.has_model()) {
    ui::empty_state("No model yet", "It is there as soon as the data are loaded.");
    ui::end_panel();
    return;
  }
  update(context.snapshot);
  const float room = ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ScrollbarSize;
  const bool is_narrow = room < ui::px(kHealthColumns);
  const float list = verdict_list_height(context, room) + ui::px(12);
  const ImVec2 all =
      begin_roomy("health.room", {ui::px(kLeastHealth), ui::px(is_narrow ? kStacked : 500) + list});
  draw_verdict_list(context, all.x);
  ImGui::Dummy({0, ui::px(6)});
  is_narrow ? draw_stacked(context, all.x) : draw_plots(context, {all.x, all.y - list});
  ImGui::EndChild();
  ui::end_panel();
}

void HealthPanel::draw_plots(Context& context, ImVec2 room) {
  const rbm::Diagnostics* d = context.snapshot.monitoring.diagnostics.get();
  const ImVec2 origin = ImGui::GetCursorPos();
  const float gap = ui::px(20), width = std::floor((room.x - gap) / 2);
  const float upper = std::floor(std::min(ui::px(240), (room.y - 2 * gap) * 0.21f)),
              lower = room.y - 2 * (upper + gap);
  const float right = origin.x + width + gap;
  const float second = origin.y + upper + gap, column = std::floor((room.x - 2 * gap) / 3);
  for (std::size_t n = 0; n < parameters_.size(); ++n) {
    const Parameter& parameter = parameters_[n];
    const float x = origin.x + static_cast<float>(n) * (column + gap);
    draw_histogram(parameter.name, parameter.values, {x, origin.y}, {column, upper}, parameter.hint);
    draw_histogram(parameter.change_name, parameter.change, {x, second}, {column, upper},
                   parameter.change_hint);
  }
  const float third = second + upper + gap;
  if (d == nullptr) {
    draw_waits(context, {origin.x, third}, {room.x, lower});
  } else {
    draw_spectrum(context, {origin.x, third}, {width, lower});
    const float mixing = ui::px(kMixing);
    draw_mixing(context, {right, third}, {width, mixing});
    draw_labels(context, {right, third + mixing}, {width, lower - mixing});
  }
}

/// In a narrow panel: values and their change side by side, the rest below.
void HealthPanel::draw_stacked(Context& context, float width) {
  const float gap = ui::px(kStackGap), half = std::floor((width - gap) / 2);
  ImVec2 at = ImGui::GetCursorPos();
  for (const Parameter& parameter : parameters_) {
    const ImVec2 size{half, ui::px(kLowHistogram)};
    draw_histogram(parameter.name, parameter.values, at, size, parameter.hint);
    draw_histogram(parameter.change_name, parameter.change, {at.x + half + gap, at.y}, size,
                   parameter.change_hint);
    at.y += size.y + gap;
  }
  const ImVec2 part{width, ui::px(kLowPart)};
  if (context.snapshot.monitoring.diagnostics == nullptr) {
    draw_waits(context, at, part);
    return;
  }
  draw_spectrum(context, at, part);
  at.y += part.y + gap;
  draw_mixing(context, at, part);
  at.y += part.y + gap;
  draw_labels(context, at, part);
}

void HealthPanel::draw_waits(const Context& context, ImVec2 at, ImVec2 size) {
  ImGui::SetCursorPos(at);
  ui::begin_child("health.waits", size);
  // As core/session/diagnostics_meter does it.
  const bool is_early = context.snapshot.progress.updates < 500;
  ui::empty_state("Not measured yet",
                  is_early
                      ? "Mixing and singular values come from update 500 on."
                      : "Mixing and singular values take a moment: chains are followed beside the training. "
                        "They need validation images.");
  ImGui::EndChild();
}

}  // namespace lab
