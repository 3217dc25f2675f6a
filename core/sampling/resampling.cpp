#include "core/sampling/resampling.hpp"

#include <cmath>

#include "core/math/scalar.hpp"
#include "core/result.hpp"

namespace rbm {

States resampled(const States& states, std::span<const double> log_weights, Index count,
                 const RandomKey& key) {
  RBM_ASSERT(states.rows() == static_cast<Index>(log_weights.size()) && states.rows() > 0);
  States out;
  out.is_real = states.is_real;
  resize(out, count, states.cols());
  const double log_sum = log_sum_exp(log_weights);
  // One random number places `count` evenly spaced points on the cumulated weights.
  const double offset = double{uniform(key, 0, 0)};
  double cumulated = std::exp(log_weights.front() - log_sum);
  Index chosen = 0;
  for (Index r = 0; r < count; ++r) {
    const double point = (static_cast<double>(r) + offset) / static_cast<double>(count);
    while (cumulated <= point && chosen + 1 < states.rows()) {
      ++chosen;
      cumulated += std::exp(log_weights[static_cast<std::size_t>(chosen)] - log_sum);
    }
    copy_row(states, chosen, out, r);
  }
  return out;
}

}  // namespace rbm
