#include "app/panels/update_stage.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/panels/send_menu.hpp"
#include "app/panels/state_picture.hpp"
#include "app/panels/training_chains.hpp"
#include "app/ui/theme.hpp"
#include "core/model/pictures.hpp"

namespace lab {
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

/// Both sides of the gradient, and below them what one unit learns of it, as large as fits.
void UpdateStage::draw(Context& context, const rbm::UpdateTrace& trace, const SlowMotion& motion,
                       std::size_t step, int unit) {
  motion_ = motion;
  step_ = step;
  unit_ = unit;
  offered_ = {};
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
  offer_to_send(context, "update.send", offered_.picture, offered_.name);
}

void UpdateStage::put_states(Context& context, const rbm::States& states, int count, ui::TileWall& wall,
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
              .map = ui::ColourMap::Ink,
              .centres_rest = true});
  rbm::unpack(rbm::rows_of(states, 0, std::min<rbm::Index>(states.rows(), count)), values_);
  rbm::to_pictures(model, values_, pixels_, context.pool);
  for (int n = 0; n < static_cast<int>(pixels_.rows()); ++n) wall.put(n, pixels_.row(n));
}

/// All cases, a row of small squares each.
void UpdateStage::put_hidden(const rbm::TracedPhase& phase, ui::TileWall& wall) {
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
void UpdateStage::draw_side(Context& context, const rbm::UpdateTrace& trace, bool of_model, ImVec2 at,
                            ImVec2 size) {
  const float title = ImGui::GetTextLineHeight() + ui::px(2), gap = ui::px(10);
  const float wall = std::floor(size.x * 0.68f), beside = size.x - wall - gap;
  const UpdatePhase comes = of_model ? UpdatePhase::Chains : UpdatePhase::Batch,
                    answers = of_model ? UpdatePhase::Model : UpdatePhase::Data;
  ImGui::SetCursorPos(at);
  const int shown = shown_cases(context, trace, of_model, {wall, size.y - title});
  part_title(cases_title(trace, of_model, shown).c_str(), motion_.phase() == comes, motion_.is_reached(comes),
             wall);
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

/// Its first ones, as many as can be seen.
int UpdateStage::shown_cases(const Context& context, const rbm::UpdateTrace& trace, bool of_model,
                             ImVec2 room) const {
  const rbm::Index all = of_model && !trace.path.empty() ? trace.path[step_].rows() : trace.batch.rows();
  return static_cast<int>(
      std::min<rbm::Index>({all, rbm::kTracedChains, fitting_chains(*context.snapshot.model, room)}));
}

std::string UpdateStage::cases_title(const rbm::UpdateTrace& trace, bool of_model, int shown) const {
  const std::string all = std::to_string(trace.batch.rows());
  if (!of_model)
    return "v: " + (shown < trace.batch.rows() ? std::to_string(shown) + " of " + all : all) +
           " images of the data";
  if (trace.is_exact) return "v drawn from the model's exact distribution";
  if (step_ == 0) return "v of the chains, at their start";
  const std::size_t steps = trace.path.empty() ? 0 : trace.path.size() - 1;
  return "v of the chains, after " + std::to_string(step_) + " of " + std::to_string(steps) +
         (steps == 1 ? " step" : " steps");
}

void UpdateStage::draw_cases(Context& context, const rbm::UpdateTrace& trace, bool of_model, ImVec2 room) {
  Half& half = halves_[of_model ? 1 : 0];
  const rbm::States& states = of_model ? trace.path[step_] : trace.batch;
  const int count = shown_cases(context, trace, of_model, room);
  const Put put{trace.update, step_, count, -1, room.x};
  if (half.put_cases != put) put_states(context, states, count, half.cases, room);
  half.put_cases = put;
  const auto hit = half.cases.draw(
      of_model ? "update.chains" : "update.batch",
      {.size = room,
       .integer_scale = false,
       .centred = false,
       .hint = of_model ? "The visible units of the chains that give the model's side of the gradient."
                        : "The visible units as the images of this mini-batch set them."});
  if (!hit.hovered || hit.tile < 0 || hit.tile >= count || !is_picture_wanted(context.shared.menu)) return;
  offered_ = {shown_picture(*context.snapshot.model, states, hit.tile, context.pool),
              of_model ? trace.is_exact ? "sample " + std::to_string(hit.tile) + " of the exact distribution"
                                        : "training's chain " + std::to_string(hit.tile)
                       : "image " + std::to_string(hit.tile + 1) + " of the mini-batch"};
}

void UpdateStage::draw_hidden(const rbm::UpdateTrace& trace, bool of_model, ImVec2 room) {
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

void UpdateStage::put_pictures(Context& context, const rbm::UpdateTrace& trace) {
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

void UpdateStage::draw_pictures(Context& context, const rbm::UpdateTrace& trace, ImVec2 at, float side,
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

void UpdateStage::draw_picture(std::size_t n, ImVec2 at, float side) {
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
