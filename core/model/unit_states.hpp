// UnitStates: the states of visible units that come in blocks, one block for each column of a table, of which
// one bit is on. A plain value, immutable once it is shared.
#pragma once

#include <string>
#include <vector>

#include "core/math/matrix.hpp"

namespace rbm {

struct UnitStates {
  std::vector<std::vector<std::string>> names;  // of the states of every unit, 2 to kMostUnitStates each
  std::vector<std::string> columns;             // of the units; may be empty

  Index units() const { return std::ssize(names); }
  Index states(Index unit) const { return std::ssize(names[static_cast<std::size_t>(unit)]); }
  /// Of all units: the number of visible bits.
  Index total() const {
    Index sum = 0;
    for (const auto& of_unit : names) sum += std::ssize(of_unit);
    return sum;
  }
  Index most() const {
    Index most = 0;
    for (const auto& of_unit : names) most = std::max<Index>(most, std::ssize(of_unit));
    return most;
  }
  /// Calls visit(unit, first, count): the bits [first, first + count) are the unit's states.
  template <class Visit>
  void for_each(Visit&& visit) const {
    Index first = 0;
    for (Index unit = 0; unit < units(); ++unit) {
      visit(unit, first, states(unit));
      first += states(unit);
    }
  }
};

inline constexpr Index kMostUnitStates = 64;

}  // namespace rbm
