// What other programs call first: rows of their own in, likelihood and samples out.
#include <doctest/doctest.h>

#include <cmath>

#include "core/rbm.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"
#include "tests/core/run/small_run.hpp"

using namespace rbm;

namespace {

/// All states of so many bits.
Matrix all_states(Index bits) {
  Matrix out(Index{1} << bits, bits);
  for (Index r = 0; r < out.rows(); ++r) {
    for (Index c = 0; c < bits; ++c) out(r, c) = static_cast<float>(r >> c & 1);
  }
  return out;
}

std::string refusal(const Result<Dataset>& data) {
  return data ? "" : data.error().message;
}

}  // namespace

TEST_CASE("rows in memory are learned as the same rows from a source are") {
  TrainingSettings settings = oracle::small_settings();
  settings.validation = 5;
  auto read = load_dataset(settings.data);
  REQUIRE(read);
  Matrix rows(read->count(), read->shape.pixels());
  for (Index r = 0; r < rows.rows(); ++r) read->row(r, rows.row(r));
  auto own = dataset_from(rows, {.shape = read->shape});
  REQUIRE(own);
  own->order = read->order;
  auto from_memory = begin_run_on(*own, settings, {.updates = 20});
  RunRequest request;
  request.settings = settings;
  request.length = {.updates = 20};
  auto from_source = begin_run(std::move(request));
  REQUIRE(from_memory);
  REQUIRE(from_source);
  for (int n = 0; n < 20; ++n) {
    REQUIRE((*from_memory)->step());
    REQUIRE((*from_source)->step());
  }
  CHECK(same_parameters((*from_memory)->trainer().model(), (*from_source)->trainer().model()));
}

TEST_CASE("rows that cannot be learned are refused with a sentence") {
  const std::vector<float> six{0, 1, 0, 1, 0, 1};
  CHECK(refusal(dataset_from(std::span<const float>(), 3)).find("no numbers") != std::string::npos);
  CHECK(refusal(dataset_from(six, 4)).find("no whole rows") != std::string::npos);
  CHECK(refusal(dataset_from(six, 3, {.shape = {2, 2, 1}})).find("its shape has 4") != std::string::npos);
  CHECK(refusal(dataset_from(six, 3, {.labels = {1}})).find("2 rows and 1 labels") != std::string::npos);
  const std::vector<float> infinite{0, 1, 0, HUGE_VALF}, none{NAN, NAN};
  CHECK(refusal(dataset_from(infinite, 2, {.name = "x"}))
            .find("x holds a number that is not finite in row 1") == 0);
  CHECK(refusal(dataset_from(none, 2, {.name = "x"})).find("x has no number that is not missing") == 0);
  const std::vector<float> holes{0, 1, 0, NAN};
  const auto learned = dataset_from(holes, 2, {.name = "x"});
  REQUIRE(learned);
  CHECK((learned->is_missing(1, 1) && learned->values[3] == 1 && learned->notes.size() == 1));
  // Of doubles what float32 would lose stays: a round number is taken away.
  const std::vector<double> times{1.7e9 + 0.25, 0.5, 1.7e9 + 0.75, -0.5};
  const auto kept = dataset_from(std::vector<double>(times), 2);
  REQUIRE(kept);
  REQUIRE(kept->reading.away.size() == 2);
  CHECK((kept->reading.away[1] == 0 && kept->values[1] == 0.5f && kept->values[3] == -0.5f));
  CHECK(kept->reading.away[0] + kept->values[0] == times[0]);
  CHECK(kept->reading.away[0] + kept->values[2] == times[2]);
  // Others are taken as a model learned these, or as they are where it took nothing away.
  const std::vector<double> later{1.8e9, 5};
  const auto learned_alike = dataset_from(std::vector<double>(later), 2, {.away = kept->reading.away});
  REQUIRE(learned_alike);
  CHECK((learned_alike->values[0] == 1e8f && learned_alike->reading.away == kept->reading.away));
  const auto as_they_are = dataset_from(std::vector<double>(times), 2, {.away = std::vector<double>()});
  REQUIRE(as_they_are);
  CHECK((as_they_are->values[0] == 1.7e9f && as_they_are->reading.says_nothing()));
  CHECK(refusal(dataset_from(std::vector<double>(later), 2, {.away = std::vector<double>{1}}))
            .find("one for each column") != std::string::npos);
  // What varies by one beside it is no fraction, and no sign.
  for (const double low : {1.7e9, 1.7e9 - 1}) {
    const auto far = dataset_from(std::vector<double>{low, 1.7e9 + 1, low, 1.7e9 + 1}, 1);
    REQUIRE(far);
    CHECK(with_suggested_units(*far, {}, {}).visible == VisibleType::Gaussian);
  }
  const auto near = dataset_from(std::vector<double>{0.25, 0.5, 0.75, -0.5}, 2);
  REQUIRE(near);
  const auto sure = dataset_from(std::vector<double>{0.99999901, 0, 0.99999902, 1}, 2);
  REQUIRE(sure);
  CHECK((sure->reading.says_nothing() && sure->values[0] == 0.99999901f));
  CHECK((near->reading.says_nothing() && near->values == std::vector<float>{0.25f, 0.5f, 0.75f, -0.5f}));
  auto small = dataset_from(six, 3);
  REQUIRE(small);
  TrainingSettings settings;
  settings.hidden = 0;
  CHECK_FALSE(begin_run_on(*small, settings));
}

TEST_CASE("a likelihood has the bracket of its log Z, and both ways to it agree") {
  const Model model = oracle::random_model(10, 6, 0.6, 0.4, 3);
  const Matrix rows = all_states(10);
  ThreadPool pool(1);
  auto exact = log_likelihood_of(model, rows, {}, pool);
  REQUIRE(exact);
  CHECK(exact->log_z.method == "exact");
  CHECK(exact->lower == exact->upper);
  // The probabilities of all states add up to one.
  double total = 0;
  for (const double energy : free_energies_of(model, rows, pool))
    total += std::exp(-energy - exact->log_z.log_z);
  CHECK(total == doctest::Approx(1).epsilon(1e-5));
  auto annealed =
      log_likelihood_of(model, rows, {.method = LogZMethod::Annealing, .annealing = {.steps = 500}}, pool);
  REQUIRE(annealed);
  CHECK(annealed->lower <= annealed->mean);
  CHECK(annealed->mean <= annealed->upper);
  CHECK(annealed->mean == doctest::Approx(exact->mean).epsilon(0.01));
  // Without rows of the data, samples of the model are the base.
  auto alone = log_z_of(model, {.method = LogZMethod::Annealing, .annealing = {.steps = 500}}, pool);
  REQUIRE(alone);
  CHECK(alone->log_z == doctest::Approx(exact->log_z.log_z).epsilon(0.01));
}

TEST_CASE("rows that a model's units do not take are refused, and categories become blocks") {
  Model model = oracle::random_model(6, 3, 0.5, 0.5, 1);
  ThreadPool pool(1);
  CHECK_FALSE(visible_rows(model, Matrix(2, 5), "x", pool));
  Matrix large(1, 6);
  large(0, 2) = 1.5f;
  const auto refused = visible_rows(model, large, "x", pool);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message ==
        "x holds 1.5 in row 0, column 2 (counted from 0): the model's units take 0 to 1.");
  model.visible_type = VisibleType::Categories;
  model.states = std::make_shared<const UnitStates>(UnitStates{{{"a", "b", "c", "d"}, {"no", "yes"}}, {}});
  CHECK(row_width(model) == 2);
  Matrix numbers(2, 2);
  numbers(0, 0) = 3;
  numbers(1, 1) = 1;
  auto blocks = visible_rows(model, numbers, "x", pool);
  REQUIRE(blocks);
  CHECK(blocks->view().sum() == 4);
  CHECK(table_of_states(model, States(*blocks), pool).rows.view() == numbers.view());
  for (const float wrong : {4.0f, 0.5f, -1.0f}) {
    numbers(0, 0) = wrong;
    CHECK_FALSE(visible_rows(model, numbers, "x", pool));
  }
}

TEST_CASE("samples keep to what was asked for, and nonsense is refused") {
  const Model model = oracle::random_model(6, 3, 0.5, 0.5, 1);
  ThreadPool pool(1), two(2);
  const auto samples = draw_samples(model, {.count = 7, .steps = 23, .seed = 4}, pool);
  const auto again = draw_samples(model, {.count = 7, .steps = 23, .seed = 4}, two);
  REQUIRE(samples);
  REQUIRE(again);
  CHECK(samples->states.bits == again->states.bits);
  CHECK(samples->states.rows() == 7);
  for (const SampleRequest& wrong :
       {SampleRequest{.count = 0}, SampleRequest{.steps = -1}, SampleRequest{.temperature = 0},
        SampleRequest{.label = 0}, SampleRequest{.count = 2, .starts = Matrix(3, 6)}})
    CHECK_FALSE(draw_samples(model, wrong, pool));
  const auto cancelled = draw_samples(model, {}, pool, [](double) { return false; });
  REQUIRE_FALSE(cancelled);
  CHECK(cancelled.error().code == ErrorCode::Cancelled);
}

TEST_CASE("samples beyond a block come block by block, and the first ones are those of fewer") {
  const Model model = oracle::random_model(6, 3, 0.5, 0.5, 1);
  ThreadPool pool(2);
  const ChainBlock first = chain_block(model, 0, 1 << 20, 4);
  CHECK(first.seed == 4);
  const SampleRequest many{.count = first.count + 30, .steps = 3, .seed = 4};
  const auto all = draw_samples(model, many, pool);
  const auto few = draw_samples(model, {.count = 20, .steps = 3, .seed = 4}, pool);
  REQUIRE(all);
  REQUIRE(few);
  CHECK(rows_of(all->states, 0, 20).bits == few->states.bits);
  CHECK_FALSE(rows_of(all->states, first.count, 20).bits == few->states.bits);
  std::vector<Index> blocks;
  const auto look = [&](const Samples& block, Index row) {
    blocks.push_back(block.states.rows());
    CHECK(rows_of(all->states, row, block.states.rows()).bits == block.states.bits);
    CHECK(all->probabilities(row, 5) == block.probabilities(0, 5));
    return Result<void>();
  };
  REQUIRE(draw_samples(model, many, look, pool));
  CHECK(blocks == std::vector<Index>{first.count, 30});
  const auto refused = draw_samples(
      model, many, [](const Samples&, Index) { return fail(ErrorCode::Io, "full"); }, pool);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "full");
}

TEST_CASE("layers of a stack are counted from the data") {
  Model top = oracle::random_model(3, 2, 0.5, 0.5, 1);
  const auto below = std::make_shared<const Model>(oracle::random_model(6, 3, 0.5, 0.5, 2));
  top.below = below;
  CHECK(*layer_of(top, 1) == below.get());
  CHECK(*layer_of(top, 2) == &top);
  CHECK(*layer_of(top, 0) == &top);
  CHECK_FALSE(layer_of(top, 3));
  CHECK_FALSE(layer_of(top, -1));
  ThreadPool pool(1);
  const auto rows = visible_rows(top, all_states(6), "x", pool);
  REQUIRE(rows);
  CHECK(rows->cols() == 3);
}
