// Persistent contrastive divergence (Tieleman 2008): the chains go on from update to update.
#include "core/learning/settings.hpp"

namespace rbm {
namespace {

constexpr std::string_view kOwnSettings[] = {"chains"};

Result<void> check(const TrainingSettings&) {
  return {};
}

}  // namespace

const MethodKind kPersistentChains{
    .id = Method::Pcd,
    .name = "pcd",
    .title = "PCD",
    .explanation =
        "Chains are kept from update to update, and follow the model as it changes: the better density.",
    .keeps_chains = true,
    .own_settings = kOwnSettings,
    .check = check};

}  // namespace rbm
