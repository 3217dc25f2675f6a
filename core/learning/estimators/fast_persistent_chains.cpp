// Fast persistent contrastive divergence (Tieleman and Hinton 2009): persistent chains whose model is stirred by fast
// weights, which learn of the same gradient at a rate of their own and soon decay. Neither what the data say nor any
// evaluation sees them.
#include "core/learning/estimators/estimator.hpp"

namespace rbm {
namespace {

constexpr std::string_view kOwnSettings[] = {"k", "chains", "fast_rate", "fast_decay"};
constexpr Index kRowsPerTask = 16;

class FastPersistentChains final : public Estimator {
 public:
  void begin(const ChainContext& context) override {
    fast_.resize(context.model, true);
    stirred_ = context.model;
    stirred_transposed_ = context.transposed;
  }

  void run(const ChainContext& context, const LearningPhase&, Chains& chains, ThreadPool& pool) override {
    chains.age += static_cast<std::uint64_t>(context.settings.k);
    note_states(context.path, chains.visible);
    gibbs_steps(context, stirred_, stirred_transposed_, true, chains, pool);
  }

  bool learns() const override { return true; }

  void learn(const ParameterArrays& gradient, const TrainingSettings& settings, ThreadPool& pool) override {
    const float kept = settings.fast_decay, rate = settings.fast_rate;
    pool.run_rows(fast_.weights.rows(), kRowsPerTask, [&](Index i) {
      const float* g = gradient.weights.row(i);
      float* f = fast_.weights.row(i);
      for (Index j = 0; j < fast_.weights.cols(); ++j) f[j] = kept * f[j] + rate * g[j];
    });
    fast_.visible_bias = kept * fast_.visible_bias + rate * gradient.visible_bias;
    fast_.hidden_bias = kept * fast_.hidden_bias + rate * gradient.hidden_bias;
  }

  /// The new model with the fast parameters added.
  void follow(const Model& model, ThreadPool& pool) override {
    pool.run_rows(model.visible(), kRowsPerTask, [&](Index i) {
      const float *w = model.weights.row(i), *f = fast_.weights.row(i);
      float* sum = stirred_.weights.row(i);
      for (Index j = 0; j < model.hidden(); ++j) sum[j] = w[j] + f[j];
    });
    stirred_.visible_bias = model.visible_bias + fast_.visible_bias;
    stirred_.hidden_bias = model.hidden_bias + fast_.hidden_bias;
    stirred_.log_variance = model.log_variance;
    transpose(stirred_.weights, stirred_transposed_, pool);
  }

  void visit_state(StateVisitor& visit) override {
    visit("run/fast_weights", Kept::Moments, fast_.weights);
    visit("run/fast_visible_bias", Kept::Moments, fast_.visible_bias);
    visit("run/fast_hidden_bias", Kept::Moments, fast_.hidden_bias);
  }

 private:
  ParameterArrays fast_;
  Model stirred_;  // what the chains run on
  Matrix stirred_transposed_;
};

}  // namespace

const MethodKind kFastPersistentChains{
    .id = Method::Fpcd,
    .name = "fpcd",
    .title = "FPCD",
    .explanation = "Persistent chains that fast weights stir, so that they leave where they have been.",
    .start = "The chains start where the last update left them, not at the images.",
    .moves = "The chains take k steps under the model with its fast weights added, which stir them.",
    .keeps_chains = true,
    .own_settings = kOwnSettings,
    .learns_labels = false,
    .crosses_modes = false,
    .missing = MissingTreatment::Drawn,
    .check = nullptr,
    .suits = nullptr,
    .make = [] { return std::unique_ptr<Estimator>(std::make_unique<FastPersistentChains>()); }};

}  // namespace rbm
