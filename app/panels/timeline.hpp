// Timeline: the slider under the curves that goes through the kept moments of the run, and the banner that says so while
// the screen shows one of them. UI thread only.
#pragma once

#include <optional>

#include "app/panels/context.hpp"

namespace lab {

/// The moments lie at equal distances, as they were kept: close together at the beginning of a run. Its end is the run as
/// it is now.
class Timeline {
 public:
  static float height();
  /// In the whole width of the present window's content.
  void draw(Context& context, const char* id);

 private:
  std::optional<std::uint64_t>
      asked_;  // the moment that the worker was asked for last; none: the run as it is
};

/// The command for the moment so many moments later (or earlier, below 0) than what is shown; beyond the last one the run
/// as it is. Nothing where there is none on that side.
std::optional<rbm::command::LookBack> moment_beside(const rbm::TimelineReport& timeline, int steps);

/// What the banner says: "Update 1 200 of 5 400 – looking back".
std::string looking_back_sentence(const rbm::Snapshot& snapshot);
/// The banner at this place of the window, with the way back and the way on; returns the height that it takes, 0 while
/// nothing is looked back at.
float draw_looking_back(Context& context, ImVec2 at, float width);

}  // namespace lab
