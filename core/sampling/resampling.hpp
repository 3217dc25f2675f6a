// Weighted samples to equally weighted ones. Any thread.
#pragma once

#include <span>

#include "core/math/random.hpp"
#include "core/model/states.hpp"

namespace rbm {

/// `count` rows of `states`, drawn in proportion to e^log_weights, one weight a row (systematic resampling,
/// Kitagawa 1996): a row with n times the mean weight comes ⌊n⌋ or ⌈n⌉ times. Equal states stand next to each
/// other.
States resampled(const States& states, std::span<const double> log_weights, Index count,
                 const RandomKey& key);

}  // namespace rbm
