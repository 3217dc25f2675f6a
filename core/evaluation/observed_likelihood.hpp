// The likelihood of rows of which cells are missing: log p(v_observed) = −F(v_observed) − log Z, with whatever is missing
// summed out. Any thread with its own pool. Same input, same bits, for any number of threads.
#pragma once

#include <optional>
#include <vector>

#include "core/model/model.hpp"

namespace rbm {

/// The sum over what a row misses goes over at most the states of so many binary units: of its missing cells, or of the
/// hidden layer where that has fewer.
inline constexpr Index kMostMissingUnits = 12;

/// F(v_observed) = −log Σ e^−E over the missing cells and the hidden units of every row, nats. v [rows × visible] is 0
/// where cells are missing; `observed` is empty where none is. Nothing where a row misses more than can be summed.
std::optional<std::vector<double>> observed_free_energies(const Model& model, const States& v,
                                                          const BitMatrix& observed, ThreadPool& pool);

/// Why there is no likelihood where observed_free_energies() gives nothing, one sentence.
inline constexpr const char* kTooMuchMissing =
    "No likelihood is given: with more than 12 hidden units a row may miss 12 binary cells, and no real "
    "number, for the sum over what it misses; reconstruction errors are of the cells that are there.";

}  // namespace rbm
