// The curves as comma separated values. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/session/snapshot.hpp"

namespace lab {

/// One header line, then one line a point; what was not computed is left empty.
std::string curves_csv(const std::vector<rbm::CurvePoint>& points);

}  // namespace lab
