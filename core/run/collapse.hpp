// CollapseWatch: notices a run whose chains do not go between parts of the data, or whose likelihood falls while its
// reconstruction error improves, and says so in one sentence with what to change. Looks when the curves get a point.
// Owned by a Run; its thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/evaluation/diagnostics.hpp"
#include "core/learning/trainer.hpp"
#include "core/run/curve_point.hpp"

namespace rbm {

class CollapseWatch {
 public:
  /// `data`: some rows that are trained on, as states. `points` end with that of the trainer's update.
  void look(const Trainer& trainer, const Model& model, const States& data,
            const std::vector<CurvePoint>& points, ThreadPool& pool);

  /// Empty while nothing is wrong.
  const std::string& sentence() const { return sentence_; }

 private:
  void look_at_chains(const Trainer& trainer, const Model& model, const States& data, ThreadPool& pool);

  std::optional<RowGroups> groups_;   // of the data
  std::optional<CutOffPart> before_;  // what the last look found
  std::uint64_t next_look_ = 0;       // at the chains; looks become ever rarer
  std::string chains_say_;
  std::string sentence_;
};

/// How far the log-likelihood of the training rows has fallen below its best so far, nats, while their reconstruction
/// error became no worse: at the newest two points that have a likelihood, by the brackets, beyond 3 nats. That of
/// validation rows and the free-energy gap give it, so that over-fitting is no fall. Nothing where it has not.
struct LikelihoodFall {
  double nats = 0;
  std::uint64_t since = 0;  // the update of the best point
};
std::optional<LikelihoodFall> likelihood_fall(const std::vector<CurvePoint>& points);

}  // namespace rbm
