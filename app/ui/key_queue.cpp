#include "app/ui/key_queue.hpp"

#include <algorithm>

namespace lab::ui {

void KeyQueue::change(int key, bool is_down) {
  if (key < 0 || key >= kKeys) return;
  const auto at = static_cast<std::size_t>(key);
  bool will_be_down = down_[at];
  for (const Change& change : waiting_) {
    if (change.key == at) will_be_down = change.is_down;
  }
  if (is_down != will_be_down) waiting_.push_back({at, is_down});
}

void KeyQueue::advance() {
  std::bitset<kKeys> changed;
  const auto rest = std::ranges::find_if(waiting_, [&](const Change& change) {
    if (changed[change.key]) return true;
    changed[change.key] = true;
    down_[change.key] = change.is_down;
    return false;
  });
  waiting_.erase(waiting_.begin(), rest);
}

}  // namespace lab::ui
