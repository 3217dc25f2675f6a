#include "app/panels/exact_panel.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/panels/format_text.hpp"
#include "app/panels/inline_controls.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"
#include "core/evaluation/exact_gradient.hpp"
#include "core/model/units/visible_units.hpp"

namespace lab {
namespace {

constexpr const char* kPreset = "exact";
/// The first models of a run are so bad that their likelihood would only stretch the axis.
constexpr double kEarlyShare = 0.05;
constexpr std::size_t kFewPoints = 20;            // of a curve, each a dot of its own
constexpr float kFigures = 64, kFiguresGap = 14;  // heights at scale 1

struct Figure {
  const char* id;
  const char* name;
  SignedText value;
  std::string note;
  const char* hint;
};

void draw_figure(const Figure& figure, ImVec2 at, ImVec2 size) {
  const ui::Palette& p = ui::palette();
  ImGui::SetCursorPos(at);
  const ImVec2 min = ImGui::GetCursorScreenPos(), max{min.x + size.x, min.y + size.y};
  ImGui::InvisibleButton(figure.id, size);
  ui::mark(figure.id, figure.hint);
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(min, max, ui::faded(p.panel_raised, 0.55f), ui::px(6));
  const float left = min.x + ui::px(10), room = size.x - ui::px(16);
  float y = min.y + ui::px(6);
  ui::push_font(ui::fonts().small);
  ui::draw_fitted(list, {left, y}, room, p.text_dim, figure.name);
  y += ImGui::GetTextLineHeight() + ui::px(2);
  ui::pop_font();
  ui::push_font(ui::fonts().title);
  ui::draw_fitted(list, {left, y}, room, p.text, figure.value.text);
  y += ImGui::GetTextLineHeight() + ui::px(2);
  ui::pop_font();
  ui::push_font(ui::fonts().small);
  ui::draw_fitted(list, {left, y}, room, p.text_faint, figure.note.c_str());
  ui::pop_font();
}

SignedText percent(double share) {
  SignedText out;
  std::snprintf(out.text, sizeof out.text, share > 0.9995 && share < 1 ? "%.3f\u00a0%%" : "%.1f\u00a0%%",
                100 * share);
  return out;
}

/// With its leading digits, however small.
SignedText small_number(double value) {
  SignedText out;
  std::snprintf(out.text, sizeof out.text, value >= 0.001 || value == 0 ? "%.4f" : "%.1e", value);
  return out;
}

const rbm::Preset* exact_preset(const Shared& shared) {
  const auto found = std::ranges::find(shared.presets, kPreset, &rbm::Preset::id);
  return found == shared.presets.end() ? nullptr : &*found;
}

}  // namespace

SignedText signed_text(double value, int decimals) {
  SignedText out;
  if (!std::isfinite(value)) {
    std::snprintf(out.text, sizeof out.text, "–");
    return out;
  }
  char digits[24];
  std::snprintf(digits, sizeof digits, "%.*f", decimals, std::abs(value));
  // −0.0000 is no number that anybody wants to read.
  const bool is_zero = std::string_view(digits).find_first_not_of("0.") == std::string_view::npos;
  std::snprintf(out.text, sizeof out.text, "%s%s", value < 0 && !is_zero ? "−" : "", digits);
  return out;
}

std::map<std::string, double> ExactPanel::state() const {
  if (!report_) return {};
  std::map<std::string, double> out{{"update", static_cast<double>(report_->update)},
                                    {"log_likelihood", report_->log_likelihood}};
  if (report_->has_distribution) {
    out["divergence"] = report_->divergence();
    out["mass_on_data"] = report_->mass_on_data;
  }
  for (std::size_t m = 0; m < report_->methods.size(); ++m)
    out["cosine" + std::to_string(m)] = report_->methods[m].of_mean.all.cosine;
  out["part"] = table_.part();
  return out;
}

void ExactPanel::draw(Context& context) {
  const rbm::Snapshot& s = context.snapshot;
  report_ = s.likelihood.exact;
  const bool has_numbers = report_ && report_->refused.empty();
  char subtitle[96] = "";
  if (has_numbers)
    std::snprintf(subtitle, sizeof subtitle, "nothing estimated, at update %s",
                  grouped(report_->update).text);
  ui::begin_panel("panel.exact", "Exact", {0, 0}, subtitle);
  if (!context.has_model()) {
    ui::empty_state("No model yet", "It is there as soon as the data are loaded.");
  } else if (!rbm::is_enumerable(*s.model)) {
    draw_too_large(context);
  } else if (!report_) {
    ui::empty_state("Summing over all states", "The first numbers come in a moment.");
  } else if (!has_numbers) {
    ui::empty_state("No exact numbers", report_->refused.c_str());
  } else {
    const ImVec2 room = begin_roomy("exact.room", {ui::px(560), ui::px(520)});
    const ImVec2 at = ImGui::GetCursorPos();
    const float gap = ui::px(kFiguresGap), figures = ui::px(kFigures);
    draw_figures(*report_, *s.model, at, room.x);
    float y = at.y + figures + gap;
    if (report_->has_distribution) {
      const float height = std::clamp(std::floor(room.y * 0.36f), ui::px(170), ui::px(460));
      bars_.draw(context, report_, {at.x, y}, {room.x, height});
      y += height + gap;
    }
    const float lower = at.y + room.y - y, column_gap = ui::px(20);
    const float left = std::floor((room.x - column_gap) * 0.5f);
    table_.draw(*report_, {at.x, y}, {left, lower});
    update_curves(s);
    draw_curves(*report_, {at.x + left + column_gap, y}, {room.x - left - column_gap, lower});
    ImGui::EndChild();
  }
  ui::end_panel();
}

/// Says why nothing is here, and offers what would fill it.
void ExactPanel::draw_too_large(Context& context) {
  const rbm::Model& model = *context.snapshot.model;
  const ImVec2 at = ImGui::GetCursorPos(), room = ImGui::GetContentRegionAvail();
  const float text = ui::px(140), top = std::max(0.0f, std::floor(room.y * 0.44f - text));
  ImGui::SetCursorPos({at.x, at.y + top});
  ui::begin_child("exact.why", {room.x, text});
  char why[400];
  if (model.labels() > 0) {
    std::snprintf(why, sizeof why, "Models with label units are left out here.");
  } else {
    const auto units = static_cast<long>(rbm::enumerable_units(model));
    std::snprintf(why, sizeof why,
                  "An exact sum over this model has 2^%ld terms, one for every state of its %ld %s units.",
                  units, units,
                  rbm::units_of(model).are_bits() && model.visible() < model.hidden() ? "visible" : "hidden");
  }
  const std::string explanation =
      std::string(why) +
      " In a world of 4 × 4 pixels and ten hidden units the exact probability of all 65\u00a0536 pictures is "
      "known, and with it likelihood and gradient.";
  ui::empty_state(model.labels() > 0 ? "Images alone, please" : "Too large to know exactly",
                  explanation.c_str());
  ImGui::EndChild();
  const rbm::Preset* preset = exact_preset(context.shared);
  if (preset == nullptr) return;
  const std::string label = "Start the preset “" + preset->title + "”";
  const float width = button_width(label.c_str(), true);
  ImGui::SetCursorPos(
      {at.x + std::max(0.0f, std::floor((room.x - width) / 2)), at.y + top + text + ui::px(4)});
  if (ui::button("exact.start", label.c_str(), preset->description.c_str(), ui::Icon::Play,
                 ui::Emphasis::Primary)) {
    rbm::TrainingSettings settings = preset->settings;
    settings.seed = context.shared.wanted.seed;
    settings.threads = context.shared.wanted.threads;
    context.start_over(std::move(settings));
  }
}

void ExactPanel::draw_figures(const rbm::ExactReport& report, const rbm::Model& model, ImVec2 at,
                              float width) const {
  std::vector<Figure> figures;
  const char* likelihood_hint =
      report.has_distribution
          ? "Mean log p(v) of the data in nats, summed over every state: what training climbs. No model can "
            "be above minus the entropy of the data."
          : "Mean log p(v) of the data in nats, summed over every state: what training climbs.";
  if (report.has_distribution) {
    figures.push_back({"exact.likelihood", "Log-likelihood", signed_text(report.log_likelihood, 4),
                       std::string("best possible ") + signed_text(-report.data_entropy, 4).text,
                       likelihood_hint});
    figures.push_back(
        {"exact.divergence", "KL(data ‖ model)", signed_text(report.divergence(), 4), "nats; 0 is perfect",
         "How far the log-likelihood is below the best possible one: the Kullback-Leibler divergence of the "
         "model from the data."});
    const std::string in_data = grouped(static_cast<std::uint64_t>(report.data_states)).text;
    figures.push_back(
        {"exact.mass", "Mass on the data", percent(report.mass_on_data),
         in_data + " of " + grouped(std::uint64_t{1} << model.visible()).text + " pictures",
         "How probable it is that the model dreams a picture that is in the data; the rest goes to pictures "
         "that are not."});
  } else {
    figures.push_back({"exact.likelihood", "Log-likelihood", signed_text(report.log_likelihood, 4),
                       "nats, mean of " + std::to_string(report.rows) + " images", likelihood_hint});
    figures.push_back(
        {"exact.log_z", "log Z", signed_text(report.log_z, 4),
         grouped(std::uint64_t{1} << rbm::enumerable_units(model)).text + std::string(" states summed"),
         "Logarithm of the partition function, which everything exact follows from."});
  }
  figures.push_back(
      {"exact.reconstruction", "Reconstruction error", small_number(report.reconstruction_error),
       "not the objective",
       "Mean squared error per pixel after one step to the hidden units and back. It falls while the "
       "likelihood falls, too, when the chains do not move: watch the two curves below disagree."});
  const float gap = ui::px(8), count = static_cast<float>(figures.size());
  const float cell = std::floor((width - (count - 1) * gap) / count);
  for (std::size_t n = 0; n < figures.size(); ++n)
    draw_figure(figures[n], {at.x + static_cast<float>(n) * (cell + gap), at.y}, {cell, ui::px(kFigures)});
}

void ExactPanel::update_curves(const rbm::Snapshot& snapshot) {
  if (snapshot.likelihood.exact_points == shown_) return;
  shown_ = snapshot.likelihood.exact_points;
  xs_.clear();
  likelihood_.clear();
  reconstruction_.clear();
  for (auto& column : cosine_) column.clear();
  if (!shown_) return;
  for (const rbm::ExactPoint& point : *shown_) {
    const bool is_early = shown_->size() > 4 && static_cast<double>(point.update) <
                                                    kEarlyShare * static_cast<double>(shown_->back().update);
    if (is_early) continue;
    xs_.push_back(static_cast<double>(point.update));
    likelihood_.push_back(point.log_likelihood);
    reconstruction_.push_back(point.reconstruction_error);
    for (std::size_t m = 0; m < cosine_.size(); ++m) cosine_[m].push_back(point.cosine[m]);
  }
  x_.first = 0;
  x_.last = xs_.empty() ? 1 : std::max(1.0, xs_.back());
}

void ExactPanel::draw_curves(const rbm::ExactReport& report, ImVec2 at, ImVec2 size) {
  const ui::Palette& p = ui::palette();
  const float gap = ui::px(4), height = std::floor((size.y - 2 * gap) / float{kPlots});
  cursor_ = std::numeric_limits<double>::quiet_NaN();
  const auto draw_plot = [&](int which, ui::PlotOptions options, std::span<const ui::Series> series) {
    ImGui::SetCursorPos({at.x, at.y + static_cast<float>(which) * (height + gap)});
    options.size = {size.x, height};
    options.show_x_labels = which + 1 == kPlots;
    ui::plot(options, plots_[static_cast<std::size_t>(which)], x_, cursor_, series);
  };
  const bool few = xs_.size() <= kFewPoints;
  best_.assign(report.has_distribution ? xs_.size() : 0, -report.data_entropy);
  const std::array<ui::Series, 2> likelihood{
      ui::Series{.name = "exact", .colour = p.series[0], .x = xs_, .y = likelihood_, .markers = few},
      ui::Series{.name = "best",
                 .colour = p.text_faint,
                 .x = std::span(xs_).first(best_.size()),
                 .y = best_,
                 .dashed = true}};
  draw_plot(kLikelihood,
            {.id = "exact.plot.likelihood",
             .title = "Log-likelihood",
             .y_format = "%.3f",
             .hint = report.has_distribution
                         ? "Exact, in nats; dashed: minus the entropy of the data, which no model exceeds."
                         : "Exact, in nats.",
             .has_log = false},
            std::span(likelihood).first(report.has_distribution ? 2 : 1));
  const std::array<ui::Series, 1> reconstruction{ui::Series{
      .name = "of the same images", .colour = p.series[2], .x = xs_, .y = reconstruction_, .markers = few}};
  draw_plot(kReconstruction,
            {.id = "exact.plot.reconstruction",
             .title = "Reconstruction error",
             .y_format = "%.2g",
             .hint = "Not the objective: where it and the log-likelihood part, believe the log-likelihood."},
            reconstruction);
  std::vector<ui::Series> cosines;
  for (std::size_t m = 0; m < report.methods.size(); ++m) {
    if (!report.methods[m].name.empty())
      cosines.push_back({.name = report.methods[m].name.c_str(),
                         .colour = method_colour(m),
                         .x = xs_,
                         .y = cosine_[m],
                         .markers = few});
  }
  draw_plot(kCosine,
            {.id = "exact.plot.cosine",
             .title = "Cosine",
             .y_format = "%.3f",
             .hint = "Of the angle between each method's mean gradient and the exact one. It wanders once "
                     "the exact gradient is nearly zero.",
             .has_log = false},
            cosines);
}

}  // namespace lab
