#include "app/panels/paint_panel.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "app/panels/format_text.hpp"
#include "app/panels/inline_controls.hpp"
#include "app/panels/unit_order.hpp"
#include "app/panels/label_bars.hpp"
#include "app/ui/theme.hpp"

namespace lab {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr float kNoise = 0.1f;
constexpr std::uint64_t kNeverSeen = ~std::uint64_t{0};

void show(ui::TileWall& wall, const rbm::ImageShape& shape, const float* pixels, ui::ColourMap map, float low,
          float high) {
  wall.shape({.tile_width = shape.width,
              .tile_height = shape.height,
              .channels = 1,
              .count = 1,
              .columns = 1,
              .gap = 0,
              .map = map,
              .low = low,
              .high = high});
  wall.put(0, pixels);
}

}  // namespace

// --- state ---

void PaintPanel::stroke(std::span<const float> points) {
  if (points.size() < 2) return;
  canvas_.begin_stroke();
  for (std::size_t i = 0; i + 1 < points.size(); i += 2)
    canvas_.stroke_to(points[i], points[i + 1], radius_, false);
  canvas_.end_stroke();
}

void PaintPanel::load_digit(const rbm::Dataset& digits, int number) {
  const auto pixels = static_cast<std::size_t>(canvas_.width() * canvas_.height());
  if (static_cast<std::size_t>(digits.shape.pixels()) != pixels || digits.count() == 0) return;
  digit_ = std::clamp(number, 0, static_cast<int>(digits.count()) - 1);
  std::vector<float> ink(pixels);
  const std::uint8_t* grey = digits.image(digit_);
  for (std::size_t i = 0; i < pixels; ++i) ink[i] = static_cast<float>(grey[i]) / 255;
  canvas_.set(ink);
  digit_version_ = canvas_.version();
  shown_label_ = digits.labels.empty() ? -1 : digits.labels[static_cast<std::size_t>(digit_)];
}

void PaintPanel::random_digit(Context& context) {
  if (!context.shared.test || context.shared.test->count() == 0) return;
  const auto count = static_cast<std::uint32_t>(context.shared.test->count());
  load_digit(*context.shared.test, static_cast<int>(rbm::random_below(
                                       {seed_++, rbm::Stream::Window, std::uint64_t{1} << 42}, 0, 0, count)));
  follow_canvas(context);
}

/// Brings what the model sees, and what other panels start from, up to date with the ink.
void PaintPanel::follow_canvas(Context& context) {
  if (canvas_version_ == canvas_.version() && seen_with_centring_ == centre_) return;
  canvas_version_ = canvas_.version();
  seen_with_centring_ = centre_;
  ++seen_version_;
  if (canvas_.total_ink() <= 0) {
    seen_.clear();
    shift_ = {};
  } else {
    const std::span<const float> ink = canvas_.ink();
    shift_ = centre_ ? centring_shift(ink, canvas_.width(), canvas_.height()) : Shift{};
    seen_.resize(ink.size());
    move_ink(ink, canvas_.width(), canvas_.height(), shift_, seen_);
  }
  context.shared.painted = seen_;
  context.shared.painted_version = seen_version_;
}

void PaintPanel::follow_model(Context& context) {
  const rbm::Snapshot& snapshot = context.snapshot;
  if (is_empty() || (answered_version_ == seen_version_ && answered_model_ == snapshot.model_version)) return;
  const bool new_model = answered_model_ != snapshot.model_version;
  answered_version_ = seen_version_;
  answered_model_ = snapshot.model_version;
  if (new_model) weight_range_ = filter_range(*snapshot.model);
  ++answers_;
  answer_.compute(*snapshot.model, *snapshot.transposed, snapshot.mean_activity, seen_, context.pool);
  const std::span<const double> data = snapshot.data_free_energies
                                           ? std::span<const double>(*snapshot.data_free_energies)
                                           : std::span<const double>();
  share_ = share_above(data, answer_.free_energy());
  plot_.update(data, {}, answer_.free_energy());
}

void PaintPanel::restart_dream(const Context& context) {
  dream_.restart(answer_.states(), *context.snapshot.model, seed_++);
  dreamt_version_ = seen_version_;
}

/// A new stroke starts the dream over; it goes on if it was going.
void PaintPanel::advance_dream(Context& context) {
  if (is_empty()) {
    dream_.pause();
    return;
  }
  const rbm::Model& model = *context.snapshot.model;
  if (!dream_.fits(model) || dreamt_version_ != seen_version_) restart_dream(context);
  dream_.advance(model, *context.snapshot.transposed, context.pool, context.now_s);
}

std::map<std::string, double> PaintPanel::state() const {
  const bool answered = !is_empty() && !answer_.ranking().empty();
  return {{"ink", canvas_.total_ink()},
          {"version", static_cast<double>(canvas_.version())},
          {"can_undo", canvas_.can_undo()},
          {"can_redo", canvas_.can_redo()},
          {"centred", centre_},
          {"shift_x", shift_.x},
          {"shift_y", shift_.y},
          {"digit", digit_},
          {"free_energy", answered ? answer_.free_energy() : 0},
          {"familiar_share", answered && !std::isnan(share_) ? share_ : -1},
          {"error", answered ? answer_.error() : 0},
          {"top_unit", answered ? answer_.ranking()[0] : -1},
          {"dreaming", dream_.is_playing()},
          {"dream_steps", static_cast<double>(dream_.steps())}};
}

// --- drawing ---

/// Canvas as large as leaves room for the rest, in whole pixels of the picture.
PaintPanel::Layout PaintPanel::layout(ImVec2 room) const {
  Layout l{};
  l.gap = ui::px(8);
  const float pad = ui::px(24), row = ImGui::GetFrameHeight() + ui::px(8);
  const float chrome = ui::px(38) + 3 * row;  // title and three rows of tools
  const float most =
      std::min(0.5f * (room.x - l.gap) - pad, room.y - chrome - std::max(ui::px(196), 0.3f * room.y));
  const auto cells = static_cast<float>(canvas_.width());
  l.canvas = std::max(cells * 4, std::floor(most / cells) * cells);
  l.draw = {std::max(l.canvas + pad, ui::px(300)), l.canvas + chrome};
  l.answer = {room.x - l.draw.x - l.gap, l.draw.y};
  const float lower = room.y - l.draw.y - l.gap;
  // Two squares side by side below a title and above a caption.
  const float dream = 2 * (lower - ui::px(76)) + ui::px(12) + pad;
  l.dream = {std::max(ui::px(250), std::min(0.5f * (room.x - l.gap), dream)), lower};
  l.units = {room.x - l.dream.x - l.gap, lower};
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
  const rbm::ImageShape& shape = context.snapshot.model->shape;
  if (shape.channels != 1) {
    ui::begin_panel("paint", "Paint", {0, 0});
    ui::empty_state("Colour images cannot be painted",
                    "Train on grey images, for example mnist, to paint here.");
    ui::end_panel();
    return;
  }
  if (shape.width != canvas_.width() || shape.height != canvas_.height()) {
    canvas_ = ui::Canvas(shape.width, shape.height);
    canvas_version_ = kNeverSeen;
  }
  follow_canvas(context);
  follow_model(context);
  advance_dream(context);
  const Layout l = layout(begin_roomy("paint.room", {ui::px(560), ui::px(540)}));
  const ImVec2 origin = ImGui::GetCursorPos();
  draw_canvas(context, l);
  ImGui::SetCursorPos({origin.x + l.draw.x + l.gap, origin.y});
  draw_answer(context, l);
  ImGui::SetCursorPos({origin.x, origin.y + l.draw.y + l.gap});
  draw_units(context, l);
  ImGui::SetCursorPos({origin.x + l.units.x + l.gap, origin.y + l.draw.y + l.gap});
  draw_dream(context, l);
  ImGui::EndChild();
}

void PaintPanel::draw_canvas(Context& context, const Layout& layout) {
  ui::begin_panel("paint", "Paint", layout.draw);
  ui::panel_title_controls(toggle_width("Centre it"));
  ui::toggle("paint.centre", "Centre it", &centre_,
             "The model sees the drawing with its centre of mass in the middle, as all training digits are.");
  ui::panel_content();
  const float width = ImGui::GetContentRegionAvail().x;
  draw_tools(width);
  const float indent = std::floor((width - layout.canvas) / 2);
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(0.0f, indent));
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  canvas_.draw("paint.canvas", layout.canvas, radius_, erase_, "Left paints, right erases.");
  draw_canvas_overlay(corner, layout.canvas);
  draw_sources(context);
  ui::end_panel();
}

void PaintPanel::draw_tools(float width) {
  const float gap = ui::px(6), button = ImGui::GetFrameHeight();
  if (ui::icon_button("paint.brush", ui::Icon::Brush, "Paints with the left button.", !erase_))
    erase_ = false;
  ImGui::SameLine(0, gap);
  if (ui::icon_button("paint.eraser", ui::Icon::Eraser, "Erases with the left button.", erase_))
    erase_ = true;
  ImGui::SameLine(0, gap);
  inline_slider("paint.size", &radius_, 0.5f, 3.5f, "Size %.1f",
                std::max(ui::px(60), width - 5 * (button + gap)), false,
                "Radius of the brush in pixels of the picture; digits of the data are about 1.3.");
  ImGui::SameLine(0, gap);
  ImGui::BeginDisabled(!canvas_.can_undo());
  if (ui::icon_button("paint.undo", ui::Icon::Undo, "Takes back the last stroke (Ctrl+Z).")) undo();
  ImGui::EndDisabled();
  ImGui::SameLine(0, gap);
  ImGui::BeginDisabled(!canvas_.can_redo());
  if (ui::icon_button("paint.redo", ui::Icon::Redo, "Does it again (Ctrl+Y).")) redo();
  ImGui::EndDisabled();
  ImGui::SameLine(0, gap);
  if (ui::icon_button("paint.clear", ui::Icon::Clear, "Wipes the canvas (Delete).")) clear();
}

void PaintPanel::draw_sources(Context& context) {
  const rbm::Dataset* digits = context.shared.test.get();
  const bool usable = digits != nullptr && digits->shape.width == canvas_.width() &&
                      digits->shape.height == canvas_.height() && digits->shape.channels == 1 &&
                      digits->count() > 0;
  const int last = usable ? static_cast<int>(digits->count()) - 1 : 0;
  const float gap = ui::px(6);
  ImGui::BeginDisabled(!usable);
  ImGui::AlignTextToFramePadding();
  ui::text_dim("Test digit");
  ImGui::SameLine(0, gap);
  if (ui::button("paint.digit.previous", "<", "The test digit before this one.", ui::Icon::None,
                 ui::Emphasis::Quiet) &&
      usable)
    load_digit(*digits, digit_ - 1);
  ImGui::SameLine(0, 0);
  if (int_box("paint.digit", &digit_, 0, last, ui::px(58),
              "Number of a test digit, never trained on: drag, or Ctrl+click to type.") &&
      usable)
    load_digit(*digits, digit_);
  ImGui::SameLine(0, 0);
  if (ui::button("paint.digit.next", ">", "The next test digit.", ui::Icon::None, ui::Emphasis::Quiet) &&
      usable)
    load_digit(*digits, digit_ + 1);
  ImGui::SameLine(0, gap);
  if (ui::icon_button("paint.digit.dice", ui::Icon::Dice, "A random test digit (D).")) random_digit(context);
  ImGui::EndDisabled();
  same_line_if_fits(button_width("Noise", false));
  if (ui::button("paint.noise", "Noise", "Replaces every tenth pixel by chance."))
    canvas_.add_noise(kNoise, seed_++);
  const bool is_digit = digit_version_ == canvas_.version() && shown_label_ >= 0;
  char text[64];
  if (is_digit)
    std::snprintf(text, sizeof text, "Test digit %d, labelled %d.", digit_, shown_label_);
  else if (shift_ != Shift{})
    std::snprintf(text, sizeof text, "Frame: the field that the model sees.");
  else
    std::snprintf(text, sizeof text, "Left paints, right erases.");
  ui::push_font(ui::fonts().small);
  ui::text_dim(text);
  ui::pop_font();
}

/// The invitation on an empty canvas; else the frame of the field that the model sees after centring.
void PaintPanel::draw_canvas_overlay(ImVec2 min, float side) const {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ui::Palette& colours = ui::palette();
  if (canvas_.total_ink() <= 0) {
    const auto centred = [&](ImFont* font, const char* text, float y, ImU32 colour) {
      ui::push_font(font);
      const ImVec2 size = ImGui::CalcTextSize(text);
      list->AddText({min.x + (side - size.x) / 2, min.y + y - size.y / 2}, colour, text);
      ui::pop_font();
    };
    ui::draw_icon(list, ui::Icon::Brush, {min.x + side / 2, min.y + side * 0.36f}, ui::px(28),
                  colours.text_faint);
    centred(ui::fonts().title, "Draw a digit here", side * 0.5f, colours.text_dim);
    centred(ui::fonts().small, "or press D for a test digit", side * 0.5f + ui::px(24), colours.text_faint);
    return;
  }
  if (shift_ == Shift{}) return;
  const float cell = side / static_cast<float>(canvas_.width());
  const ImVec2 moved{min.x - static_cast<float>(shift_.x) * cell,
                     min.y - static_cast<float>(shift_.y) * cell};
  list->PushClipRect(min, {min.x + side, min.y + side}, true);
  ui::draw_rect(list, moved, {moved.x + side, moved.y + side}, ui::faded(colours.accent, 0.7f), 0, ui::px(1));
  list->PopClipRect();
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
    draw_pictures(context, width);
    if (beside) ImGui::SetCursorPos({origin.x + width + ui::px(20), origin.y});
    ui::begin_child("familiarity", {0, 0}, false,
                    ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
    draw_familiarity();
    ImGui::EndChild();
  }
  ui::end_panel();
}

/// The third picture is the difference, or the evidence for the explained unit (−1: none).
void PaintPanel::put_pictures(const rbm::Model& model, int explained) {
  if (put_answer_ == answers_ && put_explained_ == explained) return;
  put_answer_ = answers_;
  put_explained_ = explained;
  show(pictures_[0], model.shape, answer_.picture().data(), ui::ColourMap::Ink, 0, 1);
  show(pictures_[1], model.shape, answer_.reconstruction().data(), ui::ColourMap::Ink, 0, 1);
  if (explained < 0) {
    show(pictures_[2], model.shape, answer_.difference().data(), ui::ColourMap::Diverging, -1, 1);
    return;
  }
  evidence_.resize(answer_.picture().size());
  evidence(model, explained, answer_.picture(), evidence_);
  show(pictures_[2], model.shape, evidence_.data(), ui::ColourMap::Diverging, -weight_range_, weight_range_);
}

void PaintPanel::draw_pictures(Context& context, float width) {
  const rbm::Model& model = *context.snapshot.model;
  const float gap = ui::px(10), side = std::floor((width - 2 * gap) / 3);
  const int unit = context.shared.hovered_unit;
  const bool explains = unit >= 0 && unit < model.hidden();
  put_pictures(model, explains ? unit : -1);
  char third[32] = "Difference";
  if (explains) std::snprintf(third, sizeof third, "For unit %d", unit);
  const std::array<const char*, 3> names{"It sees", "Reconstruction", third};
  const std::array<const char*, 3> ids{"paint.seen", "paint.reconstruction", "paint.difference"};
  const std::array<const char*, 3> hints{
      "The drawing as the model gets it: centred, and every pixel on or off.",
      "p(v|h) with the hidden units at their probabilities for this drawing: what the model keeps of it.",
      explains ? "The ink that speaks for this hidden unit (orange) and against it (blue)."
               : "Drawing minus reconstruction: orange ink is lost, blue is added."};
  const ImVec2 origin = ImGui::GetCursorPos();
  const float label = ImGui::GetTextLineHeight() + ui::px(4);
  for (std::size_t i = 0; i < 3; ++i) {
    const float x = origin.x + static_cast<float>(i) * (side + gap);
    ImGui::SetCursorPos({x, origin.y});
    ui::push_font(ui::fonts().small);
    ui::text_dim(i == 1 && ImGui::CalcTextSize(names[i]).x > side ? "Rebuilt" : names[i]);
    ui::pop_font();
    ImGui::SetCursorPos({x, origin.y + label});
    pictures_[i].draw(ids[i], {.size = {side, side}, .integer_scale = false, .hint = hints[i]});
  }
  ImGui::SetCursorPos({origin.x, origin.y + label + side});
  ImGui::Dummy({width, 0});
}

void PaintPanel::draw_familiarity() {
  char text[128];
  std::snprintf(text, sizeof text, "%.1f nats", answer_.free_energy());
  ui::heading("Free energy", text);
  const bool known = !std::isnan(share_);
  ui::push_font(ui::fonts().title);
  std::snprintf(text, sizeof text, "%s", word(familiarity(share_)));
  text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  ImGui::TextUnformatted(text);
  ui::pop_font();
  if (known)
    std::snprintf(text, sizeof text, "Lower than %.0f %% of the validation digits.", 100 * share_);
  else
    std::snprintf(text, sizeof text, "There are no validation images to compare with.");
  ImGui::PushTextWrapPos(0);
  ui::text_dim(text);
  ImGui::PopTextWrapPos();
  if (const auto labels = answer_.label_log_posteriors(); !labels.empty()) {
    const auto best = std::ranges::max_element(labels) - labels.begin();
    std::snprintf(text, sizeof text, "%td, %.1f %%", best, 100 * std::exp(double{labels[static_cast<std::size_t>(best)]}));
    ui::heading("Label", text);
    draw_label_bars("paint.labels", labels, {ImGui::GetContentRegionAvail().x, ui::px(64)});
  }
  const ImVec2 room = ImGui::GetContentRegionAvail();
  plot_.draw("paint.free_energy", {room.x, std::max(ui::px(60), room.y)},
             dream_.steps() > 0 ? dream_.free_energy() : kNaN,
             "Grey: free energies of the validation images; the line: your drawing; the thin line: the "
             "dream. Low is familiar; the number "
             "alone means nothing, because the partition function is unknown.");
}

void PaintPanel::draw_units(Context& context, const Layout& layout) {
  ui::begin_panel("paint.units", "Hidden units that answer", layout.units);
  if (is_empty()) {
    ui::empty_state("No answer yet", "The filters of the units that your drawing switches on appear here.");
  } else {
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
  ui::panel_title_controls(2 * ImGui::GetFrameHeight() + ui::px(6));
  const bool playing = dream_.is_playing();
  if (ui::icon_button("paint.dream", playing ? ui::Icon::Pause : ui::Icon::Play,
                      "A Gibbs chain goes on from the drawing: where the model drifts when left alone (M).",
                      playing))
    dream_play_pause();
  ImGui::SameLine(0, ui::px(6));
  if (ui::icon_button("paint.dream.restart", ui::Icon::Reset, "Back to the drawing.")) restart_dream(context);
  ui::panel_content();
  dream_.draw();
  ui::end_panel();
}

}  // namespace lab
