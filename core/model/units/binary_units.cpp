// Binary visible units: E(v, h) = −aᵀv − bᵀh − vᵀWh with v ∈ {0,1}.
#include <cmath>
#include <numbers>

#include "core/math/scalar.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

class BinaryUnits final : public VisibleUnits {
 public:
  const char* name() const override { return "binary"; }
  const char* title() const override { return "Binary"; }
  const char* explanation() const override { return "On or off: digits and drawings."; }
  bool stores_numbers() const override { return false; }
  DataForm learns() const override { return DataForm::Bits; }
  bool are_bits() const override { return true; }

  States states_from(const Model&, Matrix values) const override {
    BitMatrix bits(values.rows(), values.cols());
    for (Index r = 0; r < values.rows(); ++r) {
      for (Index i = 0; i < values.cols(); ++i) bits.set(r, i, values(r, i) >= 0.5f);
    }
    return bits;
  }

  Model first_model(ImageShape shape, Index hidden, const VisibleStatistics& data, float weight_sd,
                    std::uint64_t seed) const override {
    return initial_model(shape, hidden, data.means, weight_sd, seed);
  }

  void draw(const Model& model, const Matrix& transposed, const BitMatrix& h, const VisibleMove& move,
            const RandomKey& key, States& v, Matrix* means, ThreadPool& pool) const override {
    static thread_local Eigen::VectorXf mixed;
    layer_pass(h, transposed, bias_of(model, move, mixed), move.beta, key,
               {.probabilities = means, .states = &v.bits, .rounded = move.rounded, .rounded_by_rows = true},
               pool);
  }

  void means(const Model& model, const Matrix& transposed, const Matrix& h, Matrix& out,
             ThreadPool& pool) const override {
    means_of(model, transposed, h, out, pool);
  }
  void means(const Model& model, const Matrix& transposed, const BitMatrix& h, Matrix& out,
             ThreadPool& pool) const override {
    means_of(model, transposed, h, out, pool);
  }

  double log_z(const VisibleBase& parameters) const override {
    double sum = 0;
    for (Index i = 0; i < parameters.bias.size(); ++i) sum += softplus(double{parameters.bias[i]});
    return sum;
  }

  /// Of the mixed biases, rounded once: replica exchange decides by these bits.
  void mixed_log_terms(const VisibleBase& base, const VisibleBase& own, float beta, const States& v,
                       std::span<double> out, ThreadPool& pool) const override {
    static thread_local VisibleBase mixed;
    mixed.bias = (1 - beta) * base.bias + beta * own.bias;
    log_terms(mixed, v, out, pool);
  }

  VisibleBase base_of(const VisibleStatistics& data) const override { return base_rate_bias(data.means); }

  void draw_first(const VisibleBase&, const Eigen::VectorXf& means, const RandomKey& key, States& v,
                  ThreadPool&) const override {
    for (Index r = 0; r < v.rows(); ++r) {
      for (Index i = 0; i < v.cols(); ++i) {
        v.bits.set(r, i,
                   uniform(key, static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(i)) < means[i]);
      }
    }
  }

  double log_states(const VisibleBase& parameters) const override {
    return static_cast<double>(parameters.bias.size()) * std::numbers::ln2;
  }
  void state_of_number(const VisibleBase& parameters, std::uint64_t number, double* out) const override {
    for (Index i = 0; i < parameters.bias.size(); ++i) out[i] = static_cast<double>(number >> i & 1);
  }
  void sum_out(const VisibleBase&, Eigen::MatrixXd& inputs, Eigen::VectorXd& sums) const override {
    sums = inputs.unaryExpr([](double x) { return softplus(x); }).rowwise().sum();
    inputs = inputs.unaryExpr([](double x) { return sigmoid(x); });
  }

  void draw_alone(const VisibleBase& parameters, const RandomKey& key, States& v,
                  ThreadPool& pool) const override {
    const Index visible = parameters.bias.size();
    const BitMatrix nothing(v.rows(), 1);
    layer_pass(nothing, Matrix(1, visible), parameters.bias.data(), 1.0f, key, {.states = &v.bits}, pool);
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
    layer_pass(h, transposed, model.visible_bias.data(), 1.0f, {}, {.probabilities = &out}, pool);
  }
};

}  // namespace

const VisibleUnits& binary_units() {
  static const BinaryUnits units;
  return units;
}

}  // namespace rbm
