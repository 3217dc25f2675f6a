#include "app/cli/per_case.hpp"

#include <cmath>

#include "core/data/batches.hpp"
#include "core/evaluation/observed_likelihood.hpp"
#include "core/model/labels.hpp"
#include "core/model/rows_file.hpp"
#include "core/model/units/visible_units.hpp"
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

/// Of the cells that are not missing.
std::vector<double> reconstruction_errors(const rbm::Model& model, const rbm::Matrix& v,
                                          const rbm::BitMatrix& observed, rbm::ThreadPool& pool) {
  rbm::Matrix hidden(v.rows(), model.hidden()), transposed(model.hidden(), model.visible()), back;
  hidden_probabilities(model, v, hidden, pool);
  transpose(model.weights, transposed, pool);
  rbm::units_of(model).means(model, transposed, hidden, back, pool);
  std::vector<double> out(static_cast<std::size_t>(v.rows()));
  for (rbm::Index r = 0; r < v.rows(); ++r) {
    for (rbm::Index i = 0; i < v.cols() && !observed.empty(); ++i) {
      if (!observed.get(r, i)) back(r, i) = v(r, i);
    }
    const auto difference = (v.view().row(r) - back.view().row(r)).cast<double>();
    const rbm::Index cells = observed.empty() ? v.cols() : observed.count(r);
    out[static_cast<std::size_t>(r)] = difference.squaredNorm() / static_cast<double>(cells);
  }
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
                                 rbm::ThreadPool& pool) {
  rbm::Matrix v;
  unpack(states, v);
  Columns columns;
  std::vector<double> row(static_cast<std::size_t>(v.rows()));
  for (std::size_t r = 0; r < row.size(); ++r) row[r] = static_cast<double>(r);
  columns.add("row", row);
  const rbm::BitMatrix observed = rbm::first_observed(data, v.rows());
  const auto energies = rbm::observed_free_energies(model, states, observed, pool);
  if (energies) columns.add("free_energy", *energies);
  if (energies && log_z) {
    for (std::size_t r = 0; r < row.size(); ++r) row[r] = -(*energies)[r] - *log_z;
    columns.add("log_likelihood", row);
  }
  columns.add("reconstruction_error", reconstruction_errors(model, v, observed, pool));
  if (model.labels() > 0) add_classes(model, data, v.rows(), pool, columns);
  rbm::NumberTable table{rbm::Matrix(v.rows(), std::ssize(columns.values))};
  table.columns = columns.names;
  for (rbm::Index c = 0; c < table.rows.cols(); ++c) {
    for (rbm::Index r = 0; r < v.rows(); ++r)
      table.rows(r, c) =
          static_cast<float>(columns.values[static_cast<std::size_t>(c)][static_cast<std::size_t>(r)]);
  }
  if (!rbm::world().is_first()) return {};
  return rbm::write_numbers(path, table);
}

}  // namespace lab::cli
