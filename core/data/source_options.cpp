#include "core/data/source_options.hpp"

#include <charconv>
#include <sstream>

namespace rbm {
namespace {

constexpr int kLargestSide = 4096, kMostPatches = 100'000'000;

Result<void> in_range(const char* what, int value, int low, int high) {
  if (value >= low && value <= high) return {};
  return fail(ErrorCode::BadArgument, std::string("The ") + what + " is " + std::to_string(value) +
                                          ": it must lie between " + std::to_string(low) + " and " +
                                          std::to_string(high) + ".");
}

template <class Number>
bool read(const std::string& text, Number* out) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), *out);
  return code == std::errc() && end == text.data() + text.size();
}

}  // namespace

Result<void> validate(const SourceOptions& options) {
  if (auto ok = in_range("size of the images", options.size, 0, kLargestSide); !ok) return ok;
  if (auto ok = in_range("size of a patch", options.patch, 0, kLargestSide); !ok) return ok;
  return in_range("number of patches", options.patches, 1, kMostPatches);
}

std::string text_of(const SourceOptions& options) {
  const SourceOptions usual;
  std::ostringstream out;
  if (options.size != usual.size) out << "size=" << options.size << ' ';
  if (options.patch != usual.patch) out << "patch=" << options.patch << ' ';
  if (options.patches != usual.patches) out << "patches=" << options.patches << ' ';
  if (options.seed != usual.seed) out << "seed=" << options.seed << ' ';
  if (options.grey) out << "grey=1 ";
  // The last one: a column's name may hold spaces.
  if (!options.label.empty()) out << "label=" << options.label << ' ';
  std::string text = out.str();
  if (!text.empty()) text.pop_back();
  return text;
}

Result<SourceOptions> source_options_from(const std::string& text) {
  SourceOptions options;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t equals = text.find('=', at);
    const std::string key = text.substr(at, equals == std::string::npos ? equals : equals - at);
    const std::size_t begin = equals == std::string::npos ? text.size() : equals + 1;
    const std::size_t end = key == "label" ? text.size() : std::min(text.find(' ', begin), text.size());
    const std::string value = text.substr(begin, end - begin);
    int grey = 0;
    bool good = true;
    if (key == "size") {
      good = read(value, &options.size);
    } else if (key == "patch") {
      good = read(value, &options.patch);
    } else if (key == "patches") {
      good = read(value, &options.patches);
    } else if (key == "seed") {
      good = read(value, &options.seed);
    } else if (key == "grey") {
      good = read(value, &grey);
      options.grey = grey != 0;
    } else if (key == "label") {
      options.label = value;
    } else {
      good = false;
    }
    if (!good)
      return fail(ErrorCode::BadFormat,
                  "The data options \"" + text + "\" are not understood: give them anew.");
    at = std::min(end + 1, text.size());
  }
  if (auto valid = validate(options); !valid) return Unexpected{valid.error()};
  return options;
}

}  // namespace rbm
