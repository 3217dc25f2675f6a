#include "core/learning/estimators/estimator.hpp"

#include "core/model/labels.hpp"
#include "core/model/observed.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

/// From visible states and labels to p(h | v) in chains.hidden, wanted for the gradient, and h in chains.hidden_states,
/// wanted to go on.
void hidden_half(const Model& model, const ShortMatrix* rounded, const RandomKey& key, bool probabilities,
                 bool states, Chains& chains, ThreadPool& pool) {
  if (model.labels() == 0) {
    hidden_pass(model, chains.visible, 1.0f, key,
                {.probabilities = probabilities ? &chains.hidden : nullptr,
                 .states = states ? &chains.hidden_states : nullptr,
                 .rounded = rounded,
                 .own_probabilities = !model.weights.is_whole()},
                chains.weighted, pool);
    return;
  }
  hidden_pass(model, chains.visible, 1.0f, key, {.inputs = &chains.hidden, .rounded = rounded},
              chains.weighted, pool);
  hidden_given_labels(model, chains.hidden, chains.labels, 1.0f, chains.hidden, pool);
  if (states) sample_bernoulli(chains.hidden, key, chains.hidden_states, pool);
}

/// The same of the chains and p(h | v) of the batch, both of bits and without labels, in one pass over the weights.
void hidden_half_with_batch(const ChainContext& context, const ShortMatrix* rounded, const RandomKey& key,
                            bool states, Chains& chains, ThreadPool& pool) {
  const Model& model = context.model;
  const bool own = !model.weights.is_whole();
  layer_pass({context.batch->visible.bits,
              {context.settings.seed, Stream::PositiveHidden, context.update},
              {.probabilities = &context.batch->hidden, .rounded = rounded, .own_probabilities = own}},
             {chains.visible.bits,
              key,
              {.probabilities = &chains.hidden,
               .states = states ? &chains.hidden_states : nullptr,
               .rounded = rounded,
               .own_probabilities = own}},
             model.weights, model.hidden_bias.data(), pool);
}

}  // namespace

void draw_hidden(const Model& model, const RandomKey& key, Chains& chains, ThreadPool& pool) {
  hidden_half(model, nullptr, key, false, true, chains, pool);
}

void gibbs_steps(const ChainContext& context, const Model& model, const Matrix& transposed, bool carries_on,
                 Chains& chains, ThreadPool& pool) {
  const TrainingSettings& settings = context.settings;
  const RoundedWeights* rounded = &model == &context.model ? context.rounded : nullptr;
  const ShortMatrix* rounded_weights = rounded != nullptr ? &rounded->weights : nullptr;
  for (int step = 0; step < settings.k; ++step) {
    const bool is_last = step + 1 == settings.k;
    const std::uint64_t draw = context.update * kStepsPerUpdate + static_cast<std::uint64_t>(step);
    units_of(model).draw(model, transposed, chains.hidden_states,
                         {.langevin_steps = settings.langevin_steps,
                          .langevin_step = settings.langevin_step,
                          .rounded = rounded != nullptr ? &rounded->transposed : nullptr},
                         {settings.seed, Stream::ChainVisible, draw}, chains.visible, nullptr, pool);
    if (context.observed != nullptr) keep_observed(*context.observed, chains.visible);
    note_states(context.path, chains.visible);
    if (model.labels() > 0)
      sample_labels(model, chains.hidden_states, 1.0f, {settings.seed, Stream::ChainLabels, draw},
                    chains.labels, pool);
    // The statistics use p(h | v) of the last v; the sample carries a persistent chain on.
    const RandomKey key{settings.seed, Stream::ChainHidden, draw};
    if (is_last && context.batch != nullptr) {
      hidden_half_with_batch(context, rounded_weights, key, carries_on, chains, pool);
    } else {
      hidden_half(model, rounded_weights, key, is_last, !is_last || carries_on, chains, pool);
    }
  }
  transpose_states(chains, pool);
}

}  // namespace rbm
