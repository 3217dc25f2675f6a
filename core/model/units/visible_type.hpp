// The registry of the kinds of visible units: VisibleType names a kind in code, one row leads to what the kind
// decides (VisibleUnits). A further kind is a file of its own in this folder, and its lines here: an
// enumerator, its function, its row. Later kinds are the more particular ones: the last kind that suits some
// data is what the program suggests for them.
#pragma once

#include <array>
#include <string_view>

#include "core/result.hpp"

namespace rbm {

class VisibleUnits;

enum class VisibleType { Binary, Gaussian, Spins, Categories };

const VisibleUnits& binary_units();
const VisibleUnits& gaussian_units();
const VisibleUnits& spins();
const VisibleUnits& category_units();

struct VisibleKind {
  VisibleType type;
  const VisibleUnits& (*units)();
};

/// In the order of the enumeration.
inline constexpr std::array kVisibleKinds{
    VisibleKind{VisibleType::Binary, binary_units},
    VisibleKind{VisibleType::Gaussian, gaussian_units},
    VisibleKind{VisibleType::Spins, spins},
    VisibleKind{VisibleType::Categories, category_units},
};

/// The kind of that name (VisibleUnits::name()). Fails on others, and lists the known ones.
Result<VisibleType> visible_type_from(std::string_view name);

}  // namespace rbm
