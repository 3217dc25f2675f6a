// The types of visible units, one function each. Internal to core/model/units.
#pragma once

#include "core/model/units/visible_units.hpp"

namespace rbm {

const VisibleUnits& binary_units();
const VisibleUnits& gaussian_units();

}  // namespace rbm
