// rbm bench
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "app/cli/bench_measure.hpp"
#include "app/cli/commands.hpp"
#include "app/cli/number_options.hpp"
#include "app/cli/terminal.hpp"
#include "core/math/kernels.hpp"
#include "core/parallel/communicator.hpp"

namespace lab::cli {
namespace {

struct BenchCommand {
  BenchOptions options;
  std::vector<std::string> names;
  std::string data = "mnist";
  bool json = false, scaling = false;
};

rbm::Result<std::vector<BenchConfig>> chosen_configs(const std::vector<std::string>& names) {
  if (names.empty()) return bench_configs();
  std::vector<BenchConfig> out;
  for (const std::string& name : names) {
    const auto& all = bench_configs();
    const auto at =
        std::find_if(all.begin(), all.end(), [&](const BenchConfig& c) { return c.name == name; });
    if (at == all.end())
      return rbm::fail(
          rbm::ErrorCode::BadArgument,
          fmt::format("There is no configuration {}: choose from A, B, C, D, E, F and G.", name));
    out.push_back(*at);
  }
  return out;
}

std::string describe(const BenchConfig& config) {
  return fmt::format("{} hidden {}-{}{}", config.hidden, config.method == rbm::Method::Cd ? "CD" : "PCD",
                     config.k, config.gaussian ? " Gauss" : "");
}

nlohmann::json as_json(const BenchResult& r) {
  const bool has_bound = r.dense_bound.median > 0;  // ranks measure none
  const auto bound = [&](double value) { return has_bound ? nlohmann::json(value) : nlohmann::json(); };
  return {{"name", r.config.name},
          {"hidden", r.config.hidden},
          {"method", rbm::name(r.config.method)},
          {"k", r.config.k},
          {"batch", r.config.batch},
          {"images_per_second", r.images_per_second.median},
          {"images_per_second_low", r.images_per_second.low},
          {"images_per_second_high", r.images_per_second.high},
          {"dense_bound_images_per_second", bound(r.dense_bound.median)},
          {"ratio", bound(r.ratio.median)},
          {"ratio_low", bound(r.ratio.low)},
          {"ratio_high", bound(r.ratio.high)},
          {"visible_density", r.visible_density},
          {"hidden_density", r.hidden_density},
          {"threads", r.threads},
          {"ranks", rbm::world().size()},
          {"simd", rbm::simd_name()}};
}

nlohmann::json as_json(const BenchParts& p) {
  nlohmann::json parts = nlohmann::json::array();
  for (const BenchPart& part : p.parts) {
    parts.push_back({{"name", part.name},
                     {"microseconds", part.microseconds.median},
                     {"microseconds_low", part.microseconds.low},
                     {"microseconds_high", part.microseconds.high}});
  }
  return {{"parts", parts},
          {"update_microseconds", p.update.median},
          {"visible_density", p.visible_density},
          {"hidden_density", p.hidden_density},
          {"visible_sparse_gain", p.visible_gain.median},
          {"hidden_sparse_gain", p.hidden_gain.median}};
}

void print_parts(const BenchConfig& config, const BenchParts& p) {
  say("\nWhere the time of one update goes ({}: {}), the kernels timed one by one\n", config.name,
      describe(config));
  for (const BenchPart& part : p.parts) {
    say("  {:<44} {:>8.1f} µs  {:>3.0f} %   ({:.1f} to {:.1f})\n", part.name, part.microseconds.median,
        100 * part.microseconds.median / p.update.median, part.microseconds.low, part.microseconds.high);
  }
  say("  {:<44} {:>8.1f} µs          ({:.1f} to {:.1f})\n", "a whole update", p.update.median, p.update.low,
      p.update.high);
  say("States that are on: {:.1f} % of the visible, {:.1f} % of the hidden ones. At these densities the "
      "product\nfrom bits is {:.1f} and {:.1f} times as fast as the same kernel's from real numbers.\n",
      100 * p.visible_density, 100 * p.hidden_density, p.visible_gain.median, p.hidden_gain.median);
}

void tell_trouble(const DenseProducts& dense) {
  if (const std::string trouble = dense.trouble(); !trouble.empty()) tell("Note: " + trouble);
}

rbm::Result<void> bench(const BenchCommand& o, std::shared_ptr<const rbm::Dataset> data) {
  const auto configs = chosen_configs(o.names);
  if (!configs) return rbm::fail(configs.error().code, configs.error().message);
  rbm::ThreadPool pool(o.options.threads);
  DenseProducts dense(pool.threads());
  tell_trouble(dense);
  nlohmann::json out{{"simd", rbm::simd_name()},
                     {"threads", pool.threads()},
                     {"arithmetic", rbm::name(o.options.arithmetic)},
                     {"dense_library", dense.library()},
                     {"data", data->name},
                     {"repeats", o.options.repeats},
                     {"configs", nlohmann::json::array()}};
  if (!o.json) {
    say("{} threads, {}; dense bound: {}\n{:<22} {:>10}   {:>11}   ratio, {} repeats\n", pool.threads(),
        rbm::simd_name(), dense.library(), "whole updates", "images/s", "dense bound", o.options.repeats);
  }
  for (const BenchConfig& config : *configs) {
    const auto result = measure_config(config, o.options, data, &dense, pool);
    if (!result) return rbm::fail(result.error().code, result.error().message);
    out["configs"].push_back(as_json(*result));
    if (o.json) continue;
    say("{}: {:<19} {:>10.0f}   {:>11.0f}   {:.2f} ({:.2f} to {:.2f})\n", config.name, describe(config),
        result->images_per_second.median, result->dense_bound.median, result->ratio.median, result->ratio.low,
        result->ratio.high);
    std::fflush(stdout);
  }
  // B stands for all: the others differ from it by a factor in one of the parts.
  const auto is_b = [](const BenchConfig& c) { return c.name == "B"; };
  if (const auto b = std::find_if(configs->begin(), configs->end(), is_b); b != configs->end()) {
    const auto parts = measure_parts(*b, o.options, data, pool);
    if (!parts) return rbm::fail(parts.error().code, parts.error().message);
    out["parts_of_b"] = as_json(*parts);
    if (!o.json) print_parts(*b, *parts);
  }
  if (o.json) say("{}\n", as_text(out, 2));
  return {};
}

constexpr int kScalingBatches[] = {10, 30, 100, 300, 1000};

/// 1, 2, 4 … and all cores, or what is asked for. Several ranks have the threads of each alone.
std::vector<int> threads_to_scale(int asked) {
  if (asked > 0 || !rbm::world().is_alone()) return {asked > 0 ? asked : 1};
  const int all = rbm::ThreadPool(0).threads();
  std::vector<int> out;
  for (int threads = 1; threads < all; threads *= 2) out.push_back(threads);
  out.push_back(all);
  return out;
}

void print_scaling_head(int threads, const DenseProducts* dense) {
  const int ranks = rbm::world().size();
  say("\n{}{} thread{}, {}{}\n\n| hidden units |", ranks > 1 ? fmt::format("{} ranks of ", ranks) : "",
      threads, threads == 1 ? "" : "s", rbm::simd_name(),
      dense != nullptr ? ", dense bound: " + dense->library() : "");
  for (const int batch : kScalingBatches) say(" batch {} |", batch);
  say("\n| ---: |");
  for (std::size_t i = 0; i < std::size(kScalingBatches); ++i) say(" ---: |");
  say("\n");
}

/// Images/s of one thread, by hidden units and batch, once they are measured.
using OneThread = std::map<std::pair<int, int>, double>;

/// Images/s, how many times the dense bound that is, and what share of so many times one thread's.
std::string scaling_cell(const BenchResult& r, const OneThread& of_one_thread) {
  std::string out = fmt::format(" {:.0f}", r.images_per_second.median);
  std::string more = r.ratio.median > 0 ? fmt::format("{:.1f}×", r.ratio.median) : "";
  if (const auto one = of_one_thread.find({r.config.hidden, r.config.batch}); one != of_one_thread.end())
    more += fmt::format("{}{:.0f} %", more.empty() ? "" : ", ",
                        100 * r.images_per_second.median / r.threads / one->second);
  return out + (more.empty() ? "" : " (" + more + ")") + " |";
}

/// Markdown tables of PCD-1: one for each number of threads, or one of these ranks.
rbm::Result<void> print_scaling(const BenchCommand& o, std::shared_ptr<const rbm::Dataset> data) {
  constexpr int kHidden[] = {64, 128, 256, 512, 1024, 2048, 4096};
  nlohmann::json out = nlohmann::json::array();
  OneThread of_one_thread;
  const std::vector<int> counts = threads_to_scale(o.options.threads);
  for (const int threads : counts) {
    rbm::ThreadPool pool(threads, &rbm::world());
    std::optional<DenseProducts> dense;
    if (rbm::world().is_alone()) dense.emplace(threads);
    DenseProducts* const bound = dense ? &*dense : nullptr;
    if (dense && threads == counts.front()) tell_trouble(*dense);
    if (!o.json) print_scaling_head(threads, bound);
    for (const int hidden : kHidden) {
      if (!o.json) say("| {} |", hidden);
      for (const int batch : kScalingBatches) {
        if (batch > data->count()) continue;
        BenchOptions options = o.options;
        options.warm_up =
            std::max<std::uint64_t>(20, options.warm_up * 100 / static_cast<std::uint64_t>(10 * batch));
        const auto result =
            measure_config({"scaling", hidden, rbm::Method::Pcd, 1, batch}, options, data, bound, pool);
        if (!result) return rbm::fail(result.error().code, result.error().message);
        out.push_back(as_json(*result));
        if (!o.json) say("{}", scaling_cell(*result, of_one_thread));
        if (threads == 1) of_one_thread[{hidden, batch}] = result->images_per_second.median;
        std::fflush(stdout);
      }
      if (!o.json) say("\n");
    }
  }
  if (o.json) say("{}\n", as_text(nlohmann::json{{"configs", out}}, 2));
  return {};
}

}  // namespace

Run add_bench(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "bench", "Measures this machine: whole updates beside the dense matrix products they replace");
  const auto o = std::make_shared<BenchCommand>();
  command->add_option("--config", o->names, "Some of A to G; default all")->delimiter(',');
  add_number(*command, "--threads", o->options.threads, "Threads of both sides, 0 for one per core", 0,
             kMostThreads);
  add_number(*command, "--repeats", o->options.repeats, "Measurements of each, in turn", 1, 1000);
  add_number(*command, "--seconds", o->options.seconds, "Of one measurement", 0.001, 600);
  add_number(*command, "--warm-up", o->options.warm_up, "Updates before measuring", 0, kMostSteps);
  command
      ->add_option_function<std::string>(
          "--arithmetic",
          [o](const std::string& text) {
            if (auto set = rbm::set_from(text, o->options.arithmetic); !set)
              throw CLI::ValidationError(set.error().message.substr(0, set.error().message.size() - 1));
          },
          "Of the updates: " + rbm::listed(rbm::choices_of(rbm::Arithmetic{})))
      ->default_str(std::string(rbm::name(o->options.arithmetic)));
  command->add_option("--data", o->data, "mnist, or the path of an IDX file")->capture_default_str();
  command->add_flag(
      "--scaling", o->scaling,
      "Tables over hidden units, batch sizes and threads instead, in markdown; of rbm-mpi one of its ranks");
  command->add_flag("--json", o->json, "The result as JSON");
  return [o]() -> rbm::Result<void> {
    auto data = rbm::load_dataset(o->data);
    if (!data) return rbm::fail(data.error().code, data.error().message, data.error().path);
    auto shared = std::make_shared<const rbm::Dataset>(std::move(*data));
    if (shared->count() < 100)
      return rbm::fail(
          rbm::ErrorCode::BadArgument,
          fmt::format("{} has {} images: a mini-batch of 100 does not fit.", shared->name, shared->count()));
    if (!o->scaling && !rbm::world().is_alone())
      return rbm::fail(rbm::ErrorCode::BadArgument,
                       "Several ranks are measured as a table alone: give --scaling, or take rbm bench.");
    return o->scaling ? print_scaling(*o, shared) : bench(*o, shared);
  };
}

}  // namespace lab::cli
