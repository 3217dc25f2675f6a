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

void Pointer::press(int button) {
  down_ |= 1u << button;
  add(PointerEvent::Kind::Press, button);
}

void Pointer::release(int button) {
  down_ &= ~(1u << button);
  add(PointerEvent::Kind::Release, button);
}

bool Pointer::is_in_use() const {
  return down_ != 0 || std::ranges::any_of(
                           events_, [](const PointerEvent& e) { return e.kind != PointerEvent::Kind::Move; });
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
