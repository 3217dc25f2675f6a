// PictureAnswer: what the model makes of one picture: which hidden units answer, the reconstruction, the free
// energy. Pure computation on a model; one thread. Buffers are kept from call to call.
#pragma once

#include <span>
#include <vector>

#include "core/model/model.hpp"

namespace rbm {

class PictureAnswer {
 public:
  /// seen: a picture [picture_shape(model).pixels()] with values in [0, 1]. For binary units it is cut at one
  /// half, as the data are that the free energy is compared with. mean_activity: one per hidden unit, or
  /// empty.
  void compute(const Model& model, const Matrix& transposed, const Eigen::VectorXf& mean_activity,
               std::span<const float> seen, ThreadPool& pool);

  const States& states() const { return states_; }                  // [1 × visible]
  std::span<const float> visible() const { return row(visible_); }  // the states as numbers
  std::span<const float> picture() const { return row(picture_); }  // the states as a picture
  std::span<const float> hidden() const { return row(hidden_); }    // p(h_j = 1 | v)
  std::span<const float> reconstruction() const {
    return row(reconstruction_);
  }                                                                  // E[v | p(h|v)], without chance
  std::span<const float> difference() const { return difference_; }  // picture − reconstruction
  /// log p(label | v) of each label; empty without label units.
  std::span<const float> label_log_posteriors() const { return row(posteriors_); }
  /// F(v) in nats.
  double free_energy() const { return free_energy_; }
  /// Mean squared difference per pixel.
  double error() const { return error_; }
  /// Hidden units, those first that are the furthest from what is usual, on or off: by |p(h_j = 1 | v) − mean
  /// activity|. A unit that is always on says nothing about this picture.
  std::span<const int> ranking() const { return ranking_; }

 private:
  static std::span<const float> row(const Matrix& m) {
    return m.empty() ? std::span<const float>() : std::span(m.row(0), static_cast<std::size_t>(m.cols()));
  }
  States states_;
  Matrix seen_, visible_, picture_, hidden_, means_, reconstruction_, scratch_, posteriors_;
  std::vector<float> difference_;
  std::vector<int> ranking_;
  double free_energy_ = 0, error_ = 0;
};

/// What every pixel of a picture adds to the input of unit j, positive for the unit and negative against it:
/// W_ij v_i where the visible units are the pixels; else the part of (v W/σ²)_j that comes with the pixel's
/// distance from the data's mean. With the bias they add up to the input. picture, out: [pixels].
void evidence(const Model& model, Index unit, std::span<const float> picture, std::span<float> out);

}  // namespace rbm
