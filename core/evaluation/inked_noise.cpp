#include "core/evaluation/inked_noise.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/math/random.hpp"
#include "core/math/scalar.hpp"
#include "core/model/pictures.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

constexpr std::uint64_t kNoiseStep = std::uint64_t{1} << 43;  // far from what else draws by this stream
constexpr float kLeastMean = 1e-4f;                           // a pixel that the data never have on

}  // namespace

std::vector<float> mean_picture(const Dataset& pictures, Index most) {
  const Index count = std::min(most, pictures.count()), pixels = pictures.shape.pixels();
  std::vector<float> row(static_cast<std::size_t>(pixels)), means(row.size(), 0.0f);
  for (Index n = 0; n < count; ++n) {
    pictures.row(n, row.data());
    for (std::size_t i = 0; i < row.size(); ++i) means[i] += row[i];
  }
  for (float& mean : means) mean /= static_cast<float>(std::max<Index>(1, count));
  return means;
}

InkOrder::InkOrder(std::span<const float> means, Index count, std::uint64_t seed)
    : count_(count), pixels_(static_cast<Index>(means.size())) {
  const RandomKey key{seed, Stream::Window, kNoiseStep};
  std::vector<float> keys(means.size());
  places_.resize(static_cast<std::size_t>(count) * means.size());
  for (Index r = 0; r < count; ++r) {
    // Gumbel's noise on the log odds: falling keys are the order in which the pixels are drawn.
    for (std::size_t i = 0; i < means.size(); ++i) {
      const float u = uniform(key, static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(i)) + 0x1p-25f;
      keys[i] = logit(std::clamp(means[i], kLeastMean, 1 - kLeastMean)) - std::log(-std::log(u));
    }
    const std::span places = std::span(places_).subspan(static_cast<std::size_t>(r) * means.size(), means.size());
    std::iota(places.begin(), places.end(), std::uint32_t{0});
    std::ranges::sort(places, [&](std::uint32_t a, std::uint32_t b) {
      return keys[a] != keys[b] ? keys[a] > keys[b] : a < b;
    });
  }
}

Matrix InkOrder::pictures(Index ink) const {
  RBM_ASSERT(ink >= 0 && ink <= pixels_);
  Matrix out(count_, pixels_);
  for (Index r = 0; r < count_; ++r) {
    for (Index k = 0; k < ink; ++k)
      out(r, static_cast<Index>(places_[static_cast<std::size_t>(r * pixels_ + k)])) = 1;
  }
  return out;
}

Result<std::vector<double>> noise_free_energies(const Model& model, std::span<const float> picture,
                                                const InkOrder& order, ThreadPool& pool) {
  RBM_ASSERT(static_cast<Index>(picture.size()) == picture_shape(model).pixels());
  const Model& lowest = lowest_of(model);
  const bool has_ink =
      lowest.states == nullptr && lowest.space == nullptr && !units_of(lowest).has_variances();
  if (!has_ink)
    return fail(ErrorCode::Unsupported,
                "Only pictures of pixels that are on or off have ink: noise with as much ink as this one "
                "does not exist.");
  const auto ink = std::ranges::count_if(picture, [](float x) { return x >= 0.5f; });
  const States noise = states_from_pictures(model, order.pictures(ink), pool);
  std::vector<double> energies(static_cast<std::size_t>(order.count()));
  Matrix scratch;
  free_energies(model, noise, energies, scratch, pool);
  std::ranges::sort(energies);
  return energies;
}

}  // namespace rbm
