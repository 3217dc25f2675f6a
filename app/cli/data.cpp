// rbm data: what a source holds, before anything is trained on it
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "app/cli/commands.hpp"
#include "app/cli/number_options.hpp"
#include "app/cli/outputs.hpp"
#include "app/cli/terminal.hpp"
#include "core/files/text.hpp"
#include "core/learning/training_data.hpp"

namespace lab::cli {
namespace {

constexpr int kSheetColumns = 10;
constexpr rbm::Index kSheetRows = 100;

struct DataCommandOptions {
  std::string source, sheet;
  rbm::SourceOptions options;
  rbm::Index row = -1, count = 0;
  bool json = false;
};

/// What is written for a missing cell; null in JSON.
constexpr float kNoNumber = std::numeric_limits<float>::quiet_NaN();

nlohmann::json described(const rbm::Dataset& data) {
  nlohmann::json out;
  out["name"] = data.name;
  out["rows"] = data.count();
  out["height"] = data.shape.height;
  out["width"] = data.shape.width;
  out["channels"] = data.shape.channels;
  out["numbers"] = data.is_real() ? "real" : data.is_categorical() ? "categories" : "bytes";
  double sum = 0, low = 0, high = 0;
  const auto measure = [&](auto numbers) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      if (!data.has_missing() || data.missing[i] == 0) numbers[kept++] = numbers[i];
    }
    numbers.resize(kept);
    const auto [least, most] = std::minmax_element(numbers.begin(), numbers.end());
    low = *least, high = *most;
    for (auto x : numbers) sum += x;
    out["mean"] = sum / static_cast<double>(numbers.size());
  };
  if (data.is_sparse()) {
    const auto there = data.sparse.values();
    const auto cells = static_cast<double>(data.count()) * static_cast<double>(data.shape.pixels());
    high = there.empty() ? 0 : *std::ranges::max_element(there);
    out["mean"] = std::accumulate(there.begin(), there.end(), 0.0) / cells;
    out["not_zero"] = there.size();
  } else {
    data.is_real() ? measure(data.values) : measure(data.pixels);
  }
  out["lowest"] = low;
  out["highest"] = high;
  if (!data.labels.empty()) {
    std::map<int, rbm::Index> counts;
    for (std::uint8_t label : data.labels) ++counts[label];
    nlohmann::json labels = nlohmann::json::object();
    for (const auto& [label, count] : counts) {
      labels[rbm::printable(data.label_name(static_cast<std::size_t>(label)))] = count;
    }
    out["labels"] = labels;
  }
  if (data.has_missing()) out["missing_cells"] = std::ranges::count(data.missing, 1);
  if (!data.columns.empty()) out["columns"] = data.columns;
  if (data.is_categorical()) out["states"] = data.state_names;
  out["notes"] = data.notes;
  return out;
}

/// The first rows, as pictures or as the numbers of the source.
rbm::Result<void> write_rows(const DataCommandOptions& o, const rbm::Dataset& data, bool as_picture) {
  const rbm::Index wanted = o.count > 0 ? o.count : as_picture ? kSheetRows : data.count();
  const rbm::Index count = std::min(wanted, data.count());
  if (as_picture) {
    const auto shown = rbm::shown(rbm::first_rows(data, count));
    if (!shown) return rbm::Unexpected{shown.error()};
    rbm::Matrix rows(shown->count(), shown->shape.pixels());
    for (rbm::Index r = 0; r < rows.rows(); ++r) shown->row(r, rows.row(r));
    return write_pictures(o.sheet, rows, {shown->shape, rows.rows(), kSheetColumns, 1});
  }
  constexpr rbm::Index kMostNumbers = rbm::Index{1} << 29;
  if (count > kMostNumbers / data.shape.pixels())
    return rbm::fail(
        rbm::ErrorCode::BadArgument,
        fmt::format("{} rows of {} numbers are more than fits in memory: give a smaller --count.", count,
                    data.shape.pixels()));
  rbm::NumberTable table{rbm::Matrix(count, data.shape.pixels()), "U8", data.columns, data.state_names};
  for (rbm::Index r = 0; r < count; ++r) data.row(r, table.rows.row(r));
  if (data.is_real())
    table.dtype = "F32";
  else if (!data.is_categorical())
    table.rows.view() = (255 * table.rows.view().array()).round().matrix();
  if (std::ssize(table.columns) != table.rows.cols()) table.columns.clear();
  if (data.has_missing()) table.dtype = "F32";
  table.added = data.reading.away;
  for (rbm::Index r = 0; r < count; ++r) {
    for (rbm::Index c = 0; c < table.rows.cols(); ++c) {
      if (data.is_missing(r, c)) table.rows(r, c) = kNoNumber;
    }
  }
  return rbm::write_numbers(o.sheet, table);
}

rbm::Result<void> show(const DataCommandOptions& o) {
  bool as_picture = false;
  if (!o.sheet.empty()) {
    const auto is_picture = is_picture_output(o.sheet);
    if (!is_picture) return rbm::Unexpected{is_picture.error()};
    as_picture = *is_picture;
    const rbm::FileUse outputs[] = {{"--out", o.sheet}}, inputs[] = {{"the data", o.source}};
    if (auto possible = check_outputs(outputs, inputs); !possible) return possible;
  }
  const auto data = rbm::load_dataset(o.source, o.options);
  if (!data) return rbm::Unexpected{data.error()};
  nlohmann::json out = described(*data);
  if (o.row >= 0) {
    if (o.row >= data->count())
      return rbm::fail(rbm::ErrorCode::BadArgument,
                       fmt::format("{} has {} rows: --row counts them from 0.", data->name, data->count()));
    std::vector<float> row(static_cast<std::size_t>(data->shape.pixels()));
    data->row(o.row, row.data());
    if (!data->is_real() && !data->is_categorical())
      std::transform(row.begin(), row.end(), row.begin(), [](float x) { return x * 255; });
    for (rbm::Index c = 0; c < data->shape.pixels(); ++c) {
      if (data->is_missing(o.row, c)) row[static_cast<std::size_t>(c)] = kNoNumber;
    }
    out["row"] = row;
    if (!data->labels.empty())
      out["row_label"] = rbm::printable(data->label_name(data->labels[static_cast<std::size_t>(o.row)]));
  }
  if (!o.sheet.empty()) {
    if (auto written = write_rows(o, *data, as_picture); !written) return written;
  }
  if (o.json) {
    say("{}\n", as_text(out));
    return {};
  }
  for (const auto& [key, value] : out.items()) {
    if (key == "notes") continue;
    say("{:<10} {}\n", key, value.is_string() ? value.get<std::string>() : as_text(value));
  }
  for (const std::string& note : data->notes) say("Note: {}\n", note);
  return {};
}

}  // namespace

Run add_data(CLI::App& app) {
  CLI::App* command = app.add_subcommand("data", "Shows what a data source holds");
  const auto o = std::make_shared<DataCommandOptions>();
  command->add_option("source", o->source, "Any source that train knows")->required();
  add_source_options(*command, o->options);
  add_number(*command, "--row", o->row, "Print the numbers of this row, counted from 0; -1: of none", -1,
             kMostSteps);
  command->add_option("--out", o->sheet, "The first rows: .png for pictures, .npy or .csv for numbers");
  add_number(*command, "--count", o->count, "How many of them; 0: 100 pictures, or all numbers", 0,
             kMostSteps);
  command->add_flag("--json", o->json, "One JSON object");
  return [o] { return show(*o); };
}

}  // namespace lab::cli
