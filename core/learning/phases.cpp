// The two phases of an update: what the hidden units make of the mini-batch, and what the chains say of the
// model.
#include "core/learning/trainer.hpp"

namespace rbm {
namespace {

/// Random streams of one update have room for this many Gibbs steps.
constexpr std::uint64_t kStepsPerUpdate = 1 << 12;

}  // namespace

void Trainer::positive_phase(ThreadPool& pool) {
  const auto rows = batches_.rows(updates_);
  batch_rows_.assign(rows.begin(), rows.end());
  const bool real_valued = settings_.binarization == Binarization::None;
  if (real_valued) {
    batches_.values(updates_, positive_values_);
  } else {
    batches_.states(updates_, settings_.binarization, positive_visible_, pool);
    transpose(positive_visible_, positive_visible_t_, pool);
  }
  // CD's chains start from a sample of the hidden units; the others need their probabilities only.
  LayerOutputs out{.probabilities = &positive_hidden_,
                   .states = settings_.method == Method::Cd ? &chain_hidden_ : nullptr};
  if (settings_.labels) out = {.inputs = &labels_.inputs};
  const RandomKey key{settings_.seed, Stream::PositiveHidden, updates_};
  const float* bias = model_.hidden_bias.data();
  if (real_valued)
    layer_pass(positive_values_, model_.weights, bias, 1.0f, key, 0, out, pool);
  else
    layer_pass(positive_visible_, model_.weights, bias, 1.0f, key, 0, out, pool);
  if (settings_.labels) positive_labels(key, pool);
}

/// From the hidden inputs of the images alone to p(h | v, y).
void Trainer::positive_labels(const RandomKey& key, ThreadPool& pool) {
  for (std::size_t r = 0; r < batch_rows_.size(); ++r) labels_.batch[r] = data().labels[batch_rows_[r]];
  hidden_given_labels(model_, labels_.inputs, labels_.batch, 1.0f, positive_hidden_, pool);
  if (settings_.method == Method::Cd) sample_bernoulli(positive_hidden_, key, 0, chain_hidden_, pool);
}

void Trainer::gibbs_step(std::uint64_t draw, bool last, ThreadPool& pool) {
  const Model& model = chain_model();
  layer_pass(chain_hidden_, chain_transposed(), model.visible_bias.data(), 1.0f,
             {settings_.seed, Stream::ChainVisible, draw}, 0, {.states = &chain_visible_}, pool);
  const RandomKey key{settings_.seed, Stream::ChainHidden, draw};
  // The statistics use p(h | v) of the last v; the sample carries a persistent chain on.
  const bool carry_on = !last || settings_.method != Method::Cd;
  if (!settings_.labels) {
    layer_pass(chain_visible_, model.weights, model.hidden_bias.data(), 1.0f, key, 0,
               {.probabilities = last ? &negative_hidden_ : nullptr, .states = carry_on ? &chain_hidden_ : nullptr},
               pool);
    return;
  }
  sample_labels(model, chain_hidden_, 1.0f, {settings_.seed, Stream::ChainLabels, draw}, labels_.chains, pool);
  layer_pass(chain_visible_, model.weights, model.hidden_bias.data(), 1.0f, key, 0, {.inputs = &negative_hidden_},
             pool);
  hidden_given_labels(model, negative_hidden_, labels_.chains, 1.0f, negative_hidden_, pool);
  if (carry_on) sample_bernoulli(negative_hidden_, key, 0, chain_hidden_, pool);
}

void Trainer::negative_phase(ThreadPool& pool) {
  if (settings_.method == Method::Tempering) {
    tempered_steps(pool);
  } else {
    for (int step = 0; step < settings_.k; ++step) {
      const std::uint64_t draw = updates_ * kStepsPerUpdate + static_cast<std::uint64_t>(step);
      gibbs_step(draw, step + 1 == settings_.k, pool);
    }
  }
  transpose(chain_visible_, chain_visible_t_, pool);
}

void Trainer::tempered_steps(ThreadPool& pool) {
  for (int step = 0; step < settings_.k; ++step) {
    const auto done = static_cast<std::uint64_t>(step);
    replicas_->sweep(rungs_, base_bias_, updates_ * kStepsPerUpdate + done, (updates_ + done) % 2 != 0, pool);
  }
  chain_visible_ = replicas_->states(replicas_->rungs() - 1);
  layer_pass(chain_visible_, model_.weights, model_.hidden_bias.data(), 1.0f, {}, 0,
             {.probabilities = &negative_hidden_}, pool);
}

}  // namespace rbm
