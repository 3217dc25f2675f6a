#include "app/panels/setting_row.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "app/ui/widgets.hpp"

namespace lab {
namespace {

constexpr std::size_t kMostChoices = 32;

/// "%.3f" for 3 decimals.
const char* format_of(int decimals) {
  constexpr std::array kFormats{"%.0f", "%.1f", "%.2f", "%.3f", "%.4f", "%.5f", "%.6f"};
  return kFormats[static_cast<std::size_t>(std::clamp(decimals, 0, 6))];
}

}  // namespace

HintText hint_of(const rbm::Setting& setting) {
  HintText hint;
  std::snprintf(hint.text, sizeof hint.text, "%s %s", setting.hint,
                setting.applies == rbm::Applies::Now ? "Applies now." : "Applies when it starts over.");
  return hint;
}

bool setting_row(const rbm::Setting& s, int& value, const char* badge) {
  // A larger value from the command line or a file moves the slider's end.
  const int high = std::max(static_cast<int>(s.slider.high), value);
  return ui::row_int(s.control, s.title, &value, static_cast<int>(s.slider.low), high, hint_of(s).text, badge,
                     s.slider.logarithmic);
}

bool setting_row(const rbm::Setting& s, float& value, const char* badge) {
  return ui::row_float(s.control, s.title, &value, s.slider.low, std::max(s.slider.high, value),
                       format_of(s.slider.decimals), hint_of(s).text, badge, s.slider.logarithmic);
}

bool setting_row(const rbm::Setting& s, std::uint64_t& value, const char* badge) {
  const auto high = static_cast<int>(s.slider.high);
  int shown = static_cast<int>(std::min<std::uint64_t>(value, static_cast<std::uint64_t>(high)));
  if (!ui::row_int(s.control, s.title, &shown, static_cast<int>(s.slider.low), high, hint_of(s).text, badge,
                   s.slider.logarithmic))
    return false;
  value = static_cast<std::uint64_t>(shown);
  return true;
}

bool setting_row(const rbm::Setting& s, bool& value, const char* badge) {
  return ui::row_toggle(s.control, s.title, &value, hint_of(s).text, badge);
}

bool setting_row(const rbm::Setting& s, std::string& value, const char* badge) {
  return ui::row_text(s.control, s.title, &value, hint_of(s).text, badge);
}

bool choice_row(const rbm::Setting& s, std::span<const rbm::Choice> choices, int& place, const char* badge) {
  std::array<const char*, kMostChoices> titles;
  const std::size_t count = std::min(choices.size(), kMostChoices);
  for (std::size_t i = 0; i < count; ++i) titles[i] = choices[i].title;
  return ui::row_combo(s.control, s.title, &place, std::span(titles.data(), count), hint_of(s).text, badge);
}

}  // namespace lab
