#include <algorithm>
#include <cmath>

#include "core/evaluation/partition_function.hpp"
#include "core/math/scalar.hpp"

namespace rbm {

// With w the weight of a path, the densities of log w under both directions satisfy reverse(w) = forward(w) ·
// w / Z (Crooks 1999). Bennett's condition is then the likelihood equation of a logistic regression that
// tells reverse paths from forward ones:
//   Σ_forward σ(m + log w − log Z) = Σ_reverse σ(−(m + log w − log Z)),   m = log(n_reverse / n_forward).
// The difference of both sides falls as log Z grows, so bisection finds its only zero.
double bennett_log_z(std::span<const double> forward_log_weights,
                     std::span<const double> reverse_log_weights) {
  RBM_ASSERT(!forward_log_weights.empty() && !reverse_log_weights.empty());
  const double m = std::log(static_cast<double>(reverse_log_weights.size()) /
                            static_cast<double>(forward_log_weights.size()));
  const auto excess = [&](double log_z) {
    double sum = 0;
    for (double w : forward_log_weights) sum += sigmoid(m + w - log_z);
    for (double w : reverse_log_weights) sum -= sigmoid(log_z - m - w);
    return sum;
  };
  const auto [forward_low, forward_high] =
      std::minmax_element(forward_log_weights.begin(), forward_log_weights.end());
  const auto [reverse_low, reverse_high] =
      std::minmax_element(reverse_log_weights.begin(), reverse_log_weights.end());
  // 50 nats beyond the outermost weight every σ of one side is 1 and every σ of the other below 2e-22.
  double low = m + std::min(*forward_low, *reverse_low) - 50;
  double high = m + std::max(*forward_high, *reverse_high) + 50;
  for (int halving = 0; halving < 200; ++halving) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    (excess(middle) > 0 ? low : high) = middle;
  }
  return low + (high - low) / 2;
}

double bennett_standard_error(std::span<const double> forward_log_weights,
                              std::span<const double> reverse_log_weights, double log_z) {
  RBM_ASSERT(!forward_log_weights.empty() && !reverse_log_weights.empty());
  const double m = std::log(static_cast<double>(reverse_log_weights.size()) /
                            static_cast<double>(forward_log_weights.size()));
  // The squared coefficient of variation of the mean acceptance of one direction.
  const auto relative_variance = [&](std::span<const double> log_weights, double sign) {
    double sum = 0, squares = 0;
    for (double w : log_weights) {
      const double accepted = sigmoid(sign * (m + w - log_z));
      sum += accepted;
      squares += accepted * accepted;
    }
    const auto n = static_cast<double>(log_weights.size());
    return std::max(0.0, squares / n / (sum / n * (sum / n)) - 1) / n;
  };
  return std::sqrt(relative_variance(forward_log_weights, 1) + relative_variance(reverse_log_weights, -1));
}

}  // namespace rbm
