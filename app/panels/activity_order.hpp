// ActivityOrder: in which order cases and hidden units stand in a picture of activations, so that what they have in
// common is seen: cases by class, units by the class that they answer to more than to others; of data without classes
// both along the circle of the two directions in which the activations vary most. A plain value; any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "core/session/snapshot.hpp"

namespace lab {

class ActivityOrder {
 public:
  /// The cases of one class, below each other.
  struct Group {
    int label, first, count;
  };
  /// For the activations of this snapshot, which must not be empty. The units keep their order until the number of
  /// updates has doubled, or another run is shown: what is looked at does not move about.
  void update(const rbm::Snapshot& snapshot);

  const std::vector<int>& cases() const { return cases_; }      // row of the mini-batch at each place
  const std::vector<int>& units() const { return units_; }      // unit at each place
  const std::vector<Group>& groups() const { return groups_; }  // empty without classes

 private:
  void count_classes(const rbm::Snapshot& snapshot, const std::vector<std::uint8_t>& labels);
  void order_by_class();
  void find_directions(const rbm::Matrix& batch);
  void order_by_direction(const rbm::Matrix& batch, bool units_too);

  std::vector<int> cases_, units_;
  std::vector<Group> groups_;
  Eigen::MatrixXf of_class_;      // sliding sum of activations [classes × hidden] …
  Eigen::VectorXf class_weight_;  // … and of cases
  Eigen::MatrixXf directions_;    // [hidden × 2]
  std::uint64_t run_ = 0, ordered_at_ = 0;
  bool by_class_ = false;
};

}  // namespace lab
