#include "core/api/samples.hpp"

#include <algorithm>
#include <utility>

#include "core/learning/training_data.hpp"
#include "core/model/pictures.hpp"
#include "core/model/units/visible_units.hpp"
#include "core/sampling/gibbs_chains.hpp"

namespace rbm {
namespace {

constexpr Index kMostNumbers = Index{1} << 30;  // of units in samples that are held at once
constexpr Index kStepsAtOnce = 10;              // between two looks at the progress

Result<void> check(const Model& model, const SampleRequest& request) {
  const auto refuse = [](const std::string& what) { return fail(ErrorCode::BadArgument, what); };
  if (request.count < 1 || request.steps < 0 || !(request.temperature > 0))
    return refuse("Samples need at least one chain, no negative number of steps, and a temperature above 0.");
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

/// Of one block of a request that is fine. `progress` gets the share of the block.
Result<Samples> draw_block(const Model& model, const Matrix& transposed, const SampleRequest& request,
                           const ChainBlock& block, ThreadPool& pool, const Progress& progress) {
  GibbsChains chains(block.count, model.visible(), model.hidden(), block.seed);
  chains.set_temperature(request.temperature);
  if (request.starts.empty()) {
    chains.start_from_noise(model, pool);
  } else {
    Matrix starts(block.count, model.visible());
    for (Index r = 0; r < block.count; ++r)
      std::copy_n(request.starts.row(block.first + r), model.visible(), starts.row(r));
    chains.start(units_of(model).states_from(model, starts));
  }
  if (request.label >= 0) chains.clamp_labels_to(request.label);
  for (Index done = 0; done < request.steps; done += kStepsAtOnce) {
    if (progress && !progress(static_cast<double>(done) / static_cast<double>(request.steps)))
      return fail(ErrorCode::Cancelled, "The sampling was cancelled.");
    chains.full_steps(model, transposed, std::min(kStepsAtOnce, request.steps - done), pool);
  }
  return Samples{
      chains.states(), chains.visible_probabilities(), {chains.labels().begin(), chains.labels().end()}};
}

/// Rows of a block into those of all.
void put(const Samples& block, Index first, Index count, Samples& all) {
  if (first == 0) {
    all = {block.states, Matrix(count, block.states.cols()), {}};
    resize(all.states, count, block.states.cols());
  }
  for (Index r = 0; r < block.states.rows(); ++r) {
    copy_row(block.states, r, all.states, first + r);
    std::copy_n(block.probabilities.row(r), block.states.cols(), all.probabilities.row(first + r));
  }
  all.labels.insert(all.labels.end(), block.labels.begin(), block.labels.end());
}

}  // namespace

Result<NumberTable> table_of_samples(const Model& model, const States& states, const Matrix* expected,
                                     ThreadPool& pool) {
  NumberTable out;
  if (expected != nullptr)
    to_pictures(model, *expected, out.rows, pool);
  else
    out = table_of_states(model, states, pool);
  auto columns = columns_of(model);
  if (!columns) return Unexpected{columns.error()};
  if (!columns->names.empty()) out.columns = std::move(columns->names);
  out.added = std::move(columns->away);
  return out;
}

ChainBlock chain_block(const Model& model, Index first, Index count, std::uint64_t seed) {
  constexpr Index kUnitsAtOnce = Index{1} << 23, kLeast = 100, kMost = 10000;
  const Index most = std::clamp(kUnitsAtOnce / (model.visible() + model.hidden()), kLeast, kMost);
  const auto number = static_cast<std::uint64_t>(first / most);
  const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  // Stream 0, from which nobody else draws.
  const auto drawn = philox({low(number), low(number >> 32), 0, 0}, {low(seed), low(seed >> 32)});
  const std::uint64_t own = std::uint64_t{drawn[0]} << 32 | drawn[1];
  return {first, std::min(most, count - first), number == 0 ? seed : own};
}

Result<void> draw_samples(const Model& model, const SampleRequest& request, const TakeSamples& take,
                          ThreadPool& pool, const Progress& progress) {
  if (auto fine = check(model, request); !fine) return fine;
  Matrix transposed(model.hidden(), model.visible());
  transpose(model.weights, transposed, pool);
  const auto all = static_cast<double>(request.count);
  ChainBlock block;
  for (Index first = 0; first < request.count; first += block.count) {
    block = chain_block(model, first, request.count, request.seed);
    const auto of_all = [&](double share) {
      return !progress ||
             progress((static_cast<double>(first) + share * static_cast<double>(block.count)) / all);
    };
    auto drawn = draw_block(model, transposed, request, block, pool, of_all);
    if (!drawn) return Unexpected{drawn.error()};
    if (auto taken = take(*drawn, first); !taken) return taken;
  }
  return {};
}

Result<Samples> draw_samples(const Model& model, const SampleRequest& request, ThreadPool& pool,
                             const Progress& progress) {
  if (request.count > kMostNumbers / std::max<Index>(1, model.visible()))
    return fail(ErrorCode::BadArgument, std::to_string(request.count) +
                                            " samples are more than fit the memory: draw fewer at a time.");
  Samples all;
  const auto keep = [&](const Samples& block, Index first) {
    put(block, first, request.count, all);
    return Result<void>();
  };
  if (auto drawn = draw_samples(model, request, keep, pool, progress); !drawn)
    return Unexpected{drawn.error()};
  return all;
}

}  // namespace rbm
