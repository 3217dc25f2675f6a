// Bars of p(label | image), one for each label with its name in `data` (which may be null), the largest one
// marked. UI thread only.
#pragma once

#include <span>

#include "app/ui/imgui.hpp"
#include "core/data/dataset.hpp"

namespace lab {

void draw_label_bars(const char* id, std::span<const float> log_posteriors, const rbm::Dataset* data,
                     ImVec2 size);

}  // namespace lab
