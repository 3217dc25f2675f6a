// The methods of learning: where the model's side of the gradient comes from. Each is one file of this folder, which
// describes itself in a MethodKind; this file is their registry. A further method is one more file and its lines here:
// an enumerator, a declaration, a row. Constants; any thread.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string_view>

#include "core/result.hpp"

namespace rbm {

struct TrainingSettings;
class Estimator;

enum class Method { Cd, Pcd, Fpcd, Tempering };

struct MethodKind {
  Method id;
  const char *name, *title;  // "pcd" in files and on the command line, "PCD" on the screen
  const char* explanation;   // one sentence
  bool keeps_chains;  // they go on from update to update; otherwise each case of a mini-batch has its own
  /// The settings that only some methods have and this one reads, by their names.
  std::span<const std::string_view> own_settings;
  bool learns_labels;
  bool crosses_modes;  // its chains go from mode to mode
  /// What else keeps settings from this method, as a sentence; null where nothing does.
  Result<void> (*check)(const TrainingSettings& settings);
  std::unique_ptr<Estimator> (*make)();

  bool reads(std::string_view setting) const;
};

extern const MethodKind kContrastiveDivergence, kPersistentChains, kFastPersistentChains, kTemperedChains;

/// In the order of the enumeration.
inline constexpr std::array kMethods{&kContrastiveDivergence, &kPersistentChains, &kFastPersistentChains,
                                     &kTemperedChains};

const MethodKind& kind_of(Method method);
/// The one whose chains cross from mode to mode.
Method method_that_crosses();
/// What keeps settings from their method, as a sentence.
Result<void> check_method(const TrainingSettings& settings);
inline std::span<const MethodKind* const> method_kinds() {
  return kMethods;
}

}  // namespace rbm
