// Where a free energy stands among those of the data. F has no meaning alone (the partition function moves
// with the weights), so the window always shows it against the validation images'. Pure functions; any
// thread.
#pragma once

#include <span>

namespace lab {

/// Share in [0, 1] of the data whose free energy is higher than x, ties counted half; `sorted` ascending. NaN
/// when it is empty.
double share_above(std::span<const double> sorted, double x);

/// How the picture stands, in words.
enum class Familiarity { Unknown, Familiar, Plausible, Surprising, Alien };
/// At least 50 % of the data are less probable: familiar; 5 %: plausible; 0.5 %: surprising; fewer: alien.
/// NaN: unknown.
Familiarity familiarity(double share);
const char* word(Familiarity familiarity);

/// Interval that shows the data whole and the others as far as they lie within twice the data's width above
/// it and once below. Empty data: that of the others.
struct Interval {
  double low = 0, high = 1;
};
Interval shown_interval(std::span<const double> sorted, std::span<const double> others);

/// The same without others: room for half of the data's width below it and for as much as that width above, whatever comes.
Interval fixed_interval(std::span<const double> sorted);

/// Shares per equal bin of the interval; values outside count in the outermost bins. Non-finite values are
/// left out.
void bin_shares(std::span<const double> values, Interval interval, std::span<float> bins);

}  // namespace lab
