// The methods of learning: where the model's side of the gradient comes from. Each is one file of this folder, which
// describes itself in a MethodKind; this file is their registry. A further method is one more file and its lines here:
// an enumerator, a declaration, a row. Constants; any thread.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "core/result.hpp"

namespace rbm {

struct Dataset;
struct TrainingSettings;
class Estimator;

enum class Method { Cd, Pcd, Fpcd, Tempering, Exact };

/// What becomes of cells that a row does not have: such units are absent from both phases (Salakhutdinov, Mnih and
/// Hinton 2007), drawn from the model given the row's other cells, or summed out.
enum class MissingTreatment { Absent, Drawn, SummedOut };

struct MethodKind {
  Method id;
  const char *name, *title;  // "pcd" in files and on the command line, "PCD" on the screen
  const char* explanation;   // one sentence
  const char* start;         // where its chains are at the beginning of an update, one sentence
  const char* moves;         // and what they do in it
  bool keeps_chains;  // they go on from update to update; otherwise each case of a mini-batch has its own
  /// The settings that only some methods have and this one reads, by their names.
  std::span<const std::string_view> own_settings;
  bool learns_labels;
  bool crosses_modes;  // its chains go from mode to mode
  MissingTreatment missing;
  /// Makes p(h | v) of the batch together with that of its chains, where both are bits.
  bool passes_with_batch = false;
  /// What keeps it from learning such data with such settings, as a sentence; null where nothing does. The data may
  /// still be those that rows are made of.
  Result<void> (*check)(const TrainingSettings& settings, const Dataset& data);
  /// Whether it is the one to suggest for them; null where it never is.
  bool (*suits)(const TrainingSettings& settings, const Dataset& data);
  std::unique_ptr<Estimator> (*make)();

  bool reads(std::string_view setting) const;
};

extern const MethodKind kContrastiveDivergence, kPersistentChains, kFastPersistentChains, kTemperedChains,
    kExactAverages;

/// In the order of the enumeration.
inline constexpr std::array kMethods{&kContrastiveDivergence, &kPersistentChains, &kFastPersistentChains,
                                     &kTemperedChains, &kExactAverages};

const MethodKind& kind_of(Method method);
/// The one whose chains cross from mode to mode.
Method method_that_crosses();
/// The one that suits such data with such settings before all others, if there is one.
std::optional<Method> method_that_suits(const TrainingSettings& settings, const Dataset& data);
/// What keeps settings from their method, as a sentence; and what keeps data from it.
Result<void> check_method(const TrainingSettings& settings);
Result<void> check_method(const TrainingSettings& settings, const Dataset& data);
inline std::span<const MethodKind* const> method_kinds() {
  return kMethods;
}

}  // namespace rbm
