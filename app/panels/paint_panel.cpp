#include "app/panels/paint_panel.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/panels/format_text.hpp"
#include "app/panels/inline_controls.hpp"
#include "app/panels/label_bars.hpp"
#include "app/panels/picture_tile.hpp"
#include "app/panels/send_menu.hpp"
#include "app/panels/unit_order.hpp"
#include "app/ui/plot.hpp"
#include "app/ui/theme.hpp"
#include "core/model/pictures.hpp"
#include "core/model/units/visible_units.hpp"

namespace lab {
namespace {

constexpr double kComparedEvery_s = 0.25;
constexpr float kTwoPanels_px = 560, kLeastColumn_px = 320;  // widths at scale 1
constexpr float kLowPanel_px = 240;                          // height of each but the canvas in one column

}  // namespace

void PaintPanel::follow_model(Context& context) {
  const rbm::Snapshot& snapshot = context.snapshot;
  if (snapshot.weights.filters && ranged_model_ != snapshot.weights.version) {
    weight_range_ = filter_range(*snapshot.weights.filters);
    ranged_model_ = snapshot.weights.version;
  }
  others_.is_behind = false;
  if (is_empty()) return;
  if (answered_version_ != canvas_.version() || answered_model_ != snapshot.weights.version) {
    answered_version_ = canvas_.version();
    answered_model_ = snapshot.weights.version;
    ++answers_;
    answer_.compute(*snapshot.model, *snapshot.weights.transposed, snapshot.hidden.mean_activity,
                    canvas_.seen(), context.pool);
  }
  compare(context);
}

/// With unseen pictures and with noise, one of them a frame: that costs most, and follows brush and model a few times a
/// second.
void PaintPanel::compare(const Context& context) {
  const rbm::Snapshot& snapshot = context.snapshot;
  const bool is_first = others_.answer == 0;
  const auto is_due = [&](double taken_s) { return is_first || context.now_s >= taken_s + kComparedEvery_s; };
  bool is_new = false;
  if (is_due(others_.unseen_s)) is_new = others_.unseen.follow(context, *snapshot.model, snapshot.weights.version);
  if (is_new) others_.unseen_s = context.now_s;
  if (is_first || (!is_new && is_due(others_.noise_s) && others_.answer != answers_)) {
    shares_.of_noise =
        others_.noise.share_above(context, *snapshot.model, snapshot.weights.version, answer_);
    others_.answer = answers_;
    others_.noise_s = context.now_s;
  }
  others_.is_behind =
      snapshot.state != rbm::RunState::Running &&
      (others_.answer != answers_ || others_.unseen.model_version() != snapshot.weights.version);
  if (!is_new && others_.ranked == answered_version_) return;
  others_.ranked = answered_version_;
  shares_.of_data = share_above(others_.unseen.free_energies(), answer_.free_energy());
  shares_.has_least_ink = others_.unseen.has_less_ink(answer_.picture());
  plot_.update(others_.unseen.free_energies(), {}, answer_.free_energy());
}

/// The dream keeps what is held, from now on.
void PaintPanel::hold_dream(const Context& context) {
  const auto holds = context.shared.held.holds_of(*context.snapshot.model, canvas_.seen(), context.pool);
  dream_.hold(holds ? *holds : rbm::Holds{});
  hold_trouble_ = holds ? "" : holds.error().message;
  held_version_ = context.shared.held.version();
}

void PaintPanel::restart_dream(const Context& context) {
  hold_dream(context);
  dream_.restart(answer_.states(), *context.snapshot.model, seed_++);
  dreamt_version_ = canvas_.version();
}

/// A new stroke starts the dream over; it goes on if it was going.
void PaintPanel::advance_dream(Context& context) {
  if (is_empty()) {
    dream_.pause();
    return;
  }
  const rbm::Model& model = *context.snapshot.model;
  if (!dream_.fits(model) || dreamt_version_ != canvas_.version()) restart_dream(context);
  if (held_version_ != context.shared.held.version()) hold_dream(context);
  dream_.advance(model, *context.snapshot.weights.transposed, context.pool, context.now_s);
}

const Dream* PaintPanel::dream_on(Context& context) {
  canvas_.follow(context);
  const rbm::Model& model = *context.snapshot.model;
  if (is_empty() || !dream_.fits(model)) return nullptr;
  if (held_version_ != context.shared.held.version()) hold_dream(context);
  dream_.advance(model, *context.snapshot.weights.transposed, context.pool, context.now_s);
  return dream_.steps() > 0 ? &dream_ : nullptr;
}

std::map<std::string, double> PaintPanel::state() const {
  const bool answered = !is_empty() && !answer_.ranking().empty();
  std::map<std::string, double> state{
      {"free_energy", answered ? answer_.free_energy() : 0},
      {"familiar_share", answered && !std::isnan(shares_.of_data) ? shares_.of_data : -1},
      {"beaten_noise", answered && !std::isnan(shares_.of_noise) ? shares_.of_noise : -1},
      {"error", answered ? answer_.error() : 0},
      {"top_unit", answered ? answer_.ranking()[0] : -1},
      {"dreaming", dream_.is_playing()},
      {"dream_steps", static_cast<double>(dream_.steps())}};
  state["held"] = held_version_ > 0;
  canvas_.add_state(state);
  return state;
}

/// Canvas as large as leaves room for the rest, in whole pixels of the picture, which are square.
PaintPanel::Layout PaintPanel::layout(ImVec2 room) const {
  Layout l{};
  l.gap = ui::px(8);
  const auto [pad, chrome] = canvas_.chrome();
  const ImVec2 cells = canvas_.cells();
  const ImVec2 most{0.5f * (room.x - l.gap) - pad, room.y - chrome - std::max(ui::px(196), 0.3f * room.y)};
  const float cell =
      std::max(std::min(4.0f, most.x / cells.x), std::floor(std::min(most.x / cells.x, most.y / cells.y)));
  l.canvas = {cells.x * cell, cells.y * cell};
  // A wide picture leaves the other panels their height.
  l.draw = {std::max(l.canvas.x + pad, ui::px(300)),
            std::max(l.canvas.y, std::min(most.y, 0.6f * l.canvas.x)) + chrome};
  l.answer = {room.x - l.draw.x - l.gap, l.draw.y};
  const float lower = room.y - l.draw.y - l.gap;
  // Two squares side by side below a title and above a caption.
  const float dream = 2 * (lower - ui::px(76)) + ui::px(12) + pad;
  l.dream = {std::max(ui::px(250), std::min(0.5f * (room.x - l.gap), dream)), lower};
  l.units = {room.x - l.dream.x - l.gap, lower};
  return l;
}

/// In a narrow view: one panel below the other, and the canvas as large as shows all of it.
PaintPanel::Layout PaintPanel::stacked(float width, float height) const {
  Layout l{};
  l.gap = ui::px(8);
  const auto [pad, chrome] = canvas_.chrome();
  const ImVec2 cells = canvas_.cells();
  const float cell =
      std::max(4.0f, std::floor(std::min((width - pad) / cells.x, (height - chrome) / cells.y)));
  l.canvas = {cells.x * cell, cells.y * cell};
  l.draw = {width, l.canvas.y + chrome};
  l.answer = {width, ui::px(1.4f * kLowPanel_px)};
  l.units = l.dream = {width, ui::px(kLowPanel_px)};
  return l;
}

void PaintPanel::draw(Context& context) {
  if (!context.has_model()) {
    ui::begin_panel("paint", "Paint", {0, 0});
    ui::empty_state("No model yet",
                    "Your drawing is shown to the model that training makes; it is there as soon as the data "
                    "are loaded.");
    ui::end_panel();
    return;
  }
  canvas_.follow(context);
  follow_model(context);
  advance_dream(context);
  const ImVec2 seen = ImGui::GetContentRegionAvail();
  const float bar = ImGui::GetStyle().ScrollbarSize;
  const bool is_narrow = seen.x < ui::px(kTwoPanels_px);
  Layout l = stacked(std::max(seen.x - bar, ui::px(kLeastColumn_px)), seen.y);
  const float all = l.draw.y + l.answer.y + l.units.y + l.dream.y + 3 * l.gap;
  const ImVec2 room = begin_roomy("paint.room", is_narrow ? ImVec2{ui::px(kLeastColumn_px), all}
                                                          : ImVec2{ui::px(kTwoPanels_px), ui::px(540)});
  if (!is_narrow) l = layout(room);
  const ImVec2 at = ImGui::GetCursorPos();
  const float below = at.y + l.draw.y + l.gap;
  const ImVec2 answer = is_narrow ? ImVec2{at.x, below} : ImVec2{at.x + l.draw.x + l.gap, at.y};
  const ImVec2 units{at.x, is_narrow ? below + l.answer.y + l.gap : below};
  canvas_.draw(context, l.draw, l.canvas);
  ImGui::SetCursorPos(answer);
  draw_answer(context, l);
  ImGui::SetCursorPos(units);
  draw_units(context, l);
  ImGui::SetCursorPos(is_narrow ? ImVec2{units.x, units.y + l.units.y + l.gap}
                                : ImVec2{units.x + l.units.x + l.gap, units.y});
  draw_dream(context, l);
  ImGui::EndChild();
}

void PaintPanel::draw_answer(Context& context, const Layout& layout) {
  ui::begin_panel("paint.answer", "What the model makes of it", layout.answer);
  if (is_empty()) {
    ui::empty_state("Nothing to see yet",
                    "Draw: reconstruction and familiarity follow every stroke of the brush.");
  } else {
    // Where the panel is wide the free energy stands beside the pictures, else below them.
    const ImVec2 room = ImGui::GetContentRegionAvail(), origin = ImGui::GetCursorPos();
    const bool beside = room.x > 1.7f * room.y;
    const float width = beside ? std::min(0.62f * room.x, 2.4f * room.y) : room.x;
    draw_pictures(context, {width, beside ? room.y : 0});
    if (beside) ImGui::SetCursorPos({origin.x + width + ui::px(20), origin.y});
    ui::begin_child("familiarity", {0, 0}, false,
                    ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
    draw_familiarity(context);
    ImGui::EndChild();
  }
  ui::end_panel();
}

/// The third picture is the difference, or the evidence for the explained unit (−1: none).
void PaintPanel::put_pictures(const rbm::Model& model, int explained) {
  if (put_answer_ == answers_ && put_explained_ == explained) return;
  put_answer_ = answers_;
  put_explained_ = explained;
  const rbm::ImageShape shape = rbm::picture_shape(model);
  put_picture(pictures_[0], shape, answer_.picture().data(), ui::ColourMap::Ink, 0, 1);
  put_picture(pictures_[1], shape, answer_.reconstruction().data(), ui::ColourMap::Ink, 0, 1);
  if (explained < 0) {
    put_picture(pictures_[2], shape, answer_.difference().data(), ui::ColourMap::Diverging, -1, 1);
    return;
  }
  evidence_.resize(answer_.picture().size());
  rbm::evidence(model, explained, answer_.picture(), evidence_);
  // Evidence of real numbers has no natural range.
  const float range =
      rbm::units_of(model).stores_numbers() ? ui::symmetric_range(evidence_, 1e-6f) : weight_range_;
  put_picture(pictures_[2], shape, evidence_.data(), ui::ColourMap::Diverging, -range, range);
}

namespace {

struct PictureGrid {
  std::size_t columns;
  float side;
};

/// Three squares with a label each, side by side or, where the room is high enough for that, in two rows. A height of 0 is
/// as much as they need.
PictureGrid picture_grid(ImVec2 room, float label, float gap) {
  const float three = std::floor((room.x - 2 * gap) / 3);
  const float two = std::floor(std::min((room.x - gap) / 2, (room.y - gap) / 2 - label));
  return two > three ? PictureGrid{2, two} : PictureGrid{3, three};
}

}  // namespace

void PaintPanel::draw_pictures(Context& context, ImVec2 room) {
  const rbm::Model& model = *context.snapshot.model;
  const float gap = ui::px(10), label = ImGui::GetTextLineHeight() + ui::px(4);
  const auto [columns, side] = picture_grid(room, label, gap);
  const int unit = context.shared.hovered.unit;
  // A unit of a stack sees no pixels.
  const bool explains = unit >= 0 && unit < model.hidden() && model.below == nullptr;
  put_pictures(model, explains ? unit : -1);
  char third[32] = "Difference";
  if (explains) std::snprintf(third, sizeof third, "For unit %d", unit);
  const bool real = rbm::units_of(model).stores_numbers();
  const std::array<const char*, 3> names{"It sees", "Reconstruction", third};
  const std::array<const char*, 3> ids{"paint.seen", "paint.reconstruction", "paint.difference"};
  const std::array<const char*, 3> hints{
      real ? "The picture as the model gets it."
           : "The drawing as the model gets it: centred, and every pixel on or off.",
      "The expected picture with the hidden units at their probabilities for this drawing: what the model "
      "keeps of it.",
      rbm::picture_shape(model).channels == 3
          ? (explains ? "What every colour adds to the input of this hidden unit; grey adds nothing."
                      : "Picture minus reconstruction: grey where both agree.")
      : explains ? "The ink that speaks for this hidden unit (orange) and against it (blue)."
                 : "Drawing minus reconstruction: orange ink is lost, blue is added."};
  std::span<const float> sent;
  const ImVec2 origin = ImGui::GetCursorPos();
  for (std::size_t i = 0; i < 3; ++i) {
    const float x = origin.x + static_cast<float>(i % columns) * (side + gap),
                y = origin.y + static_cast<float>(i / columns) * (label + side + gap);
    ImGui::SetCursorPos({x, y});
    ui::push_font(ui::fonts().small);
    ui::text_dim(i == 1 && ImGui::CalcTextSize(names[i]).x > side ? "Rebuilt" : names[i]);
    ui::pop_font();
    ImGui::SetCursorPos({x, y + label});
    const auto hit = pictures_[i].draw(
        ids[i], {.size = {side, side}, .integer_scale = false, .has_menu = i < 2, .hint = hints[i]});
    if (hit.hovered && i < 2) sent = i == 0 ? answer_.picture() : answer_.reconstruction();
  }
  ImGui::SetCursorPos({origin.x, origin.y + label + side});
  ImGui::Dummy({room.x, 0});
  offer_to_send(context, "paint.send", sent,
                sent.data() == answer_.picture().data() ? "the painting" : "reconstruction");
}

void PaintPanel::draw_familiarity(Context& context) {
  char text[128];
  std::snprintf(text, sizeof text, "%.1f\u00a0nats", answer_.free_energy());
  ui::heading("Free energy", text);
  ui::push_font(ui::fonts().title);
  std::snprintf(text, sizeof text, "%s",
                is_only_ink(shares_) ? "little ink, not known" : word(familiarity(shares_.of_data)));
  text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  ImGui::TextUnformatted(text);
  ui::pop_font();
  ImGui::PushTextWrapPos(0);
  ui::text_dim(familiarity_words(shares_, others_.unseen.name()).c_str());
  ImGui::PopTextWrapPos();
  if (const auto labels = answer_.label_log_posteriors(); !labels.empty()) {
    const auto best = std::ranges::max_element(labels) - labels.begin();
    const rbm::Dataset* data = context.snapshot.data.train.get();
    std::snprintf(text, sizeof text, "%s, %.1f\u00a0%%", label_name(data, best).text,
                  100 * std::exp(double{labels[static_cast<std::size_t>(best)]}));
    ui::heading("Label", text);
    draw_label_bars("paint.labels", labels, data, {ImGui::GetContentRegionAvail().x, ui::px(64)});
    draw_label_hold(context);
  }
  const ImVec2 room = ImGui::GetContentRegionAvail();
  plot_.draw("paint.free_energy", {room.x, std::max(ui::px(60), room.y)},
             dream_.steps() > 0 ? dream_.free_energy() : ui::kNoNumber,
             "Grey: free energies of unseen pictures; the line: your drawing; the thin line: the "
             "dream. Low is familiar; the number alone means nothing, because the partition function is "
             "unknown.");
}

void PaintPanel::draw_units(Context& context, const Layout& layout) {
  ui::begin_panel("paint.units", "Hidden units that answer", layout.units);
  if (is_empty()) {
    ui::empty_state("No answer yet", "The filters of the units that your drawing switches on appear here.");
  } else if (!context.snapshot.weights.filters) {
    ui::empty_state("No filters yet", "They come in a moment.");
  } else {
    draw_unit_hold(context);
    units_.draw(context, answer_, weight_range_, answers_, ImGui::GetContentRegionAvail());
  }
  ui::end_panel();
}

void PaintPanel::draw_dream(Context& context, const Layout& layout) {
  char subtitle[48] = "";
  if (!is_empty()) std::snprintf(subtitle, sizeof subtitle, "step %s", grouped(dream_.steps()).text);
  ui::begin_panel("paint.dream.panel", "Dream", layout.dream, subtitle);
  if (is_empty()) {
    ui::empty_state("Nothing to dream of", "Draw, then let a Gibbs chain go on from your drawing (M).");
    ui::end_panel();
    return;
  }
  draw_dream_controls(context);
  if (!hold_trouble_.empty()) {
    ImGui::PushTextWrapPos(0);
    ui::text_dim(hold_trouble_.c_str());
    ImGui::PopTextWrapPos();
  }
  const bool hovers = dream_.draw();
  offer_to_send(context, "paint.dream.send", hovers ? dream_.picture() : std::span<const float>(),
                "dream, step " + std::to_string(dream_.steps()));
  ui::end_panel();
}

/// With something held the dream fills in the rest, and what it found can be taken over.
void PaintPanel::draw_dream_controls(Context& context) {
  const bool held = context.shared.held.any(), playing = dream_.is_playing();
  const float gap = ui::px(6), two = 2 * ImGui::GetFrameHeight() + gap;
  const float fill = button_width("Fill in", false) + button_width("Take it", false) + 2 * gap;
  ui::panel_title_controls(two + (held ? fill : 0));
  if (held) {
    if (ui::button("paint.fill", "Fill in",
                   "200 Gibbs steps of all that is not held: a draw of the rest, given what is."))
      dream_.fill_in();
    ImGui::SameLine(0, gap);
    if (ui::button("paint.take", "Take it",
                   "Puts the dream's picture on the canvas; undo brings the drawing back.", ui::Icon::None,
                   ui::Emphasis::Quiet))
      canvas_.set(dream_.picture());
    ImGui::SameLine(0, gap);
  }
  if (ui::icon_button("paint.dream", playing ? ui::Icon::Pause : ui::Icon::Play,
                      "A Gibbs chain goes on from the drawing: where the model drifts when left alone (M).",
                      playing))
    dream_play_pause();
  ImGui::SameLine(0, gap);
  if (ui::icon_button("paint.dream.restart", ui::Icon::Reset, "Back to the drawing.")) restart_dream(context);
  ui::panel_content();
}

/// The chosen unit can be held; without one, how many are.
void PaintPanel::draw_unit_hold(Context& context) {
  static constexpr std::array kHolds{"Free", "Off", "On"};
  HoldBoard& held = context.shared.held;
  const int unit = context.shared.selected_unit;
  if (unit < 0 || unit >= context.snapshot.model->hidden()) return;
  char text[32];
  std::snprintf(text, sizeof text, "Unit %d", unit);
  const float label = ImGui::CalcTextSize(text).x + ui::px(8), width = segmented_width(kHolds);
  if (ImGui::GetContentRegionAvail().x < label + width + ui::px(190)) return;
  ui::panel_title_controls(label + width);
  ImGui::AlignTextToFramePadding();
  ui::text_dim(text);
  ImGui::SameLine(0, ui::px(8));
  int hold = static_cast<int>(held.hidden(static_cast<std::size_t>(unit)));
  if (ui::segmented(
          "paint.hold.unit", &hold, kHolds,
          "What the chosen hidden unit does in dreams and chains: held off or on, it never changes."))
    held.set_hidden(static_cast<std::size_t>(unit), static_cast<Hold>(hold));
  ui::panel_content();
}

/// Which label the dream keeps, where the model has labels.
void PaintPanel::draw_label_hold(Context& context) {
  const rbm::Index labels = context.snapshot.model->labels();
  if (labels == 0) return;
  std::vector<std::string> names{"Label free"};
  for (rbm::Index y = 0; y < labels; ++y)
    names.push_back(std::string("Held: ") + label_name(context.snapshot.data.train.get(), y).text);
  std::vector<const char*> texts;
  for (const std::string& name : names) texts.push_back(name.c_str());
  int choice = context.shared.held.now().label + 1;
  ImGui::SetNextItemWidth(ui::px(110));
  if (ui::combo("paint.hold.label", &choice, texts, "The label that dreams and chains keep."))
    context.shared.held.set_label(choice - 1);
}

}  // namespace lab
