// rbm sample
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <span>

#include "app/cli/commands.hpp"
#include "app/cli/number_options.hpp"
#include "app/cli/outputs.hpp"
#include "app/cli/terminal.hpp"
#include "core/api/samples.hpp"
#include "core/data/batches.hpp"
#include "core/math/own_rows.hpp"
#include "core/model/model_file.hpp"
#include "core/model/pictures.hpp"
#include "core/parallel/communicator.hpp"
#include "core/sampling/gibbs_chains.hpp"
#include "core/sampling/trajectory.hpp"

namespace lab::cli {
namespace {

/// Of the population that climbs a trajectory.
constexpr rbm::Index kLeastPopulation = 50, kSweepsPerRung = 50;

struct SampleOptions {
  int label = -1, zoom = 1;
  std::string model, start = "noise", clamp, given, mask, out = "samples.png", trajectory, labels;
  bool probabilities = false;
  rbm::Index count = 100, steps = 1000;
  float temperature = 1;
  std::uint64_t seed = 1;
  int threads = 0;
};

std::vector<std::uint8_t> states(std::span<const float> grey) {
  std::vector<std::uint8_t> out(grey.size());
  std::transform(grey.begin(), grey.end(), out.begin(), [](float x) { return x >= 0.5f ? 1 : 0; });
  return out;
}

/// A picture as `count` equal rows.
rbm::Matrix repeated(const std::vector<float>& picture, rbm::Index count) {
  rbm::Matrix rows(count, static_cast<rbm::Index>(picture.size()));
  for (rbm::Index r = 0; r < count; ++r) std::copy(picture.begin(), picture.end(), rows.row(r));
  return rows;
}

/// What chains start from, read once.
struct Starts {
  std::optional<rbm::Dataset> data;
  std::vector<float> picture;
  std::optional<rbm::Trajectory> trajectory;
};

rbm::Result<Starts> read_starts(const SampleOptions& o, const rbm::Model& model, rbm::ThreadPool& pool) {
  Starts out;
  if (!o.trajectory.empty()) {
    auto trajectory = load_trajectory_to(o.trajectory, model, o.model);
    if (!trajectory) return rbm::Unexpected{trajectory.error()};
    out.trajectory = std::move(*trajectory);
  } else if (o.start == "data") {
    auto data = load_data_of(model, pool);
    if (!data) return rbm::Unexpected{data.error()};
    if (data->shape.pixels() != model.visible())
      return rbm::fail(rbm::ErrorCode::BadArgument,
                       data->name + " has another shape than the model: use --start noise.");
    out.data = std::move(*data);
  } else if (o.start != "noise") {
    auto picture = read_picture(o.start, rbm::picture_shape(model));
    if (!picture) return rbm::Unexpected{picture.error()};
    out.picture = std::move(*picture);
  }
  return out;
}

/// The chains of this rank.
void start_chains(const SampleOptions& o, const Starts& starts, const rbm::Model& model,
                  const rbm::ChainBlock& block, rbm::OwnRows& own, rbm::GibbsChains& chains,
                  rbm::ThreadPool& pool) {
  if (starts.trajectory) {
    // Chains that went up and down the models of a trajectory, `steps` sweeps on each.
    rbm::TrajectorySampler sampler(*starts.trajectory, std::max(block.count, kLeastPopulation), block.seed);
    sampler.climb(kSweepsPerRung, pool, {}, own.places());
    for (rbm::Index s = 0; s < o.steps; ++s) sampler.sweep(own.pool());
    chains.start(sampler.states());
  } else if (starts.data) {
    std::vector<std::uint32_t> rows(static_cast<std::size_t>(own.count()));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i] = rbm::random_below({block.seed, rbm::Stream::Shuffle, 0}, 0,
                                  own.first_row() + static_cast<std::uint32_t>(i),
                                  static_cast<std::uint32_t>(starts.data->count()));
    }
    chains.start(rbm::states_of(*starts.data, rows, rbm::Binarization::Threshold, {}, own.pool()));
  } else if (!starts.picture.empty()) {
    chains.start(rbm::states_from_pictures(model, repeated(starts.picture, own.count()), own.pool()));
  } else {
    chains.start_from_noise(model, own.pool());
  }
}

/// The data that chains start at are an input, which only the model names.
rbm::Result<void> check_data_apart(const SampleOptions& o, const rbm::Model& model) {
  const auto data = model.metadata.find("data");
  if (o.start != "data" || data == model.metadata.end()) return {};
  const rbm::FileUse outputs[] = {{"--out", o.out}, {"--labels", o.labels}},
                     inputs[] = {{"the data of the model", data->second}};
  return rbm::check_apart(outputs, inputs);
}

/// What the chains keep while the rest is drawn.
struct Known {
  std::vector<std::uint8_t> clamped;  // of the visible units; empty: none
  std::optional<rbm::Holds> holds;
};

/// The bright pixels of a picture; of categories the bright states.
rbm::Result<std::vector<std::uint8_t>> clamped_units(const SampleOptions& o, const rbm::Model& model) {
  if (model.below != nullptr)
    return rbm::fail(
        rbm::ErrorCode::Unsupported,
        o.model + " is a stack, whose visible units are no pixels: --clamp needs a single model.");
  if (model.space != nullptr && !model.space->is_diagonal())
    return rbm::fail(
        rbm::ErrorCode::Unsupported,
        o.model +
            " was trained on whitened pictures, whose units are no pixels: --clamp needs a model "
            "trained with --whitening standardize or none.");
  const auto picture = read_picture(o.clamp, rbm::picture_shape(model));
  if (!picture) return rbm::Unexpected{picture.error()};
  rbm::Matrix mask = repeated(*picture, 1);
  if (model.states != nullptr) gather_states(*model.states, repeated(*picture, 1), mask);
  return states({mask.row(0), static_cast<std::size_t>(mask.cols())});
}

/// The pixels of one picture at which another one is bright.
rbm::Result<rbm::Holds> held_units(const SampleOptions& o, const rbm::Model& model, rbm::ThreadPool& pool) {
  const auto given = read_picture(o.given, rbm::picture_shape(model));
  if (!given) return rbm::Unexpected{given.error()};
  const auto mask = read_picture(o.mask, rbm::picture_shape(model));
  if (!mask) return rbm::Unexpected{mask.error()};
  auto holds = rbm::hold_pixels(model, *given, *mask, pool);
  if (!holds) return rbm::fail(holds.error().code, o.model + ": " + holds.error().message);
  if (!holds->any())
    return rbm::fail(rbm::ErrorCode::BadArgument, o.mask + " is dark everywhere, so that nothing of " +
                                                      o.given +
                                                      " is known: make the known pixels of the mask bright.");
  return holds;
}

rbm::Result<Known> what_is_known(const SampleOptions& o, const rbm::Model& model, rbm::ThreadPool& pool) {
  Known out;
  if (!o.clamp.empty()) {
    auto clamped = clamped_units(o, model);
    if (!clamped) return rbm::Unexpected{clamped.error()};
    out.clamped = std::move(*clamped);
  }
  if (!o.given.empty()) {
    auto held = held_units(o, model, pool);
    if (!held) return rbm::Unexpected{held.error()};
    out.holds = std::move(*held);
  }
  if (o.label >= model.labels()) {
    return rbm::fail(
        rbm::ErrorCode::BadArgument,
        fmt::format("{} has {} labels, counted from 0: give --label one of them, or train with --labels.",
                    o.model, model.labels()));
  }
  return out;
}

/// What is expected of the chains' pictures.
rbm::Matrix pictures_of(const rbm::Model& model, const rbm::GibbsChains& chains, rbm::ThreadPool& pool) {
  rbm::Matrix pictures;
  rbm::to_pictures(model, chains.visible_probabilities(), pictures, pool);
  return pictures;
}

/// The chains' states where they look like pictures, what is expected of them otherwise.
rbm::Matrix samples_of(const rbm::Model& model, const rbm::GibbsChains& chains, rbm::ThreadPool& pool) {
  if (!chains.states().is_real || rbm::hides_in_noise(model)) return pictures_of(model, chains, pool);
  rbm::Matrix pictures;
  rbm::to_pictures(model, chains.states().values, pictures, pool);
  return pictures;
}

/// The states of the chains or, where that is asked for, what is expected of them.
rbm::Result<rbm::NumberTable> numbers_of(const SampleOptions& o, const rbm::Model& model,
                                         const rbm::GibbsChains& chains, rbm::ThreadPool& pool) {
  return rbm::table_of_samples(model, chains.states(),
                               o.probabilities ? &chains.visible_probabilities() : nullptr, pool);
}

/// The label of every chain, in the order of its row.
rbm::NumberTable table_of_labels(std::span<const std::uint8_t> labels) {
  rbm::NumberTable table{
      .rows = rbm::Matrix(std::ssize(labels), 1), .dtype = "U8", .columns = {"label"}, .names = {}};
  for (std::size_t n = 0; n < labels.size(); ++n)
    table.rows.row(static_cast<rbm::Index>(n))[0] = static_cast<float>(labels[n]);
  return table;
}

/// Where samples go as they are drawn: a picture, or a table, and their labels. The ranks put theirs together, and the
/// first one has the files.
class SampleFiles {
 public:
  static rbm::Result<SampleFiles> open(const SampleOptions& o, const Sheet& sheet, bool is_picture) {
    SampleFiles out;
    out.is_picture_ = is_picture;
    if (!rbm::world().is_first()) return out;
    if (is_picture) {
      if (auto fits = check_sheet(o.out, sheet); !fits) return rbm::Unexpected{fits.error()};
      out.sheet_.emplace(sheet);
    } else {
      auto rows = rbm::RowsFile::open(o.out, o.count);
      if (!rows) return rbm::Unexpected{rows.error()};
      out.rows_.emplace(std::move(*rows));
    }
    if (o.labels.empty()) return out;
    auto labels = rbm::RowsFile::open(o.labels, o.count);
    if (!labels) return rbm::Unexpected{labels.error()};
    out.labels_.emplace(std::move(*labels));
    return out;
  }

  rbm::Result<void> add(const SampleOptions& o, const rbm::Model& model, const rbm::GibbsChains& chains,
                        rbm::OwnRows& own) {
    rbm::NumberTable table;
    if (is_picture_) {
      table.rows = samples_of(model, chains, own.pool());
    } else {
      auto numbers = numbers_of(o, model, chains, own.pool());
      if (!numbers) return rbm::Unexpected{numbers.error()};
      table = std::move(*numbers);
    }
    own.gather(table.rows);
    if (sheet_) sheet_->add(table.rows);
    if (rows_) {
      if (auto added = rows_->add(table); !added) return added;
    }
    if (o.labels.empty()) return {};
    rbm::NumberTable labels = table_of_labels(chains.labels());
    own.gather(labels.rows);
    return labels_ ? labels_->add(labels) : rbm::Result<void>();
  }

  rbm::Result<void> finish(const SampleOptions& o) {
    if (!sheet_ && !rows_) return {};
    if (auto written = sheet_ ? sheet_->write(o.out) : rows_->finish(); !written) return written;
    return labels_ ? labels_->finish() : rbm::Result<void>();
  }

 private:
  bool is_picture_ = false;
  std::optional<PictureSheet> sheet_;
  std::optional<rbm::RowsFile> rows_, labels_;
};

/// What keeps the options from being done, before anything is computed.
rbm::Result<bool> check(const SampleOptions& o) {
  const auto refuse = [](const char* sentence) { return rbm::fail(rbm::ErrorCode::BadArgument, sentence); };
  if (!o.trajectory.empty() &&
      (!o.clamp.empty() || !o.given.empty() || o.temperature != 1 || o.start != "noise"))
    return refuse(
        "--trajectory has its own starts and temperatures: leave --start, --clamp, --given and --temperature "
        "out.");
  if (o.given.empty() != o.mask.empty())
    return refuse(o.mask.empty()
                      ? "--given needs --mask, a picture that is bright where --given is known."
                      : "--mask needs --given, the picture of which the mask's bright pixels are known.");
  if (!o.given.empty() && !o.clamp.empty())
    return refuse(
        "--clamp holds what the chains start with, --given what a picture says: give one of the two.");
  const auto is_picture = is_picture_output(o.out);
  if (!is_picture) return is_picture;
  const std::string start = o.start == "noise" || o.start == "data" ? "" : o.start;
  if (!o.labels.empty()) {
    const auto is_sheet = is_picture_output(o.labels);
    if (!is_sheet) return is_sheet;
    if (*is_sheet) return refuse("--labels are numbers: give a file that ends in .npy or .csv.");
  }
  if (!rbm::world().is_first()) return is_picture;
  const rbm::FileUse outputs[] = {{"--out", o.out}, {"--labels", o.labels}};
  const rbm::FileUse inputs[] = {{"the model", o.model},  {"--start", start}, {"--clamp", o.clamp},
                                 {"--given", o.given},    {"--mask", o.mask}, {"--trajectory", o.trajectory}};
  if (auto possible = check_outputs(outputs, inputs); !possible) return rbm::Unexpected{possible.error()};
  return is_picture;
}

rbm::Result<void> sample(const SampleOptions& o) {
  const auto is_picture = check(o);
  if (!is_picture) return rbm::Unexpected{is_picture.error()};
  auto model = load_model(o.model);
  if (!model) return rbm::Unexpected{model.error()};
  if (auto apart = check_data_apart(o, *model); !apart) return apart;
  if (!o.labels.empty() && model->labels() == 0)
    return rbm::fail(
        rbm::ErrorCode::BadArgument,
        o.model + " has no label units, so that its samples have no labels: leave --labels out.");
  rbm::ThreadPool pool(o.threads, &rbm::world());
  const auto starts = read_starts(o, *model, pool);
  if (!starts) return rbm::Unexpected{starts.error()};
  const auto known = what_is_known(o, *model, pool);
  if (!known) return rbm::Unexpected{known.error()};
  auto files = SampleFiles::open(o, {rbm::picture_shape(*model), o.count, square_columns(o.count), o.zoom},
                                 *is_picture);
  if (!files) return rbm::Unexpected{files.error()};
  rbm::Matrix transposed(model->hidden(), model->visible());
  transpose(model->weights, transposed, pool);
  rbm::ChainBlock block;
  for (rbm::Index first = 0; first < o.count; first += block.count) {
    block = rbm::chain_block(*model, first, o.count, o.seed);
    rbm::OwnRows own(block.count, pool);
    rbm::GibbsChains chains(own.count(), model->visible(), model->hidden(), block.seed, own.first_row());
    chains.set_temperature(o.temperature);
    start_chains(o, *starts, *model, block, own, chains, pool);
    if (!known->clamped.empty()) chains.clamp(known->clamped);
    if (known->holds) chains.hold(*known->holds);
    if (o.label >= 0) chains.clamp_labels_to(o.label);
    // Along a trajectory the steps are done; one more tells what is expected of each pixel.
    chains.full_steps(*model, transposed, starts->trajectory ? 1 : o.steps, own.pool());
    if (auto added = files->add(o, *model, chains, own); !added) return added;
  }
  if (auto finished = files->finish(o); !finished) return finished;
  say("Saved {} {} to {}.\n", o.count,
      *is_picture       ? "pictures"
      : o.probabilities ? "rows of probabilities"
                        : "states",
      o.out);
  if (!o.labels.empty()) say("Saved their labels to {}.\n", o.labels);
  return {};
}

}  // namespace

Run add_sample(CLI::App& app) {
  CLI::App* command = app.add_subcommand("sample", "Draws pictures from a model by Gibbs sampling");
  const auto o = std::make_shared<SampleOptions>();
  command->add_option("model", o->model, "Model file")->required();
  add_number(*command, "--count", o->count, "How many chains", 1, kMostSteps);
  add_number(*command, "--steps", o->steps, "Gibbs steps of each", 0, kMostSteps);
  add_number(*command, "--temperature", o->temperature, "1 is the model itself", 0.001, 1000);
  command->add_option("--start", o->start, "noise, data, or a picture")->capture_default_str();
  command->add_option("--clamp", o->clamp, "Picture whose bright pixels keep what they start with");
  command->add_option("--given", o->given, "Picture of which a part is known; the chains fill in the rest");
  command->add_option("--mask", o->mask, "Picture that is bright where --given is known");
  command->add_option(
      "--trajectory", o->trajectory,
      "Chains that exchange states with the models of this file (rbm train --trajectory), which carries "
      "them from digit to digit");
  add_number(*command, "--label", o->label, "Label that every chain keeps, -1 for none (models with labels)",
             -1, 255);
  add_seed(*command, o->seed);
  add_threads(*command, o->threads);
  command
      ->add_option("--out", o->out,
                   "What to write: .png, what is expected of each pixel; .npy or .csv, the states as numbers")
      ->capture_default_str();
  command->add_flag("--probabilities", o->probabilities,
                    "What is expected of each unit as numbers, in place of its state (.npy and .csv)");
  command->add_option("--labels", o->labels,
                      "Writes the label of every sample beside them, .npy or .csv (models with labels)");
  add_number(*command, "--zoom", o->zoom, "Pixels of the PNG across a pixel of a picture", 1, 32);
  return [o] { return sample(*o); };
}

}  // namespace lab::cli
