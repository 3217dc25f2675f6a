// PaintAnswer: what the model makes of one picture: which hidden units answer, the reconstruction, the free
// energy. Pure computation on a model; one thread. Buffers are kept from call to call.
#pragma once

#include <span>
#include <vector>

#include "core/model/model.hpp"

namespace lab {

class PaintAnswer {
 public:
  /// seen: model.visible() values in [0, 1]; they are cut at one half, because visible units are binary and
  /// so are the data that the free energy is compared with. mean_activity: one per hidden unit, or empty.
  void compute(const rbm::Model& model, const rbm::Matrix& transposed, const Eigen::VectorXf& mean_activity,
               std::span<const float> seen, rbm::ThreadPool& pool);

  const rbm::BitMatrix& states() const { return states_; }          // [1 × visible]
  std::span<const float> picture() const { return row(picture_); }  // the states as 0 and 1
  std::span<const float> hidden() const { return row(hidden_); }    // p(h_j = 1 | v)
  std::span<const float> reconstruction() const {
    return row(reconstruction_);
  }                                                                  // p(v | p(h|v)), without chance
  std::span<const float> difference() const { return difference_; }  // picture − reconstruction
  /// log p(label | v) of each label; empty without label units.
  std::span<const float> label_log_posteriors() const { return row(posteriors_); }
  /// F(v) in nats.
  double free_energy() const { return free_energy_; }
  /// Mean squared difference per pixel.
  double error() const { return error_; }
  /// Hidden units, those first that are on so much more than usual: by p(h_j = 1 | v) − mean activity. A unit
  /// that is always on says nothing about this picture.
  std::span<const int> ranking() const { return ranking_; }

 private:
  static std::span<const float> row(const rbm::Matrix& m) {
    return m.empty() ? std::span<const float>() : std::span(m.row(0), static_cast<std::size_t>(m.cols()));
  }
  rbm::BitMatrix states_;
  rbm::Matrix picture_, hidden_, reconstruction_, scratch_, posteriors_;
  std::vector<float> difference_;
  std::vector<int> ranking_;
  double free_energy_ = 0, error_ = 0;
};

/// W_ij v_i of every pixel: which ink speaks for unit j (positive) and which against it.
void evidence(const rbm::Model& model, rbm::Index unit, std::span<const float> picture, std::span<float> out);

}  // namespace lab
