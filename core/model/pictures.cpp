#include "core/model/pictures.hpp"

namespace rbm {

ImageShape picture_shape(const Model& model) {
  return model.shape;
}

void to_pictures(const Model&, const Matrix& visible, Matrix& out, ThreadPool&) {
  out = visible;
}

void from_pictures(const Model&, const Matrix& pictures, Matrix& out, ThreadPool&) {
  out = pictures;
}

void picture_filters(const Model&, const Matrix& transposed, Matrix& out, ThreadPool&) {
  out = transposed;
}

}  // namespace rbm
