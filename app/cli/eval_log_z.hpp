// How `rbm eval` finds log Z: by enumeration, by annealing or by tempering, with the options that say which, and what
// follows from it. One thread.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/data/dataset.hpp"
#include "core/evaluation/likelihood.hpp"
#include "core/math/thread_pool.hpp"
#include "core/model/model.hpp"
#include "core/result.hpp"

namespace lab::cli {

/// As they are asked for: 0 and empty where they are not.
struct LogZOptions {
  bool exact = false, tempering = false;
  std::string trajectory, schedule;
  rbm::Index chains = 0, steps = 0, burn_in = 1000, climb = 50, sweeps = 1000;
};

/// --exact, --ais-steps and what else says how log Z is found, in ways that exclude each other.
void add_log_z_options(CLI::App& command, LogZOptions& options);

/// "0.5:500,0.9:4000,1:10000" as inverse temperatures: 500 even steps from 0 to 0.5, 4000 from there to 0.9 …; none of an
/// empty text. Fails with a sentence that says what may be given.
rbm::Result<std::vector<double>> schedule_from(const std::string& text);

/// The model whose log Z is asked for, and what annealing and tempering begin with.
struct LogZSubject {
  const rbm::Model& model;
  const std::string& model_path;
  const rbm::Dataset& learned;  // by the model, for base rates and starts
  rbm::Binarization binarization;
  std::uint64_t seed;
  rbm::ThreadPool& pool;
};

/// log Z in the way that was asked for, if it was; `schedule` is that of the options. What tempering has to say of its
/// chains is added to `out`. On a terminal it shows how far it is.
rbm::Result<std::optional<rbm::LogZEstimate>> log_z_of(const LogZSubject& subject, const LogZOptions& options,
                                                       std::vector<double> schedule, nlohmann::json& out);

/// log Z with its bracket, and the likelihood that follows from the mean free energy, if that is known.
void add_likelihood(const rbm::LogZEstimate& log_z, std::optional<double> free_energy, nlohmann::json& out);

}  // namespace lab::cli
