#include "app/panels/familiarity.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "app/panels/free_energy_rank.hpp"
#include "core/data/batches.hpp"
#include "core/evaluation/code_map.hpp"

namespace lab {
namespace {

constexpr rbm::Index kNoisePictures = 100, kMeanPictures = 2000, kUnseen = 200;
/// A picture that beats less of the noise is not known, it is only probable.
constexpr double kKnown = 0.95;

std::int64_t ink_of(std::span<const float> picture) {
  return std::ranges::count_if(picture, [](float x) { return x >= 0.5f; });
}

int of_hundred(double share) {
  return static_cast<int>(std::lround(100 * share));
}

}  // namespace

bool is_only_ink(const FamiliarityShares& shares) {
  const Familiarity among_data = familiarity(shares.of_data);
  if (among_data == Familiarity::Surprising || among_data == Familiarity::Alien) return false;
  return shares.of_noise < kKnown || (shares.has_least_ink && !std::isnan(shares.of_noise));
}

std::string familiarity_words(const FamiliarityShares& shares, const char* others) {
  char text[160];
  std::string out = "There are no unseen pictures to compare it with.";
  if (!std::isnan(shares.of_data)) {
    std::snprintf(text, sizeof text, "More familiar than %d of 100 %s.", of_hundred(shares.of_data), others);
    out = text;
  }
  if (std::isnan(shares.of_noise)) return out;
  const bool is_ink = is_only_ink(shares);
  if (is_ink && shares.has_least_ink)
    return out + " But it has less ink than any of them, and that alone makes it familiar.";
  std::snprintf(text, sizeof text,
                is_ink ? " But noise with as much ink is as familiar: it beats only %d of 100."
                       : " Of 100 noise pictures with as much ink it beats %d.",
                of_hundred(shares.of_noise));
  return out + text;
}

bool UnseenPictures::follow(const Context& context, const rbm::Model& model, std::uint64_t model_version) {
  const rbm::Dataset* data = test_images(context);
  if (data == data_ && model_version == model_version_) return false;
  data_ = data;
  model_version_ = model_version;
  energies_.clear();
  least_ink_ = 0;
  if (data == nullptr) return true;
  name_ = data == context.shared.test.get() ? "unseen digits" : "unseen pictures";
  // Free energies of fewer cells are no measure for others.
  const std::vector<std::uint32_t> rows = rbm::complete_rows(*data, kUnseen);
  if (rows.empty()) return true;
  states_ = rbm::states_of_rows(model, *data, rows, context.pool);
  energies_.resize(rows.size());
  rbm::Matrix scratch;
  rbm::free_energies(model, states_, energies_, scratch, context.pool);
  std::ranges::sort(energies_);
  least_ink_ = std::numeric_limits<std::int64_t>::max();
  std::vector<float> picture(static_cast<std::size_t>(data->shape.pixels()));
  for (const std::uint32_t row : rows) {
    data->row(row, picture.data());
    least_ink_ = std::min(least_ink_, ink_of(picture));
  }
  return true;
}

bool UnseenPictures::has_less_ink(std::span<const float> picture) const {
  return ink_of(picture) < least_ink_;
}

double InkedNoise::share_above(const Context& context, const rbm::Model& model, std::uint64_t model_version,
                               const rbm::PictureAnswer& answer) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  const rbm::Dataset* data = test_images(context);
  if (data == nullptr || data->shape != rbm::picture_shape(model)) return kNone;
  if (data_ != data) {
    order_ = rbm::InkOrder(rbm::mean_picture(*data, kMeanPictures), kNoisePictures, 1);
    data_ = data;
    ink_ = -1;
  }
  const std::span<const float> picture = answer.picture();
  const std::int64_t ink = ink_of(picture);
  if (ink != ink_ || model_version != model_version_) {
    ink_ = ink;
    model_version_ = model_version;
    auto energies = rbm::noise_free_energies(model, picture, order_, context.pool);
    energies_ = energies ? std::move(*energies) : std::vector<double>();
  }
  return lab::share_above(energies_, answer.free_energy());
}

}  // namespace lab
