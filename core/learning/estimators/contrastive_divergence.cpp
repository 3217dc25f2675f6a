// Contrastive divergence (Hinton 2002): the chains of an update start at its mini-batch, or at states without structure
// (Liao, Kornblith, Ren, Fleet and Hinton 2022; k must be large then).
#include "core/learning/settings.hpp"

namespace rbm {
namespace {

constexpr std::string_view kOwnSettings[] = {"start"};

Result<void> check(const TrainingSettings&) {
  return {};
}

}  // namespace

const MethodKind kContrastiveDivergence{
    .id = Method::Cd,
    .name = "cd",
    .title = "CD",
    .explanation = "Chains start at the images, anew for every update: good features, poor dreams.",
    .keeps_chains = false,
    .own_settings = kOwnSettings,
    .check = check};

}  // namespace rbm
