#include "app/panels/activity_order.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lab {
namespace {

/// What is kept of earlier mini-batches: one alone has few cases of each class.
constexpr float kMemory = 0.9f;
constexpr int kIterations = 12;  // of the power method; a rough direction orders as well as an exact one

/// Numbers 0 … count − 1 by rising value; ties keep their order.
template <class Value>
std::vector<int> by_value(int count, Value&& value) {
  std::vector<int> out(static_cast<std::size_t>(count));
  std::iota(out.begin(), out.end(), 0);
  std::ranges::stable_sort(out, {}, value);
  return out;
}

}  // namespace

void ActivityOrder::update(const rbm::Snapshot& snapshot) {
  const rbm::Matrix& batch = snapshot.hidden.batch;
  const int cases = static_cast<int>(batch.rows()), units = static_cast<int>(batch.cols());
  const std::uint64_t updates = snapshot.progress.updates;
  const auto* data = snapshot.data.train.get();
  const bool by_class = data != nullptr && !data->labels.empty() &&
                        static_cast<int>(snapshot.hidden.batch_rows.size()) == cases;
  const bool is_new = snapshot.run != run_ || static_cast<int>(units_.size()) != units ||
                      by_class != by_class_ || updates < ordered_at_;
  run_ = snapshot.run;
  by_class_ = by_class;
  if (is_new) of_class_.resize(0, 0), ordered_at_ = 0;
  const bool orders_units = is_new || updates >= 2 * ordered_at_;
  groups_.clear();
  if (by_class) {
    count_classes(snapshot, data->labels);
    if (orders_units) order_by_class();
  } else {
    if (orders_units) find_directions(batch);
    order_by_direction(batch, orders_units);
  }
  if (orders_units) ordered_at_ = std::max<std::uint64_t>(1, updates);
}

/// Orders the cases, and takes them to the sums of their classes.
void ActivityOrder::count_classes(const rbm::Snapshot& snapshot, const std::vector<std::uint8_t>& labels) {
  const rbm::HiddenReport& hidden = snapshot.hidden;
  const auto label_of = [&](int n) {
    const std::uint32_t row = hidden.batch_rows[static_cast<std::size_t>(n)];
    return row < labels.size() ? int{labels[row]} : 0;
  };
  cases_ = by_value(static_cast<int>(hidden.batch.rows()), label_of);
  constexpr int kClasses = 256;
  if (of_class_.cols() != hidden.batch.cols()) {
    of_class_.setZero(kClasses, hidden.batch.cols());
    class_weight_.setZero(kClasses);
  }
  of_class_ *= kMemory;
  class_weight_ *= kMemory;
  for (int place = 0; place < static_cast<int>(cases_.size()); ++place) {
    const int n = cases_[static_cast<std::size_t>(place)], label = label_of(n);
    if (groups_.empty() || groups_.back().label != label) groups_.push_back({label, place, 0});
    ++groups_.back().count;
    for (rbm::Index j = 0; j < hidden.batch.cols(); ++j) of_class_(label, j) += hidden.batch(n, j);
    class_weight_[label] += 1;
  }
}

/// By the class for which a unit is on the most above its mean, and within it by how much.
void ActivityOrder::order_by_class() {
  const rbm::Index units = of_class_.cols();
  const float all = std::max(1e-6f, class_weight_.sum());
  std::vector<std::pair<int, float>> answers(static_cast<std::size_t>(units));
  for (rbm::Index j = 0; j < units; ++j) {
    const float usual = of_class_.col(j).sum() / all;
    auto& [best, most] = answers[static_cast<std::size_t>(j)];
    best = 0, most = -2;
    for (rbm::Index c = 0; c < of_class_.rows(); ++c) {
      if (class_weight_[c] <= 0) continue;
      const float more = of_class_(c, j) / class_weight_[c] - usual;
      if (more > most) best = static_cast<int>(c), most = more;
    }
  }
  units_ = by_value(static_cast<int>(units), [&](int j) {
    const auto& [best, most] = answers[static_cast<std::size_t>(j)];
    return std::pair(best, -most);
  });
}

/// The two directions of the largest variance, by the power method.
void ActivityOrder::find_directions(const rbm::Matrix& batch) {
  const rbm::Index units = batch.cols();
  Eigen::MatrixXf centred(batch.rows(), units);
  for (rbm::Index n = 0; n < batch.rows(); ++n) {
    for (rbm::Index j = 0; j < units; ++j) centred(n, j) = batch(n, j);
  }
  centred.rowwise() -= centred.colwise().mean().eval();
  directions_.resize(units, 2);
  for (int d = 0; d < 2; ++d) {
    Eigen::VectorXf v(units);
    for (rbm::Index j = 0; j < units; ++j) v[j] = std::sin(static_cast<float>((d + 1) * (j + 1)));
    for (int i = 0; i < kIterations; ++i) {
      if (d == 1) v -= directions_.col(0) * directions_.col(0).dot(v);
      v = centred.transpose() * (centred * v).eval();
      v /= std::max(1e-12f, v.norm());
    }
    directions_.col(d) = v;
  }
}

void ActivityOrder::order_by_direction(const rbm::Matrix& batch, bool units_too) {
  if (units_too) {
    units_ = by_value(static_cast<int>(batch.cols()),
                      [&](int j) { return std::atan2(directions_(j, 1), directions_(j, 0)); });
  }
  Eigen::MatrixXf along(batch.rows(), 2);
  for (rbm::Index n = 0; n < batch.rows(); ++n)
    along.row(n) = Eigen::Map<const Eigen::RowVectorXf>(batch.row(n), batch.cols()) * directions_;
  along.rowwise() -= along.colwise().mean().eval();
  cases_ =
      by_value(static_cast<int>(batch.rows()), [&](int n) { return std::atan2(along(n, 1), along(n, 0)); });
}

}  // namespace lab
