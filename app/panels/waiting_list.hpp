// WaitingList: the changes of settings that wait until the run starts over, each to be taken back, and the button that
// starts over. UI thread only.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/learning/settings.hpp"

namespace lab {

/// One change that waits.
struct WaitingChange {
  const rbm::Setting* setting;
  std::string from, to;  // as they are read
};
std::vector<WaitingChange> waiting_changes(const rbm::TrainingSettings& in_force,
                                           const rbm::TrainingSettings& wanted);

class WaitingList {
 public:
  struct Answers {
    std::function<void()> start_over;
    std::function<void(const rbm::Setting*)> take_back;  // null: all of them
  };
  /// Its height with these settings, the button included.
  float height(const rbm::TrainingSettings& in_force, const rbm::TrainingSettings& wanted);
  void draw(const Answers& answers);

 private:
  std::vector<WaitingChange> changes_;
  rbm::TrainingSettings in_force_, wanted_;  // that they are of
};

}  // namespace lab
