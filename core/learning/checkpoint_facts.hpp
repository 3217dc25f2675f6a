// What a checkpoint says of its run beside the state of the trainer: which data it is of, and whether its learning rate
// has come to its end. In the metadata, under keys that begin with "run_". Pure functions; any thread.
#pragma once

#include <string>

#include "core/data/dataset.hpp"
#include "core/learning/settings.hpp"
#include "core/model/model_file.hpp"

namespace rbm {

struct CheckpointFacts {
  std::string data;           // fingerprint_of() all rows; empty where the file does not say
  bool has_faded = false;     // the learning rate had fallen to the end of its decay
  float first_rate = 0;       // from which it followed the clock; 0 where it did not
  std::uint64_t updates = 0;  // that were done
};

/// Leaves the facts in a checkpoint's metadata; its updates are there already.
void add_facts(const CheckpointFacts& facts, TensorFile& checkpoint);
/// The facts of a checkpoint with these settings; a sentence where the file says what cannot be.
Result<CheckpointFacts> facts_of(const TensorFile& checkpoint, const TrainingSettings& settings,
                                 const std::string& path);

/// "60000 rows, 784 columns, 0123456789abcdef": tells the rows of two parts from other ones, in whatever order they
/// come and whatever they were held back for; with their labels, if these count. The same whether numbers from 0 to 1
/// are held as such or as grey values, and signs as numbers or as black and white.
std::string fingerprint_of(const Dataset& train, const Dataset& validation, bool with_labels);

/// Fails with a sentence where a run on data of the fingerprint `told` would go on with those of `found`.
Result<void> check_same_data(const std::string& told, const std::string& found, const std::string& path);

}  // namespace rbm
