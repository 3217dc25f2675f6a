#include "app/panels/state_picture.hpp"

#include <algorithm>

#include "core/model/pictures.hpp"

namespace lab {

std::vector<float> state_picture(const rbm::Model& model, const rbm::States& states, rbm::Index row,
                                 rbm::ThreadPool& pool) {
  rbm::Matrix values, pixels;
  rbm::unpack(rbm::rows_of(states, row, 1), values);
  rbm::to_pictures(model, values, pixels, pool);
  return {pixels.row(0), pixels.row(0) + pixels.cols()};
}

std::vector<float> shown_picture(const rbm::Model& model, const rbm::States& states, rbm::Index row,
                                 rbm::ThreadPool& pool) {
  std::vector<float> out = state_picture(model, states, row, pool);
  for (float& pixel : out) pixel = std::clamp(pixel, 0.0f, 1.0f);
  return out;
}

}  // namespace lab
