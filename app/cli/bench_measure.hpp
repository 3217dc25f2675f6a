// What `rbm bench` measures: whole updates of rbm::Trainer beside the dense products of the same shapes, in
// turn, and the parts of an update. Nothing here prints.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/cli/dense_products.hpp"
#include "core/data/dataset.hpp"
#include "core/learning/trainer.hpp"

namespace lab::cli {

/// One model and method to measure.
struct BenchConfig {
  std::string name;
  int hidden = 500;
  rbm::Method method = rbm::Method::Pcd;
  int k = 1;
  int batch = 100;        // and as many chains
  bool gaussian = false;  // on standardized pixels, their variances learned
};

/// A to E: the configurations in which other programs have been measured; G: B with Gaussian visible units.
const std::vector<BenchConfig>& bench_configs();

struct BenchOptions {
  int threads = 0;
  int repeats = 5;
  double seconds = 0.5;         // of one measurement, at least one update
  std::uint64_t warm_up = 300;  // updates before: at the start the states are not as sparse as later
  rbm::Arithmetic arithmetic = rbm::TrainingSettings{}.arithmetic;
};

/// The median and the range of the repeats.
struct Spread {
  double median = 0, low = 0, high = 0;
  static Spread of(std::vector<double> values);
};

struct BenchResult {
  BenchConfig config;
  int threads = 0;
  Spread images_per_second, dense_bound, ratio;  // the ratio is that of neighbours in time
  double visible_density = 0, hidden_density = 0;
};

/// Measures one configuration; `train` is thresholded as the data of the other programs is. Without `dense` (null) there is
/// no bound: ranks share the updates, and no program shares its products between them.
rbm::Result<BenchResult> measure_config(const BenchConfig& config, const BenchOptions& options,
                                        std::shared_ptr<const rbm::Dataset> train, DenseProducts* dense,
                                        rbm::ThreadPool& pool);

/// One row of the table of where the time of an update goes.
struct BenchPart {
  std::string name;
  Spread microseconds;
};

struct BenchParts {
  std::vector<BenchPart> parts;  // the last is what the others leave of a whole update
  Spread update;                 // microseconds of a whole update
  // The product of the visible states with the weights, from the bits and from the same states as real
  // numbers: what the choice of the sparse kernels rests on.
  double visible_density = 0, hidden_density = 0;
  Spread visible_gain, hidden_gain;  // how many times the sparse product is as fast
};

/// Times the kernels of one update one by one, on the states of a trained model.
rbm::Result<BenchParts> measure_parts(const BenchConfig& config, const BenchOptions& options,
                                      std::shared_ptr<const rbm::Dataset> train, rbm::ThreadPool& pool);

}  // namespace lab::cli
