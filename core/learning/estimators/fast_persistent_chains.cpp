// Fast persistent contrastive divergence (Tieleman and Hinton 2009): persistent chains whose model is stirred by fast
// weights, which learn of the same gradient at a rate of their own and soon decay. Neither what the data say nor any
// evaluation sees them.
#include "core/learning/settings.hpp"

namespace rbm {
namespace {

constexpr std::string_view kOwnSettings[] = {"chains", "fast_rate", "fast_decay"};

Result<void> check(const TrainingSettings& settings) {
  if (!settings.labels) return {};
  return fail(ErrorCode::BadArgument, "Label units learn with the methods cd and pcd: choose one of them.");
}

}  // namespace

const MethodKind kFastPersistentChains{
    .id = Method::Fpcd,
    .name = "fpcd",
    .title = "FPCD",
    .explanation = "Persistent chains that fast weights stir, so that they leave where they have been.",
    .keeps_chains = true,
    .own_settings = kOwnSettings,
    .check = check};

}  // namespace rbm
