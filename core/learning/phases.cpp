// The two phases of an update: what the hidden units make of the mini-batch, and what the chains say of the
// model.
#include "core/learning/trainer.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

/// Random streams of one update have room for this many Gibbs steps.
constexpr std::uint64_t kStepsPerUpdate = 1 << 12;

}  // namespace

void Trainer::positive_phase(ThreadPool& pool) {
  const auto rows = batches_.rows(updates_);
  batch_rows_.assign(rows.begin(), rows.end());
  if (positive_.is_real) {
    batches_.values(updates_, positive_.values);
  } else {
    batches_.states(updates_, settings_.binarization, positive_.bits, pool);
    transpose(positive_.bits, positive_transposed_, pool);
  }
  // CD's chains start from a sample of the hidden units; the others need their probabilities only.
  LayerOutputs out{.probabilities = &positive_hidden_,
                   .states = settings_.method == Method::Cd ? &chain_hidden_ : nullptr};
  if (settings_.labels) out = {.inputs = &labels_.inputs};
  const RandomKey key{settings_.seed, Stream::PositiveHidden, updates_};
  hidden_pass(model_, positive_, 1.0f, key, out, positive_weighted_, pool);
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
  units_of(model).draw(model, chain_transposed(), chain_hidden_,
                       {.langevin_steps = settings_.langevin_steps, .langevin_step = settings_.langevin_step},
                       {settings_.seed, Stream::ChainVisible, draw}, chains_, nullptr, pool);
  const RandomKey key{settings_.seed, Stream::ChainHidden, draw};
  // The statistics use p(h | v) of the last v; the sample carries a persistent chain on.
  const bool carry_on = !last || settings_.method != Method::Cd;
  if (!settings_.labels) {
    hidden_pass(
        model, chains_, 1.0f, key,
        {.probabilities = last ? &negative_hidden_ : nullptr, .states = carry_on ? &chain_hidden_ : nullptr},
        chains_weighted_, pool);
    return;
  }
  sample_labels(model, chain_hidden_, 1.0f, {settings_.seed, Stream::ChainLabels, draw}, labels_.chains,
                pool);
  hidden_pass(model, chains_, 1.0f, key, {.inputs = &negative_hidden_}, chains_weighted_, pool);
  hidden_given_labels(model, negative_hidden_, labels_.chains, 1.0f, negative_hidden_, pool);
  if (carry_on) sample_bernoulli(negative_hidden_, key, 0, chain_hidden_, pool);
}

/// CD's chains start at the mini-batch, whose hidden states are drawn already, or anew from nothing.
void Trainer::start_where_told(ThreadPool& pool) {
  if (settings_.method != Method::Cd) return;
  if (settings_.start == ChainStart::Data) {
    if (settings_.langevin_steps > 0 && chains_.is_real) chains_.values = positive_.values;
    return;
  }
  // The last of the update's room, which no Gibbs step reaches.
  const std::uint64_t draw = (updates_ + 1) * kStepsPerUpdate - 1;
  const RandomKey key{settings_.seed, Stream::ChainHidden, draw};
  units_of(model_).draw_noise(model_, {settings_.seed, Stream::ChainVisible, draw}, chains_, pool);
  if (settings_.labels) {
    for (std::size_t c = 0; c < labels_.chains.size(); ++c) labels_.chains[c] = labels_.batch[c];
    hidden_pass(model_, chains_, 1.0f, {}, {.inputs = &negative_hidden_}, chains_weighted_, pool);
    hidden_given_labels(model_, negative_hidden_, labels_.chains, 1.0f, negative_hidden_, pool);
    sample_bernoulli(negative_hidden_, key, 0, chain_hidden_, pool);
    return;
  }
  hidden_pass(model_, chains_, 1.0f, key, {.states = &chain_hidden_}, chains_weighted_, pool);
}

void Trainer::negative_phase(ThreadPool& pool) {
  chain_age_ = static_cast<std::uint64_t>(settings_.k) + (settings_.method == Method::Cd ? 0 : chain_age_);
  if (settings_.method == Method::Tempering) {
    tempered_steps(pool);
  } else {
    start_where_told(pool);
    for (int step = 0; step < settings_.k; ++step) {
      const std::uint64_t draw = updates_ * kStepsPerUpdate + static_cast<std::uint64_t>(step);
      gibbs_step(draw, step + 1 == settings_.k, pool);
    }
  }
  if (!chains_.is_real) transpose(chains_.bits, chains_transposed_, pool);
}

void Trainer::tempered_steps(ThreadPool& pool) {
  for (int step = 0; step < settings_.k; ++step) {
    const auto done = static_cast<std::uint64_t>(step);
    replicas_->sweep(rungs_, base_.bias, updates_ * kStepsPerUpdate + done, (updates_ + done) % 2 != 0, pool);
  }
  chains_.bits = replicas_->states(replicas_->rungs() - 1);
  hidden_pass(model_, chains_, 1.0f, {}, {.probabilities = &negative_hidden_}, chains_weighted_, pool);
}

}  // namespace rbm
