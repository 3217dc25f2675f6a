// How familiar a picture is, in words that say what it was measured against: unseen pictures, and noise with
// as much ink, so that little ink is not taken for familiarity. UI thread only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/panels/context.hpp"
#include "core/evaluation/picture_answer.hpp"

namespace lab {

/// How many of the others a picture is more familiar than: have a higher free energy. NaN: there are none.
struct FamiliarityShares {
  double of_data, of_noise;
};
/// Whether the picture is no more familiar than noise with as much ink: its free energy is low for its ink
/// alone.
bool is_only_ink(const FamiliarityShares& shares);
/// One or two sentences: "More familiar than 62 of 100 unseen digits. …" `others`: "unseen digits".
std::string familiarity_words(const FamiliarityShares& shares, const char* others);

/// Noise with as much ink as the pictures that are asked about.
class InkedNoise {
 public:
  /// The share of 100 noise pictures whose free energy is higher than the answer's, under the model that it
  /// is of, whose version changes with its weights; NaN where pictures have no ink, or no data say where ink
  /// lies.
  double share_above(const Context& context, const rbm::Model& model, std::uint64_t model_version,
                     const rbm::PictureAnswer& answer);

 private:
  const rbm::Dataset* data_ = nullptr;  // whose means these are
  std::vector<float> means_;
  std::vector<double> energies_;  // ascending, for so much ink under this model
  std::int64_t ink_ = -1;
  std::uint64_t model_version_ = 0;
};

}  // namespace lab
