// Parallel tempering (Desjardins, Courville, Bengio, Vincent and Delalleau 2010): persistent chains that change places
// with replicas at higher temperatures, and so cross from mode to mode. Rung 0 of the ladder are the visible units by
// themselves, the last one is the model.
#include "core/learning/estimators/estimator.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

constexpr std::string_view kOwnSettings[] = {"k", "chains", "temperatures"};

class TemperedChains final : public Estimator {
 public:
  void begin(const ChainContext& context) override {
    const TrainingSettings& settings = context.settings;
    if (replicas_ == nullptr || replicas_->chains() != settings.chains)
      replicas_ =
          std::make_unique<ReplicaExchange>(units_of(context.model), settings.chains, context.model.visible(),
                                            context.model.hidden(), settings.temperatures, settings.seed);
    replicas_->start_from_base(context.base);
  }

  void run(const ChainContext& context, const LearningPhase&, Chains& chains, ThreadPool& pool) override {
    const TrainingSettings& settings = context.settings;
    chains.age += static_cast<std::uint64_t>(settings.k);
    rungs_.clear();
    for (Index r = 0; r < replicas_->rungs(); ++r)
      rungs_.push_back({&context.model, &context.transposed,
                        static_cast<float>(r) / static_cast<float>(replicas_->rungs() - 1)});
    note_states(context.path, replicas_->states(replicas_->rungs() - 1));
    for (int step = 0; step < settings.k; ++step) {
      const auto done = static_cast<std::uint64_t>(step);
      replicas_->sweep(rungs_, context.base, context.update * kStepsPerUpdate + done,
                       (context.update + done) % 2 != 0, pool);
      note_states(context.path, replicas_->states(replicas_->rungs() - 1));
    }
    chains.visible = replicas_->states(replicas_->rungs() - 1);
    hidden_pass(context.model, chains.visible, 1.0f, {}, {.probabilities = &chains.hidden}, chains.weighted,
                pool);
    transpose_states(chains, pool);
  }

  void set_chains(const States& visible) override { replicas_->set_states(replicas_->rungs() - 1, visible); }

  void visit_state(StateVisitor& visit) override {
    for (Index r = 0; r < replicas_->rungs(); ++r) {
      States& replica = replicas_->states(r);
      visit((replica.is_real ? "run/replica_values_" : "run/replica_") + std::to_string(r), Kept::Anew,
            replica);
    }
  }

  const ReplicaExchange* replicas() const override { return replicas_.get(); }

 private:
  std::unique_ptr<ReplicaExchange> replicas_;
  std::vector<Rung> rungs_;
};

}  // namespace

const MethodKind kTemperedChains{
    .id = Method::Tempering,
    .name = "tempering",
    .title = "Tempering",
    .explanation =
        "Persistent chains that change places with replicas at higher temperatures, and so cross between "
        "modes.",
    .start = "The chains start where the last update left them, each with replicas at higher temperatures.",
    .moves =
        "Every replica takes k steps at its temperature, then neighbours change places; the coldest are the "
        "model's.",
    .keeps_chains = true,
    .own_settings = kOwnSettings,
    .learns_labels = false,
    .crosses_modes = true,
    .missing = MissingTreatment::Drawn,
    .check = nullptr,
    .suits = nullptr,
    .make = [] { return std::unique_ptr<Estimator>(std::make_unique<TemperedChains>()); }};

}  // namespace rbm
