// What one update of the weights has to do; shared by the kernels that make its gradient and that apply it.
#pragma once

#include <array>
#include <atomic>

#include "core/math/kernels.hpp"
#include "core/math/selection_lists.hpp"

namespace rbm {

/// One phase with its sign over the number of its cases, and its lists if its states are bits.
struct SignedPhase {
  PhaseStatistics statistics;
  float scale;
  const NibbleLists& lists;  // cut by visible units in any case
};

struct UpdateJob {
  std::array<SignedPhase, 2> phases;
  Index visible, hidden;
  const std::array<ShortMatrix, 2>*
      rounded_hidden;  // of both phases, with their signs, for sums in 16 bits; or null
  Matrix* gradient;    // where it is wanted alone; then nothing below is used
  const WeightUpdate* rule;
  Matrix *weights, *transposed, *velocity, *average;
  RoundedWeights* rounded;  // or null
  UpdateNorms* norms;       // [tasks], or null
  std::atomic<bool>* finite;
};

constexpr Index kTaskChunks = 4;  // of the lists' visible units

}  // namespace rbm
