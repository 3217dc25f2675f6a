// Moments: states of the run that were kept while it trained, to look back at and to go on from. The ever rarer the later,
// so that each part of a run, on a logarithmic scale, has as many; and within a budget of memory: where it is used up,
// every other one of the older half goes. Owned by the worker; its thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/files/mapped_bytes.hpp"
#include "core/run/run.hpp"

namespace rbm {

/// The whole state of a run at one update: from it the run goes on bit for bit.
struct Moment {
  std::uint64_t update = 0;
  MappedBytes file;  // of Run::checkpoint_at_hand(), as .safetensors
  Result<TensorFile> checkpoint() const;
  // What goes with its model on the screen:
  States chains;
  BitMatrix chain_hidden;
  std::uint64_t chain_age = 0;
  Eigen::VectorXf mean_activity;
  std::vector<std::uint32_t> batch_rows;
  std::uint64_t bytes = 0;  // of all that
};

class Moments {
 public:
  static constexpr std::uint64_t kBudget = 256'000'000;  // bytes

  explicit Moments(std::uint64_t budget = kBudget) : budget_(budget) {}

  /// Of another run: forgets all of the one before, or what came after this update where the run goes on from there.
  void begin(const Run& run);
  void begin_after(std::uint64_t update, const Run& run);
  /// After an update; copies the state where it is time. One that has no room in the budget is not kept.
  void keep_if_due(const Run& run);

  /// Oldest first.
  const std::vector<std::shared_ptr<const Moment>>& all() const { return moments_; }
  /// The one of this update; null where there is none.
  std::shared_ptr<const Moment> at(std::uint64_t update) const;
  std::uint64_t bytes() const { return bytes_; }
  std::uint64_t budget() const { return budget_; }
  /// Changes when all() does.
  std::uint64_t version() const { return version_; }

 private:
  void keep(const Run& run);
  /// Those of which goes(moment) holds.
  template <class Goes>
  void drop(Goes goes);
  void thin_out();

  std::uint64_t budget_;
  std::vector<std::shared_ptr<const Moment>> moments_;
  std::uint64_t bytes_ = 0;
  std::uint64_t next_ = 0;    // the first update that is kept again
  std::uint64_t version_ = 0;
};

}  // namespace rbm
