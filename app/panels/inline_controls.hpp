// Small controls that stand in a row with others, where app/ui's forms take a whole line. UI thread only.
#pragma once

#include "app/ui/widgets.hpp"

namespace lab {

/// A number to type or drag. True when it is committed; kept within [low, high].
bool int_box(const char* id, int* value, int low, int high, float width, const char* hint);

/// A slider whose text names it, for example "T = %.2f".
bool inline_slider(const char* id, float* value, float low, float high, const char* format, float width,
                   bool logarithmic, const char* hint);

/// Starts the next item on this line if `width` more pixels fit, else on a new one.
void same_line_if_fits(float width);
/// Width of a ui::button with this label and an icon or none.
float button_width(const char* label, bool has_icon);

}  // namespace lab
