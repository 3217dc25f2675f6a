// How long it takes to build a frame of each view while a run trains at full speed: all that the window does on its
// thread but OpenGL. Makes an ImGui context of its own, so there must be none; needs no display.
#pragma once

#include <string>
#include <vector>

#include "core/learning/settings.hpp"
#include "core/result.hpp"

namespace lab {

struct FrameTime {
  std::string view;                   // its id
  /// Of the thread's processor time; high: 95 of 100 frames take no longer.
  double median_ms = 0, high_ms = 0, longest_ms = 0;
};

/// Of so many frames a view, each with a snapshot that the one before did not have where the run makes them as fast,
/// with a painting that is answered, and a chosen unit. Fails where the run does.
rbm::Result<std::vector<FrameTime>> measure_frames(const rbm::TrainingSettings& settings, int width,
                                                   int height, int frames);

}  // namespace lab
