#include "app/cli/eval_log_z.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "app/cli/commands.hpp"
#include "app/cli/number_options.hpp"
#include "core/data/batches.hpp"
#include "core/evaluation/tempering.hpp"
#include "core/learning/training_data.hpp"
#include "core/model/units/visible_units.hpp"
#include "core/parallel/communicator.hpp"

namespace lab::cli {
namespace {

constexpr std::int64_t kMostSweeps = 10'000'000,
                       kMostChains = 100'000;  // of annealing, each a number in memory

/// Of long evaluations, on a terminal only; cleared at 100 %.
rbm::Progress progress_bar() {
  if (isatty(STDERR_FILENO) == 0 || !rbm::world().is_first()) return {};
  return [shown = -1](double done) mutable {
    const int percent = static_cast<int>(100 * done);
    if (percent == shown) return true;
    shown = percent;
    if (percent < 100)
      fmt::print(stderr, "\rlog Z {:>2} %", percent);
    else
      fmt::print(stderr, "\r          \r");
    return true;
  };
}

/// Forward and reverse AIS with the base rates of the training data; the reverse runs start from them too,
/// after the burn-in.
rbm::Result<rbm::LogZEstimate> annealed(const LogZSubject& s, const LogZOptions& o,
                                        std::vector<double> schedule, const rbm::VisibleBase& base) {
  const rbm::AnnealingSettings settings{.chains = o.chains > 0 ? o.chains : 100,
                                        .steps = o.steps > 0 ? o.steps : 1000,
                                        .schedule = std::move(schedule),
                                        .seed = s.seed};
  const auto starts = rbm::first_states(s.learned, settings.chains, s.binarization,
                                        {s.seed, rbm::Stream::Annealing, 1}, s.pool);
  return rbm::estimate_log_z(s.model, base, starts, o.burn_in, settings, s.pool, progress_bar());
}

/// By chains that exchange states along the models that the run went through, or straight up to this one.
rbm::Result<rbm::LogZEstimate> tempered(const LogZSubject& s, const LogZOptions& o,
                                        const rbm::VisibleBase& base, nlohmann::json& out) {
  auto trajectory = o.trajectory.empty() ? rbm::Result<rbm::Trajectory>(straight_line(s.model, base))
                                         : load_trajectory_to(o.trajectory, s.model, s.model_path);
  if (!trajectory) return rbm::fail(trajectory.error().code, trajectory.error().message);
  const rbm::TemperingSettings settings{.chains = o.chains > 0 ? o.chains : 100,
                                        .sweeps_per_rung = o.climb,
                                        .sweeps = o.sweeps,
                                        .burn_in = o.sweeps / 10,
                                        .seed = s.seed};
  auto found = rbm::tempered_log_z(*trajectory, settings, s.pool, progress_bar());
  if (!found) return rbm::fail(found.error().code, found.error().message);
  out["swap_acceptance"] = found->acceptance;
  out["round_trips"] = found->round_trips;
  return found->log_z;
}

}  // namespace

void add_log_z_options(CLI::App& command, LogZOptions& o) {
  CLI::Option* exact =
      command.add_flag("--exact", o.exact, "log Z by enumeration of the smaller layer (at most 25 units)");
  add_number(command, "--ais-chains", o.chains,
             "Runs of annealed importance sampling, forward and reverse, or chains on each rung; 0 for 100",
             0, kMostChains);
  const std::array annealing{
      add_number(command, "--ais-steps", o.steps, "Inverse temperatures of each run; 0 for 1000", 0,
                 rbm::kMostAnnealingSteps),
      command.add_option("--ais-schedule", o.schedule,
                         "Any other inverse temperatures, as END:STEPS,…: 0.5:500,0.9:4000,1:10000"),
      add_number(command, "--burn-in", o.burn_in, "Gibbs steps before the reverse runs start", 0,
                 kMostSteps)};
  const std::array tempering{
      command.add_flag("--tempering", o.tempering,
                       "log Z by parallel tempering: chains that exchange states between the independent "
                       "pixels and the model"),
      command.add_option(
          "--trajectory", o.trajectory,
          "The same along the models of this file (rbm train --trajectory): parallel trajectory tempering")};
  for (CLI::Option* other : tempering) {
    exact->excludes(other);
    for (CLI::Option* option : annealing) option->excludes(other);
  }
  add_number(command, "--climb-sweeps", o.climb, "Gibbs sweeps on each rung while the chains climb it", 0,
             kMostSteps);
  add_number(command, "--sweeps", o.sweeps,
             "Sweeps with exchanges that are looked at, after a tenth as many before", 1, kMostSweeps);
}

rbm::Result<std::vector<double>> schedule_from(const std::string& text) {
  std::vector<rbm::SchedulePart> parts;
  if (text.empty()) return std::vector<double>();
  double begin = 0;
  std::int64_t left = rbm::kMostAnnealingSteps;
  std::stringstream words(text);
  for (std::string word; std::getline(words, word, ',');) {
    double end = 0;
    long long steps = 0;
    int read = 0;
    if (std::sscanf(word.c_str(), "%lf:%lld%n", &end, &steps, &read) != 2 ||
        read != static_cast<int>(word.size()) || !(end > begin) || end > 1 || steps < 1 || steps > left)
      return rbm::fail(rbm::ErrorCode::BadArgument,
                       "--ais-schedule cannot be \"" + text +
                           "\": write END:STEPS,… with ends that rise to 1, for example "
                           "0.5:500,0.9:4000,1:10000.");
    parts.push_back({end, steps});
    begin = end;
    left -= steps;
  }
  if (begin != 1)
    return rbm::fail(rbm::ErrorCode::BadArgument, "--ais-schedule \"" + text + "\" must end at 1.");
  return rbm::schedule_of(parts);
}

rbm::Result<std::optional<rbm::LogZEstimate>> log_z_of(const LogZSubject& s, const LogZOptions& o,
                                                       std::vector<double> schedule, nlohmann::json& out) {
  const bool tempering = o.tempering || !o.trajectory.empty();
  const bool annealing = o.chains > 0 || o.steps > 0 || !o.schedule.empty();
  if (!o.exact && !tempering && !annealing) return std::optional<rbm::LogZEstimate>();
  const rbm::VisibleBase base =
      rbm::units_of(s.model).base_of(rbm::visible_statistics(s.learned, s.binarization));
  auto log_z = o.exact     ? rbm::enumerated_log_z(s.model, s.pool, progress_bar())
               : tempering ? tempered(s, o, base, out)
                           : annealed(s, o, std::move(schedule), base);
  if (!log_z) return rbm::fail(log_z.error().code, log_z.error().message);
  return std::optional(std::move(*log_z));
}

void add_likelihood(const rbm::LogZEstimate& log_z, std::optional<double> free_energy, nlohmann::json& out) {
  out["method"] = log_z.method;
  if (log_z.method != "exact") {
    out["ess"] = log_z.effective_sample_size;
    out["log_z_forward"] = log_z.forward;
    out["log_z_reverse"] = log_z.reverse;
    out["log_z_standard_error"] = log_z.standard_error;
    if (log_z.method == "ais") {
      out["log_z_forward_3sigma"] = log_z.forward_3sigma;
      out["log_z_reverse_3sigma"] = log_z.reverse_3sigma;
    }
  }
  out["log_z_lower"] = log_z.lower;
  out["log_z_upper"] = log_z.upper;
  if (!log_z.refused.empty()) {
    out["refused"] = log_z.refused;
    return;
  }
  out["log_z"] = log_z.log_z;
  if (!free_energy) return;
  out["mean_log_likelihood"] = -*free_energy - log_z.log_z;
  out["mean_log_likelihood_lower"] = -*free_energy - log_z.upper;
  out["mean_log_likelihood_upper"] = -*free_energy - log_z.lower;
}

}  // namespace lab::cli
