// Curves of runs as an SVG drawing, for papers: a plot a quantity, a line a run, brackets as bars. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/run/curves_text.hpp"

namespace rbm {

/// A whole SVG 1.1 file. Quantities that no run has are left out. `title` stands on top and as the drawing's own title.
std::string curves_svg(const std::vector<NamedCurves>& runs, const std::string& title);

/// Text as it may stand in XML, from any bytes.
std::string xml_text(const std::string& text);

}  // namespace rbm
