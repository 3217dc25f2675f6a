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
  Cd,         // contrastive divergence: chains start at the mini-batch (Hinton 2002)
  Pcd,        // persistent contrastive divergence: chains are kept (Tieleman 2008)
  Fpcd,       // PCD whose chains are stirred by fast weights (Tieleman and Hinton 2009)
  Tempering,  // PCD with replicas at several temperatures that change places (Desjardins et al. 2010)
};

enum class Optimizer {
  Sgd,       // with momentum, if any
  Nesterov,  // momentum with the look-ahead form of the gradient (Sutskever et al. 2013)
  Adam,      // Kingma and Ba 2015; with PCD it costs 20 nats on MNIST: its steps do not shrink with the noise
};

struct TrainingSettings {
  // Apply at the next reset: they fix shapes and the start.
  std::string data = "mnist";
  int hidden = 196;
  int batch = 100;
  int chains = 100;          // of PCD; CD has one per case
  int validation = 5000;     // images held back
  float initial_sd = 0.01f;  // of the weights
  int temperatures = 10;     // of Tempering, the model and the independent pixels included
  bool labels = false;       // joint model of images and labels: softmax label units beside the pixels
  std::uint64_t seed = 1;

  // Apply now.
  Method method = Method::Pcd;
  int k = 1;  // Gibbs steps per update
  bool centred = true;
  float learning_rate = 0.1f;           // at update 0
  std::uint64_t decay_updates = 60000;  // linear decay over so many updates; 0: constant
  float final_rate = 0.02f;             // fraction of learning_rate kept after the decay
  Optimizer optimizer = Optimizer::Sgd;
  float momentum = 0;
  float fast_rate = 0;       // of FPCD's fast weights; 0: the learning rate of update 0
  float fast_decay = 0.95f;  // what is left of the fast weights after an update
  float l1 = 0, l2 = 0;      // on weights, times the learning rate
  float max_norm = 0;        // largest ‖W_·j‖ of a hidden unit; 0: no limit
  float sparsity_target = 0.1f, sparsity_cost = 0;  // pulls mean activities to the target (Hinton 2010, 11)
  float discriminative = 0;  // share of ∇ log p(label | image) in the gradient (Larochelle and Bengio 2008)
  float average = 0.999f;  // decay of the weight average; 0: no average, the weights themselves
  Binarization binarization = Binarization::Resample;
  int threads = 0;  // 0: all cores; never changes a result

  bool operator==(const TrainingSettings&) const = default;
};

/// Calls visit(name, field) for every setting, in the order of this file: the one list behind checkpoints,
/// presets and whatever else names settings in a file.
template <class Settings, class Visit>
void visit_settings(Settings& s, Visit&& visit) {
  visit("data", s.data);
  visit("hidden", s.hidden);
  visit("batch", s.batch);
  visit("chains", s.chains);
  visit("validation", s.validation);
  visit("initial_sd", s.initial_sd);
  visit("temperatures", s.temperatures);
  visit("labels", s.labels);
  visit("seed", s.seed);
  visit("method", s.method);
  visit("k", s.k);
  visit("centred", s.centred);
  visit("learning_rate", s.learning_rate);
  visit("decay_updates", s.decay_updates);
  visit("final_rate", s.final_rate);
  visit("optimizer", s.optimizer);
  visit("momentum", s.momentum);
  visit("fast_rate", s.fast_rate);
  visit("fast_decay", s.fast_decay);
  visit("l1", s.l1);
  visit("l2", s.l2);
  visit("max_norm", s.max_norm);
  visit("sparsity_target", s.sparsity_target);
  visit("sparsity_cost", s.sparsity_cost);
  visit("discriminative", s.discriminative);
  visit("average", s.average);
  visit("binarization", s.binarization);
  visit("threads", s.threads);
}

/// The learning rate of update t.
float learning_rate_at(const TrainingSettings& settings, std::uint64_t update);

/// The first setting outside its range, as one sentence; success otherwise.
Result<void> validate(const TrainingSettings& settings);

/// True when `a` and `b` differ in a setting that needs a reset.
bool needs_reset(const TrainingSettings& a, const TrainingSettings& b);
/// `wanted` with the settings that need a reset taken from `in_force`: what applies now.
TrainingSettings applicable_now(const TrainingSettings& wanted, const TrainingSettings& in_force);

/// One text for each value, used by the command line, files, metadata and the window: "cd", "pcd", "fpcd",
/// "tempering"; "sgd", "nesterov", "adam"; "threshold", "resample", "none".
std::string_view name(Method method);
std::string_view name(Optimizer optimizer);
std::string_view name(Binarization binarization);
Result<Method> method_from(std::string_view text);
Result<Optimizer> optimizer_from(std::string_view text);
Result<Binarization> binarization_from(std::string_view text);
/// The same by the type of what is set.
Result<void> set_from(std::string_view text, Method& out);
Result<void> set_from(std::string_view text, Optimizer& out);
Result<void> set_from(std::string_view text, Binarization& out);

}  // namespace rbm
