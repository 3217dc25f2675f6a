// KeyQueue: keys of the keyboard as a frame is to see them. A tap between two frames is down in one and up in the next,
// for what asks only once a frame which keys are down. Filled by the window's callback. UI thread only.
#pragma once

#include <bitset>
#include <vector>

namespace lab::ui {

class KeyQueue {
 public:
  static constexpr int kKeys = 512;

  /// Keys out of range are none, and what is so already is no change.
  void change(int key, bool is_down);
  /// On to the next frame: all that has happened, in order, up to the second change of one key.
  void advance();
  bool is_down(int key) const { return down_[static_cast<std::size_t>(key)]; }
  /// Whether a frame is owed. Keys that only type text are not to be queued: they would keep the others waiting.
  bool is_waiting() const { return !waiting_.empty(); }

 private:
  struct Change {
    std::size_t key;
    bool is_down;
  };
  std::vector<Change> waiting_;
  std::bitset<kKeys> down_;
};

}  // namespace lab::ui
