#include "app/cli/per_case.hpp"

#include <cmath>

#include "core/data/batches.hpp"
#include "core/evaluation/monitor.hpp"
#include "core/evaluation/observed_likelihood.hpp"
#include "core/model/labels.hpp"
#include "core/model/rows_file.hpp"
#include "core/parallel/communicator.hpp"

namespace lab::cli {
namespace {

struct Columns {
  std::vector<std::string> names;
  std::vector<std::vector<double>> values;

  void add(const char* name, std::vector<double> column) {
    names.emplace_back(name);
    values.push_back(std::move(column));
  }
};

/// Means over the cells that are not missing.
std::vector<double> reconstruction_errors(const rbm::Model& model, const rbm::States& states,
                                          const rbm::BitMatrix& observed, const rbm::RandomKey& key,
                                          rbm::ThreadPool& pool) {
  rbm::Matrix transposed(model.hidden(), model.visible());
  transpose(model.weights, transposed, pool);
  std::vector<double> out = rbm::squared_errors(model, transposed, states, key, pool, observed);
  for (rbm::Index r = 0; r < states.rows(); ++r)
    out[static_cast<std::size_t>(r)] /=
        static_cast<double>(observed.empty() ? states.cols() : observed.count(r));
  return out;
}

/// The most probable class of every row, and how probable its own one is.
void add_classes(const rbm::Model& model, const rbm::Dataset& data, rbm::Index count, rbm::ThreadPool& pool,
                 Columns& out) {
  // Grey pictures go in as they are, the best that is known of each pixel.
  rbm::Matrix values(count, data.shape.pixels()), posteriors;
  for (rbm::Index r = 0; r < count; ++r) data.row(r, values.row(r));
  const auto told = rbm::classify(model, rbm::States(values), &posteriors, pool);
  out.add("told", {told.begin(), told.end()});
  if (data.labels.empty()) return;
  out.add("label", {data.labels.begin(), data.labels.begin() + count});
  std::vector<double> own;
  for (rbm::Index r = 0; r < count; ++r) {
    const auto label = static_cast<rbm::Index>(data.labels[static_cast<std::size_t>(r)]);
    own.push_back(label < model.labels() ? std::exp(static_cast<double>(posteriors(r, label))) : 0);
  }
  out.add("p_label", std::move(own));
}

}  // namespace

rbm::Result<void> write_per_case(const std::string& path, const rbm::Model& model, const rbm::Dataset& data,
                                 const rbm::States& states, std::optional<double> log_z,
                                 const rbm::RandomKey& key, rbm::ThreadPool& pool) {
  const rbm::Index count = states.rows();
  Columns columns;
  std::vector<double> row(static_cast<std::size_t>(count));
  for (std::size_t r = 0; r < row.size(); ++r) row[r] = static_cast<double>(r);
  columns.add("row", row);
  const rbm::BitMatrix observed = rbm::first_observed(data, count);
  const auto energies = rbm::observed_free_energies(model, states, observed, pool);
  if (energies) columns.add("free_energy", *energies);
  if (energies && log_z) {
    for (std::size_t r = 0; r < row.size(); ++r) row[r] = -(*energies)[r] - *log_z;
    columns.add("log_likelihood", row);
  }
  columns.add("reconstruction_error", reconstruction_errors(model, states, observed, key, pool));
  if (model.labels() > 0) add_classes(model, data, count, pool, columns);
  rbm::NumberTable table{rbm::Matrix(count, std::ssize(columns.values))};
  table.columns = columns.names;
  for (rbm::Index c = 0; c < table.rows.cols(); ++c) {
    for (rbm::Index r = 0; r < count; ++r)
      table.rows(r, c) =
          static_cast<float>(columns.values[static_cast<std::size_t>(c)][static_cast<std::size_t>(r)]);
  }
  if (!rbm::world().is_first()) return {};
  return rbm::write_numbers(path, table);
}

}  // namespace lab::cli
