#include "app/panels/slow_motion.hpp"

#include <algorithm>
#include <cmath>

namespace lab {
namespace {

/// The last moment of a phase, which it rests at.
constexpr double kEnd = 0.9999;
/// Seconds that a phase moves for after a key.
constexpr double kMoment_s = 0.9;
/// A pause of the caller is not made up for.
constexpr double kLongestFrame_s = 0.25;

}  // namespace

void SlowMotion::follow(std::uint64_t update, bool plays, double period_s, double now_s) {
  const double passed = std::clamp(now_s - last_s_, 0.0, kLongestFrame_s);
  last_s_ = now_s;
  if (update != update_) {
    update_ = update;
    position_ = 0;
    moves_ = update != 0;
    return;
  }
  const double end = (plays ? kPhases - 1 : std::floor(position_)) + kEnd;
  moves_ = !plays && moves_ && position_ < end;
  if (plays)
    position_ = std::min(end, position_ + passed * kPhases / period_s);
  else if (moves_)
    position_ = std::min(end, position_ + passed / kMoment_s);
}

bool SlowMotion::next() {
  if (position_ >= kPhases - 1) return false;
  go_to(static_cast<UpdatePhase>(static_cast<int>(position_) + 1));
  return true;
}

bool SlowMotion::back() {
  if (position_ < 1) return false;
  go_to(static_cast<UpdatePhase>(static_cast<int>(position_) - 1));
  return true;
}

void SlowMotion::go_to(UpdatePhase phase) {
  position_ = static_cast<double>(phase);
  moves_ = true;
}

}  // namespace lab
