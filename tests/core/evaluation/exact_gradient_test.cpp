#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "core/evaluation/exact_gradient.hpp"
#include "core/math/scalar.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"

using namespace rbm;

namespace {

const std::vector<std::string> kGoldenData{"1010", "0111", "1100"};

ExactGradient gradient_of(const Model& model, const States& v, int threads = 1) {
  ThreadPool pool(threads);
  auto found = exact_gradient(model, v, pool);
  REQUIRE(found.has_value());
  return *std::move(found);
}

/// The largest distance of any parameter's slope from the oracle's.
double worst_difference(const Gradient& found, const oracle::Statistics& expected) {
  double worst = 0;
  for (std::size_t i = 0; i < expected.v.size(); ++i) {
    const auto row = static_cast<Index>(i);
    worst = std::max(worst, std::abs(found.visible_bias[row] - expected.v[i]));
    for (std::size_t j = 0; j < expected.h.size(); ++j)
      worst = std::max(worst, std::abs(found.weights(row, static_cast<Index>(j)) - expected.vh[i][j]));
  }
  for (std::size_t j = 0; j < expected.h.size(); ++j)
    worst = std::max(worst, std::abs(found.hidden_bias[static_cast<Index>(j)] - expected.h[j]));
  return worst;
}

double log_likelihood(const Model& model, const States& v, ThreadPool& pool) {
  std::vector<double> energies(static_cast<std::size_t>(v.rows()));
  Matrix scratch;
  free_energies(model, v, energies, scratch, pool);
  const auto log_z = exact_log_z(model, pool);
  REQUIRE(log_z.has_value());
  return -std::accumulate(energies.begin(), energies.end(), 0.0) / static_cast<double>(v.rows()) - *log_z;
}

/// Σ g · Δθ over all parameters, and the change of the log-likelihood itself, over a small random step both
/// ways.
struct Slope {
  double told = 0, true_one = 0;
};
Slope along_a_random_step(const Model& model, const States& v, double length, unsigned seed) {
  ThreadPool pool(1);
  const Gradient g = gradient_of(model, v).gradient;
  std::mt19937 engine(seed);
  std::normal_distribution<double> normal;
  Model above = model, below = model;
  Slope slope;
  const auto move = [&](double gradient, float& up, float& down) {
    const double step = length * normal(engine);
    up = static_cast<float>(up + step);
    down = static_cast<float>(down - step);
    slope.told += gradient * (double{up} - double{down});
  };
  for (Index i = 0; i < model.visible(); ++i) {
    for (Index j = 0; j < model.hidden(); ++j)
      move(g.weights(i, j), above.weights(i, j), below.weights(i, j));
    move(g.visible_bias[i], above.visible_bias[i], below.visible_bias[i]);
  }
  for (Index j = 0; j < model.hidden(); ++j)
    move(g.hidden_bias[j], above.hidden_bias[j], below.hidden_bias[j]);
  slope.true_one = log_likelihood(above, v, pool) - log_likelihood(below, v, pool);
  return slope;
}

BitMatrix random_rows(Index rows, Index cols, unsigned seed) {
  std::mt19937 engine(seed);
  BitMatrix out(rows, cols);
  for (Index r = 0; r < rows; ++r) {
    for (Index i = 0; i < cols; ++i) out.set(r, i, engine() % 3 == 0);
  }
  return out;
}

Model gaussian_model(Index visible, Index hidden, unsigned seed) {
  Model model = oracle::random_model(visible, hidden, 0.5, 0.5, seed);
  model.visible_type = VisibleType::Gaussian;
  model.log_variance = 0.6f * Eigen::VectorXf::Random(visible);
  return model;
}

}  // namespace

TEST_CASE("the exact gradient of the golden model is that of the table and of the enumeration") {
  const Model model = oracle::golden_model();
  const BitMatrix data = oracle::rows_of(kGoldenData);
  const ExactGradient found = gradient_of(model, data);
  const oracle::Enumeration exact(model);
  CHECK(worst_difference(found.gradient, oracle::exact_gradient(exact, data)) < 1e-12);
  CHECK(std::abs(found.log_z - exact.log_z()) < 1e-12);
  CHECK(std::abs(found.log_likelihood - exact.log_likelihood(data)) < 1e-12);
  // Computed outside this program, where the parameters are doubles; here they are floats.
  const oracle::Statistics table{{{.0748256903, .083263121, .0448938347},
                                  {.0402286369, .0095095027, -.0048338225},
                                  {-.0410958712, -.0339556931, -.0073146949},
                                  {-.0643179915, -.007428768, -.1028695714}},
                                 {.1626676206, .0368569572, -.0288655452, -.1338750784},
                                 {.0251378914, -.0209751599, -.0264352644}};
  CHECK(worst_difference(found.gradient, table) < 2e-8);
  CHECK(std::abs(found.log_likelihood - -2.620302724598825) < 1e-7);
}

TEST_CASE("the exact gradient is that of the enumeration whichever layer is the smaller one") {
  for (const auto& [visible, hidden] : {std::pair<Index, Index>{5, 9}, {9, 5}, {7, 7}, {1, 3}, {3, 1}}) {
    CAPTURE(visible);
    const Model model = oracle::random_model(visible, hidden, 1, 1, 3);
    const BitMatrix data = random_rows(20, visible, 5);
    CHECK(worst_difference(gradient_of(model, data).gradient,
                           oracle::exact_gradient(oracle::Enumeration(model), data)) < 1e-12);
  }
}

TEST_CASE("the exact gradient is the slope of the exact log-likelihood over several blocks of states") {
  // Twelve units are four blocks; 29 and 300 leave lanes unused.
  for (const auto& [visible, hidden] : {std::pair<Index, Index>{29, 12}, {300, 11}, {12, 29}, {13, 13}}) {
    CAPTURE(visible);
    const Model model = oracle::random_model(visible, hidden, 0.3, 0.5, 7);
    const Slope slope = along_a_random_step(model, random_rows(50, visible, 2), 1e-4, 11);
    CHECK(std::abs(slope.true_one) > 1e-4);
    CHECK(std::abs(slope.told - slope.true_one) < 2e-4 * std::abs(slope.true_one) + 1e-6);
  }
}

TEST_CASE("the exact gradient of Gaussian visible units is the slope of their exact log-density") {
  for (const Index hidden : {3, 12}) {
    CAPTURE(hidden);
    const Model model = gaussian_model(6, hidden, 5);
    Matrix rows(40, 6);
    rows.view().setRandom();
    const Slope slope = along_a_random_step(model, States(rows), 1e-4, 3);
    CHECK(std::abs(slope.true_one) > 1e-4);
    CHECK(std::abs(slope.told - slope.true_one) < 2e-4 * std::abs(slope.true_one) + 1e-6);
  }
}

TEST_CASE("the exact gradient stays exact where e^x overflows") {
  // All probability is on one state: the second average is that state itself.
  Model model = oracle::make_model({{900, -900}, {700, 800}}, {300, 300}, {200, -100});
  const BitMatrix data = oracle::rows_of({"11"});
  const ExactGradient found = gradient_of(model, data);
  CHECK(found.gradient.squared_norm() < 1e-12);
  CHECK(std::abs(found.log_likelihood) < 1e-9);
}

TEST_CASE("exact gradient and distribution have the same bits for any number of threads") {
  const Model model = oracle::random_model(14, 16, 1, 1, 6);
  const BitMatrix data = random_rows(30, 14, 4);
  const ExactGradient alone = gradient_of(model, data, 1);
  ThreadPool one(1), several(3);
  CHECK(gradient_of(model, data, 2).gradient.weights == alone.gradient.weights);
  CHECK(gradient_of(model, data, 4).gradient.visible_bias == alone.gradient.visible_bias);
  CHECK(gradient_of(model, data, 4).gradient.hidden_bias == alone.gradient.hidden_bias);
  CHECK(*exact_distribution(model, one) == *exact_distribution(model, several));
}

TEST_CASE("the exact distribution is that of the enumeration") {
  for (const auto& [visible, hidden] : {std::pair<Index, Index>{4, 9}, {11, 3}, {1, 1}}) {
    CAPTURE(visible);
    const Model model = oracle::random_model(visible, hidden, 1.5, 1, 8);
    const oracle::Enumeration exact(model);
    ThreadPool pool(2);
    const auto found = exact_distribution(model, pool);
    REQUIRE(found.has_value());
    REQUIRE(found->size() == exact.p_v().size());
    double worst = 0, sum = 0;
    for (std::size_t v = 0; v < found->size(); ++v) {
      worst = std::max(worst, std::abs((*found)[v] - std::log(exact.p_v()[v])));
      sum += std::exp((*found)[v]);
    }
    CHECK(worst < 1e-11);
    CHECK(std::abs(sum - 1) < 1e-12);
  }
}

TEST_CASE("what cannot be enumerated is refused with a sentence, and a long sum can be cancelled") {
  ThreadPool pool(1);
  const auto code = [](const auto& result, const char* text) {
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().message.find(text) != std::string::npos);
    return result.error().code;
  };
  const Model large = oracle::random_model(30, 21, 1, 1, 1);
  CHECK(code(exact_gradient(large, random_rows(3, 30, 1), pool), "21 units; at most 20") ==
        ErrorCode::Unsupported);
  CHECK(code(exact_distribution(large, pool), "30 units; at most 20") == ErrorCode::Unsupported);
  CHECK(code(exact_distribution(gaussian_model(4, 3, 1), pool), "binary") == ErrorCode::Unsupported);
  Model broken = oracle::golden_model();
  broken.weights(2, 1) = std::numeric_limits<float>::quiet_NaN();
  CHECK(code(exact_gradient(broken, oracle::rows_of(kGoldenData), pool), "not finite") ==
        ErrorCode::NotFinite);
  CHECK(code(exact_distribution(broken, pool), "not finite") == ErrorCode::NotFinite);
  Model joint = oracle::golden_model();
  joint.label_weights.resize(2, 3);
  joint.label_bias = Eigen::VectorXf::Zero(2);
  CHECK(code(exact_gradient(joint, oracle::rows_of(kGoldenData), pool), "label units") ==
        ErrorCode::Unsupported);

  const Model slow = oracle::random_model(20, 20, 1, 1, 1);
  for (const int last : {1, 12}) {  // in log Z, and in the averages after it
    int calls = 0;
    CHECK(code(exact_gradient(slow, random_rows(3, 20, 1), pool,
                              [&](double done) {
                                CHECK(done >= 0);
                                CHECK(done <= 1);
                                return ++calls < last;
                              }),
               "cancelled") == ErrorCode::Cancelled);
    CHECK(calls == last);
  }
}

TEST_CASE("a gradient is compared by angle and length, as a whole and by its parts") {
  const Gradient exact{Eigen::MatrixXd::Constant(2, 2, 3), Eigen::Vector2d(0, 4), Eigen::Vector2d(1, 0)};
  Gradient estimate = exact;
  estimate *= 0.5;
  const GradientComparison same_way = compare(estimate, exact);
  CHECK(same_way.all.cosine == doctest::Approx(1));
  CHECK(same_way.all.norm_ratio == doctest::Approx(0.5));
  estimate.hidden_bias = Eigen::Vector2d(0, 0.5);
  estimate.visible_bias *= -1;
  const GradientComparison found = compare(estimate, exact);
  CHECK(found.weights.cosine == doctest::Approx(1));
  CHECK(found.visible_bias.cosine == doctest::Approx(-1));
  CHECK(found.hidden_bias.cosine == doctest::Approx(0));
  // (36 · ½ − 16 · ½ + 0) / (√(36 + 16 + 1) · √(9 + 4 + ¼))
  CHECK(found.all.cosine == doctest::Approx(10 / std::sqrt(53.0 * 13.25)));
  CHECK(found.all.norm_ratio == doctest::Approx(std::sqrt(13.25 / 53)));
  CHECK(std::isnan(
      compare(estimate, Gradient{Eigen::MatrixXd::Zero(2, 2), Eigen::Vector2d(0, 0), Eigen::Vector2d(0, 0)})
          .all.cosine));
}

namespace {

/// Adam on the exact gradient, from small random weights; the log-likelihood where it ends.
double ascended(int side, Index hidden, int steps, float rate, unsigned seed, ThreadPool& pool) {
  const BitMatrix data = oracle::rows_of(oracle::bars_and_stripes(side));
  Model model = oracle::random_model(data.cols(), hidden, 0.1, 0, seed);
  const auto parameters = model.weights.rows() * model.hidden() + model.visible() + model.hidden();
  Eigen::ArrayXd first = Eigen::ArrayXd::Zero(parameters), second = first, flat(parameters);
  for (int t = 1; t <= steps; ++t) {
    const Gradient g = gradient_of(model, data).gradient;
    flat << Eigen::Map<const Eigen::VectorXd>(g.weights.data(), g.weights.size()), g.visible_bias,
        g.hidden_bias;
    first += 0.1 * (flat - first);
    second += 0.001 * (flat * flat - second);
    const double now = rate * (1 - static_cast<double>(t) / (steps + 1));
    const Eigen::ArrayXd change =
        now * first / (1 - std::pow(0.9, t)) / ((second / (1 - std::pow(0.999, t))).sqrt() + 1e-8);
    Index n = 0;
    for (Index j = 0; j < model.hidden(); ++j) {  // as Eigen stores ∂W, column by column
      for (Index i = 0; i < model.visible(); ++i) model.weights(i, j) += static_cast<float>(change[n++]);
    }
    for (Index i = 0; i < model.visible(); ++i) model.visible_bias[i] += static_cast<float>(change[n++]);
    for (Index j = 0; j < model.hidden(); ++j) model.hidden_bias[j] += static_cast<float>(change[n++]);
  }
  return log_likelihood(model, data, pool);
}

}  // namespace

TEST_CASE(
    "the exact gradient leads bars and stripes to within 0.03 nats of the best there is, and never beyond") {
  ThreadPool pool(1);
  const double small = ascended(3, 7, 3000, 0.05f, 3, pool);
  CHECK(small > -2.66);
  CHECK(small < -std::log(14.0) + 1e-5);  // KL(data ‖ model) ≥ 0
  const double large = ascended(4, 10, 3000, 0.05f, 1, pool);
  CHECK(large > -3.43);
  CHECK(large < -std::log(30.0) + 1e-5);
}

TEST_CASE("small steps along the exact gradient never lower the log-likelihood") {
  ThreadPool pool(1);
  const BitMatrix data = oracle::rows_of(oracle::bars_and_stripes(3));
  Model model = oracle::random_model(9, 5, 0.1, 0, 2);
  double before = log_likelihood(model, data, pool);
  for (int t = 0; t < 2000; ++t) {
    const Gradient g = gradient_of(model, data).gradient;
    model.weights.view() += (0.5 * g.weights).cast<float>();
    model.visible_bias += (0.5 * g.visible_bias).cast<float>();
    model.hidden_bias += (0.5 * g.hidden_bias).cast<float>();
    const double after = log_likelihood(model, data, pool);
    CHECK(after > before - 1e-6);
    before = after;
  }
  CHECK(before > -5.5);  // and they led somewhere: it began at 9 log 2 = 6.24 nats
}
