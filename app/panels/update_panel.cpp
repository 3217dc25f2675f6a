#include "app/panels/update_panel.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/panels/format_text.hpp"
#include "app/panels/inline_controls.hpp"
#include "app/panels/speed_control.hpp"
#include "app/panels/training_chains.hpp"
#include "app/panels/update_caption.hpp"
#include "app/ui/theme.hpp"
#include "core/model/pictures.hpp"

namespace lab {
namespace {

using Chips = std::array<const char*, SlowMotion::kPhases>;
constexpr Chips kChips{"1 Images", "2 ⟨v h⟩ data", "3 Chains", "4 ⟨v h⟩ model", "5 ΔW", "6 W + ΔW"},
    kShortChips{"1", "2", "3", "4", "5", "6"};
/// The period of the film where no speed gives one, in seconds.
constexpr double kUsualPeriod_s = 10;
/// Where there is less room it scrolls; it is never wider than its place.
constexpr float kLeastFilmWidth = 380, kLeastFilmHeight = 500;

/// The unit that learns most in this update: the one to look at where none is selected.
int most_changed(const rbm::UpdateTrace& trace) {
  Eigen::VectorXf squares = (trace.after.view() - trace.before.view()).colwise().squaredNorm();
  Eigen::Index best = 0;
  squares.maxCoeff(&best);
  return static_cast<int>(best);
}

}  // namespace

std::map<std::string, double> UpdatePanel::state() const {
  return {{"phase", static_cast<double>(motion_.phase())},
          {"share", motion_.share()},
          {"unit", unit_},
          {"step", step_},
          {"plays", plays_}};
}

void UpdatePanel::next(Context& context) {
  const rbm::Snapshot& s = context.snapshot;
  const bool is_fresh = s.pace.traced != nullptr && s.pace.traced->update == s.progress.updates;
  if (is_fresh && motion_.next()) {
    if (s.state == rbm::RunState::Running) context.post(rbm::command::Pause{});
  } else {
    context.post(rbm::command::Step{});
  }
}

void UpdatePanel::back(Context& context) {
  if (context.snapshot.pace.traced == nullptr || !motion_.back()) return;
  if (context.snapshot.state == rbm::RunState::Running) context.post(rbm::command::Pause{});
}

/// The selected one, else one that learns something.
int UpdatePanel::unit_of(const Context& context, const rbm::UpdateTrace& trace) {
  const int hidden = static_cast<int>(trace.before.cols());
  if (context.shared.selected_unit >= 0 && context.shared.selected_unit < hidden)
    return context.shared.selected_unit;
  if (chosen_for_ != context.snapshot.run || unit_ >= hidden) unit_ = most_changed(trace);
  chosen_for_ = context.snapshot.run;
  return unit_;
}

std::size_t UpdatePanel::step_shown(const rbm::UpdateTrace& trace) const {
  if (trace.path.empty() || !motion_.is_reached(UpdatePhase::Chains)) return 0;
  if (motion_.phase() != UpdatePhase::Chains) return trace.path.size() - 1;
  const double steps = static_cast<double>(trace.path.size());
  return std::min(trace.path.size() - 1, static_cast<std::size_t>(motion_.share() * steps));
}

void UpdatePanel::draw(Context& context) {
  const rbm::Snapshot& s = context.snapshot;
  const rbm::UpdateTrace* trace = context.has_model() ? s.pace.traced.get() : nullptr;
  if (trace != nullptr && trace->before.rows() != s.model->visible()) trace = nullptr;
  const double rate = s.pace.is_opening ? 0 : s.pace.updates_per_second;
  plays_ =
      trace != nullptr && s.state == rbm::RunState::Running && rate > 0 && rate < rbm::command::kSlowMotion;
  motion_.follow(trace != nullptr ? trace->update : 0, plays_, rate > 0 ? 1 / rate : kUsualPeriod_s,
                 context.now_s);

  const ImVec2 size = begin_roomy("update.room", {ui::px(kLeastFilmWidth), ui::px(kLeastFilmHeight)});
  std::string subtitle;
  if (trace != nullptr)
    subtitle = std::string("number ") + grouped(trace->update).text + " of this run" +
               (trace->update == s.progress.updates ? "" : "; it has gone on since");
  ui::begin_panel("update", "One update", size, subtitle.c_str());
  if (trace == nullptr) {
    draw_invitation(context);
  } else {
    unit_ = unit_of(context, *trace);
    step_ = static_cast<int>(step_shown(*trace));
    draw_controls(context, *trace);
    draw_caption(*trace);
    draw_stage(context, *trace);
  }
  ui::end_panel();
  ImGui::EndChild();
}

/// Both sides of the gradient, and below them what one unit learns of it, as large as fits.
void UpdatePanel::draw_stage(Context& context, const rbm::UpdateTrace& trace) {
  const ImVec2 origin = ImGui::GetCursorPos(), room = ImGui::GetContentRegionAvail();
  const float gap = ui::px(16), half = std::floor((room.x - gap) / 2),
              labels = 2 * (ImGui::GetTextLineHeight() + ui::px(3));
  const auto count = static_cast<float>(kPictures);
  const float between = room.x > ui::px(600) ? ui::px(30) : ui::px(16);
  const float side = std::floor(std::min((room.x - between * (count - 1)) / count, 0.46f * room.y - labels));
  const float upper = room.y - side - labels - ui::px(10);
  draw_side(context, trace, false, origin, {half, upper});
  draw_side(context, trace, true, {origin.x + half + gap, origin.y}, {half, upper});
  const float indent = std::floor((room.x - side * count - between * (count - 1)) / 2);
  draw_pictures(context, trace, {origin.x + indent, origin.y + upper + ui::px(10)}, side, between);
}

/// Before there is an update to look at.
void UpdatePanel::draw_invitation(Context& context) {
  if (!context.has_model())
    return ui::empty_state("No model yet", "It is there as soon as the data are loaded.");
  if (ui::button("update.next", "Show one update", "Makes one update and shows it phase by phase (U).",
                 ui::Icon::Step, ui::Emphasis::Primary))
    next(context);
  ImGui::SameLine(0, ui::px(6));
  if (ui::button("update.slow", "Slow motion",
                 "Trains with one update in ten seconds, each of them phase by phase.")) {
    set_speed(context, kSlowestSpeed);
    context.post(rbm::command::Play{});
  }
  ui::empty_state(
      "No update to look at yet",
      "One update in six phases, with its real numbers: images, what goes together in them, the chains, "
      "what goes together in those, and what one filter learns of the difference.");
}

void UpdatePanel::draw_controls(Context& context, const rbm::UpdateTrace& trace) {
  const float gap = ui::px(6), box = ui::px(58);
  if (ui::button("update.next", "Next phase",
                 "The next phase of this update, or the first one of the next update; training rests (U).",
                 ui::Icon::Step, ui::Emphasis::Primary))
    next(context);
  ImGui::SameLine(0, gap);
  if (ui::icon_button("update.back", ui::Icon::Undo, "The phase before this one (Shift+U).")) back(context);
  ImGui::SameLine(0, gap);
  const float others = ImGui::CalcTextSize("Unit").x + 3 * gap + box;
  const bool is_long = segmented_width(kChips) + others < ImGui::GetContentRegionAvail().x;
  int phase = static_cast<int>(motion_.phase());
  if (ui::segmented("update.phase", &phase, is_long ? kChips : kShortChips,
                    "The phases of an update: click one to see it again.")) {
    motion_.go_to(static_cast<UpdatePhase>(phase));
    if (plays_) context.post(rbm::command::Pause{});
  }
  same_line_if_fits(ImGui::CalcTextSize("Unit").x + gap + box);
  ImGui::AlignTextToFramePadding();
  ui::text_dim("Unit");
  ImGui::SameLine(0, gap);
  int unit = unit_;
  if (int_box("update.unit", &unit, 0, static_cast<int>(trace.before.cols()) - 1, box,
              "The hidden unit whose part of the update is shown; a click on a filter selects it, too."))
    context.shared.selected_unit = unit;
}

/// Two sentences, on as many lines as the width needs.
void UpdatePanel::draw_caption(const rbm::UpdateTrace& trace) const {
  const ui::Palette& colours = ui::palette();
  const PhaseCaption words = caption(motion_.phase(), trace, unit_);
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  const float room = ImGui::GetContentRegionAvail().x, inset = ui::px(10), pad = ui::px(5);
  const float wrap = room - 2 * inset;
  const float first = ImGui::CalcTextSize(words.says.c_str(), nullptr, false, wrap).y,
              second = ImGui::CalcTextSize(words.explains.c_str(), nullptr, false, wrap).y;
  const float height = first + second + 2 * pad + ui::px(2);
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(corner, {corner.x + room, corner.y + height}, colours.panel_raised, ui::px(6));
  list->AddRectFilled(corner, {corner.x + ui::px(3), corner.y + height}, colours.accent, ui::px(2));
  const auto write = [&](const std::string& text, float y, ImU32 colour) {
    list->AddText(ImGui::GetFont(), ImGui::GetFontSize(), {corner.x + inset, corner.y + y}, colour,
                  text.c_str(), nullptr, wrap);
  };
  write(words.says, pad, colours.text);
  write(words.explains, pad + first + ui::px(2), colours.text_dim);
  ImGui::Dummy({room, height + ui::px(2)});
}

namespace {

/// A title that is lit while its phase is on.
void part_title(const char* text, bool is_lit, bool is_reached, float room) {
  const ui::Palette& colours = ui::palette();
  ui::push_font(ui::fonts().small);
  ui::draw_fitted(ImGui::GetWindowDrawList(), ImGui::GetCursorScreenPos(), room,
                  is_lit       ? colours.accent_hovered
                  : is_reached ? colours.text_dim
                               : colours.text_faint,
                  text);
  ui::pop_font();
}

/// Where something comes later.
void draw_empty_place(ImVec2 size) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ui::draw_rect(ImGui::GetWindowDrawList(), at, {at.x + size.x, at.y + size.y},
                ui::faded(ui::palette().border, 0.9f), ui::px(3), ui::px(1));
}

}  // namespace

void UpdatePanel::put_states(Context& context, const rbm::States& states, int count, ui::TileWall& wall,
                             ImVec2 room) {
  const rbm::Model& model = *context.snapshot.model;
  const rbm::ImageShape shape = rbm::picture_shape(model);
  constexpr int kGap = 2;
  wall.shape({.tile_width = shape.width,
              .tile_height = shape.height,
              .channels = shape.channels,
              .count = count,
              .columns = ui::TileWall::best_columns(count, shape.width, shape.height, kGap, room),
              .gap = kGap,
              .map = ui::ColourMap::Ink});
  rbm::unpack(rbm::rows_of(states, 0, std::min<rbm::Index>(states.rows(), count)), values_);
  rbm::to_pictures(model, values_, pixels_, context.pool);
  for (int n = 0; n < static_cast<int>(pixels_.rows()); ++n) wall.put(n, pixels_.row(n));
}

/// All cases, a row of small squares each.
void UpdatePanel::put_hidden(const rbm::TracedPhase& phase, ui::TileWall& wall) {
  const rbm::Index cases = phase.cases(), units = phase.hidden.cols();
  wall.shape({.tile_width = static_cast<int>(units),
              .tile_height = static_cast<int>(cases),
              .count = 1,
              .columns = 1,
              .gap = 0,
              .map = ui::ColourMap::Heat});
  tile_.clear();
  for (rbm::Index r = 0; r < cases; ++r)
    tile_.insert(tile_.end(), phase.hidden.row(r), phase.hidden.row(r) + units);
  wall.put(0, tile_.data());
}

/// One side of the gradient: its pictures, and beside them their hidden units.
void UpdatePanel::draw_side(Context& context, const rbm::UpdateTrace& trace, bool of_model, ImVec2 at,
                            ImVec2 size) {
  const float title = ImGui::GetTextLineHeight() + ui::px(2), gap = ui::px(10);
  const float wall = std::floor(size.x * 0.68f), beside = size.x - wall - gap;
  const UpdatePhase comes = of_model ? UpdatePhase::Chains : UpdatePhase::Batch,
                    answers = of_model ? UpdatePhase::Model : UpdatePhase::Data;
  ImGui::SetCursorPos(at);
  part_title(cases_title(trace, of_model).c_str(), motion_.phase() == comes, motion_.is_reached(comes), wall);
  ImGui::SetCursorPos({at.x, at.y + title});
  if (motion_.is_reached(comes) && !(of_model && trace.path.empty()))
    draw_cases(context, trace, of_model, {wall, size.y - title});
  else
    draw_empty_place({wall, size.y - title});
  ImGui::SetCursorPos({at.x + wall + gap, at.y});
  part_title(beside > ui::px(100) ? "p(h|v), a row each" : "p(h|v)", motion_.phase() == answers,
             motion_.is_reached(answers), beside);
  ImGui::SetCursorPos({at.x + wall + gap, at.y + title});
  if (motion_.is_reached(answers))
    draw_hidden(trace, of_model, {beside, size.y - title});
  else
    draw_empty_place({beside, size.y - title});
}

std::string UpdatePanel::cases_title(const rbm::UpdateTrace& trace, bool of_model) const {
  if (!of_model) return "v: " + std::to_string(trace.batch.rows()) + " images of the data";
  if (trace.is_exact) return "v drawn from the model's exact distribution";
  if (step_ == 0) return "v of the chains, at their start";
  const std::size_t steps = trace.path.empty() ? 0 : trace.path.size() - 1;
  return "v of the chains, after " + std::to_string(step_) + " of " + std::to_string(steps) +
         (steps == 1 ? " step" : " steps");
}

void UpdatePanel::draw_cases(Context& context, const rbm::UpdateTrace& trace, bool of_model, ImVec2 room) {
  Half& half = halves_[of_model ? 1 : 0];
  const rbm::States& states = of_model ? trace.path[static_cast<std::size_t>(step_)] : trace.batch;
  const int count = static_cast<int>(std::min<rbm::Index>(
      {states.rows(), rbm::kTracedChains, fitting_chains(*context.snapshot.model, room)}));
  const Put put{trace.update, static_cast<std::size_t>(step_), count, -1, room.x};
  if (half.put_cases != put) put_states(context, states, count, half.cases, room);
  half.put_cases = put;
  half.cases.draw(
      of_model ? "update.chains" : "update.batch",
      {.size = room,
       .integer_scale = false,
       .centred = false,
       .hint = of_model ? "The visible units of the chains that give the model's side of the gradient."
                        : "The visible units as the images of this mini-batch set them."});
}

void UpdatePanel::draw_hidden(const rbm::UpdateTrace& trace, bool of_model, ImVec2 room) {
  Half& half = halves_[of_model ? 1 : 0];
  const rbm::TracedPhase& phase = of_model ? trace.model : trace.data;
  const Put put{trace.update, 0, 0, -1, 0};
  if (half.put_hidden != put) put_hidden(phase, half.hidden);
  half.put_hidden = put;
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  const char* id = of_model ? "update.hidden.model" : "update.hidden.data";
  ImGui::InvisibleButton(id, room);
  ui::mark(id,
           "How probable each hidden unit (from left to right) is to be on, for each of the cases (from top "
           "to bottom).",
           ui::Tip::StatusLineOnly);
  ImDrawList* list = ImGui::GetWindowDrawList();
  half.hidden.paint(list, corner, {corner.x + room.x, corner.y + room.y});
  // The column of the unit that the pictures below are of.
  const float x =
      corner.x + (static_cast<float>(unit_) + 0.5f) * room.x / static_cast<float>(phase.hidden.cols());
  const float y = corner.y + room.y + ui::px(1), wing = ui::px(4);
  list->AddTriangleFilled({x - wing, y + 1.5f * wing}, {x + wing, y + 1.5f * wing}, {x, y},
                          ui::palette().accent_hovered);
}

void UpdatePanel::put_pictures(Context& context, const rbm::UpdateTrace& trace) {
  const float share = motion_.phase() == UpdatePhase::Added ? static_cast<float>(motion_.share()) : 0;
  const Put put{trace.update, 0, 0, unit_, std::round(share * 32) / 32};
  if (put_pictures_ == put) return;
  put_pictures_ = put;
  const rbm::UnitTerms terms = trace.terms(unit_);
  const rbm::Index visible = trace.before.rows();
  terms_.resize(static_cast<rbm::Index>(kPictures), visible);
  for (rbm::Index i = 0; i < visible; ++i) {
    const float before = trace.before(i, unit_), change = trace.after(i, unit_) - before;
    terms_(0, i) = terms.data[static_cast<std::size_t>(i)];
    terms_(1, i) = terms.model[static_cast<std::size_t>(i)];
    terms_(2, i) = change;
    terms_(3, i) = before;
    terms_(4, i) = before + put.share * change;
    if (put.share == 1) terms_(4, i) = trace.after(i, unit_);
  }
  rbm::Matrix filters;
  rbm::picture_filters(*context.snapshot.model, terms_, filters, context.pool);
  form_ = FilterTile(*context.snapshot.model, static_cast<int>(kPictures));
  const auto pixels = static_cast<std::size_t>(filters.cols());
  for (std::size_t n = 0; n < kPictures; ++n)
    ranges_[n] = ui::symmetric_range({filters.row(static_cast<rbm::Index>(n)), pixels}, 1e-9f);
  // What is to be compared has one scale.
  ranges_[0] = ranges_[1] = std::max(ranges_[0], ranges_[1]);
  ranges_[3] = ranges_[4] = std::max(ranges_[3], ranges_[4]);
  for (std::size_t n = 0; n < kPictures; ++n) {
    ui::TileSpec spec = form_.spec(ranges_[n]);
    spec.count = 1;
    spec.gap = 0;
    pictures_[n].shape(spec);
    pictures_[n].put(0, form_.tile(filters.row(static_cast<rbm::Index>(n)), ranges_[n]));
  }
}

void UpdatePanel::draw_pictures(Context& context, const rbm::UpdateTrace& trace, ImVec2 at, float side,
                                float between) {
  put_pictures(context, trace);
  const float label = ImGui::GetTextLineHeight() + ui::px(3);
  // The filters stand a little apart.
  constexpr std::array<const char*, kPictures - 1> kBetween{"−", "→", "", "→"};
  for (std::size_t n = 0; n < kPictures; ++n) {
    const float x = at.x + static_cast<float>(n) * (side + between);
    draw_picture(n, {x, at.y}, side);
    if (n + 1 == kPictures) break;
    ui::push_font(ui::fonts().title);
    const ImVec2 text = ImGui::CalcTextSize(kBetween[n]);
    ImGui::SetCursorPos({x + side + (between - text.x) / 2, at.y + label + (side - text.y) / 2});
    ui::text_dim(kBetween[n]);
    ui::pop_font();
  }
}

void UpdatePanel::draw_picture(std::size_t n, ImVec2 at, float side) {
  struct Look {
    const char *id, *title, *hint;
    UpdatePhase phase;
  };
  static constexpr std::array<Look, kPictures> kLooks{{
      {"update.data", "Data's term",
       "The data's average for this unit; orange goes together with it, blue against it.", UpdatePhase::Data},
      {"update.model", "Model's term", "The model's average for this unit, on the same scale as the data's.",
       UpdatePhase::Model},
      {"update.change", "Change ΔW", "What the update adds to the weights of this unit, on its own scale.",
       UpdatePhase::Change},
      {"update.before", "Filter before", "The weights of this unit before the update.", UpdatePhase::Batch},
      {"update.after", "Filter after",
       "The weights of this unit after the update, on the same scale as before it.", UpdatePhase::Added},
  }};
  const Look& look = kLooks[n];
  const float label = ImGui::GetTextLineHeight() + ui::px(3);
  const bool is_reached = motion_.is_reached(look.phase), is_lit = motion_.phase() == look.phase && n != 3;
  ImGui::SetCursorPos(at);
  part_title(look.title, is_lit, is_reached, side);
  ImGui::SetCursorPos({at.x, at.y + label});
  if (!is_reached) return draw_empty_place({side, side});
  pictures_[n].draw(look.id, {.size = {side, side}, .integer_scale = false, .hint = look.hint});
  char range[48];
  std::snprintf(range, sizeof range, "%s ±%.2g", n < 2 ? "⟨v h⟩" : "W", double{ranges_[n]});
  ImGui::SetCursorPos({at.x, at.y + label + side + ui::px(2)});
  ui::push_font(ui::fonts().small);
  ui::draw_fitted(ImGui::GetWindowDrawList(), ImGui::GetCursorScreenPos(), side, ui::palette().text_dim,
                  range);
  ui::pop_font();
}

}  // namespace lab
