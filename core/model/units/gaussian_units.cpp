// Gaussian visible units (Liao, Kornblith, Ren, Fleet and Hinton 2022, with the variances of Cho, Ilin and
// Raiko 2011):
//
//   E(v, h) = ½ Σ_i (v_i − μ_i)² / σ_i² − Σ_ij (v_i / σ_i²) W_ij h_j − bᵀh,   z = log σ²,
//   p(h_j = 1 | v) = σ(b_j + Σ_i W_ij v_i / σ_i²),   v | h ~ N(μ + W h, σ²).
//
// Model::visible_bias holds μ, Model::log_variance z.
#include <cmath>
#include <numbers>

#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

constexpr Index kRowsPerTask = 8;
/// Of a base, as a share of the mean variance: the noise of a pixel that hardly ever varies would otherwise
/// be so small that v / σ² drowns the hidden units in it.
constexpr float kLeastShare = 0.1f;
constexpr float kLeastVariance = 1e-4f;  // where no pixel varies

Eigen::ArrayXf inverse_variance(const Eigen::VectorXf& log_variance) {
  return (-log_variance.array()).exp();
}

/// Per-unit numbers of one draw, kept by the thread so that a step allocates nothing. v | h has the mean
/// offset + scale · (μ + W h) and this deviation.
struct Conditional {
  Eigen::ArrayXf scale, offset;
  std::vector<float, CacheAlignedAllocator<float>> deviations;  // padded
  bool is_plain = true;                                         // offset 0, scale 1
  float kept = 0;

  void set(const Model& model, const VisibleMove& move) {
    const Index n = model.visible();
    deviations.assign(static_cast<std::size_t>((n + 15) / 16 * 16), 0.0f);
    is_plain = move.base == nullptr;
    scale.setOnes(n);
    offset.setZero(n);
    for (Index i = 0; i < n; ++i) {
      const float of_model = move.beta * std::exp(-model.log_variance[i]);
      float precision = of_model;
      if (!is_plain) {
        const float of_base = (1 - move.beta) * std::exp(-move.base->log_variance[i]);
        precision += of_base;
        scale[i] = of_model / precision;
        offset[i] = of_base * move.base->bias[i] / precision;
      }
      deviations[static_cast<std::size_t>(i)] = 1 / std::sqrt(precision);
    }
    kept = 0;
    if (move.langevin_steps > 0) use_langevin(move);
  }

  /// T steps v ← v − α (v − m) + √(2α) σ n are one step: v ← m + (1−α)^T (v − m) + s n, of which s follows by
  /// summing the geometric series. They leave a variance that is 1 / (1 − α/2) times too large: the price of
  /// a finite α.
  void use_langevin(const VisibleMove& move) {
    const float step = move.langevin_step;
    kept = std::pow(1 - step, static_cast<float>(move.langevin_steps));
    const float spread = std::sqrt((1 - kept * kept) / (1 - step / 2));
    for (float& deviation : deviations) deviation *= spread;
  }

  void apply(Matrix& means, ThreadPool& pool) const {
    if (is_plain) return;
    pool.run_rows(means.rows(), kRowsPerTask, [&](Index r) {
      Eigen::Map<Eigen::ArrayXf> row(means.row(r), means.cols());
      row = offset + scale * row;
    });
  }
};

class GaussianUnits final : public VisibleUnits {
 public:
  const char* name() const override { return "gaussian"; }
  const char* title() const override { return "Gaussian"; }
  const char* explanation() const override { return "Real numbers: colours, photographs and measurements."; }
  bool stores_numbers() const override { return true; }
  DataForm learns() const override { return DataForm::Scaled; }
  bool has_variances() const override { return true; }

  /// No model whose parameters are in bounds draws a number of a million deviations.
  bool are_states(const Model& model, const States& v, bool /*may_lack*/) const override {
    constexpr float kMostDeviations = 1e6f;
    if (!v.is_real || !v.values.view().allFinite()) return false;
    const Eigen::ArrayXf most =
        kMostDeviations * (1 + model.visible_bias.array().abs() + (model.log_variance.array() / 2).exp());
    for (Index i = 0; i < v.cols(); ++i) {
      if (!(v.values.view().col(i).cwiseAbs().maxCoeff() <= most[i])) return false;
    }
    return true;
  }

  Model first_model(ImageShape shape, Index hidden, const VisibleStatistics& data, float weight_sd,
                    std::uint64_t seed) const override {
    return initial_gaussian_model(shape, hidden, base_of(data), weight_sd, seed);
  }

  const Matrix& weighted(const Model& model, const Matrix& values, Matrix& scratch,
                         ThreadPool& pool) const override {
    if (scratch.rows() != values.rows() || scratch.cols() != values.cols())
      scratch.resize(values.rows(), values.cols());
    static thread_local Eigen::ArrayXf own;
    Eigen::ArrayXf& inverse = own;  // the caller's, whichever thread runs a task
    inverse = inverse_variance(model.log_variance);
    pool.run_rows(values.rows(), kRowsPerTask, [&](Index r) {
      const Eigen::Map<const Eigen::ArrayXf> from(values.row(r), values.cols());
      Eigen::Map<Eigen::ArrayXf>(scratch.row(r), values.cols()) = from * inverse;
    });
    return scratch;
  }

  void draw(const Model& model, const Matrix& transposed, const BitMatrix& h, const VisibleMove& move,
            const RandomKey& key, States& v, Matrix* means, ThreadPool& pool) const override {
    static thread_local Conditional own;
    static thread_local Matrix own_means;
    Conditional& conditional = own;
    conditional.set(model, move);
    // In place where nothing of the old values is needed.
    Matrix* to = means;
    if (to == nullptr) {
      to = conditional.kept != 0 ? &own_means : &v.values;
      if (to == &own_means && (to->rows() != v.rows() || to->cols() != v.cols()))
        to->resize(v.rows(), v.cols());
    }
    layer_pass(h, transposed, model.visible_bias.data(), 1.0f, {}, {.inputs = to}, pool);
    conditional.apply(*to, pool);
    draw_normal(*to, {conditional.deviations.data(), conditional.kept}, key, v.values, pool);
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
    const Eigen::ArrayXd inverse = inverse_variance(parameters.log_variance).cast<double>();
    const Eigen::ArrayXd centre = parameters.bias.array().cast<double>();
    pool.run_rows(v.rows(), kRowsPerTask, [&](Index r) {
      const Eigen::Map<const Eigen::ArrayXf> row(v.values.row(r), v.cols());
      out[static_cast<std::size_t>(r)] = -0.5 * ((row.cast<double>() - centre).square() * inverse).sum();
    });
  }

  double log_z(const VisibleBase& parameters) const override {
    const auto n = static_cast<double>(parameters.bias.size());
    return 0.5 * (n * std::log(2 * std::numbers::pi) + parameters.log_variance.cast<double>().sum());
  }

  VisibleBase base_of(const VisibleStatistics& data) const override {
    const float least = std::max(kLeastVariance, kLeastShare * data.variances.mean());
    return {data.means, data.variances.array().max(least).log()};
  }

  void draw_alone(const VisibleBase& parameters, const RandomKey& key, States& v,
                  ThreadPool& pool) const override {
    draw_around(parameters.bias, parameters.log_variance, key, v, pool);
  }

  void draw_noise(const Model& model, const RandomKey& key, States& v, ThreadPool& pool) const override {
    draw_around(model.visible_bias, model.log_variance, key, v, pool);
  }

  /// ½ ⟨(v_i − μ_i)²⟩ / σ_i² − Σ_j W_ij ⟨(v_i / σ_i²) h_j⟩, data minus model; the second part is a sum over
  /// the plain gradient of the weights.
  void variance_gradient(const Model& model, const Matrix& weight_gradient, const Matrix& data,
                         const Matrix& chains, float share, Eigen::VectorXf& out,
                         ThreadPool& pool) const override {
    const auto mean_square = [&](const Matrix& v, Index i) {
      double sum = 0;
      for (Index r = 0; r < v.rows(); ++r) {
        const double d = double{v(r, i)} - model.visible_bias[i];
        sum += d * d;
      }
      return sum / static_cast<double>(v.rows());
    };
    pool.run_rows(model.visible(), 2 * kRowsPerTask, [&](Index i) {
      const float *g = weight_gradient.row(i), *w = model.weights.row(i);
      double product = 0;
      for (Index j = 0; j < model.hidden(); ++j) product += double{w[j]} * g[j];
      const double spread = mean_square(data, i) - mean_square(chains, i);
      out[i] = static_cast<float>(share * 0.5 * spread * std::exp(-double{model.log_variance[i]}) - product);
    });
  }

  std::optional<HiddenQuadratic> summed_out(const Model& model) const override {
    const Eigen::ArrayXd z = model.log_variance.array().cast<double>();
    const Eigen::VectorXd inverse = (-z).exp();
    const Eigen::MatrixXd w = model.weights.view().cast<double>();
    const Eigen::MatrixXd scaled = inverse.asDiagonal() * w;
    HiddenQuadratic out;
    out.constant = log_z({model.visible_bias, model.log_variance});
    out.linear = model.hidden_bias.cast<double>() + scaled.transpose() * model.visible_bias.cast<double>();
    out.quadratic = w.transpose() * scaled;
    return out;
  }

 private:
  template <class Hidden>
  static void means_of(const Model& model, const Matrix& transposed, const Hidden& h, Matrix& out,
                       ThreadPool& pool) {
    out.resize(h.rows(), model.visible());
    layer_pass(h, transposed, model.visible_bias.data(), 1.0f, {}, {.inputs = &out}, pool);
  }

  static void draw_around(const Eigen::VectorXf& centre, const Eigen::VectorXf& log_variance,
                          const RandomKey& key, States& v, ThreadPool& pool) {
    std::vector<float, CacheAlignedAllocator<float>> deviations(static_cast<std::size_t>(v.values.stride()),
                                                                0.0f);
    for (Index i = 0; i < centre.size(); ++i)
      deviations[static_cast<std::size_t>(i)] = std::exp(log_variance[i] / 2);
    for (Index r = 0; r < v.rows(); ++r) std::copy_n(centre.data(), centre.size(), v.values.row(r));
    draw_normal(v.values, {deviations.data()}, key, v.values, pool);
  }
};

}  // namespace

const VisibleUnits& gaussian_units() {
  static const GaussianUnits units;
  return units;
}

}  // namespace rbm
