// LikelihoodJob: the likelihood of a copy of the model and what else says how it fares, measured beside the
// training. Any thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/evaluation/partition_function.hpp"
#include "core/model/model.hpp"
#include "core/run/curve_point.hpp"

namespace rbm {

/// What is to be measured, and what it belongs to.
struct LikelihoodJob {
  std::shared_ptr<const Model> model;
  std::shared_ptr<const States> images;  // their mean log-likelihood is wanted
  std::vector<std::uint8_t> labels;      // of the images; may be empty
  States chains;                         // where the reverse runs start from, after some Gibbs steps
  VisibleBase base;
  std::uint64_t update = 0, seed = 1;
  int steps = 1000;                            // of each annealing run
  bool likelihood = true, diagnostics = true;  // what is wanted
};

/// Nats per image.
struct LikelihoodResult {
  std::uint64_t update = 0;
  bool measured = false;  // the likelihood was wanted: there are numbers, or `refused` says why not
  double value = 0, lower = 0, upper = 0;
  double effective_sample_size = 0;
  std::string refused;  // why there are no numbers; empty where there are
  double seconds = 0;   // that it took
  std::shared_ptr<const Diagnostics> diagnostics;
};

/// On the calling thread alone; the other cores train.
LikelihoodResult measure_likelihood(const LikelihoodJob& job, const Progress& progress);

}  // namespace rbm
