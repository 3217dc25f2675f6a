#include "core/run/curves_svg.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "core/files/text.hpp"

namespace rbm {
namespace {

/// The palette of Okabe and Ito (2008), which colour-blind readers tell apart, in an order that begins dark.
constexpr std::array<const char*, 8> kInks{"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                           "#e69f00", "#56b4e9", "#000000", "#f0e442"};
constexpr double kWidth = 640, kPlot = 170, kLeft = 70, kRight = 20, kTop = 30, kBetween = 46,
                 kLegendLine = 18;
constexpr int kMostTicks = 6;

struct Quantity {
  const char* name;
  double CurvePoint::*value;
  double CurvePoint::*less = nullptr;  // is subtracted
  bool has_bracket = false, is_logarithmic = false;
};
constexpr std::array<Quantity, 6> kQuantities{
    {{"log-likelihood / nats", &CurvePoint::log_likelihood, nullptr, true},
     {"reconstruction error, training", &CurvePoint::reconstruction_train},
     {"reconstruction error, validation", &CurvePoint::reconstruction_validation},
     {"free-energy gap / nats", &CurvePoint::free_energy_validation, &CurvePoint::free_energy_train},
     {"size of an update / size of the weights", &CurvePoint::relative_change, nullptr, false, true},
     {"label error", &CurvePoint::label_error}}};

std::string svg_number(double value, const char* format = "%.2f") {
  char text[40];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

double value_of(const Quantity& what, const CurvePoint& point) {
  const double value = point.*what.value - (what.less != nullptr ? point.*what.less : 0);
  if (!what.is_logarithmic) return value;
  return value > 0 ? std::log10(value) : kMissing;
}

/// The range of a plot, and where its values lie in the drawing.
struct Frame {
  double low = INFINITY, high = -INFINITY, first = INFINITY, last = -INFINITY, top = 0;

  void cover(double x, double y) {
    if (!std::isfinite(y)) return;
    low = std::min(low, y), high = std::max(high, y);
    first = std::min(first, x), last = std::max(last, x);
  }
  bool is_empty() const { return !(high >= low); }
  void widen() {
    const double room = high > low ? 0.05 * (high - low) : std::max(1e-6, 0.05 * std::abs(high));
    low -= room, high += room;
    if (!(last > first)) last = first + 1;
  }
  double x(double at) const { return kLeft + (kWidth - kLeft - kRight) * (at - first) / (last - first); }
  double y(double at) const { return top + kPlot * (high - at) / (high - low); }
};

/// Steps of 1, 2 or 5 times a power of ten, few enough.
double step_of(double low, double high) {
  const double rough = (high - low) / kMostTicks, power = std::pow(10, std::floor(std::log10(rough)));
  for (const double times : {1.0, 2.0, 5.0})
    if (times * power >= rough) return times * power;
  return 10 * power;
}

void add_axes(std::string& out, const Frame& frame, const Quantity& what) {
  const double right = kWidth - kRight, bottom = frame.top + kPlot;
  const double y_step = step_of(frame.low, frame.high), x_step = step_of(frame.first, frame.last);
  const auto line = [&](double x1, double y1, double x2, double y2) {
    out += "<line x1=\"" + svg_number(x1) + "\" y1=\"" + svg_number(y1) + "\" x2=\"" + svg_number(x2) +
           "\" y2=\"" + svg_number(y2) + "\" stroke=\"#dddddd\"/>\n";
  };
  const auto text = [&](double x, double y, const char* anchor, const std::string& words) {
    out += "<text x=\"" + svg_number(x) + "\" y=\"" + svg_number(y) + "\" text-anchor=\"" + anchor + "\">" +
           words + "</text>\n";
  };
  for (double y = std::ceil(frame.low / y_step) * y_step; y <= frame.high; y += y_step) {
    line(kLeft, frame.y(y), right, frame.y(y));
    const double shown = std::abs(y) < 1e-9 * y_step ? 0 : y;
    text(kLeft - 6, frame.y(y) + 4, "end",
         what.is_logarithmic ? svg_number(std::pow(10, shown), "%.2g") : svg_number(shown, "%.6g"));
  }
  for (double x = std::ceil(frame.first / x_step) * x_step; x <= frame.last; x += x_step) {
    line(frame.x(x), frame.top, frame.x(x), bottom);
    text(frame.x(x), bottom + 15, "middle", svg_number(x, "%.6g"));
  }
  out += "<rect x=\"" + svg_number(kLeft) + "\" y=\"" + svg_number(frame.top) + "\" width=\"" +
         svg_number(right - kLeft) + "\" height=\"" + svg_number(kPlot) +
         "\" fill=\"none\" stroke=\"#888888\"/>\n";
  text(kLeft, frame.top - 6, "start", what.name);
  text(right, bottom + 30, "end", "update");
}

void add_line(std::string& out, const Frame& frame, const Quantity& what, const NamedCurves& run,
              const char* ink) {
  std::string points;
  for (const CurvePoint& point : run.points) {
    const double y = value_of(what, point), x = frame.x(static_cast<double>(point.update));
    if (!std::isfinite(y)) continue;
    points += svg_number(x) + "," + svg_number(frame.y(y)) + " ";
    const bool has_bar = what.has_bracket && point.log_likelihood_lower < point.log_likelihood_upper;
    if (has_bar)
      out += "<line x1=\"" + svg_number(x) + "\" x2=\"" + svg_number(x) + "\" y1=\"" +
             svg_number(frame.y(point.log_likelihood_lower)) + "\" y2=\"" +
             svg_number(frame.y(point.log_likelihood_upper)) + "\" stroke=\"" + ink +
             "\" stroke-opacity=\"0.45\" stroke-width=\"2\"/>\n";
  }
  if (!points.empty())
    out += "<polyline fill=\"none\" stroke=\"" + std::string(ink) + "\" stroke-width=\"1.4\" points=\"" +
           points + "\"/>\n";
}

}  // namespace

std::string xml_text(const std::string& text) {
  std::string out;
  for (const char c : to_utf8(text)) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t')
      out += c;
  }
  return out;
}

std::string curves_svg(const std::vector<NamedCurves>& runs, const std::string& title) {
  double top = kTop + kLegendLine * static_cast<double>(runs.size()) + 24;
  std::string plots;
  for (const Quantity& what : kQuantities) {
    Frame frame;
    for (const NamedCurves& run : runs)
      for (const CurvePoint& point : run.points) {
        const auto x = static_cast<double>(point.update);
        frame.cover(x, value_of(what, point));
        if (!what.has_bracket || !std::isfinite(point.log_likelihood)) continue;
        frame.cover(x, point.log_likelihood_lower), frame.cover(x, point.log_likelihood_upper);
      }
    if (frame.is_empty()) continue;
    frame.widen();
    frame.top = top;
    add_axes(plots, frame, what);
    for (std::size_t n = 0; n < runs.size(); ++n)
      add_line(plots, frame, what, runs[n], kInks[n % kInks.size()]);
    top += kPlot + kBetween;
  }
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" +
      svg_number(kWidth, "%.0f") + "\" height=\"" + svg_number(top, "%.0f") + "\" viewBox=\"0 0 " +
      svg_number(kWidth, "%.0f") + " " + svg_number(top, "%.0f") +
      "\" font-family=\"sans-serif\" font-size=\"12\">\n<title>" + xml_text(title) +
      "</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n<text x=\"" + svg_number(kLeft) +
      "\" y=\"22\" font-size=\"15\">" + xml_text(title) + "</text>\n";
  for (std::size_t n = 0; n < runs.size(); ++n) {
    const double y = kTop + kLegendLine * static_cast<double>(n) + 12;
    out += "<line x1=\"" + svg_number(kLeft) + "\" x2=\"" + svg_number(kLeft + 18) + "\" y1=\"" +
           svg_number(y) + "\" y2=\"" + svg_number(y) + "\" stroke-width=\"2\" stroke=\"" +
           kInks[n % kInks.size()] + "\"/>\n<text x=\"" + svg_number(kLeft + 24) + "\" y=\"" +
           svg_number(y + 4) + "\">" + xml_text(runs[n].name) + "</text>\n";
  }
  return out + plots + "</svg>\n";
}

}  // namespace rbm
