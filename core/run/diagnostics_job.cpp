#include "core/run/diagnostics_job.hpp"

#include <chrono>
#include <cmath>

#include "core/evaluation/diagnostics.hpp"
#include "core/evaluation/monitor.hpp"
#include "core/evaluation/observed_likelihood.hpp"

namespace rbm {
namespace {

constexpr int kMixingSteps = 200;

std::shared_ptr<const Diagnostics> diagnose(const DiagnosticsJob& job, ThreadPool& pool) {
  auto out = std::make_shared<Diagnostics>();
  out->update = job.update;
  out->singular_values = singular_values(*job.model);
  const auto energies = observed_free_energies(*job.model, *job.images, job.observed, pool);
  if (energies && !job.labels.empty()) out->free_energy_by_label = means_by_label(*energies, job.labels);
  const Mean data = energies ? mean_of(*energies) : Mean{kMissing, kMissing};
  out->data_free_energy = data.value;
  out->data_free_energy_sd = data.standard_error * std::sqrt(static_cast<double>(job.images->rows()));
  const Mixing mixing = measure_mixing(*job.model, job.chains, kMixingSteps, job.seed + job.update, pool);
  out->autocorrelation_time = mixing.autocorrelation_time;
  out->split_r_hat = mixing.split_r_hat;
  out->dream_free_energy = mixing.last_free_energy;
  out->mixing_steps = kMixingSteps;
  return out;
}

}  // namespace

DiagnosticsResult measure_diagnostics(const DiagnosticsJob& job, const Progress& progress) {
  const auto begin = std::chrono::steady_clock::now();
  ThreadPool pool(1);  // the other cores train
  DiagnosticsResult out;
  if (progress(0)) out.diagnostics = diagnose(job, pool);
  out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return out;
}

}  // namespace rbm
