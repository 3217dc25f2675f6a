#include "core/data/source_options.hpp"

#include <charconv>
#include <cmath>
#include <sstream>
#include <type_traits>

namespace rbm {
namespace {

Result<void> in_range(const char* what, int value, int low, int high) {
  if (value >= low && value <= high) return {};
  return fail(ErrorCode::BadArgument, std::string("The ") + what + " is " + std::to_string(value) +
                                          ": it must lie between " + std::to_string(low) + " and " +
                                          std::to_string(high) + ".");
}

template <class Number>
bool read(std::string_view text, Number* out) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), *out);
  return code == std::errc() && end == text.data() + text.size();
}

/// Spaces end an option in the text of all, so inside of one they are written as %20, and % as %25.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == ' ' ? std::string("%20") : c == '%' ? "%25" : std::string(1, c);
  return out;
}

std::string unescaped(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool space = text.compare(i, 3, "%20") == 0, percent = text.compare(i, 3, "%25") == 0;
    out += space ? ' ' : text[i];
    if (space || percent) i += 2;
  }
  return out;
}

/// Calls visit(key, member) for every option but the label, in the order of the text.
template <class Visit>
void visit_options(Visit visit) {
  using S = SourceOptions;
  visit("size", &S::size);
  visit("patch", &S::patch);
  visit("patches", &S::patches);
  visit("seed", &S::seed);
  visit("grey", &S::grey);
  visit("categories", &S::categories);
  visit("columns", &S::columns);
  visit("drop", &S::drop);
  visit("range", &S::range);
  visit("missing", &S::missing);
  visit("complete", &S::complete);
  visit("order", &S::order);
  visit("part", &S::part);
}

bool set(const std::string& value, std::string* out) {
  *out = unescaped(value);
  return !out->empty();
}
bool set(const std::string& value, bool* out) {
  int number = 0;
  const bool good = read(value, &number);
  *out = number != 0;
  return good;
}
template <class Number>
bool set(const std::string& value, Number* out) {
  return read(value, out);
}

bool set_option(const std::string& key, const std::string& value, SourceOptions* options) {
  bool good = false;
  visit_options([&](const char* name, auto member) {
    if (key == name) good = set(value, &(options->*member));
  });
  return good;
}

Unexpected unusable(const char* option, const std::string& value, const char* remedy) {
  return fail(ErrorCode::BadArgument,
              "The option " + std::string(option) + " says \"" + value + "\": " + remedy);
}

}  // namespace

std::optional<NumberRange> range_from(const std::string& text) {
  NumberRange range;
  const std::string_view view = text;
  const std::size_t colon = view.find(':');
  if (colon == std::string_view::npos || !read(view.substr(0, colon), &range.low) ||
      !read(view.substr(colon + 1), &range.high))
    return std::nullopt;
  const double width = range.high - range.low;  // not finite where one of the two is not
  return width > 0 && std::isfinite(width) ? std::optional(range) : std::nullopt;
}

Result<void> validate(const SourceOptions& options) {
  if (auto ok = in_range("size of the images", options.size, 0, kLargestSourceSide); !ok) return ok;
  if (auto ok = in_range("size of a patch", options.patch, 0, kLargestSourceSide); !ok) return ok;
  if (auto ok = in_range("number of patches", options.patches, 1, kMostPatches); !ok) return ok;
  if (!options.range.empty() && !range_from(options.range))
    return unusable("--range", options.range, "give the two numbers that become 0 and 1, as in 0:16.");
  double code = 0;
  if (!options.missing.empty() && !read(options.missing, &code))
    return unusable("--missing", options.missing, "give the number that stands for a missing one, or nan.");
  if (!options.order.empty() && options.order != "file")
    return unusable("--order", options.order, "give file, or leave it out.");
  if (!options.part.empty() && options.part != "test")
    return unusable("--part", options.part, "give test, or leave it out.");
  return {};
}

Result<void> check_read(const SourceOptions& options, std::string_view read, const std::string& source) {
  const SourceOptions usual;
  const bool names_label = !options.label.empty() && options.label != "none";
  const struct {
    const char* key;
    bool is_given;
    const char* sources;
  } known[]{
      {"label", names_label, "CSV tables, or none for any data"},
      {"columns", options.columns != usual.columns, "CSV tables"},
      {"drop", options.drop != usual.drop, "CSV tables"},
      {"range", options.range != usual.range, "CSV tables, libsvm, arrays, pictures and IDX files"},
      {"missing", options.missing != usual.missing, "CSV tables and arrays"},
      {"categories", options.categories, "CSV tables and arrays"},
      {"part", options.part != usual.part, ".npz archives with an x_test"},
  };
  for (const auto& option : known) {
    const std::string key = option.key;
    if (option.is_given && (" " + std::string(read) + " ").find(" " + key + " ") == std::string::npos)
      return fail(ErrorCode::BadArgument, "--" + key + " does nothing with " + source + ", it is for " +
                                              option.sources + ": leave it out.");
  }
  return {};
}

std::string text_of(const SourceOptions& options) {
  const SourceOptions usual;
  std::ostringstream out;
  visit_options([&](const char* key, auto member) {
    const auto& value = options.*member;
    if (value == usual.*member) return;
    out << key << '=';
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, std::string>)
      out << escaped(value);
    else
      out << value;
    out << ' ';
  });
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
    if (key == "label") {
      options.label = value;
    } else if (!set_option(key, value, &options)) {
      return fail(ErrorCode::BadFormat,
                  "The data options \"" + text + "\" are not understood: give them anew.");
    }
    at = std::min(end + 1, text.size());
  }
  if (auto valid = validate(options); !valid) return Unexpected{valid.error()};
  return options;
}

}  // namespace rbm
