// Estimator: one method at work. It runs the chains of an update and has the state that they need beside themselves.
// Owned by a Trainer; one thread with its pool. Random draws are functions of (seed, stream, update, chain, unit).
#pragma once

#include "core/learning/learning_phase.hpp"
#include "core/learning/parameters.hpp"
#include "core/learning/settings.hpp"
#include "core/learning/update_trace.hpp"
#include "core/sampling/replica_exchange.hpp"

namespace rbm {

/// What the chains of an update run with.
struct ChainContext {
  const TrainingSettings& settings;
  const Model& model;
  const Matrix& transposed;  // Wᵀ
  const VisibleBase& base;   // the visible units by themselves, fitted to the data
  std::uint64_t update;
  const RoundedWeights* rounded = nullptr;  // of the model, for sums in 16 bits; null: in single precision
  /// Whose p(h | v) the chains' last half-step is to make, too; null: it is made.
  LearningPhase* batch = nullptr;
  std::vector<States>* path = nullptr;  // note_states() is told of the chains; null: nobody looks
  const BitMatrix* observed =
      nullptr;  // of the mini-batch, where each row's other units are absent from its chain, too
};

class Estimator {
 public:
  virtual ~Estimator() = default;

  /// Its state, beside the chains, begins (anew): at the first use, with other chains, after a divergence.
  virtual void begin(const ChainContext&) {}
  /// The steps of one update; context.path hears where the chains start and of each step. Leaves the chains' visible states, p(h | v) of the last of them and, with bits, their
  /// transposed. `batch` is the data's side of the same update.
  virtual void run(const ChainContext& context, const LearningPhase& batch, Chains& chains,
                   ThreadPool& pool) = 0;
  /// The chains were put somewhere else.
  virtual void set_chains(const States&) {}

  /// Whether run() reads weights elsewhere than in the kernels: where several processes share the update, all of them
  /// are gathered for it first.
  virtual bool reads_all_weights() const { return false; }

  /// Whether it learns of the gradient, too; learn() is then given that of every update, centred and before decay.
  virtual bool learns() const { return false; }
  virtual void learn(const ParameterArrays&, const TrainingSettings&, ThreadPool&) {}
  /// The model has moved.
  virtual void follow(const Model&, ThreadPool&) {}

  virtual void visit_state(StateVisitor&) {}
  /// The ladder, where there is one.
  virtual const ReplicaExchange* replicas() const { return nullptr; }
};

/// Random streams of one update have room for this many Gibbs steps.
inline constexpr std::uint64_t kStepsPerUpdate = 1 << 12;

/// settings.k Gibbs steps v, h of all chains from their hidden states, with another model than that of the context
/// where its method has one. `carries_on`: the last step draws hidden states, too, which the next update goes on from.
void gibbs_steps(const ChainContext& context, const Model& model, const Matrix& transposed, bool carries_on,
                 Chains& chains, ThreadPool& pool);

/// h ~ p(h | v), or p(h | v, y), of all chains.
void draw_hidden(const Model& model, const RandomKey& key, Chains& chains, ThreadPool& pool);

/// What a phase of bits leaves for the gradient.
inline void transpose_states(LearningPhase& phase, ThreadPool& pool) {
  if (!phase.visible.is_real) transpose(phase.visible.bits, phase.transposed, pool);
}

}  // namespace rbm
