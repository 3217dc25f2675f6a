// Explained: all that the window can say about one picture under one model: the hidden units that answer, the
// free energy by unit beside the usual one, what each flipped pixel would change, and how familiar it is.
// While the model learns, the one that is explained changes twice a second, so that all numbers on the screen
// are of the same one. UI thread only.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "app/panels/context.hpp"
#include "app/panels/familiarity.hpp"
#include "core/evaluation/free_energy_parts.hpp"
#include "core/evaluation/picture_answer.hpp"

namespace lab {

class Explained {
 public:
  /// Once a frame, with a picture of the model's shape and a number that changes with it. True when what is
  /// explained is another picture or another model than before.
  bool follow(const Context& context, std::span<const float> picture, std::uint64_t picture_version);
  bool ready() const { return version_ > 0; }
  std::uint64_t version() const { return version_; }

  const rbm::Model& model() const { return *model_; }
  const rbm::Matrix& transposed() const { return *transposed_; }
  const rbm::PictureAnswer& answer() const { return answer_; }
  const rbm::FreeEnergyParts& parts() const { return parts_; }
  /// The mean of the unseen pictures; empty units where there are none.
  const rbm::FreeEnergyParts& usual_parts() const { return usual_; }
  /// F with each pixel flipped less F; empty where that cannot be, with the reason.
  std::span<const float> dislike() const { return dislike_; }
  const std::string& no_dislike() const { return no_dislike_; }
  const FamiliarityShares& shares() const { return shares_; }
  /// "unseen digits", or "held-back images".
  const char* others() const { return others_; }

 private:
  void take_others(const Context& context);

  std::shared_ptr<const rbm::Model> model_;
  std::shared_ptr<const rbm::Matrix> transposed_;
  std::uint64_t weights_version_ = 0, picture_version_ = 0, version_ = 0;
  double taken_s_ = 0;  // when the model was
  rbm::PictureAnswer answer_;
  rbm::FreeEnergyParts parts_, usual_;
  std::vector<float> dislike_;
  std::string no_dislike_;
  FamiliarityShares shares_{};
  InkedNoise noise_;
  std::vector<double> of_data_;  // free energies of unseen pictures, ascending
  const char* others_ = "unseen digits";
};

}  // namespace lab
