// What is known of rows of which cells are missing: given the others, the missing visible units and the hidden ones are
// a smaller model of the same kind, and sums over them are that model's. Any thread with its own pool.
#pragma once

#include "core/model/enumeration.hpp"
#include "core/model/states.hpp"

namespace rbm {

/// v ← 0 in the cells that are not observed [rows × visible]: nothing is added to a hidden input there.
void keep_observed(const BitMatrix& observed, States& v);
/// v ← `drawn`, of the same size, in the cells that are not observed. v may hold numbers where `drawn` holds bits.
void fill_missing(const BitMatrix& observed, const States& drawn, States& v);

/// A model over the missing cells of one row and its hidden units: p(v_missing, h | v_observed) is its distribution,
/// and −E(v_observed, 0) its log weight beside those of all other rows.
struct GivenObserved {
  Model rest;                // no visible units where nothing is missing
  std::vector<Index> cells;  // of the row, that its visible units are
  double log_term = 0;
};
/// v [rows × visible] is 0 where cells are missing; of units in blocks whole blocks are. Metadata, picture space and a
/// model below are left out.
GivenObserved given_observed(const Model& model, const States& v, Index row, const BitMatrix& observed);

/// ⟨x hᵀ⟩, ⟨x⟩, ⟨h⟩ and ⟨(v − μ)²⟩ over the rows under p(v, h | v_observed), with whatever is missing summed out; and
/// ⟨h⟩ of every row [rows × hidden]. For models without label units whose smaller layer can be enumerated. Same input,
/// same bits, for any number of threads. Fails where a parameter is not finite.
Result<ModelAverages> observed_averages(const Model& model, const States& v, const BitMatrix& observed,
                                        Matrix& hidden, ThreadPool& pool);

}  // namespace rbm
