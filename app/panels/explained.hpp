// Explained: all that the window can say about one picture under one model: the hidden units that answer, the
// free energy by unit beside the usual one, what each flipped pixel would change, and how familiar it is.
// While the model learns, the one that is explained changes twice a second, so that all numbers on the screen
// are of the same one; what is the same for all pictures is made beforehand, a part in each frame. UI thread
// only.
#pragma once

#include <memory>
#include <optional>
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
  /// The run stands still, and what is explained is not yet its present model.
  bool is_behind() const { return is_behind_; }
  std::uint64_t version() const { return version_; }

  const rbm::Model& model() const { return *by_.model; }
  const rbm::Matrix& transposed() const { return *by_.transposed; }
  const rbm::PictureAnswer& answer() const { return answer_; }
  const rbm::FreeEnergyParts& parts() const { return parts_; }
  /// The mean of the unseen pictures; empty units where there are none.
  const rbm::FreeEnergyParts& usual_parts() const { return by_.usual; }
  /// F with each pixel flipped less F; empty where that cannot be, with the reason.
  std::span<const float> dislike() const { return dislike_; }
  const std::string& no_dislike() const { return no_dislike_; }
  const FamiliarityShares& shares() const { return shares_; }
  /// "unseen digits", or "unseen pictures".
  const char* others() const { return by_.unseen.name(); }

 private:
  /// A model, and what it makes of unseen pictures.
  struct Judge {
    std::shared_ptr<const rbm::Model> model;
    std::shared_ptr<const rbm::Matrix> transposed;
    std::uint64_t weights_version = 0;
    UnseenPictures unseen;
    rbm::FreeEnergyParts usual;
    int parts_made = 0;
  };
  void make_part(const Context& context, Judge& judge);
  bool follow_model(const Context& context);

  Judge by_;
  std::optional<Judge> next_;  // in the making
  bool is_behind_ = false;
  std::uint64_t picture_version_ = 0, version_ = 0;
  double taken_s_ = 0;  // when the newest model was
  rbm::PictureAnswer answer_;
  rbm::FreeEnergyParts parts_;
  std::vector<float> dislike_;
  std::string no_dislike_;
  FamiliarityShares shares_{};
  InkedNoise noise_;
};

}  // namespace lab
