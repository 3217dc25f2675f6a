#include "app/panels/paint_canvas.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "app/panels/format_text.hpp"
#include "app/panels/inline_controls.hpp"
#include "app/ui/theme.hpp"

namespace lab {
namespace {

constexpr float kNoise = 0.1f;
constexpr std::uint64_t kNeverSeen = ~std::uint64_t{0};

struct Swatch {
  const char *id, *hint;
  std::array<float, 3> colour;
};
constexpr std::array<Swatch, 8> kSwatches{{
    {"paint.colour.white", "Paints white.", {1, 1, 1}},
    {"paint.colour.black", "Paints black.", {0, 0, 0}},
    {"paint.colour.red", "Paints red.", {0.85f, 0.15f, 0.12f}},
    {"paint.colour.orange", "Paints orange.", {0.95f, 0.55f, 0.15f}},
    {"paint.colour.yellow", "Paints yellow.", {0.95f, 0.88f, 0.3f}},
    {"paint.colour.green", "Paints green.", {0.2f, 0.6f, 0.25f}},
    {"paint.colour.blue", "Paints blue.", {0.15f, 0.35f, 0.8f}},
    {"paint.colour.brown", "Paints brown.", {0.45f, 0.3f, 0.18f}},
}};

bool is_digit_set(const Context& context, const rbm::Dataset* images) {
  return images != nullptr && images == context.shared.test.get();
}

}  // namespace

void PaintCanvas::stroke(std::span<const float> points) {
  if (points.size() < 2) return;
  canvas_.begin_stroke();
  for (std::size_t i = 0; i + 1 < points.size(); i += 2)
    canvas_.stroke_to(points[i], points[i + 1], radius_, false);
  canvas_.end_stroke();
}

void PaintCanvas::load_image(const rbm::Dataset& images, int number) {
  if (images.shape.width != canvas_.width() || images.shape.height != canvas_.height() ||
      images.shape.channels != canvas_.channels() || images.count() == 0)
    return;
  image_ = std::clamp(number, 0, static_cast<int>(images.count()) - 1);
  std::vector<float> ink(static_cast<std::size_t>(images.shape.pixels()));
  images.row(image_, ink.data());
  canvas_.set(ink);
  image_version_ = canvas_.version();
  shown_label_ = images.labels.empty() ? -1 : images.labels[static_cast<std::size_t>(image_)];
}

void PaintCanvas::random_image(Context& context) {
  const rbm::Dataset* images = test_images(context);
  if (images == nullptr) return;
  follow(context);
  const auto count = static_cast<std::uint32_t>(images->count());
  load_image(*images, static_cast<int>(rbm::random_below(
                          {seed_++, rbm::Stream::Window, std::uint64_t{1} << 42}, 0, 0, count)));
  follow(context);
}

void PaintCanvas::follow(Context& context) {
  const rbm::ImageShape shape = rbm::picture_shape(*context.snapshot.model);
  holding_.board = &context.shared.held;
  if (shape != this->shape()) {
    canvas_ = ui::Canvas(shape.width, shape.height, shape.channels);
    if (shape.channels == 3) canvas_.set_colour(kSwatches[0].colour);
    canvas_version_ = image_version_ = kNeverSeen;
    holding_.order.forget(0, canvas_.edits());
  }
  holding_.board->fit(*context.snapshot.model);
  if (holding_.age != holding_.board->age()) holding_.order.forget(1, holding_.board->edits());
  holding_.age = holding_.board->age();
  if (sent_version_ != context.shared.for_paint.version) {
    sent_version_ = context.shared.for_paint.version;
    canvas_.set(context.shared.for_paint.picture);
  }
  note_edits();
  publish(context);
}

void PaintCanvas::publish(Context& context) {
  if (!context.has_model() || rbm::picture_shape(*context.snapshot.model) != shape()) return;
  const std::array<bool, 2> with{centres(), fits()};
  if (canvas_version_ == canvas_.version() && seen_with_ == with) return;
  canvas_version_ = canvas_.version();
  seen_with_ = with;
  ++seen_version_;
  see(test_images(context));
  context.shared.painted = seen_;
  context.shared.painted_version = seen_version_;
}

/// From the ink to what the model sees. `images`: whose size the drawing is fitted to.
void PaintCanvas::see(const rbm::Dataset* images) {
  shift_ = {};
  if (canvas_.total_ink() <= 0) return seen_.clear();
  const std::span<const float> ink = canvas_.ink();
  const int width = canvas_.width(), height = canvas_.height();
  seen_.assign(ink.begin(), ink.end());
  std::vector<float> fitted(seen_);
  if (fits() && images != nullptr) {
    if (size_.data != images) size_.box = usual_box(*images);
    size_.data = images;
    fit_ink(ink, width, height, size_.box, fitted);
    seen_ = fitted;
  }
  if (!centres()) return;
  shift_ = centring_shift(fitted, width, height);
  if (shift_ != Shift{}) move_ink(fitted, width, height, shift_, seen_);
}

void PaintCanvas::note_edits() {
  holding_.order.note({canvas_.edits(), holding_.board != nullptr ? holding_.board->edits() : 0});
}

void PaintCanvas::undo() {
  note_edits();
  // An edit that its list has forgotten leads on to the one before.
  while (const auto list = holding_.order.take_back()) {
    if (*list == 0 ? canvas_.can_undo() : holding_.board->can_undo())
      return *list == 0 ? canvas_.undo() : holding_.board->undo();
  }
}

void PaintCanvas::redo() {
  note_edits();
  while (const auto list = holding_.order.do_again()) {
    if (*list == 0 ? canvas_.can_redo() : holding_.board->can_redo())
      return *list == 0 ? canvas_.redo() : holding_.board->redo();
  }
}

void PaintCanvas::add_state(std::map<std::string, double>& state) const {
  state["ink"] = canvas_.total_ink();
  state["version"] = static_cast<double>(canvas_.version());
  state["can_undo"] = holding_.order.can_take_back();
  state["can_redo"] = holding_.order.can_do_again();
  state["centred"] = centres();
  state["fitted"] = fits();
  state["hold_tool"] = holding_.is_tool;
  double held = 0;
  for (std::size_t i = 0; holding_.board != nullptr && i < holding_.board->now().pixels.size(); ++i)
    held += holding_.board->pixel(i) != Hold::Free;
  state["held_pixels"] = held;
  state["shift_x"] = shift_.x;
  state["shift_y"] = shift_.y;
  state["digit"] = image_;
}

ImVec2 PaintCanvas::chrome() const {
  // Title and three rows of tools, and one of the hold brush.
  const float rows = holding_.is_tool ? 4 : 3;
  return {ui::px(24), ui::px(38) + rows * (ImGui::GetFrameHeight() + ui::px(8))};
}

void PaintCanvas::draw(Context& context, ImVec2 size, ImVec2 field) {
  ui::begin_panel("paint", "Paint", size);
  draw_title(context);
  const float width = ImGui::GetContentRegionAvail().x;
  draw_tools(width);
  if (holding_.is_tool) draw_holds(width);
  const float indent = std::floor((width - field.x) / 2);
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(0.0f, indent));
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  if (holding_.is_tool) {
    holding_.brush.draw("paint.canvas", shape(), canvas_.ink(), canvas_.version(), field, radius_,
                        *holding_.board);
  } else {
    canvas_.draw(
        "paint.canvas", field, radius_, erase_,
        "Left paints, right erases. With Tab: arrows move the brush, Enter sets it down and lifts it.");
    HoldBrush::draw_marks(shape(), *holding_.board, corner, field);
  }
  draw_overlay(context, corner, field);
  draw_sources(context);
  ui::end_panel();
}

/// Centring for grey pictures, colours for the others.
void PaintCanvas::draw_title(Context&) {
  if (canvas_.channels() == 1) {
    ImGui::BeginDisabled(!is_grey_and_free());
    ui::panel_title_controls(toggle_width("Fit size") + toggle_width("Centre it") + ui::px(8));
    ui::toggle("paint.fit", "Fit size", &fit_,
               "The model sees the drawing as large as the data's pictures are: MNIST's digits fill a box of "
               "20 pixels.");
    ImGui::SameLine(0, ui::px(8));
    ui::toggle(
        "paint.centre", "Centre it", &centre_,
        "The model sees the drawing with its centre of mass in the middle, as all training digits are.");
    ImGui::EndDisabled();
    ui::panel_content();
    return;
  }
  const float side = std::floor(ImGui::GetFrameHeight() * 0.8f), gap = ui::px(4);
  ui::panel_title_controls(static_cast<float>(kSwatches.size()) * (side + gap) - gap);
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (const Swatch& swatch : kSwatches) {
    const ui::Focus focus = ui::take_focus(swatch.id);
    const bool chosen = canvas_.colour() == swatch.colour;
    if (ImGui::InvisibleButton(swatch.id, {side, side}) || focus.pressed) {
      canvas_.set_colour(swatch.colour);
      erase_ = false;
    }
    ui::mark(swatch.id, swatch.hint);
    const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
    const ImVec4 colour{swatch.colour[0], swatch.colour[1], swatch.colour[2], 1};
    list->AddRectFilled(min, max, ImGui::ColorConvertFloat4ToU32(colour), ui::px(3));
    ui::draw_rect(list, min, max, chosen ? ui::palette().accent : ui::palette().border, ui::px(3),
                  ui::px(chosen ? 2.5f : 1));
    ui::draw_focus(focus);
    ImGui::SameLine(0, gap);
  }
  ImGui::NewLine();
  ui::panel_content();
}

void PaintCanvas::draw_tools(float width) {
  const float gap = ui::px(6), button = ImGui::GetFrameHeight();
  if (ui::icon_button("paint.brush", ui::Icon::Brush, "Paints with the left button.",
                      !erase_ && !holding_.is_tool))
    erase_ = holding_.is_tool = false;
  ImGui::SameLine(0, gap);
  if (ui::icon_button("paint.eraser", ui::Icon::Eraser, "Erases with the left button.",
                      erase_ && !holding_.is_tool)) {
    erase_ = true;
    holding_.is_tool = false;
  }
  ImGui::SameLine(0, gap);
  if (ui::icon_button("paint.hold", ui::Icon::Pin,
                      "Marks pixels as known: they never change while the dream fills in the rest.",
                      holding_.is_tool))
    holding_.is_tool = !holding_.is_tool;
  ImGui::SameLine(0, gap);
  inline_slider("paint.size", &radius_, 0.5f, 3.5f, "Size %.1f",
                std::max(ui::px(60), width - 6 * (button + gap)), false,
                "Radius of the brush in pixels of the picture; the strokes of MNIST's digits are about 1.3.");
  ImGui::SameLine(0, gap);
  ImGui::BeginDisabled(!holding_.order.can_take_back());
  if (ui::icon_button("paint.undo", ui::Icon::Undo, "Takes back the last stroke or hold (Ctrl+Z).")) undo();
  ImGui::EndDisabled();
  ImGui::SameLine(0, gap);
  ImGui::BeginDisabled(!holding_.order.can_do_again());
  if (ui::icon_button("paint.redo", ui::Icon::Redo, "Does it again (Ctrl+Y).")) redo();
  ImGui::EndDisabled();
  ImGui::SameLine(0, gap);
  if (ui::icon_button("paint.clear", ui::Icon::Clear, "Wipes the canvas (Delete).")) clear();
}

/// What the hold brush does, and all of it at once.
void PaintCanvas::draw_holds(float width) {
  static constexpr std::array kAs{"As drawn", "On", "Off"};
  const float gap = ui::px(6);
  int as = static_cast<int>(holding_.brush.as);
  if (ui::segmented("paint.hold.as", &as, kAs,
                    "Whether held pixels are known as they are drawn, as on, or as off."))
    holding_.brush.as = static_cast<HoldAs>(as);
  ImGui::SameLine(0, gap);
  if (ui::button("paint.hold.ink", "Ink", "Holds everything that is drawn."))
    holding_.board->hold_ink(ink_of_pixels());
  ImGui::SameLine(0, gap);
  ImGui::BeginDisabled(!holding_.board->any());
  if (ui::button("paint.hold.free", width > ui::px(330) ? "Let all go" : "Free",
                 "Lets all pixels, hidden units and the label go.", ui::Icon::None, ui::Emphasis::Quiet))
    holding_.board->free_all();
  ImGui::EndDisabled();
}

/// The first channel of every pixel.
std::vector<float> PaintCanvas::ink_of_pixels() const {
  std::vector<float> out;
  for (std::size_t i = 0; i < canvas_.ink().size(); i += static_cast<std::size_t>(canvas_.channels()))
    out.push_back(canvas_.ink()[i]);
  return out;
}

void PaintCanvas::draw_sources(Context& context) {
  const rbm::Dataset* images = test_images(context);
  const bool usable = images != nullptr, digits = is_digit_set(context, images);
  const int last = usable ? static_cast<int>(images->count()) - 1 : 0;
  const float gap = ui::px(6);
  ImGui::BeginDisabled(!usable);
  ImGui::AlignTextToFramePadding();
  ui::text_dim(digits ? "Test digit" : "Image");
  ImGui::SameLine(0, gap);
  if (ui::button("paint.digit.previous", "<", "The test image before this one.", ui::Icon::None,
                 ui::Emphasis::Quiet) &&
      usable)
    load_image(*images, image_ - 1);
  ImGui::SameLine(0, 0);
  if (int_box("paint.digit", &image_, 0, last, ui::px(58),
              "Number of a test image, never trained on: drag, or Ctrl+click to type.") &&
      usable)
    load_image(*images, image_);
  ImGui::SameLine(0, 0);
  if (ui::button("paint.digit.next", ">", "The next test image.", ui::Icon::None, ui::Emphasis::Quiet) &&
      usable)
    load_image(*images, image_ + 1);
  ImGui::SameLine(0, gap);
  if (ui::icon_button("paint.digit.dice", ui::Icon::Dice, "A random test image (D).")) random_image(context);
  ImGui::EndDisabled();
  same_line_if_fits(button_width("Noise", false));
  if (ui::button("paint.noise", "Noise", "Replaces every tenth pixel by chance."))
    canvas_.add_noise(kNoise, seed_++);
  const bool is_image = image_version_ == canvas_.version();
  char text[80];
  if (holding_.is_tool || holding_.board->holds_pixels())
    std::snprintf(text, sizeof text, "Full marks: known on. Hollow: known off.");
  else if (is_image && shown_label_ >= 0)
    std::snprintf(text, sizeof text, "%s %d, labelled %s.", digits ? "Test digit" : "Test image", image_,
                  label_name(images, shown_label_).text);
  else if (is_image)
    std::snprintf(text, sizeof text, "Test image %d, never trained on.", image_);
  else if (shift_ != Shift{})
    std::snprintf(text, sizeof text, "Frame: the field that the model sees.");
  else
    std::snprintf(text, sizeof text, "Left paints, right erases.");
  ui::push_font(ui::fonts().small);
  ui::text_dim(text);
  ui::pop_font();
}

/// The invitation on an empty canvas; else the frame of the field that the model sees after centring.
void PaintCanvas::draw_overlay(const Context& context, ImVec2 min, ImVec2 field) const {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ui::Palette& colours = ui::palette();
  if (canvas_.total_ink() <= 0) {
    const bool digits = is_digit_set(context, test_images(context));
    // Mid-grey paper is the same in both themes.
    const bool grey = canvas_.channels() == 3;
    const ImU32 plain = grey ? IM_COL32(20, 20, 20, 255) : colours.text_dim,
                faint = grey ? IM_COL32(40, 40, 40, 255) : colours.text_faint;
    const auto centred = [&](ImFont* font, const char* text, float y, ImU32 colour) {
      ui::push_font(font);
      const ImVec2 size = ImGui::CalcTextSize(text);
      list->AddText({min.x + (field.x - size.x) / 2, min.y + y - size.y / 2}, colour, text);
      ui::pop_font();
    };
    ui::draw_icon(list, ui::Icon::Brush, {min.x + field.x / 2, min.y + field.y * 0.36f}, ui::px(28), faint);
    centred(ui::fonts().title, digits ? "Draw a digit here" : "Paint here", field.y * 0.5f, plain);
    centred(ui::fonts().small, digits ? "or press D for a test digit" : "or press D for a test image",
            field.y * 0.5f + ui::px(24), faint);
    return;
  }
  if (shift_ == Shift{}) return;
  const float cell = field.x / static_cast<float>(canvas_.width());
  const ImVec2 moved{min.x - static_cast<float>(shift_.x) * cell,
                     min.y - static_cast<float>(shift_.y) * cell};
  list->PushClipRect(min, {min.x + field.x, min.y + field.y}, true);
  ui::draw_rect(list, moved, {moved.x + field.x, moved.y + field.y}, ui::faded(colours.accent, 0.7f), 0,
                ui::px(1));
  list->PopClipRect();
}

}  // namespace lab
