// The softmax label group of a joint model,
//
//   E(v, y, h) = −aᵀv − bᵀh − vᵀWh − c_y − U_y h,
//   p(y | v) ∝ exp(c_y + Σ_j ζ(b_j + Σ_i v_i W_ij + U_yj)),   p(y | h) ∝ exp(c_y + U_y h)
//
// (Larochelle and Bengio 2008). Everything is exact: the group is summed out. Functions take the hidden
// inputs x = b + vW [rows × hidden], which layer_pass leaves. Any thread with its own pool; same input, same
// bits, for any number of threads.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/model/model.hpp"

namespace rbm {

/// In the metadata of a model: the names of its classes, a JSON list of one text for each label unit. Missing where the
/// data had none.
inline constexpr const char* kLabelNamesKey = "label_names";

/// What the posteriors need in between; kept by who calls often, so that nothing is allocated.
struct LabelScratch {
  Matrix hidden;               // [rows × hidden]
  std::vector<double> sums;    // [rows]
  std::vector<double> scores;  // [rows × labels]
};

/// log p(y | v) of every label: out [rows × labels].
void label_log_posteriors(const Model& model, const Matrix& inputs, LabelScratch& scratch, Matrix& out,
                          ThreadPool& pool);

/// Adds label units to a model: U ~ N(0, sd²), c = log of the shares (positive, one per label).
void add_label_units(Model& model, const Eigen::VectorXf& shares, float weight_sd, std::uint64_t seed);

/// How often each of `count` labels comes, smoothed so that none is 0. Without `count`: largest label + 1.
Eigen::VectorXf label_shares(std::span<const std::uint8_t> labels, Index count = 0);

/// p(h_j = 1 | v, y_r) of every row: out [rows × hidden], which may be `inputs` itself. At another inverse
/// temperature the inputs must be β (b + vW), too.
void hidden_given_labels(const Model& model, const Matrix& inputs, std::span<const std::uint8_t> labels,
                         float beta, Matrix& out, ThreadPool& pool);

/// The same with one label for all rows.
void hidden_given_label(const Model& model, const Matrix& inputs, Index label, Matrix& out, ThreadPool& pool);

/// y ~ p(y | h)^beta, normalized, of every row of h, drawn by `key`.
void sample_labels(const Model& model, const BitMatrix& h, float beta, const RandomKey& key,
                   std::span<std::uint8_t> out, ThreadPool& pool);

/// y ~ p(y | v) of every row of hidden inputs, drawn by `key`.
void sample_labels_of_images(const Model& model, const Matrix& inputs, const RandomKey& key,
                             std::span<std::uint8_t> out, ThreadPool& pool);

/// h ~ p(h | v) with a label drawn from p(y | v) on the way, where the model has any. h [rows × hidden].
void sample_hidden(const Model& model, const States& v, const RandomKey& key, BitMatrix& h, ThreadPool& pool);

/// −log Σ_y Σ_h e^−E without the visible biases' part, in nats, from the hidden inputs of every row.
void joint_hidden_energies(const Model& model, const Matrix& inputs, std::span<double> out, ThreadPool& pool);

/// The most probable label of every row of v and, where wanted, its log posteriors [rows × labels].
std::vector<std::uint8_t> classify(const Model& model, const States& v, Matrix* log_posteriors,
                                   ThreadPool& pool);

}  // namespace rbm
