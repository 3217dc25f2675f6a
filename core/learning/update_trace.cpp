#include "core/learning/update_trace.hpp"

#include <algorithm>
#include <cmath>

namespace rbm {
namespace {

/// ⟨v h⟩ of one side for one hidden unit; centred where there are offsets.
std::vector<float> term(const TracedPhase& phase, Index unit, const UpdateTrace& trace) {
  const Index cases = phase.cases(), visible = trace.before.rows();
  const bool centred = trace.visible_offset.size() > 0;
  const double lambda = centred ? double{trace.hidden_offset[unit]} : 0;
  double hidden_mean = 0;
  for (Index r = 0; r < cases; ++r) hidden_mean += double{phase.hidden(r, unit)};
  hidden_mean /= static_cast<double>(cases);
  std::vector<float> out(static_cast<std::size_t>(visible));
  for (Index i = 0; i < visible; ++i) {
    double product = 0, mean = 0;
    for (Index r = 0; r < cases; ++r) {
      const double v = double{phase.visible(r, i)};
      const double h = double{phase.hidden(r, unit)};
      product += v * (trace.is_rounded ? std::nearbyint(h / double{kShortUnit}) * double{kShortUnit} : h);
      mean += v;
    }
    double value = product / static_cast<double>(cases);
    if (centred) {
      const double mu = double{trace.visible_offset[i]};
      value += mu * lambda - mu * hidden_mean -
               lambda * double{trace.visible_share} * mean / static_cast<double>(cases);
    }
    out[static_cast<std::size_t>(i)] = static_cast<float>(value);
  }
  return out;
}

}  // namespace

UnitTerms UpdateTrace::terms(Index unit) const {
  return {term(data, unit, *this), term(model, unit, *this)};
}

TracedPhase traced(const PhaseStatistics& statistics) {
  TracedPhase out;
  if (statistics.bits_transposed != nullptr) out.bits_transposed = *statistics.bits_transposed;
  if (statistics.values != nullptr) out.values = *statistics.values;
  out.hidden = *statistics.hidden;
  return out;
}

void note_states(std::vector<States>* path, const States& states) {
  if (path == nullptr || states.empty()) return;
  // Of a long path the beginning is kept, and where it ends.
  if (path->size() > kTracedSteps) path->pop_back();
  path->push_back(rows_of(states, 0, std::min(states.rows(), kTracedChains)));
}

}  // namespace rbm
