// LikelihoodMeter: measures the likelihood of a copy of the model on a thread of its own, beside the training.
// Owned by the worker; its functions are the worker thread's. One measurement at a time.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/math/bits.hpp"
#include "core/model/model.hpp"
#include "core/session/snapshot.hpp"

namespace rbm {

/// What is to be measured, and what it belongs to.
struct LikelihoodJob {
  std::shared_ptr<const Model> model;
  std::shared_ptr<const States> images;     // their mean log-likelihood is wanted
  std::vector<std::uint8_t> labels;         // of the images; may be empty
  States chains;                            // where the reverse runs start from, after some Gibbs steps
  VisibleBase base;
  std::uint64_t update = 0, seed = 1;
};

/// Nats per image.
struct LikelihoodResult {
  std::uint64_t update = 0;
  double value = 0, lower = 0, upper = 0;
  double effective_sample_size = 0;
  std::string refused;     // why there are no numbers; empty where there are
  double seconds = 0;      // that it took
  std::shared_ptr<const Diagnostics> diagnostics;
};

class LikelihoodMeter {
 public:
  /// `on_done` is called from the meter's thread when a result waits; it must not block.
  explicit LikelihoodMeter(std::function<void()> on_done);
  ~LikelihoodMeter();  // cancels
  LikelihoodMeter(const LikelihoodMeter&) = delete;
  LikelihoodMeter& operator=(const LikelihoodMeter&) = delete;

  bool is_busy() const;
  /// Not while it is busy.
  void start(LikelihoodJob job);
  /// Gives up what it is at.
  void cancel();
  std::optional<LikelihoodResult> take();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rbm
