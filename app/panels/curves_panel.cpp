#include "app/panels/curves_panel.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <span>
#include <string>

#include "app/panels/inline_controls.hpp"
#include "app/panels/setting_marks.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab {
namespace {

constexpr std::array<const char*, 3> kAxes{"Updates", "Epochs", "Seconds"};
constexpr std::array<const char*, 3> kAxisNames{"update", "epoch", "second"};
/// ‖ΔW‖ / ‖W‖ of a healthy learning rate (Hinton 2010, section 7.1).
constexpr double kTargetChange = 1e-3;

constexpr const char* kMeasuredLabel = "log p";
constexpr const char* kExportHint = "Saves all points as comma separated values.";
constexpr std::array<const char*, 2> kMeasured{"Off", "On"};

constexpr const char* kLikelihoodHint =
    "Mean log p(v) of up to 500 validation images, in nats: the objective itself. Exact up to 12 hidden "
    "units. Else bars stand between reverse and forward annealed importance sampling, with Bennett's ratio of "
    "both, early and then ever more rarely; from one to the next the thin line is an estimate by chains that "
    "go along with the models, and its band twice its standard error. Off saves about a tenth of the time.";
constexpr const char* kLabelHint =
    "Share of up to 500 validation images whose own label is not the most probable one, by exact "
    "p(label | image).";
constexpr const char* kReconstructionHint =
    "Mean squared error per pixel after one step to the hidden units and back. Not the objective: it mixes "
    "how well the model fits with how little one Gibbs step moves, so CD-1 wins here and loses as a density "
    "model. A sharp rise still means that the learning rate is too high.";
constexpr const char* kPseudoHint =
    "Sum over pixels of log p(pixel | all others), exact, in nats per validation image. It is cheap and does "
    "not rank models: a good value can go with a bad likelihood.";
constexpr const char* kGapHint =
    "Mean free energy of validation images minus that of training images, band ± 2 standard errors. It grows "
    "when the model over-fits; the level of either alone means nothing, because log Z moves.";
constexpr const char* kChangeHint =
    "Size of one update of the weights relative to the weights. About 1e-3 is healthy: far above lower the "
    "learning rate, far below raise it.";

using Column = std::vector<double> CurveColumns::*;
constexpr std::size_t kMostLines = 2;
constexpr int kFaint = -1;  // in place of a colour of the palette's series

struct Line {
  const char* name = nullptr;  // null: the plot has no such line
  int colour = 0;              // of the palette's series
  Column x = nullptr, y = nullptr;
  Column lower = nullptr, upper = nullptr;  // the band around it
  bool bars = false;
};

/// How a likelihood was found, in a few words.
std::string note_of(const rbm::CurvePoint& point) {
  const bool is_known = point.log_likelihood_from >= 0;
  switch (is_known ? static_cast<rbm::LikelihoodSource>(point.log_likelihood_from)
                   : rbm::LikelihoodSource::Annealing) {
    case rbm::LikelihoodSource::Exact:
      return "exact";
    case rbm::LikelihoodSource::Annealing:
      return "annealed";
    case rbm::LikelihoodSource::Riding:
      return "estimate";
    case rbm::LikelihoodSource::Refused:
      break;
  }
  char text[96];
  std::snprintf(text, sizeof text, "estimate (bracket refused: %.1f effective runs)",
                point.effective_sample_size);
  return text;
}

ui::Series series_of(const Line& line, const CurveColumns& columns) {
  const auto values = [&](Column column) {
    return column != nullptr ? std::span<const double>(columns.*column) : std::span<const double>();
  };
  const ui::Palette& p = ui::palette();
  return {.name = line.name,
          .colour = line.colour == kFaint ? p.text_faint : p.series[static_cast<std::size_t>(line.colour)],
          .x = values(line.x),
          .y = values(line.y),
          .lower = values(line.lower),
          .upper = values(line.upper),
          .markers = line.bars,
          .bars = line.bars};
}

void draw_bracket(Context& context) {
  same_line_if_fits(button_width("Bracket", false));
  ImGui::BeginDisabled(!context.shared.watch.likelihood || context.snapshot.likelihood.is_measuring);
  if (ui::button("curves.bracket", "Bracket",
                 "Measures the log-likelihood now, or at the next point of the curves, with a longer "
                 "annealing (Shift+B)."))
    context.run(ActionId::Bracket);
  ImGui::EndDisabled();
}

}  // namespace

struct CurvesPanel::Plot {
  const char* title;
  const char* hint;
  const char* y_format;
  bool may_be_negative;
  std::array<Line, kMostLines> lines;
};

/// In the order of the enumeration.
constexpr std::array<CurvesPanel::Plot, CurvesPanel::kPlots> CurvesPanel::kTable{{
    {"Log-likelihood",
     kLikelihoodHint,
     "%.2f",
     true,
     {{{.name = "nats / image",
        .colour = 4,
        .x = &CurveColumns::likelihood_x,
        .y = &CurveColumns::likelihood,
        .lower = &CurveColumns::likelihood_low,
        .upper = &CurveColumns::likelihood_high},
       {.name = "bracket",
        .colour = 4,
        .x = &CurveColumns::likelihood_x,
        .y = &CurveColumns::bracket,
        .lower = &CurveColumns::bracket_low,
        .upper = &CurveColumns::bracket_high,
        .bars = true}}}},
    {"Reconstruction error",
     kReconstructionHint,
     "%.4f",
     false,
     {{{.name = "training", .colour = 0, .x = &CurveColumns::x, .y = &CurveColumns::train},
       {.name = "validation", .colour = 1, .x = &CurveColumns::x, .y = &CurveColumns::validation}}}},
    {"Pseudo-log-likelihood",
     kPseudoHint,
     "%.1f",
     true,
     {{{.name = "nats / image", .colour = 2, .x = &CurveColumns::x, .y = &CurveColumns::pseudo}}}},
    {"Free-energy gap",
     kGapHint,
     "%.2f",
     true,
     {{{.name = "validation − training",
        .colour = 3,
        .x = &CurveColumns::x,
        .y = &CurveColumns::gap,
        .lower = &CurveColumns::gap_low,
        .upper = &CurveColumns::gap_high}}}},
    {"‖ΔW‖ / ‖W‖",
     kChangeHint,
     "%.1e",
     false,
     {{{.name = "per update", .colour = 5, .x = &CurveColumns::x, .y = &CurveColumns::change},
       {.name = "1e-3", .colour = kFaint, .x = &CurveColumns::x, .y = &CurveColumns::target}}}},
    {"Label error",
     kLabelHint,
     "%.3f",
     false,
     {{{.name = "of validation images",
        .colour = 4,
        .x = &CurveColumns::x,
        .y = &CurveColumns::label_error}}}},
}};

CurvesPanel::CurvesPanel() {
  states_[kChange].log_y = true;
}

void CurveColumns::take(const std::vector<rbm::CurvePoint>& points, int x_axis) {
  *this = {};
  for (const rbm::CurvePoint& p : points) {
    x.push_back(place_of(p, x_axis));
    train.push_back(p.reconstruction_train);
    validation.push_back(p.reconstruction_validation);
    pseudo.push_back(p.pseudo_log_likelihood);
    const double between = p.free_energy_validation - p.free_energy_train;
    gap.push_back(between);
    gap_low.push_back(between - 2 * p.free_energy_gap_error);
    gap_high.push_back(between + 2 * p.free_energy_gap_error);
    change.push_back(p.relative_change > 0 ? p.relative_change : std::numeric_limits<double>::quiet_NaN());
    target.push_back(kTargetChange);
    label_error.push_back(p.label_error);
    if (!std::isnan(p.log_likelihood)) take_likelihood(p);
  }
}

void CurveColumns::take_likelihood(const rbm::CurvePoint& p) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  const bool is_exact = p.log_likelihood_from == static_cast<double>(rbm::LikelihoodSource::Exact);
  const bool has_bracket = !is_exact && std::isfinite(p.log_likelihood_lower);
  const double spread = is_exact ? kNone : 2 * p.log_likelihood_spread;
  likelihood_x.push_back(x.back());
  likelihood.push_back(p.log_likelihood);
  likelihood_low.push_back(p.log_likelihood - spread);
  likelihood_high.push_back(p.log_likelihood + spread);
  bracket.push_back(has_bracket ? p.log_likelihood : kNone);
  bracket_low.push_back(has_bracket ? p.log_likelihood_lower : kNone);
  bracket_high.push_back(has_bracket ? p.log_likelihood_upper : kNone);
  likelihood_notes.push_back(note_of(p));
  has_brackets = has_brackets || has_bracket;
  has_estimates = has_estimates || !is_exact;
}

/// Marks that would lie on each other are one.
void CurvesPanel::update_marks(const rbm::Snapshot& snapshot, bool is_other_axis) {
  constexpr double kClosest = 0.008;  // of the width
  const auto& journal = snapshot.monitoring.journal;
  if (!is_other_axis && journal == marks_.of && marks_.low == x_.low && marks_.high == x_.high) return;
  marks_ = {.of = journal, .low = x_.low, .high = x_.high, .all = {}};
  if (journal && shown_)
    marks_.all = setting_marks(*journal, *shown_, x_axis_, kClosest * (x_.high - x_.low));
}

void CurvesPanel::update(const rbm::Snapshot& snapshot) {
  const bool is_same = snapshot.monitoring.curves == shown_ && x_axis_ == shown_axis_;
  take_columns(snapshot);
  update_marks(snapshot, !is_same);
}

void CurvesPanel::take_columns(const rbm::Snapshot& snapshot) {
  if (snapshot.monitoring.curves == shown_ && x_axis_ == shown_axis_) return;
  if (x_axis_ != shown_axis_) x_.fitted = true;
  shown_ = snapshot.monitoring.curves;
  shown_axis_ = x_axis_;
  columns_ = {};
  if (!shown_) return;
  columns_.take(*shown_, x_axis_);
  x_.first = std::numeric_limits<double>::infinity();
  x_.last = -x_.first;
  for (const double x : columns_.x) {
    x_.first = std::min(x_.first, x);
    x_.last = std::max(x_.last, x);
  }
}

/// What the plot of the likelihood has to say besides its curve; empty when it speaks for itself.
const char* CurvesPanel::likelihood_note(const Context& context) const {
  const rbm::Snapshot& s = context.snapshot;
  if (!s.monitoring.collapse.empty()) return "the chains do not mix: see Health (8)";
  if (s.likelihood.is_measuring) return "measuring";
  if (s.likelihood.is_asked) return "bracket at the next point";
  return columns_.likelihood.empty() && !context.shared.watch.likelihood ? "not measured: turn it on" : "";
}

/// What this run can have a curve of, most telling first.
std::vector<int> CurvesPanel::shown_plots(const rbm::Snapshot& snapshot) const {
  const bool labels = snapshot.model && snapshot.model->labels() > 0;
  const bool validation = !snapshot.data.validation || snapshot.data.validation->count() > 0;
  std::vector<int> out;
  if (validation && labels) out.push_back(kLabels);
  if (validation) out.push_back(kLikelihood);
  out.push_back(kReconstruction);
  if (validation && !labels) out.push_back(kPseudo);
  if (validation) out.push_back(kGap);
  out.push_back(kChange);
  return out;
}

/// The lines of a plot; returns their number. That of the likelihood is thin between brackets, and alone where there are
/// none.
std::size_t CurvesPanel::collect_series(int which, std::span<ui::Series> out) const {
  std::size_t count = 0;
  for (const Line& line : kTable[static_cast<std::size_t>(which)].lines) {
    if (line.name == nullptr || (line.bars && !columns_.has_brackets)) continue;
    out[count++] = series_of(line, columns_);
  }
  if (which == kLikelihood) {
    out[0].notes = columns_.likelihood_notes;
    out[0].thin = columns_.has_estimates;
  }
  return count;
}

void CurvesPanel::draw_plot(const Context& context, int which, ImVec2 size, bool show_x_labels,
                            const char* prefix) {
  const auto at = static_cast<std::size_t>(which);
  const Plot& plot = kTable[at];
  const std::string id = std::string(prefix) + std::to_string(which);
  ui::PlotOptions options{.id = id.c_str(),
                          .title = plot.title,
                          .y_format = plot.y_format,
                          .x_name = kAxisNames[static_cast<std::size_t>(x_axis_)],
                          .hint = plot.hint,
                          .size = size,
                          .show_x_labels = show_x_labels,
                          .has_log = !plot.may_be_negative,
                          .marks = marks_.all};
  if (which == kLikelihood) options.note = likelihood_note(context);
  std::array<ui::Series, kMostLines> series;
  const std::size_t count = collect_series(which, series);
  ui::plot(options, states_[at], x_, cursor_, std::span<const ui::Series>(series).first(count));
}

/// Below that a plot says nothing.
float CurvesPanel::least_plot_height() {
  return 2 * ImGui::GetTextLineHeight() + ui::px(40);
}

/// What is left of a room for `rows` plots over each other, `gap` apart: over the timeline where they keep a height that says
/// something, else all.
CurvesPanel::Room CurvesPanel::room_for_plots(ImVec2 room, int rows, float gap) {
  const float above = room.y - Timeline::height() - gap;
  const bool has_timeline = (above + gap) / static_cast<float>(rows) - gap >= least_plot_height();
  return {{room.x, has_timeline ? above : room.y}, has_timeline};
}

void CurvesPanel::draw(Context& context) {
  ui::begin_panel("panel.curves", "Curves", {0, 0});
  int measured = context.shared.watch.likelihood ? 1 : 0;
  const float spacing = ImGui::GetStyle().ItemSpacing.x;
  const float all = ImGui::CalcTextSize(kMeasuredLabel).x + segmented_width(kMeasured) +
                    segmented_width(kAxes) + button_width("Fit", false) + button_width("Bracket", false) +
                    button_width("Export", true) + 5 * spacing;
  // Where that is more than a row, what a key does as well goes, and a word.
  const bool is_narrow = all > ImGui::GetContentRegionAvail().x;
  ui::panel_title_controls(all);
  ImGui::AlignTextToFramePadding();
  ui::text_dim(kMeasuredLabel);
  same_line_if_fits(segmented_width(kMeasured));
  if (ui::segmented("curves.likelihood", &measured, kMeasured,
                    "Whether the log-likelihood is measured, which takes about a tenth of the time."))
    context.shared.watch.likelihood = measured != 0;
  same_line_if_fits(segmented_width(kAxes));
  ui::segmented("curves.axis", &x_axis_, kAxes, "What the horizontal axis counts.");
  same_line_if_fits(button_width("Fit", false));
  if (ui::button("curves.fit", "Fit", "Shows all of every curve; double click in a plot does the same.")) {
    x_.fitted = true;
    for (auto& state : states_) state.y.fitted = true;
  }
  if (is_narrow) {
    same_line_if_fits(ImGui::GetFrameHeight());
    if (ui::icon_button("curves.export", ui::Icon::Export, kExportHint)) context.run(ActionId::ExportCurves);
  } else {
    draw_bracket(context);
    same_line_if_fits(button_width("Export", true));
    if (ui::button("curves.export", "Export", kExportHint, ui::Icon::Export))
      context.run(ActionId::ExportCurves);
  }
  ui::panel_content();
  update(context.snapshot);
  cursor_ = std::numeric_limits<double>::quiet_NaN();
  draw_plots(context);
  ui::end_panel();
}

/// All of them, over each other or in two columns, and scrolled where there is no room for them.
void CurvesPanel::draw_plots(Context& context) {
  const float gap = ui::px(8);
  const std::vector<int> shown = shown_plots(context.snapshot);
  const auto count = static_cast<int>(shown.size());
  const bool two_columns = ImGui::GetContentRegionAvail().x > ui::px(900);
  const int columns = two_columns ? 2 : 1, rows = (count + columns - 1) / columns;
  const ImVec2 all =
      begin_roomy("curves.room", {0, static_cast<float>(rows) * (least_plot_height() + gap) - gap});
  const auto [room, has_timeline] = room_for_plots(all, rows, gap);
  const ImVec2 size{two_columns ? std::floor((room.x - 2 * gap) / 2) : room.x,
                    std::floor((room.y - gap * static_cast<float>(rows - 1)) / static_cast<float>(rows))};
  const ImVec2 origin = ImGui::GetCursorPos();
  int place = 0;
  for (const int which : shown) {
    // In two columns the first plot, the objective, has the whole first row.
    const bool wide = two_columns && place == 0 && count % 2 != 0;
    const int column = place % columns, row = place / columns;
    ImGui::SetCursorPos({origin.x + static_cast<float>(column) * (size.x + 2 * gap),
                         origin.y + static_cast<float>(row) * (size.y + gap)});
    // A plot that is wider than those below it has marks of its own on its axis.
    draw_plot(context, which, {wide ? room.x : size.x, size.y}, wide || row + 1 == rows, "curves.plot");
    place += wide ? 2 : 1;
  }
  if (has_timeline) {
    ImGui::SetCursorPos({origin.x, origin.y + room.y + gap});
    timeline_.draw(context, "curves.timeline");
  }
  ImGui::EndChild();
}

void CurvesPanel::draw_compact(Context& context) {
  ui::begin_panel("panel.side.curves", "", {0, 0});
  update(context.snapshot);
  cursor_ = std::numeric_limits<double>::quiet_NaN();
  std::vector<int> shown = shown_plots(context.snapshot);
  std::erase(shown, kPseudo);  // the least telling one
  shown.resize(std::min<std::size_t>(shown.size(), 3));
  const float gap = ui::px(4), count = static_cast<float>(shown.size());
  const auto [room, has_timeline] =
      room_for_plots(ImGui::GetContentRegionAvail(), static_cast<int>(shown.size()), gap);
  const float height = std::floor((room.y - (count - 1) * gap) / count);
  const ImVec2 origin = ImGui::GetCursorPos();
  for (std::size_t n = 0; n < shown.size(); ++n) {
    ImGui::SetCursorPos({origin.x, origin.y + static_cast<float>(n) * (height + gap)});
    draw_plot(context, shown[n], {room.x, height}, n + 1 == shown.size(), "side.plot");
  }
  if (has_timeline) {
    ImGui::SetCursorPos({origin.x, origin.y + room.y + gap});
    timeline_.draw(context, "side.timeline");
  }
  ui::end_panel();
}

}  // namespace lab
