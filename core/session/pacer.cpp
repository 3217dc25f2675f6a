#include "core/session/pacer.hpp"

#include <algorithm>
#include <cmath>

namespace rbm {

void Pacer::set(double updates_per_second) {
  const bool was_slow = is_slow_motion();
  end_opening();
  rate_ = updates_per_second;
  if (is_slow_motion() && !was_slow) is_first_ = true;
}

double Pacer::updates_per_second(double now_s) const {
  if (opening_ == Opening::None) return rate_;
  const double share =
      opening_ == Opening::Wanted ? 0 : std::clamp((now_s - opened_s_) / kOpening_s, 0.0, 1.0);
  return kFirstRate * std::pow(kLastRate / kFirstRate, share);
}

double Pacer::opening_left_s(double now_s) const {
  if (opening_ == Opening::None) return 0;
  return opening_ == Opening::Wanted ? kOpening_s
                                     : std::clamp(opened_s_ + kOpening_s - now_s, 0.0, kOpening_s);
}

double Pacer::wait_s(double now_s) {
  if (opening_ == Opening::Wanted) {
    opening_ = Opening::Begun;
    opened_s_ = now_s;
  }
  if (opening_ == Opening::Begun && now_s - opened_s_ >= kOpening_s) end_opening();
  const double rate = updates_per_second(now_s);
  if (rate <= 0 || is_first_) return 0;
  return std::max(0.0, last_s_ + 1 / rate - now_s);
}

/// A little lateness is made up for, so that the rate is right on average; a long one is not.
void Pacer::made(double now_s) {
  const double rate = updates_per_second(now_s), due = rate > 0 ? last_s_ + 1 / rate : now_s;
  const bool is_on_time = !is_first_ && rate > 0 && now_s - due < 1 / rate;
  last_s_ = is_on_time ? std::min(due, now_s) : now_s;
  is_first_ = false;
}

void Pacer::rest(bool rests, double now_s) {
  if (rests == rests_) return;
  rests_ = rests;
  if (rests)
    rests_since_s_ = now_s;
  else
    last_s_ += now_s - rests_since_s_;
}

}  // namespace rbm
