#include "core/learning/unit_rows.hpp"

#include <algorithm>

#include "core/model/pictures.hpp"

namespace rbm {
namespace {

/// Where each state of a column stands among the known ones of a unit, by name.
Result<std::vector<Index>> places_of(const Dataset& data, const UnitStates& states, Index unit) {
  const auto& known = states.names[static_cast<std::size_t>(unit)];
  std::vector<Index> out;
  for (const std::string& name : data.state_names[static_cast<std::size_t>(unit)]) {
    const auto found = std::ranges::find(known, name);
    if (found == known.end())
      return fail(ErrorCode::BadArgument, data.name + " has the state \"" + name + "\" in column " +
                                              std::to_string(unit + 1) +
                                              ", which the model has not learned: use the data that it was "
                                              "trained on, or others with the same states.");
    out.push_back(found - known.begin());
  }
  return out;
}

}  // namespace

bool holds_signs(const Dataset& data) {
  if (!data.is_real() || !data.reading.away.empty()) return false;
  for (std::size_t i = 0; i < data.values.size(); ++i) {
    const bool is_gap = data.has_missing() && data.missing[i] != 0;
    if (!is_gap && data.values[i] != -1 && data.values[i] != 1) return false;
  }
  return true;
}

Result<Dataset> sign_rows(const Dataset& data) {
  const bool are_signs = holds_signs(data);
  if (!data.state_names.empty() || (data.is_real() && !are_signs &&
                                    std::ranges::any_of(data.values, [](float x) { return x < 0 || x > 1; })))
    return fail(ErrorCode::BadArgument,
                data.name +
                    " holds neither −1 and +1 nor grey values, which are what spins learn: use "
                    "Gaussian units for numbers, categories for words.");
  Dataset out = described_as(data);
  out.values.reserve(static_cast<std::size_t>(data.count() * data.shape.pixels()));
  if (data.is_real()) {
    for (const float x : data.values) out.values.push_back(x >= 0.5f ? 1.0f : -1.0f);
  } else {
    for (const std::uint8_t x : data.pixels) out.values.push_back(x >= 128 ? 1.0f : -1.0f);
  }
  out.missing = data.missing;
  clear_missing(out);
  return out;
}

Dataset sign_pictures(Dataset data) {
  if (!holds_signs(data)) return data;
  for (const float x : data.values) data.pixels.push_back(x > 0 ? 255 : 0);
  data.values.clear();
  clear_missing(data);
  return data;
}

Result<std::shared_ptr<const UnitStates>> states_in(const Dataset& data) {
  if (data.state_names.empty())
    return fail(ErrorCode::BadArgument,
                data.name + " is no table of categories: use binary or Gaussian units, or read it as one.");
  for (std::size_t unit = 0; unit < data.state_names.size(); ++unit) {
    const auto count = std::ssize(data.state_names[unit]);
    if (count < 2 || count > kMostUnitStates)
      return fail(ErrorCode::BadArgument, data.name + " has " + std::to_string(count) + " states in column " +
                                              std::to_string(unit + 1) + ", and units have 2 to " +
                                              std::to_string(kMostUnitStates) + ": leave the column out.");
  }
  return std::make_shared<const UnitStates>(UnitStates{data.state_names, data.columns});
}

Result<Dataset> state_rows(const Dataset& data, const std::shared_ptr<const UnitStates>& states) {
  if (std::ssize(data.state_names) != states->units())
    return fail(ErrorCode::BadArgument, data.name + " has " + std::to_string(data.state_names.size()) +
                                            " columns of categories, the model has " +
                                            std::to_string(states->units()) +
                                            ": use the data that it was trained on.");
  Dataset out = described_as(data);
  out.states = states;
  out.shape = {1, static_cast<int>(states->total()), 1};
  out.pixels.assign(static_cast<std::size_t>(data.count() * states->total()), 0);
  Result<void> found;
  states->for_each([&](Index unit, Index first, Index count) {
    const auto places = places_of(data, *states, unit);
    if (!places) {
      if (found) found = Unexpected{places.error()};
      return;
    }
    for (Index r = 0; r < data.count(); ++r) {
      if (data.is_missing(r, unit)) {
        if (!out.has_missing()) out.missing.assign(out.pixels.size(), 0);
        std::fill_n(out.missing.begin() + r * states->total() + first, count, 1);
        continue;
      }
      const auto state = static_cast<std::size_t>(data.image(r)[unit]);
      out.pixels[static_cast<std::size_t>(r * states->total() + first + (*places)[state])] = 255;
    }
  });
  if (!found) return Unexpected{found.error()};
  return out;
}

Dataset state_pictures(const Dataset& rows) {
  Dataset out = described_as(rows);
  out.shape = picture_shape(*rows.states);
  out.pixels.assign(static_cast<std::size_t>(rows.count() * out.shape.pixels()), 0);
  const Index units = rows.states->units(), pixels = out.shape.pixels();
  for (Index r = 0; r < rows.count(); ++r) {
    rows.states->for_each([&](Index unit, Index first, Index count) {
      for (Index s = 0; s < count; ++s)
        out.pixels[static_cast<std::size_t>(r * pixels + s * units + unit)] = rows.image(r)[first + s];
      if (!rows.is_missing(r, first)) return;
      if (!out.has_missing()) out.missing.assign(out.pixels.size(), 0);
      for (Index s = 0; s < count; ++s)
        out.missing[static_cast<std::size_t>(r * pixels + s * units + unit)] = 1;
    });
  }
  return out;
}

Dataset state_rows_of_pictures(const Dataset& pictures, const std::shared_ptr<const UnitStates>& states) {
  Dataset out = described_as(pictures);
  out.states = states;
  out.shape = {1, static_cast<int>(states->total()), 1};
  const Index units = states->units();
  for (Index r = 0; r < pictures.count(); ++r) {
    states->for_each([&](Index unit, Index, Index count) {
      for (Index s = 0; s < count; ++s) {
        out.pixels.push_back(pictures.image(r)[s * units + unit]);
        if (pictures.has_missing()) out.missing.push_back(pictures.is_missing(r, s * units + unit) ? 1 : 0);
      }
    });
  }
  return out;
}

}  // namespace rbm
