#include "core/run/likelihood_job.hpp"

#include <algorithm>
#include <chrono>
#include <span>
#include <vector>

#include "core/evaluation/diagnostics.hpp"
#include "core/evaluation/likelihood.hpp"
#include "core/evaluation/monitor.hpp"

namespace rbm {
namespace {

/// Up to so many units of the smaller layer log Z is enumerated, which then takes less than a second.
constexpr Index kMostExactUnits = 20;
constexpr Index kChains = 100, kBurnIn = 100;

constexpr int kMixingSteps = 200;

std::shared_ptr<const Diagnostics> diagnose(const LikelihoodJob& job, std::span<const double> energies,
                                            ThreadPool& pool) {
  auto out = std::make_shared<Diagnostics>();
  out->update = job.update;
  out->singular_values = singular_values(*job.model);
  if (!job.labels.empty()) out->free_energy_by_label = means_by_label(energies, job.labels);
  const Mixing mixing = measure_mixing(*job.model, job.chains, kMixingSteps, job.seed + job.update, pool);
  out->autocorrelation_time = mixing.autocorrelation_time;
  out->split_r_hat = mixing.split_r_hat;
  out->mixing_steps = kMixingSteps;
  return out;
}

void estimate(const LikelihoodJob& job, const std::vector<double>& energies, ThreadPool& pool,
              const Progress& progress, LikelihoodResult& out) {
  const Model& model = *job.model;
  AnnealingSettings settings{
      .chains = std::min(kChains, job.chains.rows()), .steps = job.steps, .seed = job.seed + job.update};
  const auto log_z = enumerable_units(model) <= kMostExactUnits
                         ? enumerated_log_z(model, pool, progress)
                         : estimate_log_z(model, job.base, rows_of(job.chains, 0, settings.chains), kBurnIn,
                                          settings, pool, progress);
  out.measured = true;
  if (!log_z) {
    out.refused = log_z.error().message;
    return;
  }
  out.effective_sample_size = log_z->effective_sample_size;
  out.refused = log_z->refused;
  if (!out.refused.empty()) return;
  const double mean = mean_of(energies).value;
  out.value = -mean - log_z->log_z;
  out.lower = -mean - log_z->upper;
  out.upper = -mean - log_z->lower;
}

}  // namespace

LikelihoodResult measure_likelihood(const LikelihoodJob& job, const Progress& progress) {
  const auto begin = std::chrono::steady_clock::now();
  ThreadPool pool(1);  // the other cores train
  LikelihoodResult out;
  out.update = job.update;
  const Model& model = *job.model;
  std::vector<double> energies(static_cast<std::size_t>(job.images->rows()));
  Matrix scratch;
  free_energies(model, *job.images, energies, scratch, pool);
  if (job.likelihood) estimate(job, energies, pool, progress, out);
  if (job.diagnostics && progress(1)) out.diagnostics = diagnose(job, energies, pool);
  out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return out;
}

}  // namespace rbm
