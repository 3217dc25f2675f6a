// Binary visible units: E(v, h) = −aᵀv − bᵀh − vᵀWh with v ∈ {0,1}.
#include <cmath>

#include "core/math/scalar.hpp"
#include "core/model/units/unit_types.hpp"

namespace rbm {
namespace {

class BinaryUnits final : public VisibleUnits {
 public:
  const char* name() const override { return "binary"; }
  bool is_real() const override { return false; }
  bool has_variances() const override { return false; }

  Model first_model(ImageShape shape, Index hidden, const Eigen::VectorXf& means, const Eigen::VectorXf&,
                    float weight_sd, std::uint64_t seed) const override {
    return initial_model(shape, hidden, means, weight_sd, seed);
  }

  const Matrix& weighted(const Model&, const Matrix& values, Matrix&, ThreadPool&) const override {
    return values;
  }

  void draw(const Model& model, const Matrix& transposed, const BitMatrix& h, const VisibleMove& move,
            const RandomKey& key, States& v, Matrix* means, ThreadPool& pool) const override {
    const float* bias = model.visible_bias.data();
    static thread_local Eigen::VectorXf mixed;
    if (move.base != nullptr) {
      // layer_pass multiplies its bias by β, so that of the base is divided by it here.
      mixed = model.visible_bias + ((1 - move.beta) / move.beta) * move.base->bias;
      bias = mixed.data();
    }
    layer_pass(h, transposed, bias, move.beta, key, 0, {.probabilities = means, .states = &v.bits}, pool);
  }

  void means(const Model& model, const Matrix& transposed, const Matrix& h, Matrix& out,
             ThreadPool& pool) const override {
    means_of(model, transposed, h, out, pool);
  }
  void means(const Model& model, const Matrix& transposed, const BitMatrix& h, Matrix& out,
             ThreadPool& pool) const override {
    means_of(model, transposed, h, out, pool);
  }

  void log_terms(const VisibleBase& parameters, const States& v, std::span<double> out,
                 ThreadPool& pool) const override {
    if (!v.is_real) return selected_sums(v.bits, parameters.bias.data(), out, pool);
    for (Index r = 0; r < v.rows(); ++r) {
      double sum = 0;
      for (Index i = 0; i < v.cols(); ++i) sum += double{v.values(r, i)} * parameters.bias[i];
      out[static_cast<std::size_t>(r)] = sum;
    }
  }

  double log_z(const VisibleBase& parameters) const override {
    double sum = 0;
    for (Index i = 0; i < parameters.bias.size(); ++i) sum += softplus(double{parameters.bias[i]});
    return sum;
  }

  VisibleBase base_of(const Eigen::VectorXf& means, const Eigen::VectorXf&) const override {
    return base_rate_bias(means);
  }

  void draw_alone(const VisibleBase& parameters, const RandomKey& key, States& v,
                  ThreadPool& pool) const override {
    const Index visible = parameters.bias.size();
    const BitMatrix nothing(v.rows(), 1);
    layer_pass(nothing, Matrix(1, visible), parameters.bias.data(), 1.0f, key, 0, {.states = &v.bits}, pool);
  }

  void draw_noise(const Model&, const RandomKey& key, States& v, ThreadPool&) const override {
    for (Index r = 0; r < v.rows(); ++r) {
      for (Index c = 0; c < v.cols(); ++c) {
        v.bits.set(r, c,
                   random_bits(key, static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(c)) >> 31);
      }
    }
  }

 private:
  template <class Hidden>
  static void means_of(const Model& model, const Matrix& transposed, const Hidden& h, Matrix& out,
                       ThreadPool& pool) {
    out.resize(h.rows(), model.visible());
    layer_pass(h, transposed, model.visible_bias.data(), 1.0f, {}, 0, {.probabilities = &out}, pool);
  }
};

}  // namespace

const VisibleUnits& binary_units() {
  static const BinaryUnits units;
  return units;
}

}  // namespace rbm
