#include "app/panels/why_panel.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/panels/format_text.hpp"
#include "app/panels/inline_controls.hpp"
#include "app/panels/picture_tile.hpp"
#include "app/panels/send_menu.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"
#include "core/model/units/visible_units.hpp"

namespace lab {
namespace {

constexpr std::array kAskedOf{"Painting", "Image", "Sent"};
constexpr float kNarrow = 600;       // a view of less width has one column
constexpr float kCostShade = 0.35f;  // how blue the pixel is whose flip costs most
constexpr float kLeastDislike = 1;   // nats: below this the map is shown as the little that it is

/// The whole sentence wrapped, and how high it was.
void wrapped(const char* text) {
  ImGui::PushTextWrapPos(0);
  ui::text_dim(text);
  ImGui::PopTextWrapPos();
}

}  // namespace

std::map<std::string, double> WhyPanel::state() const {
  const bool ready = explained_.ready();
  return {
      {"source", static_cast<double>(chosen_.source)},
      {"image", chosen_.image},
      {"pixel", question_.pixel},
      {"pinned", question_.pinned},
      {"list", question_.list},
      {"input", double{list_.evidence().input}},
      {"loudest", loudest_is_chosen_},
      {"rows", static_cast<double>(list_.rows())},
      {"free_energy", ready ? explained_.answer().free_energy() : 0},
      {"of_data", ready && !std::isnan(explained_.shares().of_data) ? explained_.shares().of_data : -1},
      {"of_noise", ready && !std::isnan(explained_.shares().of_noise) ? explained_.shares().of_noise : -1}};
}

/// The upper row takes what its three pictures need, the lists below get the rest. Where it is narrow all
/// stands below each other, and the view scrolls.
WhyPanel::Layout WhyPanel::layout(ImVec2 room) {
  Layout l{};
  const float gap = ui::px(8);
  if (room.x < ui::px(kNarrow)) {
    float y = 0;
    const auto next = [&](float height) {
      const Place place{{0, y}, {room.x, height}};
      y += height + gap;
      return place;
    };
    l.pictures = next(std::floor(room.x / 3) + ui::px(150));
    l.list = next(ui::px(240));
    l.unit = next(std::floor(room.x / 4) + ui::px(130));
    l.wall = next(ui::px(230));
    return l;
  }
  const float left = std::floor(0.56f * (room.x - gap)), right = room.x - gap - left;
  const float upper = std::floor(std::clamp(left / 3 + ui::px(130), 0.3f * room.y, 0.56f * room.y));
  const float x = left + gap, y = upper + gap;
  l.pictures = {{0, 0}, {left, upper}};
  l.wall = {{x, 0}, {right, upper}};
  l.list = {{0, y}, {left, room.y - y}};
  l.unit = {{x, y}, {right, room.y - y}};
  return l;
}

/// False where the source has no picture.
bool WhyPanel::find_picture(Context& context) {
  const Shared& shared = context.shared;
  if (shared.for_why.version != chosen_.sent_version) {
    chosen_.sent_version = shared.for_why.version;
    chosen_.source = Source::Sent;
  }
  const rbm::Dataset* images = test_images(context);
  // Until something is painted, or chosen, an unseen image is explained.
  if (!chosen_.by_hand && chosen_.source != Source::Sent)
    chosen_.source = shared.painted.empty() && images != nullptr ? Source::Image : Source::Painting;
  std::vector<float> wanted;
  chosen_.name = "your painting";
  chosen_.gaps = 0;
  if (chosen_.source == Source::Painting) wanted = shared.painted;
  if (chosen_.source == Source::Sent) {
    wanted = shared.for_why.picture;
    chosen_.name = shared.for_why.name;
  }
  if (chosen_.source == Source::Image && images != nullptr) {
    chosen_.image = std::clamp(chosen_.image, 0, static_cast<int>(images->count()) - 1);
    wanted.resize(static_cast<std::size_t>(images->shape.pixels()));
    images->row(chosen_.image, wanted.data());
    for (rbm::Index cell = 0; cell < images->shape.pixels(); ++cell)
      chosen_.gaps += images->is_missing(chosen_.image, cell) ? 1 : 0;
    chosen_.name = "unseen image " + std::to_string(chosen_.image);
  }
  const auto pixels = static_cast<std::size_t>(rbm::picture_shape(*context.snapshot.model).pixels());
  if (wanted.size() != pixels) return false;
  if (wanted != chosen_.picture) {
    chosen_.picture = std::move(wanted);
    ++chosen_.version;
  }
  return true;
}

int WhyPanel::shown_unit(const Context& context) const {
  return context.shared.hovered.unit >= 0 ? context.shared.hovered.unit : context.shared.selected_unit;
}

void WhyPanel::draw(Context& context) {
  if (!context.has_model() || !context.snapshot.weights.transposed) {
    ui::begin_panel("why", "Why", {0, 0});
    ui::empty_state("No model yet",
                    "Pictures are explained by the model that training makes; it is there as soon as "
                    "the data are loaded.");
    ui::end_panel();
    return;
  }
  context.shared.held.fit(*context.snapshot.model);
  const bool found = has_picture_ = find_picture(context);
  if (found) explained_.follow(context, chosen_.picture, chosen_.version);
  const ImVec2 seen = ImGui::GetContentRegionAvail();
  const Layout narrow = layout({seen.x, 0});
  const bool is_narrow = seen.x < ui::px(kNarrow);
  const Layout l = layout(begin_roomy(
      "why.room", is_narrow ? ImVec2{0, narrow.wall.at.y + narrow.wall.size.y} : ImVec2{0, ui::px(520)}));
  const ImVec2 origin = ImGui::GetCursorPos();
  const auto go_to = [&](const Place& place) {
    ImGui::SetCursorPos({origin.x + place.at.x, origin.y + place.at.y});
  };
  ui::begin_panel("why", "Why", l.pictures.size);
  draw_source(context);
  if (found)
    draw_pictures(context, ImGui::GetContentRegionAvail());
  else
    ui::empty_state("No picture to ask about",
                    chosen_.source == Source::Painting
                        ? "Paint one (6), or choose an image with the die above."
                        : "Right-click any picture of another view and choose Ask why.");
  ui::end_panel();
  if (explained_.ready())
    list_.fill(explained_, question_, SignedUnits::fitting(l.list.size.y - ui::px(96)));
  loudest_is_chosen_ = list_.loudest() >= 0 && list_.loudest() == context.shared.selected_unit;
  go_to(l.wall);
  ui::begin_panel("why.wall.panel", "Hidden units", l.wall.size, found ? what_is_lit() : "");
  wall_.draw(context, "why.wall", found ? list_.parts() : std::span<const float>(),
             ImGui::GetContentRegionAvail());
  ui::end_panel();
  go_to(l.list);
  list_.draw(context, found ? &explained_ : nullptr, question_, l.list.size);
  go_to(l.unit);
  if (found) {
    unit_.draw(context, explained_, shown_unit(context), l.unit.size);
  } else {
    ui::begin_panel("why.unit", "This unit", l.unit.size);
    ui::empty_state("Nothing to explain yet", "What a unit does is shown for a picture: choose one above.");
    ui::end_panel();
  }
  ImGui::EndChild();
}

const char* WhyPanel::what_is_lit() const {
  if (list_.parts().empty()) return "hover one";
  return question_.list == 1 ? "orange: more surprising than usual, blue: less"
                             : "orange: for the pixel, blue: against it";
}

void WhyPanel::draw_source(Context& context) {
  const rbm::Dataset* images = test_images(context);
  const bool is_image = chosen_.source == Source::Image;
  const float gap = ui::px(6), box = ui::px(56);
  float width = segmented_width(kAskedOf) + gap + ImGui::GetFrameHeight();
  if (is_image) width += box + gap;
  ui::panel_title_controls(width);
  int source = static_cast<int>(chosen_.source);
  if (ui::segmented(
          "why.source", &source, kAskedOf,
          "Whose picture is explained: your painting, an unseen image, or the picture that was sent here.")) {
    chosen_.source = static_cast<Source>(source);
    chosen_.by_hand = true;
  }
  const int last = images != nullptr ? static_cast<int>(images->count()) - 1 : 0;
  if (is_image) {
    ImGui::SameLine(0, gap);
    int_box("why.image", &chosen_.image, 0, std::max(0, last), box,
            "Number of the unseen image: drag, or Ctrl+click to type.");
  }
  ImGui::SameLine(0, gap);
  ImGui::BeginDisabled(images == nullptr);
  if (ui::icon_button("why.dice", ui::Icon::Dice, "Another unseen image.") && images != nullptr) {
    chosen_.source = Source::Image;
    chosen_.by_hand = true;
    chosen_.image = static_cast<int>(
        rbm::random_below({chosen_.version + 1, rbm::Stream::Window, std::uint64_t{1} << 44}, 0,
                          static_cast<std::uint32_t>(chosen_.image), static_cast<std::uint32_t>(last + 1)));
  }
  ImGui::EndDisabled();
  ui::panel_content();
}

/// `without`: the unit that is left out of the second picture; −1: none.
void WhyPanel::put_pictures(int without) {
  if (put_version_ == explained_.version() && put_without_ == without) return;
  put_version_ = explained_.version();
  put_without_ = without;
  const rbm::ImageShape shape = rbm::picture_shape(explained_.model());
  const rbm::PictureAnswer& answer = explained_.answer();
  put_picture(pictures_[0], shape, answer.picture().data(), ui::ColourMap::Ink, 0, 1);
  put_picture(pictures_[1], shape,
              without >= 0 ? unit_.picture_without().data() : answer.reconstruction().data(),
              ui::ColourMap::Ink, 0, 1);
  const std::span<const float> dislike = explained_.dislike();
  if (dislike.empty()) return;
  // The strongest wishes give the range; it does not shrink to nothing where all is well.
  std::vector<float> sizes(dislike.begin(), dislike.end());
  for (float& x : sizes) x = std::max(0.0f, -x);
  std::ranges::sort(sizes);
  dislike_range_ = std::max(kLeastDislike, sizes[sizes.size() - 1 - sizes.size() / 200]);
  // Pixels that would rather be the other way are orange. Flips that cost are most of all, and cost more: a
  // breath of blue.
  const float most = std::max(1e-6f, *std::ranges::max_element(dislike));
  for (std::size_t i = 0; i < sizes.size(); ++i)
    sizes[i] = dislike[i] < 0 ? -dislike[i] : -kCostShade * dislike_range_ * dislike[i] / most;
  put_picture(pictures_[2], shape, sizes.data(), ui::ColourMap::Diverging, -dislike_range_, dislike_range_);
}

void WhyPanel::ask_about(const ui::TileHit& hit) {
  if (!hit.hovered) return;
  const rbm::ImageShape shape = rbm::picture_shape(explained_.model());
  const int pixel = (hit.y * shape.width + hit.x) * shape.channels;
  if (hit.clicked) {
    question_.pinned = !(question_.pinned && question_.pixel == pixel);
    question_.pixel = pixel;
    question_.list = 0;
  }
  if (question_.pinned) return;
  question_.pixel = pixel;
  question_.list = 0;
}

void WhyPanel::draw_three(Context& context, float width) {
  const rbm::ImageShape shape = rbm::picture_shape(explained_.model());
  const int selected = context.shared.selected_unit;
  const bool without = shows_without_ && selected >= 0 && selected < explained_.model().hidden();
  if (without) unit_.follow(context, explained_, selected);
  put_pictures(without ? selected : -1);
  char second[40] = "Reconstruction";
  if (without) std::snprintf(second, sizeof second, "Without unit %d", selected);
  const std::array<const char*, 3> names{"v, as the model sees it", second, "Disliked pixels"};
  static constexpr std::array<const char*, 3> kIds{"why.v", "why.reconstruction", "why.dislike"};
  static constexpr std::array<const char*, 3> kHints{
      "Hover a pixel: which hidden units speak for and against it. A click keeps it.",
      "What is expected of the picture, given its hidden units; a chosen unit is left out. Hover a pixel to "
      "ask why.",
      "How F would change with each pixel flipped: orange pixels would lower it, the model wants them the "
      "other way."};
  const ImVec2 origin = ImGui::GetCursorPos();
  const float gap = ui::px(10), label = ImGui::GetTextLineHeight() + ui::px(2);
  const float aspect = static_cast<float>(shape.height) / static_cast<float>(shape.width);
  const float scale = width / static_cast<float>(shape.width);
  std::span<const float> sent;
  for (std::size_t n = 0; n < 3; ++n) {
    ImGui::SetCursorPos({origin.x + static_cast<float>(n) * (width + gap), origin.y});
    ui::push_font(ui::fonts().small);
    ui::draw_fitted(ImGui::GetWindowDrawList(), ImGui::GetCursorScreenPos(), width, ui::palette().text_dim,
                    names[n]);
    ui::pop_font();
    ImGui::SetCursorPos({origin.x + static_cast<float>(n) * (width + gap), origin.y + label});
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    if (n == 2 && explained_.dislike().empty()) {
      ui::begin_child("why.no_dislike", {width, width * aspect});
      wrapped(explained_.no_dislike().c_str());
      ImGui::EndChild();
      continue;
    }
    const auto hit = pictures_[n].draw(
        kIds[n], {.size = {width, width * aspect}, .integer_scale = false, .hint = kHints[n]});
    ask_about(hit);
    if (n == 2 && hit.hovered)
      ImGui::SetTooltip("Flipping pixel (%d, %d) changes F by %+.2f\u00a0nats", hit.x, hit.y,
                        double{explained_.dislike()[static_cast<std::size_t>(hit.y * shape.width + hit.x)]});
    if (n < 2 && hit.hovered)
      sent = n == 0 ? explained_.answer().picture() : explained_.answer().reconstruction();
    if (question_.pixel < 0 || question_.list != 0) continue;
    const int cell = question_.pixel / shape.channels;
    outline_pixel({std::floor(corner.x), std::floor(corner.y)}, scale, cell % shape.width, cell / shape.width,
                  ui::palette().accent_hovered, ui::px(question_.pinned ? 2.5f : 1.5f));
  }
  offer_to_send(context, "why.send", sent, chosen_.name);
  ImGui::SetCursorPos({origin.x, origin.y + label + width * aspect + ui::px(6)});
}

void WhyPanel::draw_pictures(Context& context, ImVec2 size) {
  const rbm::ImageShape shape = rbm::picture_shape(explained_.model());
  const float aspect = static_cast<float>(shape.height) / static_cast<float>(shape.width);
  const float text = 3 * ImGui::GetTextLineHeightWithSpacing() + ImGui::GetTextLineHeight() + ui::px(8);
  const float width =
      std::floor(std::min((size.x - ui::px(20)) / 3, std::max(ui::px(40), size.y - text) / aspect));
  draw_three(context, width);
  draw_familiarity();
}

void WhyPanel::draw_familiarity() const {
  char number[64];
  std::snprintf(number, sizeof number, "F = %.1f\u00a0nats", explained_.answer().free_energy());
  ui::heading("How familiar", number);
  std::string words = familiarity_words(explained_.shares(), explained_.others());
  if (chosen_.gaps > 0)
    words += " Cells that are missing: " + std::to_string(chosen_.gaps) +
             ". It is explained with what is shown in their places.";
  wrapped(words.c_str());
}

}  // namespace lab
