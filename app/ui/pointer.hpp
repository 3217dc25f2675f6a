// Pointer: all that the mouse did since the last frame, in order, as the window system told it. A frame sees one place
// of the mouse only; a fast stroke has many in between. Filled by the window's callbacks, read by what follows a stroke,
// cleared after each frame. UI thread only.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "app/ui/imgui.hpp"

namespace lab::ui {

struct PointerEvent {
  enum class Kind { Press, Move, Release } kind;
  int button;  // of a press or a release, as ImGui numbers them; -1 of a move
  ImVec2 at;   // in pixels of the window
};

class Pointer {
 public:
  void move(ImVec2 at);
  /// At the place of the last move.
  void press(int button);
  void release(int button);

  std::span<const PointerEvent> events() const { return events_; }
  /// Where a button was first pressed since the last frame.
  std::optional<ImVec2> pressed_at() const;
  /// Whether a button was pressed, held or released since the last frame.
  bool is_in_use() const;
  void clear() { events_.clear(); }

 private:
  void add(PointerEvent::Kind kind, int button) { events_.push_back({kind, button, last_}); }

  std::vector<PointerEvent> events_;
  ImVec2 last_{-1, -1};
  unsigned down_ = 0;  // a bit for each button that is held
};

/// The one of the program's window.
Pointer& pointer();

}  // namespace lab::ui
