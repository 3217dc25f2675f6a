#include "app/panels/unit_order.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/ui/tiles.hpp"

namespace lab {

std::vector<float> unit_norms(const rbm::Model& model) {
  std::vector<float> norms(static_cast<std::size_t>(model.hidden()), 0.0f);
  for (rbm::Index i = 0; i < model.visible(); ++i) {
    const float* row = model.weights.row(i);
    for (std::size_t j = 0; j < norms.size(); ++j) norms[j] += row[j] * row[j];
  }
  for (float& norm : norms) norm = std::sqrt(norm);
  return norms;
}

std::vector<int> ordered_units(UnitOrder order, const std::vector<float>& norms,
                               const Eigen::VectorXf& activity) {
  std::vector<int> units(norms.size());
  std::iota(units.begin(), units.end(), 0);
  const auto value = [&](int unit) {
    if (order == UnitOrder::Norm) return norms[static_cast<std::size_t>(unit)];
    return unit < activity.size() ? activity[unit] : 0.0f;
  };
  if (order != UnitOrder::Index) {
    std::stable_sort(units.begin(), units.end(), [&](int a, int b) { return value(a) > value(b); });
  }
  return units;
}

float filter_range(const rbm::Matrix& filters) {
  // A sample of the weights is enough for a percentile and keeps the cost small.
  constexpr rbm::Index kSample = 20000;
  const rbm::Index count = filters.size();
  rbm::Index step = std::max<rbm::Index>(1, count / kSample);
  while (std::gcd(step, filters.cols()) != 1) ++step;  // so that every pixel is sampled
  std::vector<float> sizes;
  sizes.reserve(static_cast<std::size_t>(count / step + 1));
  for (rbm::Index n = 0; n < count; n += step)
    sizes.push_back(std::abs(filters(n / filters.cols(), n % filters.cols())));
  if (sizes.empty()) return 1e-3f;
  const auto at =
      sizes.begin() + static_cast<std::ptrdiff_t>(static_cast<double>(sizes.size() - 1) * kRangeShare);
  std::nth_element(sizes.begin(), at, sizes.end());
  return std::max(*at, 1e-3f);
}

const float* own_scale(std::span<const float> filter, std::vector<float>& buffer) {
  const float largest = ui::symmetric_range(filter, 1e-6f);
  buffer.resize(filter.size());
  std::ranges::transform(filter, buffer.begin(), [&](float w) { return w / largest; });
  return buffer.data();
}

UnitCounts extreme_units(const Eigen::VectorXf& activity) {
  UnitCounts counts;
  for (rbm::Index j = 0; j < activity.size(); ++j) {
    if (activity[j] < kDeadActivity) counts.dead.push_back(static_cast<int>(j));
    if (activity[j] > kSaturatedActivity) counts.saturated.push_back(static_cast<int>(j));
  }
  return counts;
}

}  // namespace lab
