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

Matrix inked_noise(std::span<const float> means, Index ink, Index count, std::uint64_t seed) {
  RBM_ASSERT(ink >= 0 && ink <= static_cast<Index>(means.size()));
  const RandomKey key{seed, Stream::Window, kNoiseStep};
  Matrix out(count, static_cast<Index>(means.size()));
  std::vector<float> keys(means.size());
  std::vector<std::size_t> places(means.size());
  for (Index r = 0; r < count; ++r) {
    // Gumbel's noise on the log odds: the largest keys are those pixels, in the order in which they are
    // drawn.
    for (std::size_t i = 0; i < means.size(); ++i) {
      const float u = uniform(key, static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(i)) + 0x1p-25f;
      keys[i] = logit(std::clamp(means[i], kLeastMean, 1 - kLeastMean)) - std::log(-std::log(u));
    }
    std::iota(places.begin(), places.end(), std::size_t{0});
    std::nth_element(places.begin(), places.begin() + ink, places.end(), [&](std::size_t a, std::size_t b) {
      return keys[a] != keys[b] ? keys[a] > keys[b] : a < b;
    });
    for (Index k = 0; k < ink; ++k) out(r, static_cast<Index>(places[static_cast<std::size_t>(k)])) = 1;
  }
  return out;
}

Result<std::vector<double>> noise_free_energies(const Model& model, std::span<const float> picture,
                                                std::span<const float> means, Index count, std::uint64_t seed,
                                                ThreadPool& pool) {
  RBM_ASSERT(static_cast<Index>(picture.size()) == picture_shape(model).pixels() &&
             means.size() == picture.size());
  const Model* bottom = &model;
  while (bottom->below != nullptr) bottom = bottom->below.get();
  const bool has_ink =
      bottom->states == nullptr && bottom->space == nullptr && !units_of(*bottom).has_variances();
  if (!has_ink)
    return fail(ErrorCode::Unsupported,
                "Only pictures of pixels that are on or off have ink: noise with as much ink as this one "
                "does not exist.");
  const auto ink = std::ranges::count_if(picture, [](float x) { return x >= 0.5f; });
  const States noise = states_from_pictures(model, inked_noise(means, ink, count, seed), pool);
  std::vector<double> energies(static_cast<std::size_t>(count));
  Matrix scratch;
  free_energies(model, noise, energies, scratch, pool);
  std::ranges::sort(energies);
  return energies;
}

}  // namespace rbm
