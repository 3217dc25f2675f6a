#include "core/learning/method_gradient.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "core/learning/trainer.hpp"

namespace rbm {
namespace {

constexpr int kBatches = 20;  // of consecutive updates, whose spread is the noise

/// States as a data set whose presentation has no chance in it.
std::shared_ptr<const Dataset> as_dataset(const States& v, const Model& model) {
  auto out = std::make_shared<Dataset>();
  out->name = "the rows of the gradient";
  out->shape = model.shape;
  out->states = model.states;
  const auto size = static_cast<std::size_t>(v.size());
  if (v.is_real) {
    out->values.reserve(size);
    for (Index r = 0; r < v.rows(); ++r)
      out->values.insert(out->values.end(), v.values.row(r), v.values.row(r) + v.cols());
    return out;
  }
  out->pixels.reserve(size);
  for (Index r = 0; r < v.rows(); ++r) {
    for (Index i = 0; i < v.cols(); ++i) out->pixels.push_back(v.bits.get(r, i) ? 255 : 0);
  }
  return out;
}

/// The settings of a run on this model and these rows, without what moves the model or adds to its gradient:
/// what is left is the method's own chains and draws.
TrainingSettings frozen(const TrainingSettings& settings, const Model& model, const States& v,
                        const States* chains) {
  const TrainingSettings usual;
  TrainingSettings out = settings;
  out.data = usual.data;
  out.source = usual.source;
  out.on = usual.on;
  out.hidden = static_cast<int>(model.hidden());
  out.visible = model.visible_type;
  out.batch = static_cast<int>(v.rows());
  if (chains != nullptr) out.chains = static_cast<int>(chains->rows());
  out.binarization = Binarization::Threshold;
  out.labels = false;
  out.discriminative = 0;
  out.centred = false;
  out.learning_rate = 0;
  out.variance_rate = 0;
  out.optimizer = usual.optimizer;
  out.momentum = 0;
  out.l1 = out.l2 = out.max_norm = out.clip = 0;
  out.sparsity_cost = 0;
  out.average = 0;
  return out;
}

/// An update that changes nothing has no direction; it counts as one at a right angle.
void add(GradientMatch& sum, const GradientMatch& one, double share) {
  if (one.norm_ratio != 0) sum.cosine += share * one.cosine;
  sum.norm_ratio += share * one.norm_ratio;
}

void add(Gradient& sum, const Gradient& one) {
  if (sum.weights.size() == 0) {
    sum = one;
  } else {
    sum += one;
  }
}

struct Batch {
  Gradient sum;
  int updates = 0;
};

/// Of the mean, by the spread of the sums of consecutive updates: chains that go on make neighbours alike,
/// which the spread of single updates would not show.
double standard_error(const std::vector<Batch>& batches, const Gradient& mean) {
  const auto count = static_cast<double>(batches.size());
  if (count < 2) return 0;
  Gradient centre = mean;
  centre *= -1;
  double squares = 0;
  for (const Batch& batch : batches) {
    Gradient distance = batch.sum;
    distance *= 1.0 / batch.updates;
    distance += centre;
    squares += distance.squared_norm();
  }
  return std::sqrt(squares / (count * (count - 1)));
}

}  // namespace

Result<MethodGradient> method_gradient(const Model& model, const States& v, const TrainingSettings& settings,
                                       const GradientSample& sample, const Gradient& exact, ThreadPool& pool,
                                       const std::function<bool(double)>& progress) {
  RBM_ASSERT(sample.repeats > 0 && v.rows() > 0 && v.cols() == model.visible());
  if (model.labels() > 0)
    return fail(ErrorCode::Unsupported,
                "Gradients are compared for models of images alone, and this one has label units.");
  const TrainingSettings still = frozen(settings, model, v, sample.chains);
  if (auto valid = validate(still); !valid) return Unexpected{valid.error()};
  Trainer trainer(still, as_dataset(v, model), model);
  MethodGradient out;
  std::vector<Batch> batches(static_cast<std::size_t>(std::min(kBatches, sample.repeats)));
  const int updates = sample.burn_in + sample.repeats;
  const double share = 1.0 / sample.repeats;
  for (int n = 0; n < updates; ++n) {
    if (progress && !progress(static_cast<double>(n) / updates))
      return fail(ErrorCode::Cancelled, "The comparison of gradients was cancelled.");
    if (sample.chains != nullptr && kind_of(settings.method).keeps_chains) trainer.set_chains(*sample.chains);
    if (auto done = trainer.step(pool); !done) return Unexpected{done.error()};
    if (n < sample.burn_in) continue;
    const Gradient one = trainer.last_gradient(pool);
    Batch& batch = batches[static_cast<std::size_t>(std::int64_t{n - sample.burn_in} * std::ssize(batches) /
                                                    sample.repeats)];
    add(batch.sum, one);
    ++batch.updates;
    const GradientComparison found = compare(one, exact);
    add(out.of_one.all, found.all, share);
    add(out.of_one.weights, found.weights, share);
    add(out.of_one.visible_bias, found.visible_bias, share);
    add(out.of_one.hidden_bias, found.hidden_bias, share);
  }
  for (const Batch& batch : batches) add(out.mean, batch.sum);
  out.mean *= share;
  out.of_mean = compare(out.mean, exact);
  out.noise = standard_error(batches, out.mean) / std::sqrt(exact.squared_norm());
  if (progress) progress(1);
  return out;
}

}  // namespace rbm
