// Curves as SVG: well-formed, with a line where the points are and none where nothing was measured.
#include "core/run/curves_svg.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using namespace rbm;

/// False where tags do not close as XML wants it, or a bare & or < is left.
bool is_well_formed(const std::string& xml) {
  std::vector<std::string> open;
  for (std::size_t at = 0; at < xml.size(); ++at) {
    if (xml[at] == '&') {
      bool known = false;
      for (const char* entity : {"&amp;", "&lt;", "&gt;", "&quot;"})
        known = known || xml.compare(at, std::string(entity).size(), entity) == 0;
      if (!known) return false;
    }
    if (xml[at] != '<') continue;
    const std::size_t end = xml.find('>', at);
    if (end == std::string::npos) return false;
    const std::string tag = xml.substr(at + 1, end - at - 1);
    at = end;
    if (tag.find('<') != std::string::npos) return false;
    if (tag.starts_with('?') || tag.ends_with('/')) continue;
    const std::string name =
        tag.substr(tag.starts_with('/') ? 1 : 0, tag.find(' ') - (tag.starts_with('/') ? 1 : 0));
    if (!tag.starts_with('/')) {
      open.push_back(tag.substr(0, tag.find(' ')));
    } else {
      if (open.empty() || open.back() != name) return false;
      open.pop_back();
    }
  }
  return open.empty();
}

std::size_t count_of(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

std::vector<CurvePoint> rising(double from) {
  std::vector<CurvePoint> out(5);
  for (std::size_t n = 0; n < out.size(); ++n) {
    out[n].update = 100 * n;
    out[n].reconstruction_train = out[n].reconstruction_validation = 0.1 / static_cast<double>(n + 1);
    out[n].relative_change = n == 0 ? 0 : 1e-3;
    if (n % 2 == 1) continue;
    out[n].log_likelihood = from + static_cast<double>(n);
    out[n].log_likelihood_lower = out[n].log_likelihood - 1;
    out[n].log_likelihood_upper = out[n].log_likelihood + 1;
  }
  return out;
}

}  // namespace

TEST_CASE(
    "curves as SVG are well-formed, whatever runs are called, with a line a run in each plot that has "
    "numbers") {
  const std::string svg =
      curves_svg({{"a <b> & \"c\"\x01\xff", rising(-100)}, {"second", rising(-90)}}, "one & two");
  CHECK(is_well_formed(svg));
  CHECK(svg.starts_with("<?xml"));
  // Likelihood, two errors, gap (0 throughout) and change; no labels, so no label error.
  CHECK(count_of(svg, "<polyline") == 10);
  CHECK(svg.find("label error") == std::string::npos);
  CHECK(svg.find("nan") == std::string::npos);
  CHECK(svg.find("inf") == std::string::npos);
  CHECK(count_of(svg, "stroke-opacity") == 6);  // brackets
  // Three points of the likelihood.
  const std::size_t line = svg.find("points=\"") + 8;
  CHECK(count_of(svg.substr(line, svg.find('"', line) - line), ",") == 3);
}

TEST_CASE("curves of several runs as a table have the run in front, and are else what each run's table is") {
  const std::vector<NamedCurves> runs{{"a, \"b\"", rising(-100)}, {"second", rising(-90)}};
  std::string expected = "run," + curves_header();
  for (const CurvePoint& point : runs[0].points) expected += "\"a, \"\"b\"\"\"," + curve_csv(point);
  for (const CurvePoint& point : runs[1].points) expected += "\"second\"," + curve_csv(point);
  CHECK(curves_csv(runs) == expected);
}

TEST_CASE("runs without a point give a drawing without plots") {
  const std::string svg = curves_svg({{"nothing", {}}}, "t");
  CHECK(is_well_formed(svg));
  CHECK(count_of(svg, "<polyline") == 0);
  CHECK(count_of(svg, "<rect") == 1);
}
