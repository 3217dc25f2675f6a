// WaitingList: the changes of settings that wait until the run starts over, each to be taken back, and the button that
// starts over. UI thread only.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/learning/settings.hpp"

namespace lab {

/// A setting that differs, and its values as they are read.
struct SettingChange {
  const rbm::Setting* setting;
  std::string from, to;
};
/// Those that wait for the run to start over, and those that apply at once, but for threads, which change no result.
std::vector<SettingChange> waiting_changes(const rbm::TrainingSettings& in_force,
                                           const rbm::TrainingSettings& wanted);
std::vector<SettingChange> live_changes(const rbm::TrainingSettings& before,
                                        const rbm::TrainingSettings& after);

class WaitingList {
 public:
  struct Answers {
    std::function<void()> start_over;
    std::function<void(const rbm::Setting*)> take_back;  // null: all of them
  };
  /// Its height with these settings, the button included: of `room` where more rows than one fit there.
  float height(const rbm::TrainingSettings& in_force, const rbm::TrainingSettings& wanted, float room);
  void draw(const Answers& answers);

 private:
  std::vector<SettingChange> changes_;
  rbm::TrainingSettings in_force_, wanted_;  // that they are of
  std::size_t rows_ = 1;                     // that show without scrolling
};

}  // namespace lab
