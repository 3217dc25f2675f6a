// VisibleUnits: what a type of visible units decides, in one place. Everything else of core works with any
// type through this interface; a further type is one more file in this folder. Objects have no state; any
// thread with its own pool.
#pragma once

#include <optional>
#include <span>

#include "core/model/model.hpp"
#include "core/model/states.hpp"

namespace rbm {

/// How visible units are drawn, given the hidden ones.
struct VisibleMove {
  float beta = 1;                     // inverse temperature
  const VisibleBase* base = nullptr;  // draws from base^(1−β) model^β in place of model^β
  int langevin_steps = 0;   // Gaussian units: so many Langevin steps from the old values; 0: exactly
  float langevin_step = 0;  // their size α, in units of σ²
};

/// Σ_v e^−E(v,h) (or its integral) as a function of h: exp(constant + linearᵀh + ½ hᵀ quadratic h).
struct HiddenQuadratic {
  double constant = 0;
  Eigen::VectorXd linear;     // [hidden]
  Eigen::MatrixXd quadratic;  // [hidden × hidden], symmetric
};

class VisibleUnits {
 public:
  virtual ~VisibleUnits() = default;

  /// In files: "binary", "gaussian".
  virtual const char* name() const = 0;
  /// Whether samples are numbers (States::is_real).
  virtual bool is_real() const = 0;
  /// Whether each unit has a variance: Model::log_variance.
  virtual bool has_variances() const = 0;

  /// The model that learning starts from. means, variances: those of the data, one of each visible unit; W ~
  /// N(0, sd²).
  virtual Model first_model(ImageShape shape, Index hidden, const Eigen::VectorXf& means,
                            const Eigen::VectorXf& variances, float weight_sd, std::uint64_t seed) const = 0;

  /// What the weights are multiplied with: v itself, or `scratch`, which then holds v / σ².
  virtual const Matrix& weighted(const Model& model, const Matrix& values, Matrix& scratch,
                                 ThreadPool& pool) const = 0;

  /// v ~ p(v | h) of every row of h [rows × hidden]; `transposed` is Wᵀ. `means`, where wanted, becomes p(v =
  /// 1 | h) or E[v | h] [rows × visible]. All outputs have their size already; v keeps its old values until
  /// it is drawn.
  virtual void draw(const Model& model, const Matrix& transposed, const BitMatrix& h, const VisibleMove& move,
                    const RandomKey& key, States& v, Matrix* means, ThreadPool& pool) const = 0;
  /// p(v = 1 | h) or E[v | h]; h may hold probabilities. out is resized.
  virtual void means(const Model& model, const Matrix& transposed, const Matrix& h, Matrix& out,
                     ThreadPool& pool) const = 0;
  virtual void means(const Model& model, const Matrix& transposed, const BitMatrix& h, Matrix& out,
                     ThreadPool& pool) const = 0;

  /// −E(v, 0) of every row: aᵀv, or −½ Σ (v − μ)² / σ².
  virtual void log_terms(const VisibleBase& parameters, const States& v, std::span<double> out,
                         ThreadPool& pool) const = 0;
  /// log Σ_v e^−E(v, 0).
  virtual double log_z(const VisibleBase& parameters) const = 0;

  /// The units by themselves as they fit data with these means and variances of each unit: where annealing
  /// starts.
  virtual VisibleBase base_of(const Eigen::VectorXf& means, const Eigen::VectorXf& variances) const = 0;
  /// Independent samples of these units by themselves.
  virtual void draw_alone(const VisibleBase& parameters, const RandomKey& key, States& v,
                          ThreadPool& pool) const = 0;
  /// Samples without any structure, as a chain's start: fair coins, or the model's own means and deviations.
  virtual void draw_noise(const Model& model, const RandomKey& key, States& v, ThreadPool& pool) const = 0;

  /// Units with variances: ∂ log p / ∂ log σ² of every unit, data minus model. `weight_gradient` is that of
  /// the weights, plain and not centred [visible × hidden]; `data` and `chains` are the visible states of the
  /// two phases, of which the data's and the chains' own part counts `share`.
  virtual void variance_gradient(const Model&, const Matrix& /*weight_gradient*/, const Matrix& /*data*/,
                                 const Matrix& /*chains*/, float /*share*/, Eigen::VectorXf& /*out*/,
                                 ThreadPool&) const {}

  /// The sum over v in closed form, where it is a quadratic function of h.
  virtual std::optional<HiddenQuadratic> summed_out(const Model&) const { return std::nullopt; }
};

const VisibleUnits& units_of(VisibleType type);
inline const VisibleUnits& units_of(const Model& model) {
  return units_of(model.visible_type);
}

/// layer_pass from the visible units: hidden inputs b + (v or v/σ²) W, probabilities and states. `scratch` is
/// what VisibleUnits::weighted wants.
void hidden_pass(const Model& model, const States& v, float beta, const RandomKey& key,
                 const LayerOutputs& out, Matrix& scratch, ThreadPool& pool);

}  // namespace rbm
