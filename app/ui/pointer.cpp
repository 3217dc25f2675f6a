#include "app/ui/pointer.hpp"

#include <algorithm>

namespace lab::ui {
namespace {

/// A window that is not drawn, because it is minimised, say, remembers no more than this.
constexpr std::size_t kMostEvents = 1 << 16;

}  // namespace

void Pointer::move(ImVec2 at) {
  last_ = at;
  if (events_.size() < kMostEvents) add(PointerEvent::Kind::Move, -1);
}

std::optional<ImVec2> Pointer::pressed_at() const {
  const auto found = std::ranges::find(events_, PointerEvent::Kind::Press, &PointerEvent::kind);
  return found == events_.end() ? std::nullopt : std::optional(found->at);
}

Pointer& pointer() {
  static Pointer the_pointer;
  return the_pointer;
}

}  // namespace lab::ui
