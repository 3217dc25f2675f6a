#include "app/panels/format_text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>

namespace lab {
namespace {

ShortText dash() {
  return {"–"};
}

}  // namespace

ShortText grouped(std::uint64_t number) {
  char digits[24];
  std::snprintf(digits, sizeof digits, "%llu", static_cast<unsigned long long>(number));
  const std::size_t count = std::strlen(digits);
  ShortText out{};
  std::size_t at = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0 && (count - i) % 3 == 0) out.text[at++] = ' ';
    out.text[at++] = digits[i];
  }
  return out;
}

ShortText duration(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return dash();
  ShortText out{};
  if (seconds < 59.95) {
    std::snprintf(out.text, sizeof out.text, "%.1f\u00a0s", seconds);
    return out;
  }
  const auto whole = static_cast<long long>(std::min(std::round(seconds), 3.6e12));
  const long long hours = whole / 3600, minutes = whole / 60 % 60, rest = whole % 60;
  if (hours == 0)
    std::snprintf(out.text, sizeof out.text, "%lld:%02lld", minutes, rest);
  else
    std::snprintf(out.text, sizeof out.text, "%lld:%02lld:%02lld", hours, minutes, rest);
  return out;
}

ShortText rate(double per_second) {
  if (!std::isfinite(per_second) || per_second <= 0) return dash();
  const double unit = std::pow(10.0, std::max(0.0, std::floor(std::log10(per_second)) - 2));
  return grouped(static_cast<std::uint64_t>(std::round(std::min(per_second, 1e14) / unit) * unit));
}

ShortText label_name(const rbm::Dataset* data, rbm::Index label) {
  ShortText out;
  const auto at = static_cast<std::size_t>(label);
  if (data != nullptr && at < data->label_names.size())
    std::snprintf(out.text, sizeof out.text, "%s", data->label_names[at].c_str());
  else
    std::snprintf(out.text, sizeof out.text, "%zu", at);
  return out;
}

ShortText weight_at(const float* filter, const rbm::ImageShape& shape, int x, int y) {
  ShortText out;
  const float* w = filter + (rbm::Index{y} * shape.width + x) * shape.channels;
  if (shape.channels == 3)
    std::snprintf(out.text, sizeof out.text, "R %+.2f G %+.2f B %+.2f", double{w[0]}, double{w[1]},
                  double{w[2]});
  else
    std::snprintf(out.text, sizeof out.text, "W %+.3f", double{w[0]});
  return out;
}

}  // namespace lab
