// VisibleUnits: what a kind of visible units decides, in one place: how a state is stored, which form of data
// it learns, how its states are shown, and the terms of v in the energy. Everything else of core works with
// any kind through this interface; the kinds are found in the registry, visible_type.hpp. Objects have no
// state; any thread with its own pool.
#pragma once

#include <optional>
#include <span>

#include "core/model/model.hpp"
#include "core/model/states.hpp"

namespace rbm {

/// What data are made into for a kind of visible units (core/learning/training_data.hpp does it).
enum class DataForm {
  Bits,        // grey bytes, of which every presentation makes bits (Binarization)
  Scaled,      // real numbers, centred and scaled, or whitened (Whitening)
  Signs,       // −1 and +1 as they are, and grey values cut at one half
  Categories,  // the state of every column, as a block of bits of which one is on
};

/// How a unit's number becomes a grey value: offset + scale · v. Where v are pictures already, v itself.
struct Shade {
  float offset = 0, scale = 1;
};

/// What of the data the first model and the base are fitted to: one value of each visible unit.
struct VisibleStatistics {
  Eigen::VectorXf means;
  Eigen::VectorXf variances;                      // of kinds with variances; else it may be empty
  std::shared_ptr<const UnitStates> states = {};  // of units in blocks (Model::states)
};

/// How visible units are drawn, given the hidden ones.
struct VisibleMove {
  float beta = 1;                     // inverse temperature
  const VisibleBase* base = nullptr;  // draws from base^(1−β) model^β in place of model^β
  int langevin_steps = 0;   // Gaussian units: so many Langevin steps from the old values; 0: exactly
  float langevin_step = 0;  // their size α, in units of σ²
  const ShortMatrix* rounded = nullptr;  // Wᵀ rounded, which kinds of bits draw by in its place; null: by Wᵀ
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

  /// In files and on the command line: "binary", "gaussian" …
  virtual const char* name() const = 0;
  /// On the screen, one or two words, and what the units are for, one sentence.
  virtual const char* title() const = 0;
  virtual const char* explanation() const = 0;

  /// Whether states are stored as numbers (States::values), not as bits.
  virtual bool stores_numbers() const = 0;
  /// The form of data that these units learn.
  virtual DataForm learns() const = 0;
  /// How a state is shown, where the model has no picture space.
  virtual Shade shade() const { return {}; }

  /// Whether every unit is one bit, on or off by itself: then there are shortcuts through all states.
  virtual bool are_bits() const { return false; }
  /// Whether each unit has a variance: Model::log_variance. Of all others −E(v, 0) is aᵀv.
  virtual bool has_variances() const { return false; }

  /// Numbers as visible() holds them, cut to states where the units have few: what is nearest.
  virtual States states_from(const Model& model, Matrix values) const;

  /// Whether what was read from a file are states of these units. Where rows may lack units, those are in no state: 0.
  virtual bool are_states(const Model& model, const States& v, bool may_lack) const;

  /// The model that learning starts from; W ~ N(0, sd²).
  virtual Model first_model(ImageShape shape, Index hidden, const VisibleStatistics& data, float weight_sd,
                            std::uint64_t seed) const = 0;

  /// What the weights are multiplied with: v itself, or `scratch`, which then holds v / σ².
  virtual const Matrix& weighted(const Model&, const Matrix& values, Matrix& /*scratch*/, ThreadPool&) const {
    return values;
  }
  /// Hidden inputs β (b + (v or v/σ²) W), probabilities and states.
  virtual void hidden_pass(const Model& model, const States& v, float beta, const RandomKey& key,
                           const LayerOutputs& out, Matrix& scratch, ThreadPool& pool) const;

  /// v ~ p(v | h) of every row of h [rows × hidden]; `transposed` is Wᵀ. `means`, where wanted, becomes
  /// E[v | h] [rows × visible]. All outputs have their size already; v keeps its old values until it is drawn.
  virtual void draw(const Model& model, const Matrix& transposed, const BitMatrix& h, const VisibleMove& move,
                    const RandomKey& key, States& v, Matrix* means, ThreadPool& pool) const = 0;
  /// E[v | h], which is p(v = 1 | h) of bits; h may hold probabilities. out is resized.
  virtual void means(const Model& model, const Matrix& transposed, const Matrix& h, Matrix& out,
                     ThreadPool& pool) const = 0;
  virtual void means(const Model& model, const Matrix& transposed, const BitMatrix& h, Matrix& out,
                     ThreadPool& pool) const = 0;

  /// −E(v, 0) of every row: aᵀv, or −½ Σ (v − μ)² / σ².
  virtual void log_terms(const VisibleBase& parameters, const States& v, std::span<double> out,
                         ThreadPool& pool) const;
  /// (1 − β) times the base's, plus β times the model's own.
  virtual void mixed_log_terms(const VisibleBase& base, const VisibleBase& own, float beta, const States& v,
                               std::span<double> out, ThreadPool& pool) const;
  /// log Σ_v e^−E(v, 0).
  virtual double log_z(const VisibleBase& parameters) const = 0;

  /// The units by themselves as they fit the data: where annealing and tempering start.
  virtual VisibleBase base_of(const VisibleStatistics& data) const = 0;
  /// Independent samples of these units by themselves.
  virtual void draw_alone(const VisibleBase& parameters, const RandomKey& key, States& v,
                          ThreadPool& pool) const = 0;
  /// Where chains of training start: independent samples, too, with the means of the data where the kind knows
  /// how to draw by them.
  virtual void draw_first(const VisibleBase& base, const Eigen::VectorXf& /*means*/, const RandomKey& key,
                          States& v, ThreadPool& pool) const {
    draw_alone(base, key, v, pool);
  }
  /// Samples without any structure, as a chain's start: fair coins, or the model's own means and deviations.
  virtual void draw_noise(const Model& model, const RandomKey& key, States& v, ThreadPool& pool) const = 0;

  /// log of the number of states that the whole layer has; infinite where they cannot be counted.
  virtual double log_states(const VisibleBase& parameters) const;
  /// Of units with countable states: state `number`, counted from 0 with the first unit's states fastest, as
  /// numbers [visible].
  virtual void state_of_number(const VisibleBase&, std::uint64_t /*number*/, double* /*out*/) const {}
  /// Of units with countable states, for rows of inputs a + W h: sums ← log Σ_v exp(inputᵀv), inputs ← E[v].
  virtual void sum_out(const VisibleBase&, Eigen::MatrixXd& /*inputs*/, Eigen::VectorXd& /*sums*/) const {}

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

/// The bias that layer_pass() multiplies with β for a draw by `move`: the model's, or in `scratch` that of
/// base^(1−β) model^β.
const float* bias_of(const Model& model, const VisibleMove& move, Eigen::VectorXf& scratch);

/// Zeros, stored as these units store their states.
States empty_states(const VisibleUnits& units, Index rows, Index visible);

/// VisibleUnits::hidden_pass of the model's units. `scratch` is what VisibleUnits::weighted wants.
void hidden_pass(const Model& model, const States& v, float beta, const RandomKey& key,
                 const LayerOutputs& out, Matrix& scratch, ThreadPool& pool);

}  // namespace rbm
