#include "app/lab/frame_pace.hpp"

#include <algorithm>

namespace lab {
namespace {

/// Frames a second: at most, and while nothing but the training changes.
constexpr double kSoftwareFps = 30, kSoftwareTrainingFps = 8, kTrainingFps = 30, kUnfocusedFps = 2;
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
  if (owed_ > 0) --owed_;
  ++frame_;
}

void FramePace::end_frame(double now_s) {
  frame_time_s_ += kFrameTimeRate * (now_s - last_s_ - frame_time_s_);
}

void FramePace::see_input(double now_s) {
  last_input_s_ = now_s;
  owed_ = std::max(owed_, kFramesAfterInput);
}

void FramePace::owe(int frames) {
  owed_ = std::max(owed_, frames);
}

double FramePace::rate(double now_s, const FrameCause& cause) const {
  const double most = cause.software ? kSoftwareFps : std::max(kSoftwareFps, cause.refresh_hz);
  const auto yielding = [&](double wanted, double share) {
    return cause.software ? std::clamp(share / std::max(frame_time_s_, 1e-4), kLeastFps, wanted) : wanted;
  };
  if (cause.input || owed_ > 0 || now_s - last_input_s_ < kInputRecent_s) return most;
  if (!cause.focused && frame_ > kFramesAfterInput)
    return cause.training ? yielding(kUnfocusedFps, kSoftwareUnfocusedShare) : 0;
  if (cause.moving) return most;
  if (!cause.training) return 0;
  return std::min(most, yielding(cause.software ? kSoftwareTrainingFps : kTrainingFps, kSoftwareShare));
}

double FramePace::delay(double now_s, const FrameCause& cause) const {
  const double per_second = rate(now_s, cause);
  return per_second > 0 ? std::max(0.0, 1 / per_second - (now_s - last_s_)) : kIdleWait_s;
}

}  // namespace lab
