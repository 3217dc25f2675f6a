// FramePace: when the next frame is due. Plain computation with times that are given, in seconds. UI thread only.
#pragma once

#include <cstdint>

namespace lab {

/// What a frame may be drawn for, and on what.
struct FrameCause {
  bool input = false;      // the user did something just now, or something that was asked for is late
  bool moving = false;     // the view moves by itself: animations, scripts
  bool training = false;   // the run changes what is shown
  bool focused = true;     // the window has the keyboard's focus, or is driven without it
  bool software = false;   // OpenGL draws on the cores that train
  double refresh_hz = 60;  // of the screen; does nothing in software
};

class FramePace {
 public:
  void begin_frame(double now_s);
  /// When the frame is shown.
  void end_frame(double now_s);
  /// After input ImGui needs a few frames to settle.
  void see_input(double now_s);
  /// So many frames at least are drawn as after input.
  void owe(int frames);
  /// Whether the frame that begins now shows what the training has made since: at the rate at which the training alone
  /// would be drawn, however many frames the user's input asks for; in software the frame that answers the user leaves them
  /// to the next one, for once. True begins the wait for the next news.
  bool takes_news(double now_s, const FrameCause& cause);

  /// Seconds until the next frame is due, 0 where it is; half a second where nothing is a reason for one.
  double delay(double now_s, const FrameCause& cause) const;
  std::uint64_t frame() const { return frame_; }

 private:
  double rate(double now_s, const FrameCause& cause) const;
  double training_rate(const FrameCause& cause) const;

  std::uint64_t frame_ = 0;  // begun so far
  double last_s_ = 0, last_input_s_ = -10, last_news_s_ = -10;
  bool has_news_ = false, answers_ = false, has_input_ = false;  // the present frame, and the user meanwhile
  double frame_time_s_ = 0.01;                                   // how long one with news takes, averaged
  int owed_ = 3;
};

}  // namespace lab
