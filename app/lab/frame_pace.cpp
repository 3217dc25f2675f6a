#include "app/lab/frame_pace.hpp"

#include <algorithm>
#include <utility>

namespace lab {
namespace {

/// Frames a second: at most, and while nothing but the training changes.
constexpr double kSoftwareFps = 30, kSoftwareTrainingFps = 8, kTrainingFps = 30, kUnfocusedFps = 2;
/// For a while after the user did something, in software.
constexpr double kSoftwareUsedFps = 10;
/// A frame may begin so much before it is due.
constexpr double kEarly_s = 0.001;
/// Software OpenGL yields to the training: the part of the time that may pass in frames, with and without the
/// keyboard's focus, where that leaves so many a second at least; and how quickly what a frame is taken to last
/// follows the last one.
constexpr double kSoftwareShare = 0.25, kSoftwareUnfocusedShare = 0.015, kLeastFps = 0.5,
                 kFrameTimeRate = 0.1;
constexpr double kIdleWait_s = 0.5;
/// So long after the last input the window counts as merely watched.
constexpr double kInputRecent_s = 0.4;
constexpr int kFramesAfterInput = 3;

}  // namespace

void FramePace::begin_frame(double now_s) {
  last_s_ = now_s;
  has_news_ = false;
  answers_ = std::exchange(has_input_, false);
  if (owed_ > 0) --owed_;
  ++frame_;
}

void FramePace::end_frame(double now_s) {
  if (has_news_) frame_time_s_ += kFrameTimeRate * (now_s - last_s_ - frame_time_s_);
}

void FramePace::see_input(double now_s) {
  last_input_s_ = now_s;
  has_input_ = true;
  owed_ = std::max(owed_, kFramesAfterInput);
}

void FramePace::owe(int frames) {
  owed_ = std::max(owed_, frames);
}

/// Frames a second of a run that trains while nothing else happens; software OpenGL yields to it.
double FramePace::training_rate(const FrameCause& cause) const {
  const double wanted = !cause.focused ? kUnfocusedFps : cause.software ? kSoftwareTrainingFps : kTrainingFps;
  if (!cause.software) return wanted;
  const double share = cause.focused ? kSoftwareShare : kSoftwareUnfocusedShare;
  return std::clamp(share / std::max(frame_time_s_, 1e-4), kLeastFps, wanted);
}

bool FramePace::takes_news(double now_s, const FrameCause& cause) {
  const double intervals = answers_ && cause.software ? 2 : 1;
  if (now_s - last_news_s_ < intervals / training_rate(cause) - kEarly_s) return false;
  last_news_s_ = now_s;
  return has_news_ = true;
}

double FramePace::rate(double now_s, const FrameCause& cause) const {
  const double most = cause.software ? kSoftwareFps : std::max(kSoftwareFps, cause.refresh_hz);
  if (cause.input || owed_ > 0) return most;
  // What the user does goes on for a while: tooltips come, lists close.
  const bool is_used = now_s - last_input_s_ < kInputRecent_s;
  const bool is_beside = !cause.focused && frame_ > kFramesAfterInput;
  if (cause.moving && (is_used || !is_beside)) return most;
  if (is_used) return cause.software ? kSoftwareUsedFps : most;
  return cause.training ? std::min(most, training_rate(cause)) : 0;
}

double FramePace::delay(double now_s, const FrameCause& cause) const {
  const double per_second = rate(now_s, cause);
  return per_second > 0 ? std::max(0.0, 1 / per_second - (now_s - last_s_)) : kIdleWait_s;
}

}  // namespace lab
