// What a training run is told. Plain values with their defaults; `describe` is the one place that says which
// of them apply now and which at the next reset, and in which range they make sense.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/data/dataset.hpp"
#include "core/result.hpp"

namespace rbm {

enum class Method {
  Cd,   // contrastive divergence: chains start at the mini-batch (Hinton 2002)
  Pcd,  // persistent contrastive divergence: chains are kept (Tieleman 2008)
};

struct TrainingSettings {
  // Apply at the next reset: they fix shapes and the start.
  std::string data = "mnist";
  SourceOptions source;  // how `data` is read
  int hidden = 196;
  int batch = 100;
  int chains = 100;          // of PCD; CD has one per case
  int validation = 5000;     // images held back
  float initial_sd = 0.01f;  // of the weights
  std::uint64_t seed = 1;

  // Apply now.
  Method method = Method::Pcd;
  int k = 1;  // Gibbs steps per update
  bool centred = true;
  float learning_rate = 0.1f;           // at update 0
  std::uint64_t decay_updates = 60000;  // linear decay over so many updates; 0: constant
  float final_rate = 0.02f;             // fraction of learning_rate kept after the decay
  float momentum = 0;
  float l1 = 0, l2 = 0;    // on weights, times the learning rate
  float average = 0.999f;  // decay of the weight average; 0: no average, the weights themselves
  Binarization binarization = Binarization::Resample;
  int threads = 0;  // 0: all cores; never changes a result

  bool operator==(const TrainingSettings&) const = default;
};

/// The learning rate of update t.
float learning_rate_at(const TrainingSettings& settings, std::uint64_t update);

/// The first setting outside its range, as one sentence; success otherwise.
Result<void> validate(const TrainingSettings& settings);

/// True when `a` and `b` differ in a setting that needs a reset.
bool needs_reset(const TrainingSettings& a, const TrainingSettings& b);

/// One text for each value, used by the command line, files, metadata and the window: "cd", "pcd";
/// "threshold", "resample", "none".
std::string_view name(Method method);
std::string_view name(Binarization binarization);
Result<Method> method_from(std::string_view text);
Result<Binarization> binarization_from(std::string_view text);

}  // namespace rbm
