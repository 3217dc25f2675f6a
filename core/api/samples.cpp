#include "core/api/samples.hpp"

#include <algorithm>

#include "core/model/units/visible_units.hpp"
#include "core/sampling/gibbs_chains.hpp"

namespace rbm {
namespace {

constexpr Index kMostNumbers = Index{1} << 30;  // of units in chains
constexpr Index kStepsAtOnce = 10;              // between two looks at the progress

Result<void> check(const Model& model, const SampleRequest& request) {
  const auto refuse = [](const std::string& what) { return fail(ErrorCode::BadArgument, what); };
  if (request.count < 1 || request.steps < 0 || !(request.temperature > 0))
    return refuse("Samples need at least one chain, no negative number of steps, and a temperature above 0.");
  if (request.count > kMostNumbers / std::max<Index>(1, model.visible() + model.hidden()))
    return refuse(std::to_string(request.count) +
                  " chains are more than fit the memory: draw fewer at a time.");
  if (request.label >= model.labels() || request.label < -1)
    return request.label == -1
               ? Result<void>{}
               : refuse("The model has " + std::to_string(model.labels()) +
                        " labels, counted from 0: there is no " + std::to_string(request.label) + ".");
  if (!request.starts.empty() &&
      (request.starts.rows() != request.count || request.starts.cols() != model.visible()))
    return refuse("The starts have " + std::to_string(request.starts.rows()) + " rows of " +
                  std::to_string(request.starts.cols()) + ": give one of " + std::to_string(model.visible()) +
                  " for each of the " + std::to_string(request.count) + " chains.");
  return {};
}

}  // namespace

Result<Samples> draw_samples(const Model& model, const SampleRequest& request, ThreadPool& pool,
                             const Progress& progress) {
  if (auto fine = check(model, request); !fine) return Unexpected{fine.error()};
  Matrix transposed(model.hidden(), model.visible());
  transpose(model.weights, transposed, pool);
  GibbsChains chains(request.count, model.visible(), model.hidden(), request.seed);
  chains.set_temperature(request.temperature);
  if (request.starts.empty())
    chains.start_from_noise(model, pool);
  else
    chains.start(units_of(model).states_from(model, request.starts));
  if (request.label >= 0) chains.clamp_labels_to(request.label);
  for (Index done = 0; done < request.steps; done += kStepsAtOnce) {
    if (progress && !progress(static_cast<double>(done) / static_cast<double>(request.steps)))
      return fail(ErrorCode::Cancelled, "The sampling was cancelled.");
    chains.full_steps(model, transposed, std::min(kStepsAtOnce, request.steps - done), pool);
  }
  return Samples{
      chains.states(), chains.visible_probabilities(), {chains.labels().begin(), chains.labels().end()}};
}

}  // namespace rbm
