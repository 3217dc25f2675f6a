// Parallel tempering (Desjardins, Courville, Bengio, Vincent and Delalleau 2010): persistent chains that change places
// with replicas at higher temperatures, and so cross from mode to mode. Rung 0 of the ladder are the visible units by
// themselves, the last one is the model.
#include "core/learning/settings.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

constexpr std::string_view kOwnSettings[] = {"chains", "temperatures"};

Result<void> check(const TrainingSettings& settings) {
  if (settings.labels)
    return fail(ErrorCode::BadArgument, "Label units learn with the methods cd and pcd: choose one of them.");
  if (units_of(settings.visible).is_real())
    return fail(ErrorCode::BadArgument, "Tempering needs binary visible units: use pcd for others.");
  return {};
}

}  // namespace

const MethodKind kTemperedChains{
    .id = Method::Tempering,
    .name = "tempering",
    .title = "Tempering",
    .explanation =
        "Persistent chains that change places with replicas at higher temperatures, and so cross between "
        "modes.",
    .keeps_chains = true,
    .own_settings = kOwnSettings,
    .check = check};

}  // namespace rbm
