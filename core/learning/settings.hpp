// What a training run is told. Plain values with their defaults; `visit_members` is the one place that says
// which of them apply now and which at the next reset, `validate` in which range they make sense.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "core/data/dataset.hpp"
#include "core/data/whitening.hpp"
#include "core/learning/estimators/methods.hpp"
#include "core/learning/optimizers/optimizers.hpp"
#include "core/model/units/visible_type.hpp"
#include "core/result.hpp"

namespace rbm {

enum class ChainStart {
  Data,   // at the mini-batch
  Noise,  // at states without structure, anew for every update (Liao et al. 2022; k must be large)
};

struct TrainingSettings {
  // Apply at the next reset: they fix shapes and the start.
  std::string data = "mnist";
  SourceOptions source;  // how `data` is read
  std::string on;  // file of the model to build on: its hidden units are learned; empty: the data themselves
  int hidden = 196;
  int batch = 100;
  int chains = 100;          // of PCD; CD has one per case
  int validation = 5000;     // images held back
  float initial_sd = 0.01f;  // of the weights
  int temperatures = 10;     // of Tempering, the model and the independent pixels included
  bool labels = false;       // joint model of images and labels: softmax label units beside the pixels
  VisibleType visible = VisibleType::Binary;
  Whitening whitening = Whitening::Standardize;  // of what Gaussian visible units learn
  std::uint64_t seed = 1;

  // Apply now.
  Method method = Method::Pcd;
  int k = 1;                            // Gibbs steps per update
  ChainStart start = ChainStart::Data;  // of CD's chains
  int langevin_steps = 0;  // Gaussian units: Langevin steps in place of the exact draw of v given h; 0: exact
  float langevin_step = 0.1f;  // their size, in units of σ²
  float variance_rate =
      0.1f;        // Gaussian units: learning rate of log σ² over that of the weights; 0: σ² stays
  float clip = 0;  // largest norm of the weights' gradient; beyond it the step is shortened; 0: none
  bool centred = true;
  float learning_rate = 0.1f;           // at update 0
  std::uint64_t decay_updates = 60000;  // linear decay over so many updates; 0: constant
  float final_rate = 0.02f;             // fraction of learning_rate kept after the decay
  Optimizer optimizer = Optimizer::Sgd;
  float momentum = 0;
  float fast_rate = 0.1f;    // learning rate of FPCD's fast weights; 0: none, which is PCD
  float fast_decay = 0.95f;  // what is left of the fast weights after an update
  float l1 = 0, l2 = 0;      // on weights, times the learning rate
  float max_norm = 0;        // largest ‖W_·j‖ of a hidden unit; 0: no limit
  float sparsity_target = 0.1f, sparsity_cost = 0;  // pulls mean activities to the target (Hinton 2010, 11)
  float discriminative = 0;  // share of ∇ log p(label | image) in the gradient (Larochelle and Bengio 2008)
  float average = 0.999f;    // decay of the weight average; 0: no average, the weights themselves
  Binarization binarization = Binarization::Resample;
  int threads = 0;  // 0: all cores; never changes a result

  bool operator==(const TrainingSettings&) const = default;
};

/// When a change of a setting takes effect.
enum class Applies { Now, AtReset };

/// Calls visit(name, member pointer, Applies) for every setting, in the order of this file: the one list
/// behind checkpoints, presets, the command line and whatever else goes through settings one by one.
template <class Visit>
void visit_members(Visit&& visit) {
  using S = TrainingSettings;
  visit("data", &S::data, Applies::AtReset);
  visit("data_options", &S::source, Applies::AtReset);
  visit("on", &S::on, Applies::AtReset);
  visit("hidden", &S::hidden, Applies::AtReset);
  visit("batch", &S::batch, Applies::AtReset);
  visit("chains", &S::chains, Applies::AtReset);
  visit("validation", &S::validation, Applies::AtReset);
  visit("initial_sd", &S::initial_sd, Applies::AtReset);
  visit("temperatures", &S::temperatures, Applies::AtReset);
  visit("labels", &S::labels, Applies::AtReset);
  visit("visible", &S::visible, Applies::AtReset);
  visit("whitening", &S::whitening, Applies::AtReset);
  visit("seed", &S::seed, Applies::AtReset);
  visit("method", &S::method, Applies::Now);
  visit("k", &S::k, Applies::Now);
  visit("start", &S::start, Applies::Now);
  visit("langevin_steps", &S::langevin_steps, Applies::Now);
  visit("langevin_step", &S::langevin_step, Applies::Now);
  visit("variance_rate", &S::variance_rate, Applies::Now);
  visit("clip", &S::clip, Applies::Now);
  visit("centred", &S::centred, Applies::Now);
  visit("learning_rate", &S::learning_rate, Applies::Now);
  visit("decay_updates", &S::decay_updates, Applies::Now);
  visit("final_rate", &S::final_rate, Applies::Now);
  visit("optimizer", &S::optimizer, Applies::Now);
  visit("momentum", &S::momentum, Applies::Now);
  visit("fast_rate", &S::fast_rate, Applies::Now);
  visit("fast_decay", &S::fast_decay, Applies::Now);
  visit("l1", &S::l1, Applies::Now);
  visit("l2", &S::l2, Applies::Now);
  visit("max_norm", &S::max_norm, Applies::Now);
  visit("sparsity_target", &S::sparsity_target, Applies::Now);
  visit("sparsity_cost", &S::sparsity_cost, Applies::Now);
  visit("discriminative", &S::discriminative, Applies::Now);
  visit("average", &S::average, Applies::Now);
  visit("binarization", &S::binarization, Applies::Now);
  visit("threads", &S::threads, Applies::Now);
}

/// The same with the values of one object: visit(name, field).
template <class Settings, class Visit>
void visit_settings(Settings& s, Visit&& visit) {
  visit_members([&](const char* name, auto member, Applies) { visit(name, s.*member); });
}

/// The learning rate of update t.
float learning_rate_at(const TrainingSettings& settings, std::uint64_t update);

/// The first setting outside its range, as one sentence; success otherwise.
Result<void> validate(const TrainingSettings& settings);

/// With no more validation images than a tenth of a set of so many images, and no larger a mini-batch than
/// what is left.
TrainingSettings fitted_to(Index images, TrainingSettings settings);

/// How many settings that need a reset differ.
int waiting_for_reset(const TrainingSettings& a, const TrainingSettings& b);
/// True when `a` and `b` differ in a setting that needs a reset.
bool needs_reset(const TrainingSettings& a, const TrainingSettings& b);
/// `wanted` with the settings that need a reset taken from `in_force`: what applies now.
TrainingSettings applicable_now(const TrainingSettings& wanted, const TrainingSettings& in_force);

/// Settings that files hold as a text.
template <class T>
constexpr bool kIsText = std::is_enum_v<T> || std::is_same_v<T, SourceOptions>;

/// One text for each value, used by the command line, files, metadata and the window: "cd", "pcd", "fpcd",
/// "tempering"; "sgd", "nesterov", "adam"; "threshold", "resample", "none"; "binary", "gaussian"; "none",
/// "standardize", "zca"; "data", "noise"; "size=32 patch=8".
std::string_view name(Method method);
std::string_view name(Optimizer optimizer);
std::string_view name(Binarization binarization);
std::string_view name(VisibleType type);
std::string_view name(Whitening whitening);
std::string_view name(ChainStart start);
std::string name(const SourceOptions& options);
Result<Method> method_from(std::string_view text);
Result<Optimizer> optimizer_from(std::string_view text);
Result<Binarization> binarization_from(std::string_view text);
/// The same by the type of what is set.
Result<void> set_from(std::string_view text, Method& out);
Result<void> set_from(std::string_view text, Optimizer& out);
Result<void> set_from(std::string_view text, Binarization& out);
Result<void> set_from(std::string_view text, VisibleType& out);
Result<void> set_from(std::string_view text, Whitening& out);
Result<void> set_from(std::string_view text, ChainStart& out);
Result<void> set_from(std::string_view text, SourceOptions& out);

}  // namespace rbm
