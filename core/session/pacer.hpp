// Pacer: says when the next update is due where training is slower than it could be, and lets the first seconds of a run
// begin slowly. Moments are seconds of any clock that only goes on. Owned by the worker; one thread.
#pragma once

#include "core/session/commands.hpp"

namespace rbm {

class Pacer {
 public:
  /// A run that begins slowly has this rate at first; it grows by the same factor every second until nothing holds the
  /// training back any more.
  static constexpr double kFirstRate = 20, kLastRate = 20000, kOpening_s = 10;

  /// 0: as fast as it can. Ends an opening.
  void set(double updates_per_second);
  /// The next seconds of training are those of a run that begins slowly.
  void open_slowly() { opening_ = Opening::Wanted; }
  void end_opening() { opening_ = Opening::None; }

  /// The next update is due at once.
  void hurry() { is_first_ = true; }
  /// Seconds until the next update is due; 0: now.
  double wait_s(double now_s);
  /// An update was made.
  void made(double now_s);
  /// Training rests or goes on: time at rest brings no update nearer.
  void rest(bool rests, double now_s);

  bool is_opening() const { return opening_ != Opening::None; }
  /// Seconds until a run that begins slowly is not held back any more; 0 for any other.
  double opening_left_s(double now_s) const;
  /// 0: as fast as it can.
  double updates_per_second(double now_s) const;
  bool is_slow_motion() const { return !is_opening() && rate_ > 0 && rate_ < command::kSlowMotion; }

 private:
  enum class Opening { None, Wanted, Begun };

  double rate_ = 0;
  bool is_first_ = true;  // of its rate: due at once
  double last_s_ = 0;     // when the last update was due
  Opening opening_ = Opening::None;
  double opened_s_ = 0;
  bool rests_ = false;
  double rests_since_s_ = 0;
};

}  // namespace rbm
