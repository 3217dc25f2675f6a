#include "core/learning/checkpoint_facts.hpp"

#include <algorithm>
#include <cmath>

#include "core/files/checksum.hpp"
#include "core/model/file_words.hpp"

namespace rbm {
namespace {

constexpr const char *kData = "run_data", *kFaded = "run_faded_from", *kUpdates = "run_updates";

/// A row of real numbers as the grey values that binary units would make of it; false where it has none.
bool as_grey(std::span<const float> row, std::vector<std::uint8_t>* out) {
  const bool are_signs = std::ranges::all_of(row, [](float x) { return x == -1 || x == 1; });
  const bool are_shares = std::ranges::all_of(row, [](float x) { return x >= 0 && x <= 1; });
  out->resize(row.size());
  std::ranges::transform(row, out->begin(), [&](float x) {
    return static_cast<std::uint8_t>(are_signs ? (x > 0 ? 255 : 0) : are_shares ? std::lround(255 * x) : 0);
  });
  return are_signs || are_shares;
}

/// Real numbers as the grey values that they can be, or as they are.
void add_numbers(std::span<const float> values, std::vector<std::uint8_t>& grey, Checksum& to) {
  if (as_grey(values, &grey))
    to.add(std::span<const std::uint8_t>(grey));
  else
    to.add(std::span(reinterpret_cast<const std::uint8_t*>(values.data()), values.size_bytes()));
}

bool has_gaps(const Dataset& data, Index r) {
  if (!data.has_missing()) return false;
  const auto width = static_cast<std::size_t>(data.shape.pixels());
  const auto cells = std::span(data.missing).subspan(static_cast<std::size_t>(r) * width, width);
  return std::ranges::find(cells, 1) != cells.end();
}

/// A row with missing cells: which they are, and the others.
class RowWithGaps {
 public:
  void add(const Dataset& data, Index r, std::vector<std::uint8_t>& grey, Checksum& to) {
    bytes_.clear();
    values_.clear();
    for (Index c = 0; c < data.shape.pixels(); ++c) {
      to.add(std::uint64_t{data.is_missing(r, c)});
      if (data.is_missing(r, c)) continue;
      if (data.is_real())
        values_.push_back(data.real_row(r)[c]);
      else
        bytes_.push_back(data.image(r)[c]);
    }
    if (data.is_real())
      add_numbers(values_, grey, to);
    else
      to.add(std::span<const std::uint8_t>(bytes_));
  }

 private:
  std::vector<std::uint8_t> bytes_;
  std::vector<float> values_;
};

/// The sum of a number for each row does not depend on their order.
std::uint64_t sum_of_rows(const Dataset& data, bool with_labels) {
  const auto width = static_cast<std::size_t>(data.shape.pixels());
  std::uint64_t sum = 0;
  std::vector<std::uint8_t> grey;
  RowWithGaps gaps;
  for (Index r = 0; r < data.count(); ++r) {
    Checksum row;
    if (has_gaps(data, r))
      gaps.add(data, r, grey, row);
    else if (!data.is_real())
      row.add(std::span(data.bytes(r, grey), width));
    else
      add_numbers(std::span(data.real_row(r), width), grey, row);
    if (with_labels && !data.labels.empty()) row.add(std::uint64_t{data.labels[static_cast<std::size_t>(r)]});
    sum += row.value();
  }
  return sum;
}

}  // namespace

void add_facts(const CheckpointFacts& facts, TensorFile& checkpoint) {
  if (!facts.data.empty()) checkpoint.metadata[kData] = facts.data;
  if (facts.has_faded) checkpoint.metadata[kFaded] = std::to_string(facts.first_rate);
}

Result<CheckpointFacts> facts_of(const TensorFile& checkpoint, const TrainingSettings& settings,
                                 const std::string& path) {
  const FileWords words(checkpoint.metadata, path);
  const auto updates = words.number(kUpdates, 0);
  if (!updates) return Unexpected{updates.error()};
  const auto rate = words.amount(kFaded, 0);
  if (!rate) return Unexpected{rate.error()};
  const auto data = checkpoint.metadata.find(kData);
  return CheckpointFacts{
      .data = data == checkpoint.metadata.end() ? std::string() : data->second,
      .has_faded = words.has(kFaded) || (settings.decay_updates > 0 && *updates >= settings.decay_updates),
      .first_rate = *rate,
      .updates = *updates};
}

std::string fingerprint_of(const Dataset& train, const Dataset& validation, bool with_labels) {
  return std::to_string(train.count() + validation.count()) + " rows, " +
         std::to_string(train.shape.pixels()) + " columns, " +
         hexadecimal(sum_of_rows(train, with_labels) + sum_of_rows(validation, with_labels));
}

Result<void> check_same_data(const std::string& told, const std::string& found, const std::string& path) {
  if (told.empty() || told == found) return {};
  const std::string before = told.substr(0, told.rfind(',')), now = found.substr(0, found.rfind(','));
  return fail(
      ErrorCode::BadArgument,
      path + " is of a run on other data (" +
          (before == now ? "of as many rows and columns, but other values" : before + ", now " + now) +
          "): give it the data of that run, or say --other-data where others are meant.",
      path);
}

}  // namespace rbm
