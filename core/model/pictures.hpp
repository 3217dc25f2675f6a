// From what the visible units hold to what a person looks at, and back. Where the visible units are the
// pixels themselves both are the same; in a stack the way leads down through the models below, by their
// means. Any thread with its own pool.
#pragma once

#include "core/model/model.hpp"

namespace rbm {

/// Of units in blocks: a column for every unit, with a cell for each of its states from top to bottom. Cells of
/// states that a unit does not have are 0. `visible` [rows × total()], pictures [rows × most() · units()]; the
/// outputs are resized.
ImageShape picture_shape(const UnitStates& states);
void spread_states(const UnitStates& states, const Matrix& visible, Matrix& out);
void gather_states(const UnitStates& states, const Matrix& pictures, Matrix& out);

/// Of a stack the model at the data, of others the model itself.
const Model& lowest_of(const Model& model);

/// Shape of the pictures that the model is about.
ImageShape picture_shape(const Model& model);

/// Visible rows [rows × visible] as pictures [rows × picture_shape().pixels()] with values around [0, 1];
/// `out` is resized. Probabilities and means give what is expected of the pictures.
void to_pictures(const Model& model, const Matrix& visible, Matrix& out, ThreadPool& pool);

/// Pictures with values in [0, 1] as visible rows; `out` is resized.
void from_pictures(const Model& model, const Matrix& pictures, Matrix& out, ThreadPool& pool);

/// The same as states: what is nearest where visible units have few of them.
States states_from_pictures(const Model& model, const Matrix& pictures, ThreadPool& pool);

/// Whether a sample is better shown as what its hidden units expect: real units whose noise lies over the
/// picture pixel by pixel. Whitened units' noise is led back to what neighbouring pixels have in common, and
/// looks like the pictures.
bool hides_in_noise(const Model& model);

/// Between pictures and a given space.
void to_pictures(const PictureSpace& space, const Matrix& units, Matrix& out, ThreadPool& pool);
void from_pictures(const PictureSpace& space, const Matrix& pictures, Matrix& out, ThreadPool& pool);

/// The weights of every hidden unit as a picture: [hidden × picture_shape().pixels()], signed, 0 where a unit
/// does not care; in a stack the sum of the filters below, each by its weight. `weights` is Wᵀ. `out` is
/// resized.
void picture_filters(const Model& model, const Matrix& weights, Matrix& out, ThreadPool& pool);

}  // namespace rbm
