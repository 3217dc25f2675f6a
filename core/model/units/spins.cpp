// Spins: E(v, h) = −aᵀv − bᵀh − vᵀWh with v ∈ {−1, +1} and h ∈ {0, 1}:
//
//   p(v_i = +1 | h) = σ(2 (a_i + W_i h)),   E[v_i | h] = tanh(a_i + W_i h),   log Σ_v e^aᵀv = Σ_i log 2cosh(a_i).
#include <cmath>
#include <numbers>

#include "core/math/scalar.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

double log_two_cosh(double x) {
  return std::abs(x) + std::log1p(std::exp(-2 * std::abs(x)));
}

Eigen::VectorXf shares_of_plus(const Eigen::VectorXf& means) {
  return ((1 + means.array()) / 2).matrix();
}

void set_signs(const BitMatrix& bits, Matrix& values) {
  for (Index r = 0; r < values.rows(); ++r) {
    for (Index i = 0; i < values.cols(); ++i) values(r, i) = bits.get(r, i) ? 1.0f : -1.0f;
  }
}

class Spins final : public VisibleUnits {
 public:
  const char* name() const override { return "spins"; }
  const char* title() const override { return "Spins"; }
  const char* explanation() const override { return "−1 or +1: magnets, votes and signs."; }
  bool stores_numbers() const override { return true; }
  DataForm learns() const override { return DataForm::Signs; }
  Shade shade() const override { return {0.5f, 0.5f}; }

  States states_from(const Model&, Matrix values) const override {
    values.view() = values.view().unaryExpr([](float x) { return x >= 0 ? 1.0f : -1.0f; });
    return values;
  }

  bool are_states(const Model&, const States& v, bool may_lack) const override {
    return v.is_real && v.values.view()
                            .unaryExpr([&](float x) { return x == 1 || x == -1 || (x == 0 && may_lack); })
                            .all();
  }

  Model first_model(ImageShape shape, Index hidden, const VisibleStatistics& data, float weight_sd,
                    std::uint64_t seed) const override {
    Model model = initial_model(shape, hidden, shares_of_plus(data.means), weight_sd, seed);
    model.visible_type = VisibleType::Spins;
    model.visible_bias *= 0.5f;
    return model;
  }

  void draw(const Model& model, const Matrix& transposed, const BitMatrix& h, const VisibleMove& move,
            const RandomKey& key, States& v, Matrix* means, ThreadPool& pool) const override {
    static thread_local BitMatrix plus;
    static thread_local Eigen::VectorXf mixed;
    if (plus.rows() != v.rows() || plus.cols() != v.cols()) plus.resize(v.rows(), v.cols());
    layer_pass(h, transposed, bias_of(model, move, mixed), 2 * move.beta, key,
               {.probabilities = means, .states = &plus}, pool);
    set_signs(plus, v.values);
    if (means != nullptr) to_means(*means);
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
    return parameters.bias.cast<double>().unaryExpr(&log_two_cosh).sum();
  }

  VisibleBase base_of(const VisibleStatistics& data) const override {
    return Eigen::VectorXf(0.5f * base_rate_bias(shares_of_plus(data.means)));
  }

  void draw_alone(const VisibleBase& parameters, const RandomKey& key, States& v,
                  ThreadPool& pool) const override {
    BitMatrix plus(v.rows(), v.cols());
    layer_pass(BitMatrix(v.rows(), 1), Matrix(1, v.cols()), parameters.bias.data(), 2.0f, key,
               {.states = &plus}, pool);
    set_signs(plus, v.values);
  }
  void draw_noise(const Model&, const RandomKey& key, States& v, ThreadPool& pool) const override {
    draw_alone(Eigen::VectorXf(Eigen::VectorXf::Zero(v.cols())), key, v, pool);
  }

  double log_states(const VisibleBase& parameters) const override {
    return static_cast<double>(parameters.bias.size()) * std::numbers::ln2;
  }
  void state_of_number(const VisibleBase& parameters, std::uint64_t number, double* out) const override {
    for (Index i = 0; i < parameters.bias.size(); ++i) out[i] = (number >> i & 1) != 0 ? 1.0 : -1.0;
  }
  void sum_out(const VisibleBase&, Eigen::MatrixXd& inputs, Eigen::VectorXd& sums) const override {
    sums = inputs.unaryExpr(&log_two_cosh).rowwise().sum();
    inputs = inputs.array().tanh().matrix();
  }

 private:
  static void to_means(Matrix& probabilities) {
    probabilities.view() = (2 * probabilities.view().array() - 1).matrix();
  }

  template <class Hidden>
  static void means_of(const Model& model, const Matrix& transposed, const Hidden& h, Matrix& out,
                       ThreadPool& pool) {
    out.resize(h.rows(), model.visible());
    layer_pass(h, transposed, model.visible_bias.data(), 2.0f, {}, {.probabilities = &out}, pool);
    to_means(out);
  }
};

}  // namespace

const VisibleUnits& spins() {
  static const Spins units;
  return units;
}

}  // namespace rbm
