// The verdicts of core/run/verdicts as a list: each a line with its number, which a click shows where it comes from, and
// where it complains the remedy, which a click applies. UI thread only.
#pragma once

#include "app/panels/context.hpp"

namespace lab {

/// The height that the list takes, this wide.
float verdict_list_height(const Context& context, float width);
void draw_verdict_list(Context& context, float width);

}  // namespace lab
