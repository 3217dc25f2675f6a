// Which rows are held back, and what classes are called.
#include <algorithm>
#include <array>
#include <numeric>

#include "core/data/readers.hpp"
#include "core/data/words.hpp"

namespace rbm {
namespace {

template <class T>
void take(const std::vector<T>& from, std::span<const std::uint32_t> rows, std::size_t width,
          std::vector<T>* to) {
  if (from.empty()) return;
  to->resize(rows.size() * width);
  for (std::size_t r = 0; r < rows.size(); ++r)
    std::copy_n(from.data() + rows[r] * width, width, to->data() + r * width);
}

Dataset rows_of(const Dataset& data, std::span<const std::uint32_t> rows, const std::string& name) {
  Dataset part;
  part.name = name;
  part.shape = data.shape;
  part.label_names = data.label_names;
  part.columns = data.columns;
  part.state_names = data.state_names;
  part.notes = data.notes;
  part.reading = data.reading;
  part.order = data.order;
  const auto width = static_cast<std::size_t>(data.shape.pixels());
  take(data.values, rows, width, &part.values);
  take(data.pixels, rows, width, &part.pixels);
  if (data.is_sparse()) part.sparse = data.sparse.rows_of(rows);
  take(data.labels, rows, 1, &part.labels);
  take(data.missing, rows, width, &part.missing);
  if (std::ranges::find(part.missing, 1) == part.missing.end()) part.missing.clear();
  return part;
}

/// Whether the last rows hold a class that no other row has.
bool last_rows_lose_a_class(const Dataset& data, std::size_t validation) {
  std::array<bool, kMostClasses> known{};
  const std::size_t train = data.labels.empty() ? 0 : data.labels.size() - validation;
  for (std::size_t r = 0; r < train; ++r) known[data.labels[r]] = true;
  return std::any_of(data.labels.begin() + static_cast<std::ptrdiff_t>(train), data.labels.end(),
                     [&](std::uint8_t label) { return !known[label]; });
}

/// Rows at even distances of a list that is shuffled within every class: each class gives its share to within
/// one row. The first row of each class is spared where the others are enough.
std::vector<std::uint32_t> drawn_rows(const Dataset& data, std::size_t validation, std::uint64_t seed) {
  auto order = shuffled(static_cast<std::size_t>(data.count()), seed, 4);
  if (!data.labels.empty()) {
    const auto label = [&](std::uint32_t row) { return data.labels[row]; };
    std::ranges::stable_sort(order, {}, label);
    std::array<bool, kMostClasses> spared{};
    auto others = order;
    std::erase_if(others, [&](std::uint32_t row) { return !std::exchange(spared[label(row)], true); });
    if (others.size() >= validation) order = std::move(others);
  }
  std::vector<std::uint32_t> rows(validation);
  for (std::size_t k = 0; k < validation; ++k) rows[k] = order[(2 * k + 1) * order.size() / (2 * validation)];
  std::ranges::sort(rows);
  return rows;
}

}  // namespace

Dataset first_rows(const Dataset& data, Index count) {
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(std::clamp<Index>(count, 0, data.count())));
  std::iota(rows.begin(), rows.end(), 0U);
  return rows_of(data, rows, data.name);
}

Result<DataSplit> split(const Dataset& data, Index validation, std::uint64_t seed) {
  if (validation < 0 || validation >= data.count()) {
    return fail(ErrorCode::BadArgument, "Holding back " + std::to_string(validation) + " of the " +
                                            std::to_string(data.count()) + " images of " + data.name +
                                            " leaves none to train on: choose fewer validation images.");
  }
  const auto held_back = static_cast<std::size_t>(validation);
  std::vector<std::uint32_t> all(static_cast<std::size_t>(data.count()));
  std::iota(all.begin(), all.end(), 0u);
  std::vector<std::uint32_t> out(all.end() - validation, all.end()), train;
  if (data.order == RowOrder::Any ||
      (data.order == RowOrder::Mixed && last_rows_lose_a_class(data, held_back)))
    out = drawn_rows(data, held_back, seed);
  std::ranges::set_difference(all, out, std::back_inserter(train));
  return DataSplit{std::make_shared<const Dataset>(rows_of(data, train, data.name)),
                   std::make_shared<const Dataset>(rows_of(data, out, data.name + " (validation)"))};
}

void number_labels_as(Dataset& data, const std::vector<std::string>& names, std::size_t count) {
  std::array<std::size_t, kMostClasses> number{};
  std::array<bool, kMostClasses> occurs{};
  for (const std::uint8_t label : data.labels) occurs[label] = true;
  std::string unknown;
  for (std::size_t label = 0; label < kMostClasses; ++label) {
    const std::string name = data.label_name(label);
    std::size_t at = 0;
    while (at < count && (at < names.size() ? names[at] : std::to_string(at)) != name) ++at;
    number[label] = at;
    if (occurs[label] && at == count) unknown += (unknown.empty() ? "" : ", ") + name;
  }
  const auto is_unknown = [&](std::uint8_t label) { return number[label] == count; };
  if (const auto rows = std::ranges::count_if(data.labels, is_unknown); rows > 0) {
    data.notes.push_back(std::to_string(rows) + " of " + std::to_string(data.labels.size()) + " rows of " +
                         data.name + " have classes that the model did not learn (" + unknown +
                         "): they count as errors.");
  }
  // At most 255 classes leave a number for the unknown ones; with 256 the last one stands for them.
  for (std::uint8_t& label : data.labels)
    label = static_cast<std::uint8_t>(std::min<std::size_t>(number[label], kMostClasses - 1));
  data.label_names = names;
}

}  // namespace rbm
