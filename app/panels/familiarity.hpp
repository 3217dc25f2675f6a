// How familiar a picture is, in words that say what it was measured against: unseen pictures, and noise with
// as much ink, so that little ink is not taken for familiarity. UI thread only.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "app/panels/context.hpp"
#include "core/evaluation/inked_noise.hpp"
#include "core/evaluation/picture_answer.hpp"

namespace lab {

/// How many of the others a picture is more familiar than: have a higher free energy. NaN: there are none.
struct FamiliarityShares {
  double of_data, of_noise;
  bool has_least_ink = false;  // less than any of the data
};
/// Whether the picture seems familiar and is not: it has less ink than any that is known, or is no more familiar than
/// noise with as much. Its free energy is low for its ink alone.
bool is_only_ink(const FamiliarityShares& shares);
/// One or two sentences: "More familiar than 62 of 100 unseen digits. …" `others`: "unseen digits".
std::string familiarity_words(const FamiliarityShares& shares, const char* others);

/// Pictures that the model has not seen, as it would see them: what the familiarity of one is measured by, wherever it is
/// said.
class UnseenPictures {
 public:
  /// Those that there are now, under this model. False where it was so before.
  bool follow(const Context& context, const rbm::Model& model, std::uint64_t model_version);
  std::uint64_t model_version() const { return model_version_; }
  const rbm::States& states() const { return states_; }
  /// Ascending; empty where there are none.
  std::span<const double> free_energies() const { return energies_; }
  /// Than each of them; false where there are none.
  bool has_less_ink(std::span<const float> picture) const;
  /// "unseen digits", or "unseen pictures".
  const char* name() const { return name_; }

 private:
  rbm::States states_;
  std::vector<double> energies_;
  std::int64_t least_ink_ = 0;
  const char* name_ = "unseen digits";
  const rbm::Dataset* data_ = nullptr;
  std::uint64_t model_version_ = 0;
};

/// Noise with as much ink as the pictures that are asked about.
class InkedNoise {
 public:
  /// The share of 100 noise pictures whose free energy is higher than the answer's, under the model that it
  /// is of, whose version changes with its weights; NaN where pictures have no ink, or no data say where ink
  /// lies.
  double share_above(const Context& context, const rbm::Model& model, std::uint64_t model_version,
                     const rbm::PictureAnswer& answer);

 private:
  const rbm::Dataset* data_ = nullptr;  // whose means the noise has
  rbm::InkOrder order_;
  std::vector<double> energies_;  // ascending, for so much ink under this model
  std::int64_t ink_ = -1;
  std::uint64_t model_version_ = 0;
};

}  // namespace lab
