#include "core/learning/choices.hpp"

#include <array>
#include <vector>

#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

constexpr std::array<Choice, 3> kBinarizations{
    {{"threshold", "Threshold at 128", "A pixel is on from a grey value of 128."},
     {"resample", "Resample",
      "A pixel is on with the probability grey / 255, drawn anew at each presentation."},
     {"none", "Grey values", "Grey values are used as probabilities."}}};

constexpr std::array<Choice, 3> kWhitenings{
    {{"none", "As they are", "Pictures are learned as they are."},
     {"standardize", "Standardized", "Every pixel by its own mean and standard deviation."},
     {"zca", "Whitened (ZCA)", "What pixels have in common is taken out."}}};

constexpr std::array<Choice, 2> kChainStarts{
    {{"data", "The images", "Chains start at the mini-batch."},
     {"noise", "Noise", "Chains start at states without structure, which wants a large k."}}};

constexpr std::array<Choice, 2> kArithmetics{
    {{"single", "Single precision", "Sums of weights are made in single precision."},
     {"16-bit", "16-bit sums",
      "Sums are made of weights and probabilities that are rounded to 1/256: faster, and hardly less "
      "exact."}}};

constexpr std::array<Choice, 2> kFirstWeights{
    {{"random", "Random", "Independent normal numbers."},
     {"cases", "Two cases apart",
      "Hidden units begin by telling two cases of the data apart: small worlds of hills are found at once."}}};

/// What kinds say of themselves, as choices.
template <class Kinds>
std::vector<Choice> described(const Kinds& kinds) {
  std::vector<Choice> out;
  for (const auto* kind : kinds) out.push_back({kind->name, kind->title, kind->explanation});
  return out;
}

std::vector<Choice> described_units() {
  std::vector<Choice> out;
  for (const VisibleKind& kind : kVisibleKinds)
    out.push_back({kind.units().name(), kind.units().title(), kind.units().explanation()});
  return out;
}

}  // namespace

std::span<const Choice> choices_of(Method) {
  static const std::vector<Choice> choices = described(method_kinds());
  return choices;
}
std::span<const Choice> choices_of(Optimizer) {
  static const std::vector<Choice> choices = described(optimizer_kinds());
  return choices;
}
std::span<const Choice> choices_of(Binarization) {
  return kBinarizations;
}
std::span<const Choice> choices_of(VisibleType) {
  static const std::vector<Choice> choices = described_units();
  return choices;
}
std::span<const Choice> choices_of(Whitening) {
  return kWhitenings;
}
std::span<const Choice> choices_of(ChainStart) {
  return kChainStarts;
}
std::span<const Choice> choices_of(Arithmetic) {
  return kArithmetics;
}
std::span<const Choice> choices_of(FirstWeights) {
  return kFirstWeights;
}

const char* noun_of(Method) {
  return "method";
}
const char* noun_of(Optimizer) {
  return "optimizer";
}
const char* noun_of(Binarization) {
  return "binarization";
}
const char* noun_of(VisibleType) {
  return "type of visible units";
}
const char* noun_of(Whitening) {
  return "whitening";
}
const char* noun_of(ChainStart) {
  return "start of chains";
}
const char* noun_of(Arithmetic) {
  return "arithmetic";
}
const char* noun_of(FirstWeights) {
  return "kind of first weights";
}

Result<std::size_t> place_of(std::string_view text, std::span<const Choice> choices, const char* noun) {
  std::string known;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (choices[i].name == text) return i;
    known += (known.empty() ? "" : ", ") + std::string(choices[i].name);
  }
  return fail(ErrorCode::BadArgument, "There is no " + std::string(noun) + " named \"" + std::string(text) +
                                          "\": use one of " + known + ".");
}

std::string listed(std::span<const Choice> choices, const char* last) {
  const std::string before_last = std::string(" ") + last + " ";
  std::string out;
  for (std::size_t i = 0; i < choices.size(); ++i)
    out += (i == 0 ? "" : i + 1 < choices.size() ? ", " : before_last) + choices[i].name;
  return out;
}

}  // namespace rbm
