// Model: the parameters of a Restricted Boltzmann Machine and the functions that follow from its energy
//
//   E(v, h) = −aᵀv − bᵀh − vᵀWh,   p(v, h) = e^(−E(v, h)) / Z,
//   F(v) = −log Σ_h e^(−E(v, h)) = −aᵀv − Σ_j ζ(b_j + Σ_i v_i W_ij)
//
// with h ∈ {0,1}^hidden, and v ∈ {0,1}^visible for binary units. A plain value; thread-compatible. Other kinds
// of visible units change what v is and the terms in v: core/model/units.
//
// A joint model of images and labels has one softmax group more, y ∈ {0 … labels − 1}, with the terms
// −c_y − U_y h (core/model/labels.hpp). Free energies sum it out; the conditional probabilities here leave it
// out.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/math/bits.hpp"
#include "core/math/kernels.hpp"
#include "core/math/matrix.hpp"
#include "core/math/thread_pool.hpp"
#include "core/model/picture_space.hpp"
#include "core/model/states.hpp"
#include "core/model/unit_states.hpp"
#include "core/model/units/visible_type.hpp"
#include "core/result.hpp"

namespace rbm {

/// How a visible vector is laid out as a picture: row-major, channels interleaved.
struct ImageShape {
  int height = 0, width = 0, channels = 1;
  Index pixels() const { return Index{height} * width * channels; }
  bool operator==(const ImageShape&) const = default;
};

/// Visible units by themselves, independent of each other: the parameters of W = 0.
struct VisibleBase {
  Eigen::VectorXf bias;          // a, or μ
  Eigen::VectorXf log_variance;  // log σ² of Gaussian units; empty for others
  std::shared_ptr<const UnitStates> states;  // of units in blocks; null for others

  VisibleBase() = default;
  VisibleBase(Eigen::VectorXf own_bias, Eigen::VectorXf own_log_variance = {},
              std::shared_ptr<const UnitStates> own_states = {})
      : bias(std::move(own_bias)),
        log_variance(std::move(own_log_variance)),
        states(std::move(own_states)) {}
};

struct Model {
  ImageShape shape;  // shape.pixels() == visible()
  VisibleType visible_type = VisibleType::Binary;
  Matrix weights;                             // W [visible × hidden]
  Eigen::VectorXf visible_bias;               // a; μ of Gaussian units
  Eigen::VectorXf log_variance;               // log σ² of Gaussian units; empty for others
  Eigen::VectorXf hidden_bias;                // b
  Matrix label_weights;                       // U [labels × hidden]; empty without label units
  Eigen::VectorXf label_bias;                 // c [labels]
  std::shared_ptr<const PictureSpace> space;  // null: the visible units are the pixels themselves
  std::shared_ptr<const UnitStates> states;   // of visible units in blocks; null: each is by itself
  std::shared_ptr<const Model> below;  // of a stack: the visible units are the hidden ones of this model

  /// What the file says about where the model comes from: data, method, seed, updates … Never used in
  /// computation.
  std::map<std::string, std::string> metadata;
  std::vector<std::string> notes;  // what a user should know of the file it is from, each one sentence

  Index visible() const { return weights.rows(); }
  Index hidden() const { return weights.cols(); }
  Index labels() const { return label_weights.rows(); }
  VisibleBase visible_base() const { return {visible_bias, log_variance, states}; }
};

/// Copies the parameters of a model of the same shape; allocates nothing, leaves the metadata.
void copy_parameters(const Model& from, Model& to);

/// Whether two models have the same shape and the same parameters, bit for bit.
bool same_parameters(const Model& a, const Model& b);

/// The base-rate model of annealing and tempering: independent pixels with the data's means (Salakhutdinov
/// and Murray 2008), shrunk towards 1/2 by 1 %, so that no pixel is certain. data_mean: one value in [0, 1]
/// per visible unit. Returns the logits, one per visible unit.
Eigen::VectorXf base_rate_bias(const Eigen::VectorXf& data_mean);

/// W ~ N(0, sd²) (Hinton 2010, section 8), a = logit of the data mean clipped to [1e-4, 1 − 1e-4], b = 0.
/// data_mean: one value in [0, 1] per visible unit.
Model initial_model(ImageShape shape, Index hidden, const Eigen::VectorXf& data_mean, float weight_sd,
                    std::uint64_t seed);
/// Gaussian visible units: W ~ N(0, sd²), μ and log σ² those of the data, and b such that every hidden unit
/// alone has a hundredth of the weight of none: few are on at once (Melchior, Wang and Wiskott 2017).
Model initial_gaussian_model(ImageShape shape, Index hidden, const VisibleBase& data, float weight_sd,
                             std::uint64_t seed);

/// F(v) of every row of v [rows × visible], in nats, double accumulation. `scratch` is resized to [rows ×
/// hidden] and left with b + vW.
void free_energies(const Model& model, const BitMatrix& v, std::span<double> out, Matrix& scratch,
                   ThreadPool& pool);
/// The same for real-valued rows: Gaussian units, or probabilities in place of states.
void free_energies(const Model& model, const Matrix& v, std::span<double> out, Matrix& scratch,
                   ThreadPool& pool);
void free_energies(const Model& model, const States& v, std::span<double> out, Matrix& scratch,
                   ThreadPool& pool);

/// p(h_j = 1 | v) for every row: out [rows × hidden].
void hidden_probabilities(const Model& model, const BitMatrix& v, Matrix& out, ThreadPool& pool);
void hidden_probabilities(const Model& model, const Matrix& v, Matrix& out, ThreadPool& pool);
void hidden_probabilities(const Model& model, const States& v, Matrix& out, ThreadPool& pool);

/// p(v_i = 1 | h), or E[v_i | h] of Gaussian units, for every row of h [rows × hidden]; `transposed_weights`
/// is Wᵀ [hidden × visible].
void visible_probabilities(const Model& model, const Matrix& transposed_weights, const BitMatrix& h,
                           Matrix& out, ThreadPool& pool);
void visible_probabilities(const Model& model, const Matrix& transposed_weights, const Matrix& h, Matrix& out,
                           ThreadPool& pool);

/// False if a parameter is NaN or infinite, on any of the pool's ranks, which all ask.
bool all_finite(const Model& model, ThreadPool& pool);

/// max |W_ij|, over all of the pool's ranks, which all ask. 0 for no weights.
double largest_weight(const Model& model, ThreadPool& pool);

}  // namespace rbm
