// rbm transform
#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "app/cli/commands.hpp"
#include "app/cli/number_options.hpp"
#include "app/cli/outputs.hpp"
#include "app/cli/terminal.hpp"
#include "core/api/measures.hpp"
#include "core/learning/training_data.hpp"
#include "core/math/own_rows.hpp"
#include "core/model/labels.hpp"
#include "core/model/model_file.hpp"
#include "core/model/rows_file.hpp"
#include "core/parallel/communicator.hpp"

namespace lab::cli {
namespace {

constexpr rbm::Index kRowsAtOnce = 1000;

struct TransformOptions {
  std::string model, data, format = "idx", out = "hidden.npy";
  rbm::SourceOptions source;
  int layer = 0, threads = 0;
  bool states = false;
  std::uint64_t seed = 1;
};

/// What the hidden units make of rows [first, first + count), grey values as they are: the best that is known of each
/// pixel. The ranks share the rows.
rbm::NumberTable hidden_of(const rbm::Model& model, const rbm::Dataset& data, rbm::Index first,
                           rbm::Index count, const TransformOptions& o, rbm::ThreadPool& pool) {
  rbm::OwnRows own(count, pool);
  rbm::Matrix rows(own.count(), data.shape.pixels());
  for (rbm::Index r = 0; r < own.count(); ++r) data.row(first + own.first() + r, rows.row(r));
  rbm::NumberTable out{rbm::Matrix(own.count(), model.hidden())};
  if (o.states) {
    rbm::BitMatrix drawn(own.count(), model.hidden());
    const auto number = static_cast<std::uint64_t>(first / kRowsAtOnce);
    sample_hidden(model, rbm::States(rows), {o.seed, rbm::Stream::Window, number, own.first_row()}, drawn,
                  own.pool());
    unpack(drawn, out.rows);
    out.dtype = "U8";
  } else {
    hidden_probabilities(model, rows, out.rows, own.pool());
  }
  own.gather(out.rows);
  return out;
}

rbm::Result<void> transform(const TransformOptions& o) {
  const auto is_picture = is_picture_output(o.out);
  if (!is_picture) return rbm::Unexpected{is_picture.error()};
  if (*is_picture)
    return rbm::fail(rbm::ErrorCode::BadArgument,
                     o.out + " holds numbers, not a picture: let it end with .npy or .csv.");
  const rbm::FileUse outputs[] = {{"--out", o.out}}, inputs[] = {{"the model", o.model}, {"--data", o.data}};
  const bool is_first = rbm::world().is_first();
  if (is_first) {
    if (auto possible = check_outputs(outputs, inputs); !possible) return possible;
  }
  const auto model = load_model(o.model);
  if (!model) return rbm::Unexpected{model.error()};
  const auto layer = rbm::layer_of(*model, o.layer);
  if (!layer) return rbm::Unexpected{layer.error()};
  rbm::ThreadPool pool(o.threads, &rbm::world());
  auto data = o.data.empty() ? load_data_of(**layer, pool) : load_for(**layer, o.data, o.source, o.format);
  if (data && !o.data.empty()) data = rbm::data_for(**layer, std::move(*data), pool);
  if (!data) return rbm::Unexpected{data.error()};
  if (data->shape.pixels() != (*layer)->visible())
    return rbm::fail(
        rbm::ErrorCode::BadArgument,
        fmt::format("{} has {} visible units, the rows of {} have {} numbers: use data of the model's shape.",
                    o.model, (*layer)->visible(), data->name, data->shape.pixels()));
  std::optional<rbm::RowsFile> file;
  if (is_first) {
    auto opened = rbm::RowsFile::open(o.out, data->count());
    if (!opened) return rbm::Unexpected{opened.error()};
    file.emplace(std::move(*opened));
  }
  for (rbm::Index first = 0; first < data->count(); first += kRowsAtOnce) {
    const rbm::Index count = std::min(kRowsAtOnce, data->count() - first);
    const rbm::NumberTable hidden = hidden_of(**layer, *data, first, count, o, pool);
    if (!file) continue;
    if (auto added = file->add(hidden); !added) return added;
  }
  if (!file) return {};
  if (auto finished = file->finish(); !finished) return finished;
  say("Saved {} rows of {} hidden {} to {}.\n", data->count(), (*layer)->hidden(),
      o.states ? "states" : "probabilities", o.out);
  return {};
}

}  // namespace

Run add_transform(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "transform", "Writes what the hidden units make of data: features for other programs");
  const auto o = std::make_shared<TransformOptions>();
  command->add_option("model", o->model, "Model file")->required();
  command->add_option("--data", o->data,
                      "Any source that train knows; default: the data that the model learned");
  add_source_options(*command, o->source);
  command
      ->add_option("--format", o->format,
                   "Format of that file, where it does not say it: bits784 (98 bytes a row)")
      ->check(CLI::IsMember({"idx", "bits784"}))
      ->capture_default_str();
  add_number(*command, "--layer", o->layer, "Layer of a stack, counted from 1 at the data; 0: the last one",
             0, 1000);
  command->add_flag("--states", o->states, "States, 0 or 1, drawn by the seed, in place of probabilities");
  command->add_option("--out", o->out, "What to write: .npy or .csv, a row for each row of the data")
      ->capture_default_str();
  add_seed(*command, o->seed);
  add_threads(*command, o->threads);
  return [o] { return transform(*o); };
}

}  // namespace lab::cli
