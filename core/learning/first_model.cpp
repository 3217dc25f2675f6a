#include "core/learning/first_model.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "core/learning/training_data.hpp"
#include "core/model/labels.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

/// From x to y, in cells that both cases have.
Eigen::VectorXf way(const Dataset& data, Index x, Index y) {
  Eigen::VectorXf out(data.shape.pixels());
  for (Index i = 0; i < out.size(); ++i) {
    const bool known = !data.is_missing(x, i) && !data.is_missing(y, i);
    out[i] = known ? data.real_row(y)[i] - data.real_row(x)[i] : 0;
  }
  return out;
}

/// The two cases of the data, x and y, that a hidden unit tells apart.
struct Pair {
  Index unit, x, y;
};

/// None where only equal cases were met.
std::optional<Pair> draw_pair(const Dataset& train, std::uint64_t seed, Index j) {
  constexpr std::uint32_t kTries = 32;
  const RandomKey key{seed, Stream::InitialWeights, 1};
  const auto rows = static_cast<std::uint32_t>(train.count()), unit = static_cast<std::uint32_t>(j);
  const Index x = random_below(key, unit, 0, rows);
  for (std::uint32_t attempt = 1; attempt <= kTries; ++attempt) {
    const Index y = random_below(key, unit, attempt, rows);
    if (!way(train, x, y).isZero(0)) return Pair{j, x, y};
  }
  return std::nullopt;
}

/// Hidden units go from one case of the data to another one, and are as likely on as off halfway between them:
/// W_·j = s (y − x) / √2. In columns of unit variance such weights are as large as independent ones of standard deviation s,
/// but they lie where the data do. Of few units all have them; of many every second one, since the directions of cases are
/// mostly the leading ones, and wine and breast cancer with 60 units lost 1.3 nats with all. The visible units take from
/// their biases and variances what the hidden ones then add, so that the first two moments stay those of the data. Where
/// columns are independent and have two hills each, one Gaussian explains all second moments: W = 0 is a saddle, and what
/// begins near it with variances of the data's own stays there.
void tell_cases_apart(const Dataset& train, float sd, std::uint64_t seed, Model& model) {
  constexpr float kLeastShare = 0.4f;  // of a variance, that is left to the unit itself
  constexpr Index kFew = 16;
  const Index every = model.hidden() <= kFew ? 1 : 2;
  std::vector<Pair> pairs;
  Eigen::VectorXf sum = Eigen::VectorXf::Zero(model.visible()), squares = sum;
  for (Index j = 0; j < model.hidden(); j += every) {
    const auto pair = draw_pair(train, seed, j);
    if (!pair) continue;
    pairs.push_back(*pair);
    const Eigen::VectorXf weights = sd / std::sqrt(2.0f) * way(train, pair->x, pair->y);
    for (Index i = 0; i < model.visible(); ++i) model.weights(i, j) = weights[i];
    sum += weights;
    squares += weights.cwiseAbs2();
  }
  model.visible_bias -= sum / 2;
  for (Index i = 0; i < model.visible(); ++i) {
    const float variance = std::exp(model.log_variance[i]);
    model.log_variance[i] = std::log(variance * std::max(kLeastShare, 1 - squares[i] / 4 / variance));
  }
  const Eigen::VectorXf inverse = (-model.log_variance.array()).exp();
  for (const auto& [unit, x, y] : pairs) {
    float input = 0;
    for (Index i = 0; i < model.visible(); ++i)
      input += model.weights(i, unit) * inverse[i] * ((train.real_row(x)[i] + train.real_row(y)[i]) / 2);
    model.hidden_bias[unit] = -input;
  }
}

}  // namespace

Model first_model(const TrainingSettings& settings, const Dataset& train) {
  const VisibleUnits& units = units_of(settings.visible);
  Model model =
      units.first_model(train.shape, settings.hidden, visible_statistics(train, settings.binarization),
                        settings.initial_sd, settings.seed);
  if (settings.first_weights == FirstWeights::Cases && settings.initial_sd > 0 && units.stores_numbers())
    tell_cases_apart(train, settings.initial_sd, settings.seed, model);
  model.states = train.states;
  model.space = train.space;
  model.below = train.below;
  keep_reading(train, model);
  if (settings.labels) {
    add_label_units(model, label_shares(train.labels, static_cast<Index>(train.label_names.size())),
                    settings.initial_sd, settings.seed);
    keep_label_names(train, model);
  }
  return model;
}

}  // namespace rbm
