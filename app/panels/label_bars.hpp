// Bars of p(label | image), one for each label, the largest one marked. UI thread only.
#pragma once

#include <span>

#include "app/ui/imgui.hpp"

namespace lab {

void draw_label_bars(const char* id, std::span<const float> log_posteriors, ImVec2 size);

}  // namespace lab
