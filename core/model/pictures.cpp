#include "core/model/pictures.hpp"

#include <algorithm>

#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

constexpr Index kPicturesPerTask = 16;

enum class Direction { ToPictures, ToUnits };

/// Every row by the space's matrix, full or diagonal, without its mean.
void change_space(const PictureSpace& space, Direction direction, const Matrix& in, Matrix& out,
                  ThreadPool& pool) {
  out.resize(in.rows(), in.cols());
  if (space.is_diagonal()) {
    Eigen::ArrayXf factor = space.scale.array();
    if (direction == Direction::ToUnits) factor = factor.inverse();
    pool.run_rows(in.rows(), kPicturesPerTask, [&](Index r) {
      for (Index i = 0; i < in.cols(); ++i) out(r, i) = in(r, i) * factor[i];
    });
    return;
  }
  const Matrix& matrix = direction == Direction::ToPictures ? space.backward : space.forward;
  const Eigen::VectorXf zero = Eigen::VectorXf::Zero(in.cols());
  layer_pass(in, matrix, zero.data(), 1.0f, {}, {.inputs = &out}, pool);
}

Matrix transposed(const Model& model, ThreadPool& pool) {
  Matrix out(model.hidden(), model.visible());
  transpose(model.weights, out, pool);
  return out;
}

void add_to_rows(const Eigen::VectorXf& x, float sign, Matrix& rows) {
  for (Index r = 0; r < rows.rows(); ++r) {
    for (Index i = 0; i < rows.cols(); ++i) rows(r, i) += sign * x[i];
  }
}

}  // namespace

ImageShape picture_shape(const UnitStates& states) {
  return {static_cast<int>(states.most()), static_cast<int>(states.units()), 1};
}

const Model& lowest_of(const Model& model) {
  return model.below == nullptr ? model : lowest_of(*model.below);
}

ImageShape picture_shape(const Model& model) {
  if (model.below != nullptr) return picture_shape(*model.below);
  return model.states != nullptr ? picture_shape(*model.states) : model.shape;
}

void spread_states(const UnitStates& states, const Matrix& visible, Matrix& out) {
  out.resize(visible.rows(), states.most() * states.units());
  out.set_zero();
  for (Index r = 0; r < visible.rows(); ++r) {
    states.for_each([&](Index unit, Index first, Index count) {
      for (Index s = 0; s < count; ++s) out(r, s * states.units() + unit) = visible(r, first + s);
    });
  }
}

void gather_states(const UnitStates& states, const Matrix& pictures, Matrix& out) {
  out.resize(pictures.rows(), states.total());
  for (Index r = 0; r < pictures.rows(); ++r) {
    states.for_each([&](Index unit, Index first, Index count) {
      for (Index s = 0; s < count; ++s) out(r, first + s) = pictures(r, s * states.units() + unit);
    });
  }
}

void to_pictures(const PictureSpace& space, const Matrix& units, Matrix& out, ThreadPool& pool) {
  change_space(space, Direction::ToPictures, units, out, pool);
  add_to_rows(space.mean, 1, out);
}

void from_pictures(const PictureSpace& space, const Matrix& pictures, Matrix& out, ThreadPool& pool) {
  Matrix centred = pictures;
  add_to_rows(space.mean, -1, centred);
  change_space(space, Direction::ToUnits, centred, out, pool);
}

void to_pictures(const Model& model, const Matrix& visible, Matrix& out, ThreadPool& pool) {
  if (model.below != nullptr) {
    const Model& below = *model.below;
    Matrix means;
    visible_probabilities(below, transposed(below, pool), visible, means, pool);
    to_pictures(below, means, out, pool);
  } else if (model.states != nullptr) {
    spread_states(*model.states, visible, out);
  } else if (model.space == nullptr) {
    out = visible;
    const Shade shade = units_of(model).shade();
    if (shade.offset != 0 || shade.scale != 1)
      out.view() = (shade.offset + shade.scale * out.view().array()).matrix();
  } else {
    to_pictures(*model.space, visible, out, pool);
  }
}

void from_pictures(const Model& model, const Matrix& pictures, Matrix& out, ThreadPool& pool) {
  if (model.below != nullptr) {
    Matrix visible;
    from_pictures(*model.below, pictures, visible, pool);
    hidden_probabilities(*model.below, visible, out, pool);
  } else if (model.states != nullptr) {
    gather_states(*model.states, pictures, out);
  } else if (model.space == nullptr) {
    out = pictures;
    const Shade shade = units_of(model).shade();
    if (shade.offset != 0 || shade.scale != 1)
      out.view() = ((out.view().array() - shade.offset) / shade.scale).matrix();
  } else {
    from_pictures(*model.space, pictures, out, pool);
  }
}

States states_from_pictures(const Model& model, const Matrix& pictures, ThreadPool& pool) {
  Matrix visible;
  from_pictures(model, pictures, visible, pool);
  return units_of(model).states_from(model, std::move(visible));
}

bool hides_in_noise(const Model& model) {
  return units_of(model).has_variances() && (model.space == nullptr || model.space->is_diagonal());
}

void picture_filters(const Model& model, const Matrix& weights, Matrix& out, ThreadPool& pool) {
  if (model.below != nullptr) {
    Matrix below;
    picture_filters(*model.below, transposed(*model.below, pool), below, pool);
    const Eigen::VectorXf zero = Eigen::VectorXf::Zero(below.cols());
    out.resize(weights.rows(), below.cols());
    layer_pass(weights, below, zero.data(), 1.0f, {}, {.inputs = &out}, pool);
  } else if (model.states != nullptr) {
    spread_states(*model.states, weights, out);
  } else if (model.space == nullptr) {
    out = weights;
  } else {
    change_space(*model.space, Direction::ToPictures, weights, out, pool);
  }
}

}  // namespace rbm
