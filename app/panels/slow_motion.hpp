// SlowMotion: where the film of one update stands. Plain arithmetic of time and key presses; UI thread only.
#pragma once

#include <cstdint>

namespace lab {

/// What happens in an update, one after the other.
enum class UpdatePhase { Batch, Data, Chains, Model, Change, Added };

class SlowMotion {
 public:
  static constexpr int kPhases = 6;

  /// Once a frame. `update`: the one that is shown, 0 for none; another one than before begins with its first phase.
  /// While it plays, all phases together take `period_s`; else each that a key asked for moves for a moment.
  void follow(std::uint64_t update, bool plays, double period_s, double now_s);
  /// On to the next phase; false at the last one, where another update is needed.
  bool next();
  bool back();
  void go_to(UpdatePhase phase);

  UpdatePhase phase() const { return static_cast<UpdatePhase>(static_cast<int>(position_)); }
  /// How far the phase is, 0 to 1: for what moves in it.
  double share() const { return position_ - static_cast<int>(position_); }
  bool is_reached(UpdatePhase phase) const { return static_cast<int>(position_) >= static_cast<int>(phase); }
  /// True while something moves without the clock of the training.
  bool is_moving() const { return moves_; }

 private:
  std::uint64_t update_ = 0;
  double position_ = 0;  // the phase, and how far it is
  double last_s_ = 0;
  bool moves_ = false;
};

}  // namespace lab
