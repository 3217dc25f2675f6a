#include "core/model/file_words.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/files/json_text.hpp"
#include "core/files/text.hpp"

namespace rbm {
namespace {

/// All of the text as a number; false where it is none, or more than the type holds.
template <class Number>
bool is_number(std::string_view text, Number* out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out);
  return error == std::errc() && end == text.data() + text.size();
}

/// Calls take(part) for every part of the text between separators, until it says no; whether it never did.
template <class Take>
bool split(std::string_view text, char separator, Take take) {
  while (true) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (!take(text.substr(0, end))) return false;
    if (end == text.size()) return true;
    text.remove_prefix(end + 1);
  }
}

ImageShape likely_shape(Index visible) {
  const auto side = static_cast<int>(std::lround(std::sqrt(static_cast<double>(visible))));
  if (Index{side} * side == visible) return {side, side, 1};
  return {1, static_cast<int>(visible), 1};
}

bool take_names(const nlohmann::json& list, Index count, std::vector<std::string>& out) {
  if (!list.is_array() || std::ssize(list) != count) return false;
  for (const auto& name : list) {
    if (!name.is_string()) return false;
    out.push_back(from_utf8(name.get<std::string>()));
  }
  return true;
}

}  // namespace

Unexpected FileWords::refused(const char* key, const std::string& why) const {
  const std::string said = shortened(metadata_.at(key));
  return fail(ErrorCode::BadFormat,
              path_ + " cannot be read: its " + key + " says \"" + said + "\", " + why +
                  "; use another copy of the file.",
              path_);
}

Result<std::uint64_t> FileWords::number(const char* key, std::uint64_t otherwise) const {
  const auto found = metadata_.find(key);
  if (found != metadata_.end() && !is_number(found->second, &otherwise))
    return refused(key, "which is no whole number from 0 on");
  return otherwise;
}

Result<float> FileWords::amount(const char* key, float otherwise) const {
  const auto found = metadata_.find(key);
  const bool is_fine = found == metadata_.end() ||
                       (is_number(found->second, &otherwise) && std::isfinite(otherwise) && otherwise >= 0);
  return is_fine ? Result<float>(otherwise) : refused(key, "which is no number from 0 on");
}

Result<std::vector<std::uint64_t>> FileWords::numbers(const char* key) const {
  std::vector<std::uint64_t> out;
  const auto found = metadata_.find(key);
  if (found == metadata_.end()) return out;
  const bool are_numbers =
      split(found->second, ' ', [&](std::string_view part) { return is_number(part, &out.emplace_back()); });
  if (!are_numbers) return refused(key, "which are no whole numbers from 0 on");
  return out;
}

Result<ImageShape> FileWords::image_shape(const char* key, Index visible) const {
  const auto found = metadata_.find(key);
  if (found == metadata_.end()) return likely_shape(visible);
  ImageShape shape;
  int* const sides[] = {&shape.height, &shape.width, &shape.channels};
  std::size_t taken = 0;
  Index pixels = 1;
  const bool fits = split(found->second, 'x', [&](std::string_view part) {
    if (taken == std::size(sides)) return false;
    int* const side = sides[taken++];
    // Checked one by one, so that no product of them can run over.
    if (!is_number(part, side) || *side < 1 || *side > visible / pixels) return false;
    pixels *= *side;
    return true;
  });
  if (!fits || taken != std::size(sides) || pixels != visible)
    return refused(key,
                   "which are no sides of pictures of its " + std::to_string(visible) + " visible units");
  if (shape.channels != 1 && shape.channels != 3)
    return refused(key, "and pictures have one channel or three");
  return shape;
}

Result<std::vector<std::string>> FileWords::names(const char* key, Index count, const char* of) const {
  std::vector<std::string> out;
  const auto found = metadata_.find(key);
  if (found != metadata_.end() && !take_names(json_from(found->second), count, out))
    return refused(key, "which is no list of names for its " + std::to_string(count) + " " + of);
  return out;
}

Result<std::vector<std::vector<std::string>>> FileWords::name_lists(const char* key,
                                                                    const std::vector<Index>& counts,
                                                                    const char* of) const {
  std::vector<std::vector<std::string>> out;
  const auto found = metadata_.find(key);
  if (found == metadata_.end()) return out;
  const auto lists = json_from(found->second);
  bool fits = lists.is_array() && lists.size() == counts.size();
  for (std::size_t i = 0; fits && i < counts.size(); ++i)
    fits = take_names(lists[i], counts[i], out.emplace_back());
  if (!fits)
    return refused(key, "which are no lists of names for its " + std::to_string(counts.size()) + " " + of);
  return out;
}

}  // namespace rbm
