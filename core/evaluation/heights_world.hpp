// HeightsWorld: the smallest Gaussian RBM there is, told as people's heights: one visible unit in centimetres
// and one to three hidden units that each shift it, with a histogram of what its Gibbs chains draw. One owner,
// one thread.
#pragma once

#include <array>
#include <vector>

#include "core/evaluation/mixture.hpp"
#include "core/sampling/gibbs_chains.hpp"

namespace rbm {

class HeightsWorld {
 public:
  static constexpr int kMostUnits = 3;
  static constexpr double kLowest = 130, kHighest = 215, kBin = 1;  // cm
  static constexpr Index kChains = 200;

  /// What the user turns.
  struct Knobs {
    int units = 1;
    float mean = 163, deviation = 6;                   // cm, of people for whom no unit is on
    std::array<float, kMostUnits> shift{16, -15, 19};  // cm: the weights
    std::array<float, kMostUnits> share{0.5f, 0.22f,
                                        0.22f};  // of the people for whom each unit is on: the biases
    bool operator==(const Knobs&) const = default;
  };

  HeightsWorld() : HeightsWorld(Knobs{}) {}
  explicit HeightsWorld(const Knobs& knobs);

  const Knobs& knobs() const { return knobs_; }
  /// Another model: the histogram starts over, the chains go on from where they are.
  void set(const Knobs& knobs);

  const Model& model() const { return model_; }
  const std::vector<MixtureComponent>& components() const { return components_; }
  double variance() const { return double{knobs_.deviation} * double{knobs_.deviation}; }
  double density(double v) const { return mixture_density(components_, variance(), v); }

  /// n Gibbs steps of every chain, each counted.
  void step(int n, ThreadPool& pool);
  /// All chains back to the first hill, the histogram empty.
  void restart();
  /// Draws of the chains in bins of kBin from kLowest, as a density; all 0 before the first step.
  std::vector<double> histogram() const;
  long drawn() const { return drawn_; }
  /// Half of the sum of |histogram − exact| over all bins and what lies outside: 0 equal, 1 disjoint.
  double distance() const;
  /// The first chain.
  double height() const { return double{chains_.states().values(0, 0)}; }
  unsigned hidden_state() const;

 private:
  void build();

  Knobs knobs_;
  Model model_;
  Matrix transposed_;
  std::vector<MixtureComponent> components_;
  GibbsChains chains_;
  std::vector<long> counts_;
  long drawn_ = 0;
};

}  // namespace rbm
