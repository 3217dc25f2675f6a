// The choices that settings offer: for each enumeration one table of names (files, command line), titles
// (screen) and sentences. Methods, optimizers and kinds of visible units describe themselves in their own
// registries; the others stand in choices.cpp. Constants; any thread.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "core/data/dataset.hpp"
#include "core/data/whitening.hpp"
#include "core/learning/estimators/methods.hpp"
#include "core/learning/optimizers/optimizers.hpp"
#include "core/math/kernels.hpp"
#include "core/model/units/visible_type.hpp"
#include "core/result.hpp"

namespace rbm {

enum class ChainStart {
  Data,   // at the mini-batch
  Noise,  // at states without structure, anew for every update (Liao et al. 2022; k must be large)
};

/// What the weights are before the first update.
enum class FirstWeights {
  Random,  // independent normal numbers
  Cases,   // hidden units tell two cases of the data apart
};

struct Choice {
  const char *name, *title;  // "zca", "Whitened (ZCA)"
  const char* explanation;   // one sentence, may be empty
};

/// The choices of an enumeration, in its order; `value` only says which enumeration.
std::span<const Choice> choices_of(Method value);
std::span<const Choice> choices_of(Optimizer value);
std::span<const Choice> choices_of(Binarization value);
std::span<const Choice> choices_of(VisibleType value);
std::span<const Choice> choices_of(Whitening value);
std::span<const Choice> choices_of(ChainStart value);
std::span<const Choice> choices_of(Arithmetic value);
std::span<const Choice> choices_of(FirstWeights value);

/// An enumeration that has a table of choices.
template <class T>
concept Choosable = requires(T value) {
  choices_of(value);
};

/// What a value is called in files and on the command line, and on the screen.
template <Choosable T>
std::string_view name(T value) {
  return choices_of(value)[static_cast<std::size_t>(value)].name;
}
template <Choosable T>
const char* title(T value) {
  return choices_of(value)[static_cast<std::size_t>(value)].title;
}

/// What messages call an enumeration: "method", "type of visible units".
const char* noun_of(Method value);
const char* noun_of(Optimizer value);
const char* noun_of(Binarization value);
const char* noun_of(VisibleType value);
const char* noun_of(Whitening value);
const char* noun_of(ChainStart value);
const char* noun_of(Arithmetic value);
const char* noun_of(FirstWeights value);

/// The place of a name among the choices; where it is none of them, a sentence that lists them.
Result<std::size_t> place_of(std::string_view text, std::span<const Choice> choices, const char* noun);

/// The value of a name.
template <Choosable T>
Result<T> choice_from(std::string_view text) {
  const auto place = place_of(text, choices_of(T{}), noun_of(T{}));
  if (!place) return Unexpected{place.error()};
  return static_cast<T>(*place);
}

/// The same into a value, which is left alone where the name is unknown.
template <Choosable T>
Result<void> set_from(std::string_view text, T& out) {
  const auto value = choice_from<T>(text);
  if (!value) return Unexpected{value.error()};
  out = *value;
  return {};
}

/// "threshold, resample or none"; `last` stands before the last one.
std::string listed(std::span<const Choice> choices, const char* last = "or");

}  // namespace rbm
