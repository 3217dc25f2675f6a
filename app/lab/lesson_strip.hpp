// The strip of a running lesson below the top bar, and the light on the controls that its step points at. UI thread
// only.
#pragma once

#include <span>
#include <string>

#include "app/lab/lesson_run.hpp"

namespace lab {

enum class StripPress { None, Back, Next, Skip, End };
struct Strip {
  float height = 0;  // that it took
  StripPress press = StripPress::None;
};
/// Title, place among the steps, what is to be read, and the buttons; at this place and this wide.
Strip draw_lesson_strip(const LessonRun& run, float x, float y, float width);

/// Dims the window but for these controls of the present frame, by their names, and the control "lesson.strip". A name
/// that ends in * stands for all that begin so. Only drawn: it takes no input, and lists and dialogs
/// stand over it. Where none of them shows, nothing is dimmed.
void draw_lesson_light(std::span<const std::string> names);

}  // namespace lab
