// Persistent contrastive divergence (Tieleman 2008): the chains go on from update to update.
#include "core/learning/estimators/estimator.hpp"

namespace rbm {
namespace {

constexpr std::string_view kOwnSettings[] = {"k", "chains", "arithmetic"};

class PersistentChains final : public Estimator {
 public:
  void run(const ChainContext& context, const LearningPhase&, Chains& chains, ThreadPool& pool) override {
    chains.age += static_cast<std::uint64_t>(context.settings.k);
    note_states(context.path, chains.visible);
    gibbs_steps(context, context.model, context.transposed, true, chains, pool);
  }
};

}  // namespace

const MethodKind kPersistentChains{
    .id = Method::Pcd,
    .name = "pcd",
    .title = "PCD",
    .explanation =
        "Chains are kept from update to update, and follow the model as it changes: the better density.",
    .start = "The chains start where the last update left them, not at the images.",
    .moves = "The chains take k steps of Gibbs sampling and are kept for the next update: PCD-k.",
    .keeps_chains = true,
    .own_settings = kOwnSettings,
    .learns_labels = true,
    .crosses_modes = false,
    .missing = MissingTreatment::Drawn,
    .passes_with_batch = true,
    .check = nullptr,
    .suits = nullptr,
    .make = [] { return std::unique_ptr<Estimator>(std::make_unique<PersistentChains>()); }};

}  // namespace rbm
