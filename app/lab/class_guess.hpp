// Which class of the data a picture looks like, by the labelled pictures next to it: good enough to tell a drawn 3 from
// a drawn 8, for models without label units, too. Any thread.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/data/dataset.hpp"

namespace lab {

/// How alike the picture is to the nearest pictures of each class: the mean cosine with the three best of the first
/// thousand rows. Empty where the data have no classes or pictures of another size, and where the picture is empty.
std::vector<double> class_likeness(const rbm::Dataset& data, std::span<const float> picture);

/// How many classes a picture of this likeness is more like than the one of that name.
std::optional<int> class_rank(const rbm::Dataset& data, std::span<const double> likeness,
                              const std::string& name);

/// The likeness of a picture that is asked for again and again: computed once, until it is another one.
class KeptLikeness {
 public:
  std::span<const double> of(const std::shared_ptr<const rbm::Dataset>& data, std::span<const float> picture);
  /// How often it was computed.
  int times() const { return times_; }

 private:
  std::weak_ptr<const rbm::Dataset> data_;
  std::vector<float> picture_;
  std::vector<double> likeness_;
  int times_ = 0;
};

}  // namespace lab
