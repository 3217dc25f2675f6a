#include "app/panels/update_caption.hpp"

#include <cstdio>

#include "app/panels/format_text.hpp"

namespace lab {
namespace {

/// What stands between the difference of the terms and the change, beside the rate.
std::string shaping(const rbm::TrainingSettings& s) {
  std::string out;
  if (!rbm::kind_of(s.optimizer).is_plain)
    out += std::string(", as ") + rbm::title(s.optimizer) + " takes it";
  if (s.momentum > 0) out += ", with momentum of earlier updates";
  if (s.clip > 0) out += ", clipped";
  if (s.l1 > 0 || s.l2 > 0) out += ", less the decay of the weights";
  if (s.max_norm > 0) out += ", within the largest norm";
  if (s.sparsity_cost > 0) out += ", with the pull to sparsity";
  return out;
}

std::string with_number(const char* format, double number) {
  char text[160];
  std::snprintf(text, sizeof text, format, number);
  return text;
}

}  // namespace

PhaseCaption caption(UpdatePhase phase, const rbm::UpdateTrace& trace, int unit) {
  const rbm::TrainingSettings& s = trace.settings;
  const std::string name = "unit " + std::to_string(unit);
  const rbm::MethodKind& method = rbm::kind_of(s.method);
  const bool centred = trace.visible_offset.size() > 0;
  switch (phase) {
    case UpdatePhase::Batch:
      return {"The mini-batch comes in: " + std::to_string(trace.batch.rows()) + " images of the data, v.",
              trace.batch.is_real
                  ? "Their values are what the visible units hold."
                  : "Every pixel is on or off; grey ones are drawn, with their grey as the probability."};
    case UpdatePhase::Data:
      return {
          "Each image switches hidden units on, p(h|v). What is on together, on average: ⟨v h⟩ of the data.",
          (s.labels && s.discriminative > 0
               ? "Less what the model expects of the labels; so it learns to tell them apart. "
               : std::string()) +
              (centred ? "Measured from the means, ⟨(v − μ)(h − λ)⟩: orange goes together with " + name + "."
                       : "Bright pixels go together with " + name + ".")};
    case UpdatePhase::Chains:
      return {method.reads("start") && s.start == rbm::ChainStart::Noise
                  ? "Each chain starts at noise, anew for every update."
                  : method.start,
              method.moves + std::string(trace.is_exact ? "" : " Here k is " + std::to_string(s.k) + ".")};
    case UpdatePhase::Model:
      return {trace.is_exact ? "The same average over all states: ⟨v h⟩ of the model, exactly."
                             : "The same average over the chains: ⟨v h⟩ of the model.",
              "What the model takes to go together with " + name + " when it is left alone."};
    case UpdatePhase::Change:
      return {"What the data have more than the model, times the learning rate " +
                  with_number("%.3g", double{trace.rate}) + shaping(s) + ": the change ΔW.",
              "Where data and model agree nothing changes. When they agree everywhere, all is learned."};
    case UpdatePhase::Added:
      return {
          "ΔW is added to the filter, and update " + std::string(grouped(trace.update).text) + " is done.",
          "One update changes little; thousands of them, each with other images, make the strokes."};
  }
  return {};
}

}  // namespace lab
