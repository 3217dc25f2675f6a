// StateFile: the program's state as one JSON object, for tests and other programs that watch it. Written
// atomically, at most 20 times a second.
#pragma once

#include <string>
#include <string_view>

#include "app/lab/screen.hpp"

namespace lab {

class StateFile {
 public:
  explicit StateFile(std::string path) : path_(std::move(path)) {}
  /// The view of the frame that was shown just now.
  void see_drawn(std::string_view view, double now_s);
  /// After each frame: writes if it is time and a path was given.
  void update(const Context& context, Screen& screen, std::uint64_t frame, int width, int height, bool force);
  /// True if the last update came too early to be written: another frame is wanted.
  bool is_behind() const { return behind_; }

 private:
  bool behind_ = false;
  std::string_view drawn_view_;  // of the last frame
  double drawn_since_s_ = 0;     // on the system's steady clock, which other processes read, too
  std::string path_;
  double last_s_ = -1;
};

}  // namespace lab
