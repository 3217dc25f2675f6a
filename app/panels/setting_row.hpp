// One row of the form of settings, drawn as the table of settings describes it. UI thread only.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "core/learning/settings.hpp"

namespace lab {

/// The hint of a setting with when it applies, for a tooltip.
struct HintText {
  char text[448];
};
HintText hint_of(const rbm::Setting& setting);

/// Draws the row; true when the value was committed. `badge` as in ui::row_int.
bool setting_row(const rbm::Setting& setting, int& value, const char* badge);
bool setting_row(const rbm::Setting& setting, float& value, const char* badge);
bool setting_row(const rbm::Setting& setting, std::uint64_t& value, const char* badge);
bool setting_row(const rbm::Setting& setting, bool& value, const char* badge);
bool setting_row(const rbm::Setting& setting, std::string& value, const char* badge);
/// A row of choices, of which one is taken by its place.
bool choice_row(const rbm::Setting& setting, std::span<const rbm::Choice> choices, int& place,
                const char* badge);
template <rbm::Choosable T>
bool setting_row(const rbm::Setting& setting, T& value, const char* badge) {
  int place = static_cast<int>(value);
  if (!choice_row(setting, rbm::choices_of(value), place, badge)) return false;
  value = static_cast<T>(place);
  return true;
}
/// Data options have no row: they come with the data.
inline bool setting_row(const rbm::Setting&, rbm::SourceOptions&, const char*) {
  return false;
}

}  // namespace lab
