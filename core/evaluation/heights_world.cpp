#include "core/evaluation/heights_world.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

namespace rbm {
namespace {

constexpr std::uint64_t kSeed = 1;
constexpr auto kBins =
    static_cast<std::size_t>((HeightsWorld::kHighest - HeightsWorld::kLowest) / HeightsWorld::kBin);

/// Mass of the exact density between two heights.
double mass(const std::vector<MixtureComponent>& components, double deviation, double from, double to) {
  double sum = 0;
  for (const MixtureComponent& c : components) {
    const double scale = deviation * std::numbers::sqrt2;
    sum += c.share * 0.5 * (std::erf((to - c.mean) / scale) - std::erf((from - c.mean) / scale));
  }
  return sum;
}

double log_odds(double p) {
  constexpr double kSure = 1e-12;
  p = std::clamp(p, kSure, 1 - kSure);
  return std::log(p / (1 - p));
}

/// The hidden biases at which every unit is on for its share of the people, whatever the weights: each bias
/// in turn is set so, until all hold (iterative proportional fitting, Deming and Stephan 1940).
void fit_hidden_biases(Model& model, std::span<const float> shares) {
  constexpr int kMostRounds = 500;
  constexpr double kClose = 1e-3;
  double worst = 1;
  for (int round = 0; round < kMostRounds && worst > kClose; ++round) {
    worst = 0;
    for (Index j = 0; j < model.hidden(); ++j) {
      double on = 0;
      for (const MixtureComponent& c : mixture_components(model)) on += (c.hidden >> j) & 1U ? c.share : 0.0;
      const double step = log_odds(double{shares[static_cast<std::size_t>(j)]}) - log_odds(on);
      model.hidden_bias[j] = static_cast<float>(double{model.hidden_bias[j]} + step);
      worst = std::max(worst, std::abs(step));
    }
  }
}

}  // namespace

HeightsWorld::HeightsWorld(const Knobs& knobs)
    : knobs_(knobs), chains_(kChains, 1, knobs.units, kSeed), counts_(kBins, 0) {
  build();
  restart();
}

void HeightsWorld::build() {
  const Index units = knobs_.units;
  const VisibleBase hill(Eigen::VectorXf::Constant(1, knobs_.mean),
                         Eigen::VectorXf::Constant(1, 2 * std::log(knobs_.deviation)));
  model_ = initial_gaussian_model({1, 1, 1}, units, hill, 0, kSeed);
  for (Index j = 0; j < units; ++j) {
    const auto at = static_cast<std::size_t>(j);
    const double w = double{knobs_.shift[at]};
    model_.weights(0, j) = knobs_.shift[at];
    // Where a unit alone would be on for half of the people.
    model_.hidden_bias[j] = static_cast<float>(-(2 * double{knobs_.mean} * w + w * w) / (2 * variance()));
  }
  fit_hidden_biases(model_, knobs_.share);
  transposed_.resize(units, 1);
  for (Index j = 0; j < units; ++j) transposed_(j, 0) = model_.weights(0, j);
  components_ = mixture_components(model_);
}

void HeightsWorld::set(const Knobs& knobs) {
  if (knobs == knobs_) return;
  const States at = chains_.states();
  const bool other_units = knobs.units != knobs_.units;
  knobs_ = knobs;
  build();
  if (other_units) {
    chains_ = GibbsChains(kChains, 1, knobs_.units, kSeed);
    chains_.start(at);
  }
  std::ranges::fill(counts_, 0);
  drawn_ = 0;
}

void HeightsWorld::restart() {
  Matrix start(kChains, 1);
  for (Index r = 0; r < kChains; ++r) start(r, 0) = knobs_.mean;
  chains_.start(start);
  std::ranges::fill(counts_, 0);
  drawn_ = 0;
}

void HeightsWorld::step(int n, ThreadPool& pool) {
  for (int i = 0; i < n; ++i) {
    chains_.full_steps(model_, transposed_, 1, pool);
    const Matrix& heights = chains_.states().values;
    for (Index r = 0; r < kChains; ++r) {
      const double bin = std::floor((double{heights(r, 0)} - kLowest) / kBin);
      if (bin >= 0 && bin < static_cast<double>(kBins)) ++counts_[static_cast<std::size_t>(bin)];
    }
    drawn_ += kChains;
  }
}

std::vector<double> HeightsWorld::histogram() const {
  std::vector<double> out(kBins, 0.0);
  if (drawn_ == 0) return out;
  std::ranges::transform(counts_, out.begin(), [&](long n) {
    return static_cast<double>(n) / (static_cast<double>(drawn_) * kBin);
  });
  return out;
}

double HeightsWorld::distance() const {
  if (drawn_ == 0) return 1;
  const double deviation = double{knobs_.deviation};
  double sum = 0, counted = 0, exact = 0;
  for (std::size_t bin = 0; bin < kBins; ++bin) {
    const double from = kLowest + static_cast<double>(bin) * kBin;
    const double share = static_cast<double>(counts_[bin]) / static_cast<double>(drawn_);
    const double expected = mass(components_, deviation, from, from + kBin);
    sum += std::abs(share - expected);
    counted += share;
    exact += expected;
  }
  return (sum + std::abs(exact - counted)) / 2;
}

unsigned HeightsWorld::hidden_state() const {
  unsigned state = 0;
  for (Index j = 0; j < model_.hidden(); ++j) state |= chains_.hidden().get(0, j) ? 1U << j : 0U;
  return state;
}

}  // namespace rbm
