// The scalar functions of the model, once. Any thread.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace rbm {

/// σ(x) = 1 / (1 + e^−x), without overflow for any x.
template <class T>
T sigmoid(T x) {
  const T e = std::exp(-std::abs(x));
  return x >= 0 ? 1 / (1 + e) : e / (1 + e);
}

/// ζ(x) = log(1 + e^x) = max(x, 0) + log1p(e^−|x|), without overflow for any x.
template <class T>
T softplus(T x) {
  return std::max(x, T(0)) + std::log1p(std::exp(-std::abs(x)));
}

/// log(p / (1 − p)) for 0 < p < 1.
template <class T>
T logit(T p) {
  return std::log(p) - std::log1p(-p);
}

/// log Σ e^x_i; −∞ for an empty span.
inline double log_sum_exp(std::span<const double> x) {
  double top = -std::numeric_limits<double>::infinity();
  for (double v : x) top = std::max(top, v);
  if (!std::isfinite(top)) return top;
  double sum = 0;
  for (double v : x) sum += std::exp(v - top);
  return top + std::log(sum);
}

/// log of the mean of e^x_i.
inline double log_mean_exp(std::span<const double> x) {
  return log_sum_exp(x) - std::log(static_cast<double>(x.size()));
}

/// (Σ w)² / Σ w² of the weights w_i = e^x_i: how many equally weighted samples they are worth.
inline double effective_sample_size(std::span<const double> x) {
  const double log_mean = log_mean_exp(x);
  double squares = 0;
  for (double v : x) squares += std::exp(2 * (v - log_mean));
  const auto n = static_cast<double>(x.size());
  return n * n / squares;
}

}  // namespace rbm
