#include "app/panels/why_list.hpp"

#include <cstdio>
#include <utility>

#include "app/panels/inline_controls.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"
#include "core/model/units/visible_units.hpp"

namespace lab {
namespace {

constexpr std::array kLists{"This pixel", "This surprise"};

}  // namespace

void WhyList::fill(const Explained& explained, const WhyQuestion& question, int most) {
  const bool same = explained_ == explained.version() && pixel_ == question.pixel &&
                    list_ == question.list && most_ == most;
  if (same) return;
  explained_ = explained.version();
  pixel_ = question.pixel;
  list_ = question.list;
  most_ = most;
  ++version_;
  parts_.clear();
  refused_.clear();
  evidence_ = {};
  if (question.list == 0) {
    units_[0].heading = "For it";
    units_[1].heading = "Against it";
    if (question.pixel >= 0) {
      auto evidence = rbm::pixel_evidence(explained.model(), explained.answer().hidden(), question.pixel);
      if (evidence) {
        evidence_ = std::move(*evidence);
        parts_ = evidence_.parts;
      } else {
        refused_ = evidence.error().message;
      }
    }
  } else {
    units_[0].heading = "More surprising than usual";
    units_[1].heading = "Less surprising than usual";
    const rbm::FreeEnergyParts &own = explained.parts(), &usual = explained.usual_parts();
    for (std::size_t j = 0; j < own.units.size(); ++j)
      parts_.push_back(static_cast<float>(own.units[j] - (usual.units.empty() ? 0 : usual.units[j])));
  }
  units_[0].units = rbm::strongest_for(parts_, most);
  units_[1].units = rbm::strongest_against(parts_, most);
  for (SignedUnits::List& list : units_) {
    list.values.clear();
    for (const int unit : list.units) list.values.push_back(parts_[static_cast<std::size_t>(unit)]);
  }
}

void WhyList::draw(Context& context, const Explained* explained, WhyQuestion& question, ImVec2 size) {
  char title[48] = "This pixel";
  if (question.list == 1) std::snprintf(title, sizeof title, "This surprise");
  if (explained != nullptr && question.list == 0 && question.pixel >= 0) {
    const rbm::ImageShape shape = rbm::picture_shape(explained->model());
    const int cell = question.pixel / shape.channels;
    std::snprintf(title, sizeof title, "Pixel (%d, %d)", cell % shape.width, cell / shape.width);
  }
  ui::begin_panel("why.list", title, size, question.pinned && question.list == 0 ? "kept" : nullptr);
  ui::panel_title_controls(segmented_width(kLists));
  ui::segmented(
      "why.list.choice", &question.list, kLists,
      "Which hidden units are listed: those for and against one pixel, or what the free energy comes from.");
  ui::panel_content();
  if (explained == nullptr)
    ui::empty_state("Nothing to list yet", "The hidden units that speak for a picture and against it: choose one above.");
  else
    question.list == 0 ? draw_pixel(context, *explained, question) : draw_surprise(context, *explained);
  ui::end_panel();
}

void WhyList::draw_pixel(Context& context, const Explained& explained, const WhyQuestion& question) {
  if (question.pixel < 0 || !refused_.empty()) {
    ui::empty_state(refused_.empty() ? "No pixel yet" : "This cannot be asked",
                    refused_.empty()
                        ? "Hover a pixel of the pictures above: the hidden units that speak for it "
                          "and against it are listed here, and lit in the wall."
                        : refused_.c_str());
    return;
  }
  const rbm::PixelEvidence& e = evidence_;
  const float expected = explained.answer().reconstruction()[static_cast<std::size_t>(question.pixel)];
  const bool real = rbm::units_of(explained.model()).has_variances();
  char text[160];
  std::snprintf(text, sizeof text,
                real ? "Bias %+.3f  +  units %+.3f  =  %.3f of grey"
                     : "Bias %+.2f  +  units %+.2f  =  input %+.2f, so it is on with p = %.3f",
                double{e.bias}, double{e.input} - double{e.bias}, double{e.input}, double{expected});
  ui::text_mono(text);
  rows_.draw(context, "why.pixel", units_, version_, real ? "%+.3f" : "%+.2f",
             ImGui::GetContentRegionAvail());
}

void WhyList::draw_surprise(Context& context, const Explained& explained) {
  const rbm::FreeEnergyParts &own = explained.parts(), &usual = explained.usual_parts();
  char text[160];
  if (usual.units.empty()) {
    std::snprintf(text, sizeof text, "F = %.1f: pixels %+.1f, labels %+.1f, units the rest.", own.total(),
                  own.visible, own.labels);
  } else {
    const double units =
        own.total() - own.visible - own.labels - (usual.total() - usual.visible - usual.labels);
    std::snprintf(text, sizeof text, "F is %+.1f from the mean of %s: pixels %+.1f, units %+.1f",
                  own.total() - usual.total(), explained.others(),
                  own.visible + own.labels - usual.visible - usual.labels, units);
  }
  ImGui::PushTextWrapPos(0);
  ui::text_mono(text);
  ImGui::PopTextWrapPos();
  rows_.draw(context, "why.surprise", units_, version_, "%+.2f", ImGui::GetContentRegionAvail());
}

}  // namespace lab
