#include "app/panels/dream.hpp"

#include <algorithm>

#include "app/panels/picture_tile.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"
#include "core/model/pictures.hpp"

namespace lab {
namespace {

constexpr float kSpeed = 12;  // full steps per second

}  // namespace

void Dream::restart(const rbm::States& states, const rbm::Model& model, std::uint64_t seed) {
  runner_.set_speed(kSpeed);
  runner_.start(states, model.hidden(), seed);
  kept_ = 0;
}

void Dream::advance(const rbm::Model& model, const rbm::Matrix& transposed, rbm::ThreadPool& pool,
                    double now_s) {
  runner_.advance(model, transposed, pool, now_s);
  rbm::free_energies(model, runner_.chains().states(), {&free_energy_, 1}, scratch_, pool);
  if (put_version_ != runner_.version()) {
    put_picture(model, pool);
    put_version_ = runner_.version();
  }
}

void Dream::put_picture(const rbm::Model& model, rbm::ThreadPool& pool) {
  const rbm::ImageShape shape = rbm::picture_shape(model);
  rbm::to_pictures(model, runner_.chains().visible_probabilities(), pixels_, pool);
  const float* pixels = pixels_.row(0);
  lab::put_picture(picture_, shape, pixels, ui::ColourMap::Ink, 0, 1);
  moments_.shape({.tile_width = shape.width,
                  .tile_height = shape.height,
                  .channels = shape.channels,
                  .count = kMoments,
                  .columns = 3,
                  .gap = 3,
                  .map = ui::ColourMap::Ink});
  if (kept_ == 0) {
    empty_.assign(static_cast<std::size_t>(shape.pixels()), shape.channels == 3 ? 0.5f : 0.0f);
    for (int i = 0; i < kMoments; ++i) moments_.put(i, empty_.data());
  }
  // A frame may bring several steps: a moment is the first picture at or past its number.
  while (kept_ < kMoments && steps() >= std::uint64_t{1} << kept_) moments_.put(kept_++, pixels);
}

std::span<const float> Dream::picture() const {
  if (pixels_.empty()) return {};
  return {pixels_.row(0), static_cast<std::size_t>(pixels_.cols())};
}

bool Dream::draw() {
  const ImVec2 room = ImGui::GetContentRegionAvail(), origin = ImGui::GetCursorPos();
  ui::push_font(ui::fonts().small);
  const float gap = ui::px(12), caption = ImGui::GetTextLineHeight() + ui::px(4);
  const float side = std::max(ui::px(40), std::min(room.y - caption, (room.x - gap) / 2));
  const float x = origin.x + std::max(0.0f, std::floor((room.x - gap - 2 * side) / 2));
  const float y = origin.y + std::max(0.0f, std::floor((room.y - caption - side) / 2));
  ImGui::SetCursorPos({x, y});
  const auto now =
      picture_.draw("paint.dream.picture", {.size = {side, side},
                                            .integer_scale = false,
                                            .has_menu = true,
                                            .hint = "The expected picture of the chain as it is now."});
  ImGui::SetCursorPos({x + side + gap, y});
  const auto hit = moments_.draw(
      "paint.dream.moments",
      {.size = {side, side}, .integer_scale = false, .hint = "The dream after 1, 2, 4 … 256 steps."});
  if (hit.hovered && hit.tile >= 0) ImGui::SetTooltip("After %d steps", 1 << hit.tile);
  ImGui::SetCursorPos({x, y + side + ui::px(4)});
  ui::text_dim("Now");
  ImGui::SetCursorPos({x + side + gap, y + side + ui::px(4)});
  ui::text_dim("After 1, 2, 4 … 256");
  ui::pop_font();
  return now.hovered;
}

}  // namespace lab
