#include "core/learning/average_cases.hpp"

namespace rbm {
namespace {

/// With unit vectors e for the smaller layer, as many cases as it has units, the
/// mean of x hᵀ is right; two more put the means of x and of h right, and have nothing of the other layer.
void to_cases(const Eigen::MatrixXd& products, const Eigen::VectorXd& x, const Eigen::VectorXd& h,
              Eigen::MatrixXd& x_cases, Eigen::MatrixXd& h_cases) {
  const bool by_hidden = h.size() <= x.size();
  const Index units = by_hidden ? h.size() : x.size(), cases = units + 2;
  const auto count = static_cast<double>(cases);
  x_cases.setZero(cases, x.size());
  h_cases.setZero(cases, h.size());
  if (by_hidden) {
    x_cases.topRows(units) = count * products.transpose();
    h_cases.topRows(units).setIdentity();
  } else {
    x_cases.topRows(units).setIdentity();
    h_cases.topRows(units) = count * products;
  }
  x_cases.row(units) = count * x.transpose() - x_cases.topRows(units).colwise().sum();
  h_cases.row(units + 1) = count * h.transpose() - h_cases.topRows(units).colwise().sum();
}

Matrix as_floats(const Eigen::MatrixXd& from) {
  Matrix to(from.rows(), from.cols());
  to.view() = from.cast<float>();
  return to;
}

}  // namespace

AverageCases as_cases(const Model& model, const ModelAverages& averages) {
  const Index visible = model.visible(), labels = model.labels();
  Eigen::MatrixXd products(visible + labels, model.hidden()), x_cases, h_cases;
  Eigen::VectorXd x(visible + labels);
  products.topRows(visible) = averages.products;
  x.head(visible) = averages.visible;
  if (labels > 0) {
    products.bottomRows(labels) = averages.label_products;
    x.tail(labels) = averages.labels;
  }
  to_cases(products, x, averages.hidden, x_cases, h_cases);
  AverageCases out{.visible = as_floats(x_cases.leftCols(visible)),
                   .hidden = as_floats(h_cases),
                   .labels = as_floats(x_cases.rightCols(labels)),
                   .spread = {}};
  if (averages.squares.size() > 0)
    out.spread = as_floats((model.visible_bias.cast<double>() + averages.squares.cwiseSqrt()).transpose());
  return out;
}

}  // namespace rbm
