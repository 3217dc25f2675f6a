// Verdicts are right on each of the runs that break, quiet on good ones, and their remedies mend what they name.
#include "core/run/verdicts.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "core/learning/preset.hpp"
#include "core/run/diagnostics_job.hpp"
#include "core/run/loading.hpp"

using namespace rbm;

namespace {

TrainingSettings settings_of(const char* preset) {
  auto found = find_preset(preset);
  REQUIRE(found.has_value());
  found->settings.threads = 2;
  return found->settings;
}

/// What is said of a run after so many updates, or where it stops before.
std::vector<Verdict> judged(const TrainingSettings& settings, std::uint64_t updates) {
  auto begun = begin_run({.settings = settings});
  REQUIRE(begun.has_value());
  Run& run = **begun;
  run.measure_likelihood(false);
  std::string fault;
  for (std::uint64_t t = 0; t < updates && fault.empty(); ++t) {
    if (auto done = run.step(); !done) fault = done.error().message;
  }
  std::shared_ptr<const Diagnostics> diagnostics;
  const auto images = run.monitoring().likelihood_images();
  if (updates >= 500 && images->rows() > 0)
    diagnostics = measure_diagnostics({.model = run.view().model,
                                       .images = images,
                                       .labels = {},
                                       .chains = run.trainer().chain_states(),
                                       .update = updates},
                                      [](double) { return true; })
                      .diagnostics;
  const Eigen::VectorXf activity = run.trainer().mean_activity();
  return judge({.settings = settings,
                .model = *run.view().model,
                .activity = activity,
                .points = run.monitoring().points(),
                .diagnostics = diagnostics.get(),
                .updates = updates,
                .input_size = input_size_of(run.monitoring().training_rows()),
                .images = run.data().rows.train->count(),
                .collapse = run.collapse(),
                .fault = fault});
}

/// The name of the first line that complains, empty where none does.
std::string complaint(const std::vector<Verdict>& verdicts) {
  const auto found = std::ranges::find_if(verdicts, &Verdict::complains);
  return found == verdicts.end() ? "" : found->id;
}

const Verdict& line(const std::vector<Verdict>& verdicts, const std::string& id) {
  return *std::ranges::find(verdicts, id, &Verdict::id);
}

/// The first complaint is this one, and a run with its remedy does not have it after as many updates.
void check_broken(const char* preset, std::uint64_t updates, const char* id, bool is_mended_as_fast) {
  const auto said = judged(settings_of(preset), updates);
  CHECK(complaint(said) == id);
  const Verdict& verdict = line(said, id);
  CHECK(!verdict.remedy.empty());
  CHECK(!verdict.measured.empty());
  REQUIRE(verdict.cured.has_value());
  CHECK(validate(*verdict.cured));
  CHECK(*verdict.cured != settings_of(preset));
  if (is_mended_as_fast) CHECK_FALSE(line(judged(*verdict.cured, updates), id).complains());
}

}  // namespace

TEST_CASE("a rate that is too high is told, and a fiftieth of it mends it" * doctest::test_suite("long")) {
  check_broken("broken-rate", 220, "rate", true);
}

TEST_CASE("weights of zero are told by units that stay alike, and small random ones mend them") {
  check_broken("broken-zero", 60, "alike", true);
}

TEST_CASE("dead units are told, and the centred gradient mends them" * doctest::test_suite("long")) {
  check_broken("broken-dead", 420, "dead", true);
}

TEST_CASE("over-fitting to few images is told, and more images are the remedy" *
          doctest::test_suite("long")) {
  check_broken("broken-few", 500, "fit", true);
}

TEST_CASE("chains that do not mix are told, and tempering mends them" * doctest::test_suite("long")) {
  check_broken("broken-mixing", 3500, "mixing", true);
}

TEST_CASE("a model that reconstructs and cannot dream is told, and PCD is the remedy" *
          doctest::test_suite("long")) {
  const auto said = judged(settings_of("broken-dreams"), 520);
  CHECK(complaint(said) == "dreams");
  CHECK(line(said, "dreams").cured->method == Method::Pcd);
  CHECK_FALSE(line(said, "dreams").anew);
}

TEST_CASE("Health is quiet on good runs" * doctest::test_suite("long")) {
  for (const auto& [preset, updates] : {std::pair{"quick", 500}, std::pair{"tiny", 500},
                                        std::pair{"exact", 2000}, std::pair{"colour", 300}}) {
    CAPTURE(preset);
    CHECK(complaint(judged(settings_of(preset), static_cast<std::uint64_t>(updates))) == "");
  }
}

TEST_CASE(
    "a run that stopped says why in the line of the rate; all lines are there in their order from the "
    "start") {
  TrainingSettings settings;
  Model model;
  model.weights.resize(3, 2);
  model.weights.set_zero();
  model.weights.row(0)[1] = 1;
  const Eigen::VectorXf activity = Eigen::VectorXf::Constant(2, 0.5f);
  const auto said = judge(
      {.settings = settings, .model = model, .activity = activity, .points = {}, .fault = "It diverged."});
  REQUIRE(said.size() == verdict_ids().size());
  for (std::size_t n = 0; n < said.size(); ++n) CHECK(said[n].id == verdict_ids()[n]);
  CHECK(complaint(said) == "rate");
  CHECK(line(said, "rate").sentence == "It diverged.");
  CHECK(line(said, "dead").level == Verdict::Level::Waiting);
}
