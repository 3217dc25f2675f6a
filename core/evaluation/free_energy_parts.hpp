// The free energy of pictures, split by what it comes from. The parts add up to F(v) exactly:
//
//   F(v) = −aᵀv − Σ_j ζ(b_j + Σ_i v_i W_ij),
//
// with a labels' share where there are label units: Σ_y p(y|v) times the parts of each label, less the
// entropy of p(y|v). Any thread with its own pool.
#pragma once

#include <vector>

#include "core/model/model.hpp"

namespace rbm {

struct FreeEnergyParts {
  double visible = 0;         // E(v, 0): −aᵀv, or ½ Σ (v − μ)² / σ²
  double labels = 0;          // −Σ_y p(y|v) c_y − entropy of p(y|v)
  std::vector<double> units;  // −ζ of every hidden unit, [hidden]

  double total() const;
};

/// The mean over the rows of v, of which there is at least one; of one row its own.
FreeEnergyParts free_energy_parts(const Model& model, const States& v, ThreadPool& pool);

}  // namespace rbm
