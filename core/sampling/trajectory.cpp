#include "core/sampling/trajectory.hpp"

#include <algorithm>
#include <cstring>

#include "core/math/own_rows.hpp"
#include "core/math/scalar.hpp"
#include "core/model/file_words.hpp"
#include "core/model/model_file.hpp"
#include "core/model/units/visible_units.hpp"
#include "core/sampling/gibbs_chains.hpp"
#include "core/sampling/resampling.hpp"

namespace rbm {
namespace {

/// So much of the population stays effective from one rung to the next; neighbours then exchange two states
/// in five.
constexpr double kEffectiveShare = 0.5;

constexpr const char *kBaseBias = "base_bias", *kBaseVariance = "base_log_variance",
                     *kUpdates = "trajectory_updates";

std::string prefix_of(std::size_t point) {
  return std::to_string(point) + "/";
}

Unexpected no_trajectory(const std::string& path, const std::string& what) {
  return fail(ErrorCode::BadFormat,
              path + " is not a trajectory: " + what + "; rbm train --trajectory writes one.", path);
}

Tensor tensor_of(const Eigen::VectorXf& vector) {
  Tensor out{"F32", {vector.size()}, {}};
  out.bytes.resize(static_cast<std::size_t>(vector.size()) * sizeof(float));
  std::memcpy(out.bytes.data(), vector.data(), out.bytes.size());
  return out;
}

/// False where there is no such tensor of `size` finite numbers.
bool take_vector(const TensorFile& file, const char* name, Index size, Eigen::VectorXf& out) {
  const auto found = file.tensors.find(name);
  if (found == file.tensors.end() || found->second.dtype != "F32" ||
      found->second.bytes.size() != static_cast<std::size_t>(size) * sizeof(float))
    return false;
  out.resize(size);
  std::memcpy(out.data(), found->second.bytes.data(), found->second.bytes.size());
  return out.allFinite();
}

/// The tensors and metadata under a prefix, taken out of the file.
TensorFile part_of(TensorFile& file, const std::string& prefix) {
  TensorFile part;
  for (auto it = file.tensors.lower_bound(prefix);
       it != file.tensors.end() && it->first.starts_with(prefix);) {
    part.tensors[it->first.substr(prefix.size())] = std::move(it->second);
    it = file.tensors.erase(it);
  }
  part.metadata = file.metadata;
  return part;
}

}  // namespace

Result<void> save_trajectory(const std::string& path, const Trajectory& trajectory, Communicator& ranks) {
  RBM_ASSERT(!trajectory.points.empty());
  TensorFile file;
  std::string updates;
  for (std::size_t n = 0; n < trajectory.points.size(); ++n) {
    const TrajectoryPoint& point = trajectory.points[n];
    TensorFile part = tensors_from_model(*point.model, ranks);
    if (n == 0) file.metadata = std::move(part.metadata);
    for (auto& [name, tensor] : part.tensors) file.tensors[prefix_of(n) + name] = std::move(tensor);
    updates += (n > 0 ? " " : "") + std::to_string(point.update);
  }
  file.tensors[kBaseBias] = tensor_of(trajectory.base.bias);
  if (trajectory.base.log_variance.size() > 0)
    file.tensors[kBaseVariance] = tensor_of(trajectory.base.log_variance);
  file.metadata[kUpdates] = updates;
  return ranks.is_first() ? write_tensors(path, file) : Result<void>();
}

Result<Trajectory> load_trajectory(const std::string& path) {
  auto file = read_tensors(path);
  if (!file) return Unexpected{file.error()};
  const auto updates = FileWords(file->metadata, path).numbers(kUpdates);
  if (!updates) return Unexpected{updates.error()};
  if (!file->tensors.contains(kBaseBias) || updates->empty())
    return no_trajectory(path, "it has no base_bias or does not say its updates");
  if (!std::ranges::is_sorted(*updates)) return no_trajectory(path, "its updates are not in their order");
  Trajectory out;
  file->metadata.erase(kUpdates);
  for (std::size_t n = 0; n < updates->size(); ++n) {
    TrajectoryPoint point;
    point.update = (*updates)[n];
    TensorFile part = part_of(*file, prefix_of(n));
    auto model = model_from_tensors(part, path);
    if (!model) return Unexpected{model.error()};
    if (model->labels() > 0) return no_trajectory(path, "its models have label units");
    point.model = std::make_shared<const Model>(std::move(*model));
    const Model& first = n == 0 ? *point.model : *out.points.front().model;
    if (point.model->visible() != first.visible() || point.model->hidden() != first.hidden() ||
        point.model->visible_type != first.visible_type)
      return no_trajectory(path, "its models differ in shape or in their visible units");
    out.points.push_back(std::move(point));
  }
  if (file->tensors.contains(prefix_of(updates->size()) + "weights"))
    return no_trajectory(path, "it has more models than updates");
  const Model& model = *out.points.front().model;
  out.base.states = model.states;
  const bool fits = take_vector(*file, kBaseBias, model.visible(), out.base.bias) &&
                    (!units_of(model).has_variances() ||
                     take_vector(*file, kBaseVariance, model.visible(), out.base.log_variance));
  if (!fits)
    return no_trajectory(path, "its base_bias is not one finite number for each of " +
                                   std::to_string(model.visible()) + " visible units");
  return out;
}

TrajectorySampler::TrajectorySampler(const Trajectory& trajectory, Index chains, std::uint64_t seed)
    : chains_(chains), seed_(seed) {
  RBM_ASSERT(!trajectory.points.empty() && chains >= 2);
  auto independent = std::make_shared<Model>(*trajectory.points.front().model);
  independent->weights.set_zero();
  independent->hidden_bias.setZero();
  independent->visible_bias = trajectory.base.bias;
  independent->log_variance = trajectory.base.log_variance;
  path_.push_back(std::move(independent));
  for (const TrajectoryPoint& point : trajectory.points) path_.push_back(point.model);
}

/// place 0 is the first model of the path, 1 the second, 1.5 halfway between the second and the third.
Model TrajectorySampler::model_at(double place) const {
  const auto from = static_cast<std::size_t>(place);
  if (from + 1 >= path_.size()) return *path_.back();
  const Model &a = *path_[from], &b = *path_[from + 1];
  const auto share = static_cast<float>(place - static_cast<double>(from));
  Model out = a;
  out.weights.view() += share * (b.weights.view() - a.weights.view());
  out.visible_bias += share * (b.visible_bias - a.visible_bias);
  out.log_variance += share * (b.log_variance - a.log_variance);
  out.hidden_bias += share * (b.hidden_bias - a.hidden_bias);
  return out;
}

void TrajectorySampler::add_step(Model model, const States& states, GibbsChains& population, Index sweeps,
                                 OwnRows& own) {
  Step step{std::make_shared<const Model>(std::move(model)), {}, {}};
  step.transposed.resize(step.model->hidden(), step.model->visible());
  transpose(step.model->weights, step.transposed, own.pool());
  population.start(rows_of(states, own.first(), own.count()));
  population.full_steps(*step.model, step.transposed, sweeps, own.pool());
  step.states = population.states();
  gather(own, step.states);
  steps_.push_back(std::move(step));
}

bool TrajectorySampler::climb(Index sweeps, ThreadPool& pool, const std::function<bool(double)>& go_on,
                              std::optional<Places> kept) {
  const auto end = static_cast<double>(path_.size() - 1);
  const VisibleUnits& units = units_of(*path_.front());
  States drawn = empty_states(units, chains_, path_.front()->visible());
  units.draw_alone(path_.front()->visible_base(), {seed_, Stream::Trajectory, 0}, drawn, pool);
  OwnRows own(chains_, pool);
  GibbsChains population(own.count(), path_.front()->visible(), path_.front()->hidden(), seed_,
                         own.first_row());
  add_step(*path_.front(), drawn, population, 0, own);
  Matrix scratch;
  std::vector<double> here(static_cast<std::size_t>(chains_)), log_weights(here.size());
  for (double place = 0, stride = 1; place < end;) {
    if (go_on && !go_on(place / end)) return false;
    const States& states = steps_.back().states;
    free_energies(*steps_.back().model, states, here, scratch, pool);
    Model next;
    const auto effective_share = [&](double at) {
      next = model_at(at);
      free_energies(next, states, log_weights, scratch, pool);
      for (std::size_t c = 0; c < here.size(); ++c) log_weights[c] = here[c] - log_weights[c];
      return effective_sample_size(log_weights) / static_cast<double>(chains_);
    };
    // The farthest place that keeps the share, to an eighth of the way there.
    double far = std::min(end, place + 2 * stride), near = place;
    if (effective_share(far) < kEffectiveShare) {
      for (int halving = 0; halving < 40 && (near == place || far - near > (near - place) / 8); ++halving) {
        const double middle = near + (far - near) / 2;
        (effective_share(middle) < kEffectiveShare ? far : near) = middle;
      }
      if (near == place) near = far;  // no step is small enough: weights beyond what float can tell apart
      effective_share(near);
    } else {
      near = far;
    }
    stride = near - place;
    place = near;
    const RandomKey key{seed_, Stream::Trajectory, steps_.size()};
    add_step(std::move(next), resampled(states, log_weights, chains_, key), population, sweeps, own);
  }
  const Places chains = kept.value_or(Places{0, chains_});
  const Model& model = *path_.back();
  replicas_ = std::make_unique<ReplicaExchange>(units, chains.size(), model.visible(), model.hidden(),
                                                static_cast<Index>(steps_.size()), seed_, Stream::Trajectory,
                                                static_cast<std::uint32_t>(chains.begin));
  for (std::size_t r = 0; r < steps_.size(); ++r) {
    rungs_.push_back({steps_[r].model.get(), &steps_[r].transposed, 1.0f});
    replicas_->set_states(static_cast<Index>(r), rows_of(steps_[r].states, chains.begin, chains.size()));
    steps_[r].states = {};
  }
  return true;
}

void TrajectorySampler::sweep(ThreadPool& pool) {
  // After the draws of the climb.
  constexpr std::uint64_t kFirstSweep = 1 << 20;
  replicas_->sweep(rungs_, path_.front()->visible_base(), kFirstSweep + sweeps_, sweeps_ % 2 != 0, pool);
  ++sweeps_;
}

}  // namespace rbm
