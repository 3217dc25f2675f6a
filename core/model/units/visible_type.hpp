// VisibleType: which kind of visible units a model has. What a kind decides is VisibleUnits, in this folder;
// its text is VisibleUnits::name().
#pragma once

#include <array>

namespace rbm {

enum class VisibleType { Binary, Gaussian };

/// All of them, in the order of the enumeration.
inline constexpr std::array kVisibleTypes{VisibleType::Binary, VisibleType::Gaussian};

}  // namespace rbm
