// The optimizers: how a gradient becomes a change of the parameters. Each rule is one file of this folder, which
// describes itself in an OptimizerKind; this file is their registry. A further rule is one more file and its lines
// here: an enumerator, a declaration, a row. Constants; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace rbm {

enum class Optimizer { Sgd, Nesterov, Adam };

/// One application of a rule.
struct OptimizerStep {
  float rate = 0, momentum = 0;
  std::uint64_t age = 0;  // how many steps were made with these moments
};

struct OptimizerKind {
  Optimizer id;
  const char *name, *title;  // "sgd" in files and on the command line, "SGD" on the screen
  const char* explanation;   // one sentence
  bool has_second_moment;    // keeps a mean of squares beside the velocity
  bool is_plain;  // velocity ← momentum · velocity + rate · gradient, which update_weights() fuses
  /// Turns n elements of a gradient (ascent) into the change of their parameters, in place, and moves the moments.
  /// `second` is null without a second moment.
  void (*step)(const OptimizerStep& step, float* gradient, float* first, float* second, std::int64_t n);
};

extern const OptimizerKind kPlainSteps, kNesterov, kAdam;

/// In the order of the enumeration.
inline constexpr std::array kOptimizers{&kPlainSteps, &kNesterov, &kAdam};

const OptimizerKind& kind_of(Optimizer optimizer);
inline std::span<const OptimizerKind* const> optimizer_kinds() {
  return kOptimizers;
}

}  // namespace rbm
