// Joint models of images and labels, against sums over all states of the energy.
#include "core/model/labels.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "core/evaluation/likelihood.hpp"
#include "core/evaluation/monitor.hpp"
#include "core/learning/trainer.hpp"
#include "core/sampling/gibbs_chains.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"

using namespace rbm;

namespace {

constexpr int kVisible = 4, kHidden = 3, kLabels = 3;

Model joint_model() {
  Model model = oracle::golden_model();
  model.label_weights.resize(kLabels, kHidden);
  const double u[kLabels][kHidden] = {{.7, -.3, .2}, {-.6, .9, -.4}, {.1, -.8, 1.1}},
               c[kLabels] = {.2, -.1, .3};
  model.label_bias.resize(kLabels);
  for (int y = 0; y < kLabels; ++y) {
    model.label_bias[y] = static_cast<float>(c[y]);
    for (int j = 0; j < kHidden; ++j) model.label_weights(y, j) = static_cast<float>(u[y][j]);
  }
  return model;
}

/// Σ_h e^−E(v, y, h), v and h as the bits of numbers.
double unnormalized(const Model& m, unsigned v, int y) {
  double sum = 0;
  for (unsigned h = 0; h < 1u << kHidden; ++h) {
    double minus_energy = m.label_bias[y];
    for (int i = 0; i < kVisible; ++i) {
      if ((v >> i & 1) == 0) continue;
      minus_energy += m.visible_bias[i];
      for (int j = 0; j < kHidden; ++j) minus_energy += (h >> j & 1) * double{m.weights(i, j)};
    }
    for (int j = 0; j < kHidden; ++j)
      minus_energy += (h >> j & 1) * (double{m.hidden_bias[j]} + double{m.label_weights(y, j)});
    sum += std::exp(minus_energy);
  }
  return sum;
}

struct Case {
  const char* image;
  int label;
};
const std::vector<Case> kCases{{"1010", 0}, {"0111", 2}, {"1100", 1}, {"1010", 1}};

unsigned bits_of(const char* image) {
  unsigned v = 0;
  for (int i = 0; i < kVisible; ++i) v |= static_cast<unsigned>(image[i] == '1') << i;
  return v;
}

/// Mean of (1 − d) log p(v, y) + d log p(y | v).
double objective(const Model& m, double d) {
  double z = 0, sum = 0;
  for (unsigned v = 0; v < 1u << kVisible; ++v) {
    for (int y = 0; y < kLabels; ++y) z += unnormalized(m, v, y);
  }
  for (const Case& c : kCases) {
    double of_image = 0;
    for (int y = 0; y < kLabels; ++y) of_image += unnormalized(m, bits_of(c.image), y);
    const double joint = std::log(unnormalized(m, bits_of(c.image), c.label));
    sum += (1 - d) * (joint - std::log(z)) + d * (joint - std::log(of_image));
  }
  return sum / static_cast<double>(kCases.size());
}

std::vector<float*> parameters(Model& m) {
  std::vector<float*> out;
  for (int i = 0; i < kVisible; ++i) {
    for (int j = 0; j < kHidden; ++j) out.push_back(&m.weights(i, j));
  }
  for (int i = 0; i < kVisible; ++i) out.push_back(&m.visible_bias[i]);
  for (int j = 0; j < kHidden; ++j) out.push_back(&m.hidden_bias[j]);
  for (int y = 0; y < kLabels; ++y) {
    for (int j = 0; j < kHidden; ++j) out.push_back(&m.label_weights(y, j));
  }
  for (int y = 0; y < kLabels; ++y) out.push_back(&m.label_bias[y]);
  return out;
}

std::vector<double> finite_differences(double d) {
  Model m = joint_model();
  std::vector<double> out;
  for (float* p : parameters(m)) {
    const float kept = *p, step = 1.0f / 256;
    *p = kept + step;
    const double up = objective(m, d), width_up = *p;
    *p = kept - step;
    const double down = objective(m, d), width_down = *p;
    *p = kept;
    out.push_back((up - down) / (width_up - width_down));
  }
  return out;
}

std::shared_ptr<const Dataset> labelled_data(int copies) {
  std::vector<std::string> images;
  for (const Case& c : kCases) images.push_back(c.image);
  auto data = std::make_shared<Dataset>(*oracle::dataset_of({1, kVisible, 1}, images, copies));
  for (int n = 0; n < copies; ++n) {
    for (const Case& c : kCases) data->labels.push_back(static_cast<std::uint8_t>(c.label));
  }
  return data;
}

TrainingSettings one_update(double d) {
  TrainingSettings s;
  s.labels = true;
  s.discriminative = static_cast<float>(d);
  s.batch = 4;
  s.chains = 4000;
  s.k = 30;
  s.centred = false;
  s.learning_rate = 1;
  s.decay_updates = 0;
  s.average = 0;
  s.binarization = Binarization::Threshold;
  s.arithmetic = Arithmetic::Single;
  return s;
}

}  // namespace

TEST_CASE("one update of the discriminative objective is the gradient of log p(label | image)") {
  ThreadPool pool(2);
  Trainer trainer(one_update(1), labelled_data(1), joint_model());
  REQUIRE(trainer.step(pool).has_value());
  Model before = joint_model(), after = trainer.model();
  const auto p = parameters(before), q = parameters(after);
  const std::vector<double> expected = finite_differences(1);
  for (std::size_t n = 0; n < p.size(); ++n) {
    CAPTURE(n);
    CHECK(std::abs((double{*q[n]} - *p[n]) - expected[n]) < 2e-5);
  }
}

TEST_CASE("the mean joint update is the gradient of the mixed objective, within 4 standard errors" *
          doctest::test_suite("long")) {
  ThreadPool pool(2);
  constexpr int kSeeds = 60;
  for (const double d : {0.0, 0.4}) {
    TrainingSettings s = one_update(d);
    std::vector<std::vector<double>> changes;
    for (int seed = 1; seed <= kSeeds; ++seed) {
      s.seed = static_cast<std::uint64_t>(seed);
      Trainer trainer(s, labelled_data(1), joint_model());
      REQUIRE(trainer.step(pool).has_value());
      Model before = joint_model(), after = trainer.model();
      const auto p = parameters(before), q = parameters(after);
      changes.resize(p.size());
      for (std::size_t n = 0; n < p.size(); ++n) changes[n].push_back(double{*q[n]} - *p[n]);
    }
    const std::vector<double> expected = finite_differences(d);
    for (std::size_t n = 0; n < changes.size(); ++n) {
      const Mean mean = mean_of(changes[n]);
      CAPTURE(d);
      CAPTURE(n);
      CHECK(std::abs(mean.value - expected[n]) < 4 * mean.standard_error + 2e-5);
    }
  }
}

TEST_CASE("an update of the method exact is the gradient of the mixed objective") {
  ThreadPool pool(2);
  for (const double d : {0.0, 0.4}) {
    TrainingSettings s = one_update(d);
    s.method = Method::Exact;
    Trainer trainer(s, labelled_data(1), joint_model());
    REQUIRE(trainer.step(pool).has_value());
    Model before = joint_model(), after = trainer.model();
    const auto p = parameters(before), q = parameters(after);
    const std::vector<double> expected = finite_differences(d);
    for (std::size_t n = 0; n < p.size(); ++n) {
      CAPTURE(d);
      CAPTURE(n);
      CHECK(std::abs((double{*q[n]} - *p[n]) - expected[n]) < 2e-5);
    }
  }
}

TEST_CASE("label posteriors and joint free energies are the sums over all states") {
  ThreadPool pool(1);
  const Model model = joint_model();
  const BitMatrix v = oracle::all_states(kVisible);
  Matrix values;
  values.resize(v.rows(), v.cols());
  unpack(v, values);
  Matrix posteriors;
  const auto chosen = classify(model, values, &posteriors, pool);
  std::vector<double> energies(16);
  Matrix scratch;
  free_energies(model, v, energies, scratch, pool);
  for (unsigned s = 0; s < 16; ++s) {
    double total = 0, best = 0;
    int arg = 0;
    for (int y = 0; y < kLabels; ++y) {
      const double p = unnormalized(model, s, y);
      total += p;
      if (p > best) best = p, arg = y;
    }
    CHECK(std::abs(energies[s] + std::log(total)) < 1e-5);
    CHECK(chosen[s] == arg);
    for (int y = 0; y < kLabels; ++y)
      CHECK(std::abs(double{posteriors(s, y)} - std::log(unnormalized(model, s, y) / total)) < 1e-5);
  }
}

TEST_CASE("sampled labels follow the softmax of their inputs") {
  ThreadPool pool(1);
  const Model model = joint_model();
  constexpr int kRows = 60000;
  BitMatrix h(kRows, kHidden);
  for (Index r = 0; r < kRows; ++r) h.set(r, 0, true), h.set(r, 2, true);
  std::vector<std::uint8_t> labels(kRows);
  sample_labels(model, h, 1.0f, {7, Stream::ChainLabels, 3}, labels, pool);
  double weights[kLabels], total = 0;
  for (int y = 0; y < kLabels; ++y) {
    weights[y] =
        std::exp(double{model.label_bias[y]} + model.label_weights(y, 0) + model.label_weights(y, 2));
    total += weights[y];
  }
  for (int y = 0; y < kLabels; ++y) {
    const double p = weights[y] / total, share = static_cast<double>(std::ranges::count(labels, y)) / kRows;
    CHECK(std::abs(share - p) < 4.5 * std::sqrt(p * (1 - p) / kRows));  // false alarm below 1e-5
  }
}

TEST_CASE("chains of a joint model visit images and labels as often as the enumerated distribution says" *
          doctest::test_suite("long")) {
  ThreadPool pool(2);
  const Model model = joint_model();
  const Matrix transposed = oracle::transposed(model);
  constexpr Index kChains = 40000;
  double z = 0;
  for (unsigned v = 0; v < 16; ++v) {
    for (int y = 0; y < kLabels; ++y) z += unnormalized(model, v, y);
  }
  GibbsChains free(kChains, kVisible, kHidden, 5), held(kChains, kVisible, kHidden, 6);
  free.start_from_noise(model, pool);
  free.full_steps(model, transposed, 40, pool);
  held.start_from_noise(model, pool);
  held.clamp_labels_to(2);
  held.full_steps(model, transposed, 40, pool);
  const auto share_of = [&](const GibbsChains& chains, unsigned v, int y) {
    Index count = 0;
    for (Index c = 0; c < kChains; ++c)
      count +=
          oracle::state_number(chains.visible(), c) == v && chains.labels()[static_cast<std::size_t>(c)] == y;
    return static_cast<double>(count) / kChains;
  };
  double of_label = 0;
  for (unsigned v = 0; v < 16; ++v) of_label += unnormalized(model, v, 2);
  const auto check = [](double share, double p) {
    CHECK(std::abs(share - p) < 4.5 * std::sqrt(p * (1 - p) / kChains));  // false alarm below 1e-5 each
  };
  for (unsigned v = 0; v < 16; ++v) {
    for (int y = 0; y < kLabels; ++y) check(share_of(free, v, y), unnormalized(model, v, y) / z);
    check(share_of(held, v, 2), unnormalized(model, v, 2) / of_label);
  }
}

TEST_CASE("log Z of a joint model is the sum over all states, exactly and by annealing within its bracket") {
  ThreadPool pool(2);
  const Model model = joint_model();
  double z = 0;
  for (unsigned v = 0; v < 16; ++v) {
    for (int y = 0; y < kLabels; ++y) z += unnormalized(model, v, y);
  }
  const auto exact = enumerated_log_z(model, pool);
  REQUIRE(exact.has_value());
  CHECK(std::abs(exact->log_z - std::log(z)) < 1e-6);
  BitMatrix starts(5000, kVisible);
  const auto annealed = estimate_log_z(model, Eigen::VectorXf(Eigen::VectorXf::Zero(kVisible)), starts, 50,
                                       {.chains = 5000, .steps = 20, .seed = 3}, pool);
  REQUIRE(annealed.has_value());
  CHECK(annealed->refused.empty());
  CHECK(std::abs(annealed->log_z - std::log(z)) < 4.5 * annealed->standard_error);
  CHECK(annealed->standard_error < 0.02);
}

TEST_CASE("the stated error of a joint model's log Z is that of independent runs of every label") {
  ThreadPool pool(2);
  const Model model = joint_model();
  const double exact = enumerated_log_z(model, pool)->log_z;
  constexpr int kTimes = 300;
  double squares = 0, effective = 0;
  BitMatrix starts(40, kVisible);
  for (std::uint64_t seed = 1; seed <= kTimes; ++seed) {
    const auto found = estimate_log_z(model, Eigen::VectorXf(Eigen::VectorXf::Zero(kVisible)), starts, 50,
                                      {.chains = 40, .steps = 6, .seed = 10 * seed}, pool);
    REQUIRE(found.has_value());
    squares += std::pow((found->log_z - exact) / found->standard_error, 2) / kTimes;
    effective += found->effective_sample_size / kTimes;
  }
  // The mean of squares of standard normal numbers is within 0.33 of 1 but once in 20,000; runs of all labels that err
  // alike would be outside.
  CHECK(std::abs(squares - 1) < 0.33);
  // More than the runs of one label, and no more than those of all.
  CHECK(effective > 40);
  CHECK(effective <= 40 * kLabels);
}

TEST_CASE("the pseudo-likelihood of a joint model sums the label out") {
  ThreadPool pool(1);
  const Model model = joint_model();
  const auto probability = [&](unsigned v) {
    double sum = 0;
    for (int y = 0; y < kLabels; ++y) sum += unnormalized(model, v, y);
    return sum;
  };
  double expected = 0;
  for (unsigned v = 0; v < 16; ++v) {
    for (int i = 0; i < kVisible; ++i)
      expected += std::log(probability(v) / (probability(v) + probability(v ^ 1u << i))) / 16;
  }
  CHECK(std::abs(pseudo_log_likelihood(model, oracle::all_states(kVisible), pool) - expected) < 1e-5);
}
