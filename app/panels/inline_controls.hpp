// Small controls that stand in a row with others, where app/ui's forms take a whole line. UI thread only.
#pragma once

#include <span>

#include "app/ui/widgets.hpp"

namespace lab {

/// A number to type or drag. True when it is committed; kept within [low, high].
bool int_box(const char* id, int* value, int low, int high, float width, const char* hint);

/// A slider whose text names it, for example "T = %.2f": a bar filled up to the value, so that nothing covers
/// the text.
bool inline_slider(const char* id, float* value, float low, float high, const char* format, float width,
                   bool logarithmic, const char* hint);

/// Begins a region of at least this size, which scrolls where there is less room (a small window at a large
/// scale); returns the size to lay out in. Close with ImGui::EndChild().
ImVec2 begin_roomy(const char* id, ImVec2 least);
/// A child at a place of the window that does not scroll; to be closed by ImGui::EndChild().
void begin_region(const char* id, ImVec2 position, ImVec2 size);

/// Starts the next item on this line if `width` more pixels fit, else on a new one.
void same_line_if_fits(float width);
/// Quiet text of the small font after a title in the regular one, on its baseline.
void beside_title(const char* text);
/// Widths of a ui::button, a ui::toggle and a ui::segmented with these labels.
float button_width(const char* label, bool has_icon);
float toggle_width(const char* label);
float segmented_width(std::span<const char* const> labels);

}  // namespace lab
