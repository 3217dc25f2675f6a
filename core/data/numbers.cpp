#include "core/data/numbers.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "core/data/csv_text.hpp"
#include "core/data/readers.hpp"
#include "core/data/words.hpp"

namespace rbm {
namespace {

constexpr double kHighestOwnRange = 32, kDark = 128, kRounding = 1e-4;
/// float32 has 24 bits: a mean so many deviations away leaves at most 10 of them to what varies.
constexpr double kFarAway = 1e4;
/// Beyond it a double has no fractions, so that it cannot be told whether whole numbers are meant.
constexpr double kLargestCounted = 9007199254740992;
/// Below it float32 begins to lose digits.
constexpr double kTiny = std::numeric_limits<float>::min();

struct Range {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  bool is_whole = true;
};

template <class Number>
Range range_of(const std::vector<Number>& numbers) {
  Range range;
  for (const Number x : numbers) {
    const auto value = static_cast<double>(x);
    range.low = std::min(range.low, value);
    range.high = std::max(range.high, value);
    if constexpr (std::is_floating_point_v<Number>)
      range.is_whole = range.is_whole && value == std::floor(value) && std::abs(value) <= kLargestCounted;
  }
  return range;
}

std::string range_text(double low, double high) {
  return number_text(low) + " to " + number_text(high);
}
std::string option_text(double low, double high) {
  return "--range " + number_text(low) + ":" + number_text(high);
}

template <class Number>
void set_bytes(Dataset* data, const std::vector<Number>& numbers, double low, double high) {
  data->pixels.resize(numbers.size());
  std::ranges::transform(numbers, data->pixels.begin(), [&](Number x) {
    return static_cast<std::uint8_t>(255 * (static_cast<double>(x) - low) / (high - low) + 0.5);
  });
}

/// Real numbers, with these taken away of the columns; none where it is empty.
template <class Number>
void set_amounts(Dataset* data, const std::vector<Number>& numbers, std::vector<double> away) {
  const auto width = static_cast<std::size_t>(data->shape.pixels());
  data->values.resize(numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i)
    data->values[i] =
        static_cast<float>(static_cast<double>(numbers[i]) - (away.empty() ? 0 : away[i % width]));
  data->reading.numbers = Reading::Numbers::Amounts;
  data->reading.away = std::move(away);
}

struct ColumnFacts {
  double mean = 0, deviation = 0;
  double farthest = 0;  // from the mean

  bool is_tiny() const { return farthest < kTiny && farthest > 1e-12 * std::abs(mean); }
  bool is_constant() const { return deviation <= 1e-12 * std::abs(mean); }
  /// What is to be taken away, lest float32 lose digits: round, so that another file of the same columns is given the same
  /// way.
  double away() const {
    if (is_tiny() || is_constant() || std::abs(mean) <= kFarAway * deviation) return 0;
    const double step = std::exp2(std::ceil(std::log2(16 * deviation)));
    return std::round(mean / step) * step;
  }
};

/// Missing cells are not looked at.
template <class Number>
std::vector<ColumnFacts> column_facts(const Dataset& data, const std::vector<Number>& numbers) {
  const auto width = static_cast<std::size_t>(data.shape.pixels());
  std::vector<ColumnFacts> facts(width);
  std::vector<double> square(width), count(width, static_cast<double>(numbers.size() / width));
  const auto is_there = [&](std::size_t cell) { return !data.has_missing() || data.missing[cell] == 0; };
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (is_there(i))
      facts[i % width].mean += static_cast<double>(numbers[i]);
    else
      --count[i % width];
  }
  for (double& n : count) n = std::max(n, 1.0);
  for (std::size_t c = 0; c < width; ++c) facts[c].mean /= count[c];
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!is_there(i)) continue;
    ColumnFacts& column = facts[i % width];
    const double difference = static_cast<double>(numbers[i]) - column.mean;
    square[i % width] += difference * difference;
    column.farthest = std::max(column.farthest, std::abs(difference));
  }
  for (std::size_t c = 0; c < width; ++c) facts[c].deviation = std::sqrt(square[c] / count[c]);
  return facts;
}

/// Real numbers, with about their mean taken away of columns far away from 0.
template <class Number>
void set_values(Dataset* data, const std::vector<Number>& numbers, const std::string& what) {
  const std::vector<ColumnFacts> facts = column_facts(*data, numbers);
  const std::size_t width = facts.size(), rows = numbers.size() / width;
  std::vector<double> away(width);
  std::vector<std::string> moved, constant, tiny;
  for (std::size_t c = 0; c < width; ++c) {
    const std::string name = c < data->columns.size() ? data->columns[c] : std::to_string(c + 1);
    away[c] = facts[c].away();
    if (facts[c].is_tiny())
      tiny.push_back(name);
    else if (facts[c].is_constant())
      constant.push_back(name);
    else if (away[c] != 0)
      moved.push_back(name + " (" + number_text(away[c]) + ")");
  }
  set_amounts(data, numbers, moved.empty() ? std::vector<double>() : away);
  if (!moved.empty())
    data->notes.push_back("Columns of " + what +
                          " whose digits would be lost beside a large mean are given "
                          "with this number taken away: " +
                          listed(moved) + ".");
  if (!tiny.empty())
    data->notes.push_back("Columns of " + what + " vary by less than " + number_text(kTiny) +
                          ", and their digits are lost: multiply them by a power of ten: " + listed(tiny) +
                          ".");
  if (!constant.empty() && rows > 1 && (data->shape.height == 1 || width < 64))
    data->notes.push_back(
        "Columns of " + what +
        " that never change tell nothing (--drop leaves them out of a CSV table): " + listed(constant) + ".");
}

/// `low` and `high` of a range that holds all numbers become 0 and 1.
template <class Number>
void set_range(Dataset* data, const std::vector<Number>& numbers, const Range& found,
               const NumberRange& asked) {
  data->reading.numbers = Reading::Numbers::Range;
  data->reading.low = asked.low;
  data->reading.high = asked.high;
  if (found.is_whole) {
    set_bytes(data, numbers, asked.low, asked.high);
    return;
  }
  data->values.resize(numbers.size());
  std::ranges::transform(numbers, data->values.begin(), [&](Number x) {
    return static_cast<float>((static_cast<double>(x) - asked.low) / (asked.high - asked.low));
  });
}

template <class Number>
Result<void> set_asked_range(Dataset* data, const std::vector<Number>& numbers, const Range& found,
                             const NumberRange& asked, const std::string& what) {
  if (found.low < asked.low || found.high > asked.high) {
    return fail(ErrorCode::BadArgument, what + " holds numbers from " + range_text(found.low, found.high) +
                                            ", outside " + option_text(asked.low, asked.high) +
                                            ": give a range that holds them all.");
  }
  set_range(data, numbers, found, asked);
  return {};
}

/// Whole numbers from 0 to 255 as they are.
template <class Number>
void set_grey_bytes(Dataset* data, std::vector<Number> numbers, const Range& found, const std::string& what) {
  if (found.high < kDark)
    data->notes.push_back(
        "The highest value of " + what + " is " + number_text(found.high) + " of 255, which is dark: " +
        option_text(found.low < found.high ? found.low : 0, found.high) + " makes it white.");
  data->reading.numbers = Reading::Numbers::Range;
  if constexpr (std::is_same_v<Number, std::uint8_t>)
    data->pixels = std::move(numbers);
  else
    set_bytes(data, numbers, 0, 255);
}

/// Whole numbers from 0 to 255.
template <class Number>
void set_grey(Dataset* data, std::vector<Number> numbers, const Range& found, const std::string& what) {
  if (found.high <= 1) {
    set_bytes(data, numbers, 0, 1);
    data->notes.push_back(what + " holds only 0 and 1: they were taken as black and white.");
  } else if (found.high <= kHighestOwnRange) {
    const double low = found.low == found.high ? 0 : found.low;
    set_range(data, numbers, found, {low, found.high});
    data->notes.push_back(what + " holds whole numbers from " + range_text(found.low, found.high) +
                          ": they were taken as grey values, " + number_text(low) + " as black and " +
                          number_text(found.high) +
                          " as white; --range LOW:HIGH says otherwise, --categories " +
                          "takes them as states without an order.");
  } else {
    set_grey_bytes(data, std::move(numbers), found, what);
  }
}

template <class Number>
void set_real(Dataset* data, std::vector<Number> numbers, const Range& found, const std::string& what) {
  const bool is_rounded = (found.low < 0 || found.high > 1) && found.low >= -kRounding &&
                          found.high <= 1 + kRounding && found.high > 0.5;
  if (is_rounded) {
    for (Number& x : numbers) x = static_cast<Number>(std::clamp(static_cast<double>(x), 0.0, 1.0));
    data->notes.push_back(what + " holds numbers from " + range_text(found.low, found.high) +
                          ": what lies outside 0 to 1 was taken as 0 and 1.");
  } else if (found.is_whole && found.low == -1 && found.high == 1) {
    data->notes.push_back(what +
                          " holds whole numbers from -1 to 1: they were taken as they are; --range -1:1 "
                          "makes -1 black and 1 white.");
  } else if (found.is_whole) {
    data->notes.push_back(what + " holds whole numbers from " + range_text(found.low, found.high) +
                          ": they were taken as real numbers; " + option_text(found.low, found.high) +
                          " makes grey values of them.");
  } else if (found.low >= 0 && found.high <= 0.1) {
    data->notes.push_back("The highest value of " + what + " is " + number_text(found.high) +
                          " of 1, which is dark: " + option_text(0, found.high) +
                          " makes it white, --visible gaussian takes the numbers as amounts.");
  }
  set_values(data, numbers, what);
  // Fractions are told as such in any rows.
  if (data->reading.away.empty() && found.low >= -kRounding && found.high <= 1 + kRounding)
    data->reading.numbers = Reading::Numbers::Told;
}

/// As a model learned other rows of this kind; false where what these hold says that they are of another.
template <class Number>
Result<bool> set_as_learned(Dataset* data, std::vector<Number>& numbers, const Range& found,
                            const Reading& learned, const std::string& what) {
  if (learned.numbers == Reading::Numbers::Told) return false;
  if (learned.numbers == Reading::Numbers::Amounts) {
    const bool fits = std::ssize(learned.away) == data->shape.pixels();
    set_amounts(data, numbers, fits ? learned.away : std::vector<double>());
    return true;
  }
  const bool is_grey = learned.low == 0 && learned.high == 255;
  // Grey values are learned from any of what greys are written as.
  if (is_grey && found.high <= 1) return false;
  if (found.low < learned.low || found.high > learned.high) {
    if (is_grey) return false;
    return fail(ErrorCode::BadArgument,
                what + " holds numbers from " + range_text(found.low, found.high) +
                    ", and the model learned " + range_text(learned.low, learned.high) +
                    ": give it numbers of that range, or say with --range LOW:HIGH what becomes 0 and 1.");
  }
  if (is_grey && found.is_whole)
    set_grey_bytes(data, std::move(numbers), found, what);
  else
    set_range(data, numbers, found, {learned.low, learned.high});
  return true;
}

/// Whole numbers of a byte. Those of a table that is no picture's are amounts, ages and counts, unless they have a range of
/// their own or reach white.
bool are_grey(const Dataset& data, const Range& found, NumbersOf kind) {
  if (!found.is_whole || found.low < 0 || found.high > 255) return false;
  return kind == NumbersOf::Array || found.high <= kHighestOwnRange || found.high == 255 ||
         is_picture(data.shape);
}

template <class Number>
Result<void> set_any(Dataset* data, std::vector<Number> numbers, const SourceOptions& options,
                     const std::string& what, NumbersOf kind = NumbersOf::Array) {
  const Range found = range_of(numbers);
  if (const auto asked = range_from(options.range))
    return set_asked_range(data, numbers, found, *asked, what);
  if (options.as_learned != nullptr) {
    const auto set = set_as_learned(data, numbers, found, *options.as_learned, what);
    if (!set) return Unexpected{set.error()};
    if (*set) return {};
  }
  if (are_grey(*data, found, kind))
    set_grey(data, std::move(numbers), found, what);
  else
    set_real(data, std::move(numbers), found, what);
  return {};
}

}  // namespace

Result<void> set_numbers(Dataset* data, std::vector<std::uint8_t> numbers, const SourceOptions& options,
                         const std::string& what) {
  return set_any(data, std::move(numbers), options, what);
}
Result<void> set_numbers(Dataset* data, std::vector<float> numbers, const SourceOptions& options,
                         const std::string& what) {
  return set_any(data, std::move(numbers), options, what);
}
Result<void> set_numbers(Dataset* data, std::vector<double> numbers, const SourceOptions& options,
                         const std::string& what, NumbersOf kind) {
  return set_any(data, std::move(numbers), options, what, kind);
}

namespace {

template <class Number>
Result<void> take_any_missing(Dataset* data, std::vector<Number>* numbers, std::size_t width,
                              const SourceOptions& options, const std::string& what) {
  const double code = missing_code(options);
  std::vector<std::size_t> stand_in(width,
                                    numbers->size());  // the first number of every column that is there
  for (std::size_t i = 0; i < numbers->size(); ++i) {
    const auto value = static_cast<double>((*numbers)[i]);
    if (std::isnan(value) || value == code) {
      if (!data->has_missing()) data->missing.assign(numbers->size(), 0);
      data->missing[i] = 1;
    } else if (std::abs(value) > std::numeric_limits<float>::max()) {
      return broken(what, "holds " + too_large_text(value) + " in row " + std::to_string(i / width) +
                              " (counted from 0): replace it, or write nan where it is missing.");
    } else {
      stand_in[i % width] = std::min(stand_in[i % width], i);
    }
  }
  if (!data->has_missing()) return {};
  const auto any = static_cast<std::size_t>(std::ranges::find(data->missing, 0) - data->missing.begin());
  if (any == numbers->size())
    return broken(what, "has no number that is not missing: there is nothing to learn.");
  for (std::size_t i = 0; i < numbers->size(); ++i) {
    const std::size_t from = stand_in[i % width];
    if (data->missing[i] != 0) (*numbers)[i] = (*numbers)[from < numbers->size() ? from : any];
  }
  return {};
}

}  // namespace

Result<void> take_missing(Dataset* data, std::vector<float>* numbers, std::size_t width,
                          const SourceOptions& options, const std::string& what) {
  return take_any_missing(data, numbers, width, options, what);
}
Result<void> take_missing(Dataset* data, std::vector<double>* numbers, std::size_t width,
                          const SourceOptions& options, const std::string& what) {
  return take_any_missing(data, numbers, width, options, what);
}
Result<void> take_missing(Dataset* data, std::vector<std::uint8_t>* numbers, std::size_t width,
                          const SourceOptions& options, const std::string& what) {
  return take_any_missing(data, numbers, width, options, what);
}

void finish_missing(Dataset* data, const std::string& what) {
  if (!data->has_missing()) return;
  clear_missing(*data);
  if (data->is_real()) {
    const Eigen::VectorXf means = pixel_means(*data);
    for (std::size_t i = 0; i < data->missing.size(); ++i) {
      if (data->missing[i] != 0) data->values[i] = means[static_cast<Index>(i) % means.size()];
    }
  }
  // Before what is only to be known of the numbers: the window shows the first few notes.
  data->notes.insert(data->notes.begin(), missing_text(*data, what));
}

Result<void> set_as_they_are(Dataset& data, std::vector<double> numbers,
                             const std::optional<std::vector<double>>& away) {
  const auto width = static_cast<std::size_t>(data.shape.pixels());
  if (auto taken = take_missing(&data, &numbers, width, {}, data.name); !taken) return taken;
  std::vector<double> taken;
  // Fractions stay what they are: probabilities, which bits can learn.
  const Range found = range_of(numbers);
  if (away) {
    taken = *away;
  } else if (found.low < 0 || found.high > 1) {
    for (const ColumnFacts& column : column_facts(data, numbers)) taken.push_back(column.away());
    if (std::ranges::all_of(taken, [](double x) { return x == 0; })) taken.clear();
  }
  set_amounts(&data, numbers, std::move(taken));
  if (data.reading.away.empty()) data.reading = {};
  finish_missing(&data, data.name);
  return {};
}

Result<void> mark_missing(Dataset& data) {
  const auto width = static_cast<std::size_t>(data.shape.pixels());
  if (auto taken = take_missing(&data, &data.values, width, {}, data.name); !taken) return taken;
  finish_missing(&data, data.name);
  return {};
}

double missing_code(const SourceOptions& options) {
  double code = std::numeric_limits<double>::quiet_NaN();
  if (!options.missing.empty()) number_in(options.missing, &code);
  return code;
}

Result<void> note_left_out(Dataset* data, const std::vector<bool>& kept, const SourceOptions& options,
                           const std::string& what) {
  const auto out = static_cast<std::size_t>(std::ranges::count(kept, false));
  if (out == 0) return {};
  if (out == kept.size())
    return broken(what, options.complete
                            ? "has missing cells in every row: leave out --complete."
                            : "has no row with a cell that is there: none is left to learn from.");
  data->notes.push_back(std::to_string(out) + " of " + std::to_string(kept.size()) + " rows of " + what +
                        (options.complete ? " have missing cells" : " have no cell that is there") +
                        " and were left out.");
  return {};
}

}  // namespace rbm
