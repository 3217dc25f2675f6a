// Contrastive divergence (Hinton 2002): the chains of an update start at its mini-batch, or at states without structure
// (Liao, Kornblith, Ren, Fleet and Hinton 2022; k must be large then).
#include "core/learning/estimators/estimator.hpp"
#include "core/model/observed.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

constexpr std::string_view kOwnSettings[] = {"k", "start", "arithmetic"};

class ContrastiveDivergence final : public Estimator {
 public:
  void run(const ChainContext& context, const LearningPhase& batch, Chains& chains,
           ThreadPool& pool) override {
    chains.age = static_cast<std::uint64_t>(context.settings.k);
    const bool from_noise = context.settings.start == ChainStart::Noise;
    if (from_noise) {
      start_at_noise(context, batch, chains, pool);
    } else if (context.settings.langevin_steps > 0 && chains.visible.is_real) {
      chains.visible.values = batch.visible.values;  // Langevin steps go on from the old values
    }
    note_states(context.path, from_noise ? chains.visible : batch.visible);
    gibbs_steps(context, context.model, context.transposed, false, chains, pool);
  }

 private:
  /// In place of the hidden states that the mini-batch left in the chains.
  static void start_at_noise(const ChainContext& context, const LearningPhase& batch, Chains& chains,
                             ThreadPool& pool) {
    // The last of the update's room, which no Gibbs step reaches.
    const std::uint64_t draw = (context.update + 1) * kStepsPerUpdate - 1, seed = context.settings.seed;
    units_of(context.model)
        .draw_noise(context.model, {seed, Stream::ChainVisible, draw}, chains.visible, pool);
    if (context.observed != nullptr) keep_observed(*context.observed, chains.visible);
    std::copy(batch.labels.begin(), batch.labels.end(), chains.labels.begin());
    draw_hidden(context.model, {seed, Stream::ChainHidden, draw}, chains, pool);
  }
};

}  // namespace

const MethodKind kContrastiveDivergence{
    .id = Method::Cd,
    .name = "cd",
    .title = "CD",
    .explanation = "Chains start at the images, anew for every update: good features, poor dreams.",
    .start = "Each chain starts at an image of the mini-batch, anew for every update.",
    .moves = "The chains take k steps of Gibbs sampling away from the images: CD-k.",
    .keeps_chains = false,
    .own_settings = kOwnSettings,
    .learns_labels = true,
    .crosses_modes = false,
    .missing = MissingTreatment::Absent,
    .check = nullptr,
    .suits = nullptr,
    .make = [] { return std::unique_ptr<Estimator>(std::make_unique<ContrastiveDivergence>()); }};

}  // namespace rbm
