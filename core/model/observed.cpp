#include "core/model/observed.hpp"

#include <algorithm>

#include "core/math/scalar.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

/// The blocks that are missing.
std::shared_ptr<const UnitStates> missing_states(const UnitStates& states, Index row,
                                                 const BitMatrix& observed) {
  auto out = std::make_shared<UnitStates>();
  states.for_each([&](Index unit, Index first, Index) {
    if (!observed.get(row, first)) out->names.push_back(states.names[static_cast<std::size_t>(unit)]);
  });
  return out;
}

/// What the weights see of a cell's number.
double seen(const Model& model, const Eigen::VectorXd& inverse, const States& v, Index row, Index i) {
  const double x = double{v.at(row, i)};
  return model.log_variance.size() > 0 ? x * inverse[i] : x;
}

/// One row's part of the sums.
Result<ModelAverages> averages_of_row(const Model& model, const Eigen::VectorXd& inverse, const States& v,
                                      Index row, const BitMatrix& observed) {
  const GivenObserved given = given_observed(model, v, row, observed);
  ModelAverages out;
  ThreadPool alone(1);
  if (given.cells.empty()) {
    out.hidden = given.rest.hidden_bias.cast<double>().unaryExpr([](double x) { return sigmoid(x); });
  } else {
    auto found = model_averages(given.rest, alone);
    if (!found) return found;
    out = std::move(*found);
  }
  const Eigen::VectorXd hidden = out.hidden;
  Eigen::MatrixXd products = Eigen::MatrixXd::Zero(model.visible(), model.hidden());
  Eigen::VectorXd visible = Eigen::VectorXd::Zero(model.visible()), squares;
  if (model.log_variance.size() > 0) squares = Eigen::VectorXd::Zero(model.visible());
  for (Index i = 0; i < model.visible(); ++i) {
    if (!observed.get(row, i)) continue;
    visible[i] = seen(model, inverse, v, row, i);
    products.row(i) = visible[i] * hidden.transpose();
    const double distance = double{v.at(row, i)} - double{model.visible_bias[i]};
    if (squares.size() > 0) squares[i] = distance * distance;
  }
  for (std::size_t m = 0; m < given.cells.size(); ++m) {
    const Index i = given.cells[m], at = static_cast<Index>(m);
    visible[i] = out.visible[at];
    products.row(i) = out.products.row(at);
    if (squares.size() > 0) squares[i] = out.squares[at];
  }
  out.products = std::move(products);
  out.visible = std::move(visible);
  out.squares = std::move(squares);
  return out;
}

}  // namespace

void keep_observed(const BitMatrix& observed, States& v) {
  for (Index r = 0; r < v.rows(); ++r) {
    if (!v.is_real) {
      for (Index w = 0; w < observed.words_per_row(); ++w) v.bits.row(r)[w] &= observed.row(r)[w];
      continue;
    }
    for (Index i = 0; i < v.cols(); ++i) {
      if (!observed.get(r, i)) v.values(r, i) = 0;
    }
  }
}

void fill_missing(const BitMatrix& observed, const States& drawn, States& v) {
  for (Index r = 0; r < v.rows(); ++r) {
    if (!v.is_real) {
      for (Index w = 0; w < observed.words_per_row(); ++w) {
        std::uint64_t& word = v.bits.row(r)[w];
        word = (word & observed.row(r)[w]) | (drawn.bits.row(r)[w] & ~observed.row(r)[w]);
      }
      continue;
    }
    for (Index i = 0; i < v.cols(); ++i) {
      if (!observed.get(r, i)) v.values(r, i) = drawn.at(r, i);
    }
  }
}

GivenObserved given_observed(const Model& model, const States& v, Index row, const BitMatrix& observed) {
  GivenObserved out;
  const Eigen::VectorXd inverse = (-model.log_variance.array().cast<double>()).exp();
  Eigen::VectorXd inputs = model.hidden_bias.cast<double>();
  for (Index i = 0; i < model.visible(); ++i) {
    if (!observed.get(row, i)) {
      out.cells.push_back(i);
      continue;
    }
    const double x = seen(model, inverse, v, row, i), bias = model.visible_bias[i];
    const double distance = double{v.at(row, i)} - bias;
    out.log_term += inverse.size() > 0 ? -0.5 * distance * distance * inverse[i] : bias * x;
    if (x != 0) inputs += x * model.weights.view().row(i).cast<double>().transpose();
  }
  Model& rest = out.rest;
  const Index missing = std::ssize(out.cells);
  rest.shape = {1, static_cast<int>(missing), 1};
  rest.visible_type = model.visible_type;
  rest.hidden_bias = inputs.cast<float>();
  rest.label_weights = model.label_weights;
  rest.label_bias = model.label_bias;
  rest.weights.resize(missing, model.hidden());
  rest.visible_bias.resize(missing);
  if (inverse.size() > 0) rest.log_variance.resize(missing);
  for (Index m = 0; m < missing; ++m) {
    const Index i = out.cells[static_cast<std::size_t>(m)];
    std::copy_n(model.weights.row(i), model.hidden(), rest.weights.row(m));
    rest.visible_bias[m] = model.visible_bias[i];
    if (inverse.size() > 0) rest.log_variance[m] = model.log_variance[i];
  }
  if (model.states != nullptr) rest.states = missing_states(*model.states, row, observed);
  return out;
}

Result<ModelAverages> observed_averages(const Model& model, const States& v, const BitMatrix& observed,
                                        Matrix& hidden, ThreadPool& pool) {
  const Eigen::VectorXd inverse = (-model.log_variance.array().cast<double>()).exp();
  const auto rows = static_cast<std::size_t>(v.rows());
  std::vector<Result<ModelAverages>> parts(rows, ModelAverages{});
  pool.run(v.rows(), [&](Index r) {
    parts[static_cast<std::size_t>(r)] = averages_of_row(model, inverse, v, r, observed);
  });
  ModelAverages out;
  const double share = 1 / static_cast<double>(rows);
  for (std::size_t r = 0; r < rows; ++r) {
    if (!parts[r]) return parts[r];
    const ModelAverages& part = *parts[r];
    hidden.view().row(static_cast<Index>(r)) = part.hidden.cast<float>().transpose();
    if (r == 0) {
      out = part;
      continue;
    }
    out.products += part.products;
    out.visible += part.visible;
    out.hidden += part.hidden;
    out.squares += part.squares;
  }
  out.products *= share;
  out.visible *= share;
  out.hidden *= share;
  out.squares *= share;
  return out;
}

}  // namespace rbm
