// What a training run is told, and the one table that describes each setting: from it follow files, presets,
// metadata, the command line and its help, the window's form, what applies when, and which values make sense.
// A further setting is its member and its row, both here. Plain values and constants; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "core/learning/choices.hpp"
#include "core/learning/setting.hpp"
#include "core/result.hpp"

namespace rbm {

/// No run lasts so many: products with sizes of models and data stay far below 2^63, and doubles hold them.
inline constexpr std::uint64_t kMostUpdates = 1'000'000'000'000;

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
  FirstWeights first_weights = FirstWeights::Random;  // what those of units that learn numbers are
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
  Arithmetic arithmetic =
      Arithmetic::Fixed16;  // of the sums that bits select; the weights are floats in any case
  int threads = 0;         // 0: all cores; never changes a result

  bool operator==(const TrainingSettings&) const = default;
};

// When a setting matters: conditions of rows below.
bool has_variances(const TrainingSettings& settings);
bool learns_numbers(const TrainingSettings& settings);
bool learns_bits(const TrainingSettings& settings);
bool stores_bits(const TrainingSettings& settings);
bool learns_data(const TrainingSettings& settings);
bool has_labels(const TrainingSettings& settings);
bool is_pulled_to_sparsity(const TrainingSettings& settings);
bool decays(const TrainingSettings& settings);
bool takes_langevin_steps(const TrainingSettings& settings);

// In the order of the window's form and of the command line's help.
// clang-format off
inline constexpr std::tuple kSettings{
    row(&TrainingSettings::method,
        {"method", "--method", "train.method", "Method", "method",
         "PCD keeps its chains from update to update and learns the better density; CD starts them at the "
         "data: good features, poor dreams. FPCD stirs the chains with fast weights; Tempering lets them "
         "change places with replicas at higher temperatures; Exact needs none, for up to 16 hidden units."}),
    row(&TrainingSettings::k,
        {"k", "--k", "train.k", "Gibbs steps k", "number of Gibbs steps k",
         "Steps of each chain per update: 1 is usual; 5 to 25 help late in training, when large weights "
         "make the chains mix slowly.", Applies::Now, Place::AtHand, 1, 1000, "steps", {1, 100, 0, true}}),
    row(&TrainingSettings::learning_rate,
        {"learning_rate", "--lr", "train.learning_rate", "Learning rate", "learning rate",
         "Size of an update: 0.01 to 0.3 for digits. If the error leaps up, lower it; ‖ΔW‖/‖W‖ should be "
         "near 0.001.", Applies::Now, Place::AtHand, 0, 1000, "", {1e-4f, 1, 4, true}}),
    row(&TrainingSettings::decay_updates,
        {.key = "decay_updates", .flag = "--decay-updates", .control = "train.decay_updates",
         .title = "Decay over", .noun = "length of the decay",
         .hint = "Updates over which the rate falls linearly to its final part: 10000 to 100000; 0 keeps it "
         "constant.", .high = kMostUpdates, .unit = "updates", .slider = {0, 1e6f, 0, true},
         .on_command_line = "Default: over the whole run, to zero."}),
    row(&TrainingSettings::momentum,
        {"momentum", "--momentum", "train.momentum", "Momentum", "momentum",
         "Part of the last step that carries on: 0.5 to 0.9 with CD; 0 with PCD, whose chains are moved by "
         "the weights' own motion.", Applies::Now, Place::AtHand, 0, 0.999, "", {0, 0.99f, 2}}),
    row(&TrainingSettings::centred,
        {"centred", "--centred,!--no-centred", "train.centred", "Centred gradient", "centred gradient",
         "Subtracts the mean activities from the statistics: faster and steadier; leave it on."}),
    row(&TrainingSettings::fast_rate,
        {.key = "fast_rate", .flag = "--fast-rate", .control = "train.fast_rate", .title = "Fast rate",
         .noun = "rate of the fast weights", .hint =
         "Learning rate of the fast weights that stir the chains: as large as the first learning rate is "
         "usual; 0 makes it PCD.", .low = 0, .high = 1000, .slider = {0, 1, 3},
         .on_command_line = "Default: --lr at the start."}),
    row(&TrainingSettings::discriminative,
        {"discriminative", "--discriminative", "train.discriminative", "Discriminative",
         "discriminative share",
         "Share of the gradient that only tells labels apart: 0 learns images and labels alike; 0.97 with "
         "thirty times the learning rate names digits best.", Applies::Now, Place::AtHand, 0, 1, "", {0, 1,
         2}, {has_labels, "label units"}}),
    row(&TrainingSettings::l2,
        {"l2", "--l2", "train.l2", "L2 decay", "L2 decay",
         "Keeps weights small, not biases: 0, or 0.00001 to 0.01, start at 0.0001.", Applies::Now,
         Place::AtHand, 0, 1, "", {0, 0.1f, 5, true}}),
    row(&TrainingSettings::average,
        {"average", "--average", "train.average", "Weight average", "weight average",
         "You see and save a running mean of the weights: 0.99 to 0.9999 take out the noise; 0 is the "
         "weights themselves.", Applies::Now, Place::AtHand, 0, 0.999999, "", {0, 0.9999f, 4}}),
    row(&TrainingSettings::variance_rate,
        {"variance_rate", "--variance-rate", "train.variance_rate", "Variance rate", "rate of the variances",
         "Learning rate of the pixels' log σ² as a part of the weights': 0 leaves the noise at the data's "
         "own, which keeps filters sharp; up to 0.1 learns it.", Applies::Now, Place::AtHand, 0, 10, "", {0,
         1, 3}, {has_variances, "Gaussian units"}}),
    row(&TrainingSettings::binarization,
        {.key = "binarization", .flag = "--binarize", .control = "train.binarization",
         .title = "Pixels become", .noun = "binarization", .hint =
         "How grey values become on and off: drawn anew at each presentation (best), cut at 128, or used as "
         "probabilities.", .when = {learns_bits, "units that are on or off"}}),
    row(&TrainingSettings::optimizer,
        {"optimizer", "--optimizer", "train.optimizer", "Optimizer", "optimizer",
         "How a gradient becomes a step. Adam is a poor choice for PCD: its steps do not shrink with the "
         "noise, which costs 20 nats on digits.", Applies::Now, Place::More}),
    row(&TrainingSettings::final_rate,
        {"final_rate", "--final-rate", "train.final_rate", "Final rate", "final learning rate fraction",
         "Share of the learning rate that is left after its decay: 0 to 0.1.", Applies::Now, Place::More, 0,
         1, "", {0, 1, 3}, {decays, "a decay of the rate"}}),
    row(&TrainingSettings::l1,
        {"l1", "--l1", "train.l1", "L1 decay", "L1 decay",
         "Pulls weights to exactly zero: 0, or 0.00001 to 0.001 for sparse, local filters.", Applies::Now,
         Place::More, 0, 1, "", {0, 0.1f, 5, true}}),
    row(&TrainingSettings::max_norm,
        {"max_norm", "--max-norm", "train.max_norm", "Max norm", "largest norm of a unit's weights",
         "Largest norm of the weights of one hidden unit: 0 is no limit.", Applies::Now, Place::More, 0, 1e6,
         "", {0, 20, 1}}),
    row(&TrainingSettings::sparsity_cost,
        {"sparsity_cost", "--sparsity-cost", "train.sparsity_cost", "Sparsity cost", "sparsity cost",
         "How strongly hidden units are pulled to the target activity: 0 is not at all.", Applies::Now,
         Place::More, 0, 100, "", {0, 1, 3}}),
    row(&TrainingSettings::sparsity_target,
        {"sparsity_target", "--sparsity-target", "train.sparsity_target", "Target activity",
         "sparsity target", "Share of the images that a hidden unit is to be on for: 0.01 to 0.1.",
         Applies::Now, Place::More, 0.001, 0.999, "", {0.001f, 0.5f, 3, true}, {is_pulled_to_sparsity,
         "a sparsity cost"}}),
    row(&TrainingSettings::clip,
        {"clip", "--clip", "train.clip", "Clip gradient", "largest norm of the gradient",
         "Largest norm of the weights' gradient; a larger one is shortened: 0 is no limit.", Applies::Now,
         Place::More, 0, 1e6, "", {0, 100, 2}}),
    row(&TrainingSettings::fast_decay,
        {"fast_decay", "--fast-decay", "train.fast_decay", "Fast decay", "decay of the fast weights",
         "What an update leaves of the fast weights: 0.95 is usual.", Applies::Now, Place::More, 0, 1, "", {0,
         1, 3}}),
    row(&TrainingSettings::start,
        {"start", "--start", "train.start", "Chains start at", "start of chains",
         "Where CD's chains start: at the images, or at noise, which wants a large k.", Applies::Now,
         Place::More}),
    row(&TrainingSettings::langevin_steps,
        {"langevin_steps", "--langevin-steps", "train.langevin_steps", "Langevin steps",
         "number of Langevin steps",
         "Small steps with noise in place of the exact draw of the pixels: 0 draws exactly.", Applies::Now,
         Place::More, 0, 1000, "steps", {0, 100}, {has_variances, "Gaussian units"}}),
    row(&TrainingSettings::langevin_step,
        {"langevin_step", "--langevin-step", "train.langevin_step", "Langevin size", "Langevin step size",
         "Size of such a step in units of σ²; chains spread by 1 / (1 − size / 2) too much.", Applies::Now,
         Place::More, 1e-4, 1, "σ²", {0.01f, 1, 2}, {takes_langevin_steps, "Langevin steps"}}),
    row(&TrainingSettings::arithmetic,
        {.key = "arithmetic", .flag = "--arithmetic", .control = "train.arithmetic", .title = "Arithmetic",
         .noun = "arithmetic", .hint =
         "How CD and PCD make their sums: in 16 bits, of weights rounded to 1/256 for it, which is faster, or in "
         "single precision. Likelihoods are always those of the weights themselves.",
         .place = Place::More, .when = {stores_bits, "units whose states are bits"}}),
    row(&TrainingSettings::threads,
        {"threads", "--threads", "train.threads", "Threads", "number of threads",
         "Threads that train: 0 is one per core; the result is the same for any number.", Applies::Now,
         Place::More, 0, 256, "threads", {0, 64}}),
    row(&TrainingSettings::data,
        {"data", "--data", "train.data", "Data set", "data set",
         "mnist, photographs, bars-and-stripes:4, shifter:8, or the path of a folder of pictures, a "
         "picture, or an IDX, CIFAR-10, .npy, .npz or CSV file.", Applies::AtReset}),
    row(&TrainingSettings::source,
        {.key = "data_options", .flag = "--size,--patch,--patches,--data-seed,--label,--categories,--columns,--drop,--range,--missing,--order,--part,--grey", .control = "",
         .title = "Data options", .noun = "data options", .hint = "How the data are read.",
         .applies = Applies::AtReset, .place = Place::Nowhere}),
    row(&TrainingSettings::on,
        {"on", "--on", "train.on", "On top of", "model to build on",
         "File of a saved model: its hidden units are learned in place of the pixels, and everything shown "
         "is led down to pixels again. Without one the data themselves are learned.", Applies::AtReset,
         Place::AtHand, 0, 0, "", {}, {}, "none: also where the preset names one."}),
    row(&TrainingSettings::visible,
        {.key = "visible", .flag = "--visible", .control = "train.visible", .title = "Pixels are",
         .noun = "type of visible units", .hint =
         "Binary units are on or off, for digits and drawings; Gaussian ones are real numbers, for colours "
         "and photographs.", .applies = Applies::AtReset, .when = {learns_data,
         "data that are not hidden units of a model"}}),
    row(&TrainingSettings::whitening,
        {.key = "whitening", .flag = "--whitening", .control = "train.whitening", .title = "Prepared",
         .noun = "whitening", .hint =
         "What becomes of pictures before they are learned: whitening takes out what neighbouring pixels "
         "have in common, and filters become edges.", .applies = Applies::AtReset, .when = {learns_numbers,
         "Gaussian units"}}),
    row(&TrainingSettings::hidden,
        {"hidden", "--hidden", "train.hidden", "Hidden units", "number of hidden units",
         "More units can say more and need more data and time: 100 to 1000 for digits.", Applies::AtReset,
         Place::AtHand, 1, 16384, "units", {1, 4096, 0, true}}),
    row(&TrainingSettings::batch,
        {"batch", "--batch", "train.batch_size", "Batch", "batch size",
         "Images per update: 10 to 100; larger is steadier, but learns less per image.", Applies::AtReset,
         Place::AtHand, 1, 10000, "images", {1, 2000, 0, true}}),
    row(&TrainingSettings::chains,
        {"chains", "--chains", "train.chains", "Chains", "number of chains",
         "Chains that PCD keeps: 100 is usual, more make the gradient steadier; CD has one per image of the "
         "batch.", Applies::AtReset, Place::AtHand, 1, 10000, "chains", {1, 2000, 0, true}}),
    row(&TrainingSettings::validation,
        {"validation", "--validation", "train.validation", "Validation", "number of validation images",
         "Images that are never trained on, to tell over-fitting: 1000 to 10000.", Applies::AtReset,
         Place::AtHand, 0, 1e9, "images", {0, 30000}, {},
         "They are drawn; of pictures and MNIST they are the last ones."}),
    row(&TrainingSettings::temperatures,
        {"temperatures", "--temperatures", "train.temperatures", "Temperatures", "number of temperatures",
         "Replicas of each chain, from independent pixels to the model: neighbours should change places in "
         "a quarter of the tries.", Applies::AtReset, Place::AtHand, 2, 64, "replicas", {2, 64}}),
    row(&TrainingSettings::labels,
        {"labels", "--labels,!--no-labels", "train.labels", "Label units", "label units",
         "Learns images and labels together: the model then names what you paint and draws the digit it is "
         "told to.", Applies::AtReset}),
    row(&TrainingSettings::seed,
        {"seed", "--seed", "train.seed", "Seed", "seed",
         "Every random number follows from it: same seed, same run.", Applies::AtReset}),
    row(&TrainingSettings::initial_sd,
        {"initial_sd", "--initial-sd", "train.initial_sd", "Initial spread",
         "standard deviation of the initial weights",
         "Standard deviation of the first weights: 0.01 is usual; at 0 all hidden units stay alike.",
         Applies::AtReset, Place::AtHand, 0, 1, "", {0, 0.5f, 3, true}}),
    row(&TrainingSettings::first_weights,
        {.key = "first_weights", .flag = "--first-weights", .control = "train.first_weights",
         .title = "First weights", .noun = "kind of first weights", .hint =
         "What hidden units know before the first update: nothing, or what tells two cases of the data apart, which "
         "suits tables.", .applies = Applies::AtReset, .place = Place::More, .when =
         {learns_numbers, "Gaussian units"}})};
// clang-format on

/// Calls visit(const Setting&, member pointer) for every setting, in the order of the table.
template <class Visit>
void visit_members(Visit&& visit) {
  std::apply([&](const auto&... rows) { (visit(rows.about, rows.member), ...); }, kSettings);
}

/// The same with the values of one object: visit(const Setting&, field).
template <class Settings, class Visit>
void visit_settings(Settings& s, Visit&& visit) {
  visit_members([&](const Setting& setting, auto member) { visit(setting, s.*member); });
}

/// Whether a setting does anything beside the others, as one of the window's form does.
bool matters(const Setting& setting, const TrainingSettings& settings);

/// What the command line says of a setting: its hint, its choices, with what it matters, and its range.
std::string help_text(const Setting& setting, std::span<const Choice> choices = {});

/// The learning rate of update t.
float learning_rate_at(const TrainingSettings& settings, std::uint64_t update);

/// The first setting outside its range, or at odds with others, as one sentence; success otherwise.
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

/// Settings that files hold as a text: choices, and "size=32 patch=8".
template <class T>
constexpr bool kIsText = std::is_enum_v<T> || std::is_same_v<T, SourceOptions>;
std::string name(const SourceOptions& options);
Result<void> set_from(std::string_view text, SourceOptions& out);

/// A number of a setting as people type it. Where it is none, or outside the range, a sentence that names the
/// setting and its range; `out` is then left alone.
Result<void> set_number(const Setting& setting, std::string_view text, int& out);
Result<void> set_number(const Setting& setting, std::string_view text, float& out);
Result<void> set_number(const Setting& setting, std::string_view text, std::uint64_t& out);

}  // namespace rbm
