// The states of one layer in blocks, with the other layer summed out, for visible units that are neither binary
// (LayerSum, which is faster) nor Gaussian (QuadraticSum): hidden states with VisibleUnits::sum_out, or visible
// states as the kind counts them. In double. What the exact partition function and averages share. Any thread.
#pragma once

#include "core/model/layer_sum.hpp"

namespace rbm {

class StateSum {
 public:
  explicit StateSum(const Model& model)
      : units_(units_of(model)),
        base_(model.visible_base()),
        w_(model.weights.view().cast<double>()),
        a_(model.visible_bias.cast<double>()),
        b_(model.hidden_bias.cast<double>()),
        visible_states_(units_.log_states(base_)),
        over_hidden_(static_cast<double>(model.hidden()) * std::log(2.0) <= visible_states_),
        count_(over_hidden_ ? std::uint64_t{1} << model.hidden()
                            : static_cast<std::uint64_t>(std::llround(std::exp(visible_states_)))) {}

  static constexpr std::uint64_t kStatesAtOnce = 1024;
  Index blocks() const { return static_cast<Index>((count_ + kStatesAtOnce - 1) / kStatesAtOnce); }

  /// What the states of one block hold: v, or E[v | h]; h, or p(h | v); and log Σ e^−E of each.
  struct Block {
    Eigen::MatrixXd visible, hidden;
    Eigen::VectorXd log_weights;
  };
  Block block(Index number) const {
    const std::uint64_t first = static_cast<std::uint64_t>(number) * kStatesAtOnce;
    const auto rows = static_cast<Index>(std::min(kStatesAtOnce, count_ - first));
    Block out;
    if (over_hidden_) {
      out.hidden.resize(rows, b_.size());
      for (Index r = 0; r < rows; ++r) {
        for (Index j = 0; j < b_.size(); ++j)
          out.hidden(r, j) = static_cast<double>((first + static_cast<std::uint64_t>(r)) >> j & 1);
      }
      out.visible = (out.hidden * w_.transpose()).rowwise() + a_.transpose();
      units_.sum_out(base_, out.visible, out.log_weights);
      out.log_weights += out.hidden * b_;
      return out;
    }
    Eigen::VectorXd state(a_.size());
    out.visible.resize(rows, a_.size());
    for (Index r = 0; r < rows; ++r) {
      units_.state_of_number(base_, first + static_cast<std::uint64_t>(r), state.data());
      out.visible.row(r) = state.transpose();
    }
    out.hidden = (out.visible * w_).rowwise() + b_.transpose();
    out.log_weights =
        out.visible * a_ + out.hidden.unaryExpr([](double x) { return softplus(x); }).rowwise().sum();
    out.hidden = out.hidden.unaryExpr([](double x) { return sigmoid(x); });
    return out;
  }

 private:
  const VisibleUnits& units_;
  VisibleBase base_;
  Eigen::MatrixXd w_;
  Eigen::VectorXd a_, b_;
  double visible_states_;  // log of their number
  bool over_hidden_;
  std::uint64_t count_;
};

}  // namespace rbm
