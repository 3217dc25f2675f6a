#include "core/evaluation/observed_likelihood.hpp"

#include <atomic>

#include "core/evaluation/likelihood.hpp"
#include "core/model/enumeration.hpp"
#include "core/model/observed.hpp"

namespace rbm {

std::optional<std::vector<double>> observed_free_energies(const Model& model, const States& v,
                                                          const BitMatrix& observed, ThreadPool& pool) {
  constexpr Index kRowsOfSum = 1000;  // bounds the scratch memory
  std::vector<double> out(static_cast<std::size_t>(v.rows()));
  Matrix scratch;
  for (Index first = 0; first < v.rows(); first += kRowsOfSum) {
    const Index count = std::min(kRowsOfSum, v.rows() - first);
    const auto part =
        std::span(out).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
    if (v.rows() <= kRowsOfSum)
      free_energies(model, v, part, scratch, pool);
    else
      free_energies(model, rows_of(v, first, count), part, scratch, pool);
  }
  if (observed.empty()) return out;
  std::atomic<bool> is_possible = true;
  pool.run(v.rows(), [&](Index r) {
    if (!is_possible || observed.count(r) == v.cols()) return;
    const GivenObserved given = given_observed(model, v, r, observed);
    ThreadPool alone(1);
    const bool fits = enumerable_units(given.rest) <= kMostMissingUnits;
    const auto log_z =
        fits ? enumerated_log_z(given.rest, alone) : fail(ErrorCode::Unsupported, kTooMuchMissing);
    if (log_z)
      out[static_cast<std::size_t>(r)] = -given.log_term - log_z->log_z;
    else
      is_possible = false;
  });
  if (!is_possible) return std::nullopt;
  return out;
}

}  // namespace rbm
