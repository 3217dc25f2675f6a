#include "app/panels/training_chains.hpp"

#include <algorithm>
#include <span>
#include <string>

#include "app/panels/send_menu.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"
#include "core/model/pictures.hpp"

namespace lab {
namespace {

constexpr int kChainGap = 2;

}  // namespace

int fitting_chains(const rbm::Model& model, ImVec2 room) {
  const rbm::ImageShape shape = rbm::picture_shape(model);
  const float pitch_x = ui::px(1.5f) * static_cast<float>(shape.width + kChainGap);
  const float pitch_y = ui::px(1.5f) * static_cast<float>(shape.height + kChainGap);
  return std::max(1, static_cast<int>(room.x / pitch_x)) * std::max(1, static_cast<int>(room.y / pitch_y));
}

void TrainingChains::draw(Context& context, ImVec2 room) {
  const rbm::Snapshot& snapshot = context.snapshot;
  const rbm::Matrix& chains = snapshot.chains.pictures;
  const rbm::ImageShape shape = rbm::picture_shape(*snapshot.model);
  if (chains.rows() == 0) {
    ui::empty_state("No chains yet", snapshot.progress.updates > 0
                                         ? "They come in a moment."
                                         : "Training makes them at its first update: press Space.");
    return;
  }
  const int count = std::min(fitting_chains(*snapshot.model, room), static_cast<int>(chains.rows()));
  if (drawn_ != snapshot.version || drawn_count_ != count) {
    wall_.shape({.tile_width = shape.width,
                 .tile_height = shape.height,
                 .channels = shape.channels,
                 .count = count,
                 .columns = ui::TileWall::best_columns(count, shape.width, shape.height, kChainGap, room),
                 .gap = kChainGap,
                 .map = ui::ColourMap::Ink,
                 .centres_rest = true});
    for (int chain = 0; chain < count; ++chain) wall_.put(chain, chains.row(chain));
    drawn_ = snapshot.version;
    drawn_count_ = count;
  }
  const auto hit = wall_.draw(
      "watch.chains",
      {.size = room,
       .integer_scale = false,
       .hint = rbm::hides_in_noise(*snapshot.model)
                   ? "Fantasy particles: what the hidden states of training's chains expect of the pixels, "
                     "E[v|h]."
                   : "Fantasy particles: the states of the chains that give training its negative phase."});
  std::span<const float> picture;
  const bool hovers = hit.hovered && hit.tile >= 0 && hit.tile < count;
  if (hovers) picture = {chains.row(hit.tile), static_cast<std::size_t>(chains.cols())};
  offer_to_send(context, "watch.chains.send", picture, "training's chain " + std::to_string(hit.tile));
}

}  // namespace lab
