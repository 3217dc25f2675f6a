#include "core/learning/missing_cells.hpp"

#include <algorithm>

#include "core/learning/average_cases.hpp"
#include "core/model/observed.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {

void MissingCells::begin(MissingTreatment treatment, const Dataset& data, const Model& model, Index batch) {
  treatment_ = treatment;
  observed_.resize(batch, model.visible());
  hidden_of_rows_ = {};
  if (treatment != MissingTreatment::Drawn) return;
  // No unit is on: the first draw is one of the visible units by themselves.
  hidden_of_rows_.resize(data.count(), model.hidden());
  chains_.hidden_states.resize(batch, model.hidden());
  if (model.labels() > 0) chains_.hidden.resize(batch, model.hidden());
  drawn_ = empty_states(units_of(model), batch, model.visible());
}

void MissingCells::present(Batches& batches, const ChainContext& context, std::span<const std::uint32_t> rows,
                           LearningPhase& batch, ThreadPool& pool) {
  batches.observed(context.update, observed_);
  if (treatment_ == MissingTreatment::Drawn) draw(context, rows, batch, pool);
}

void MissingCells::draw(const ChainContext& context, std::span<const std::uint32_t> rows,
                        LearningPhase& batch, ThreadPool& pool) {
  const Model& model = context.model;
  const auto copy_hidden = [&](const BitMatrix& from, Index from_row, BitMatrix& to, Index row) {
    std::copy_n(from.row(from_row), from.words_per_row(), to.row(row));
  };
  for (std::size_t r = 0; r < rows.size(); ++r)
    copy_hidden(hidden_of_rows_, rows[r], chains_.hidden_states, static_cast<Index>(r));
  chains_.visible = batch.visible;
  chains_.labels = batch.labels;
  for (int step = 0; step < context.settings.k; ++step) {
    const std::uint64_t count = context.update * kStepsPerUpdate + static_cast<std::uint64_t>(step);
    units_of(model).draw(model, context.transposed, chains_.hidden_states, {},
                         {context.settings.seed, Stream::MissingCells, 2 * count}, drawn_, nullptr, pool);
    fill_missing(observed_, drawn_, chains_.visible);
    draw_hidden(model, {context.settings.seed, Stream::MissingCells, 2 * count + 1}, chains_, pool);
  }
  batch.visible = chains_.visible;
  for (std::size_t r = 0; r < rows.size(); ++r)
    copy_hidden(chains_.hidden_states, static_cast<Index>(r), hidden_of_rows_, rows[r]);
}

void MissingCells::sum_out(const Model& model, LearningPhase& batch, ThreadPool& pool) {
  if (treatment_ != MissingTreatment::SummedOut) return;
  const auto found = observed_averages(model, batch.visible, observed_, batch.hidden, pool);
  // A model with a parameter that is not finite has none; the update that made it so has said it.
  if (found) batch.averages = as_cases(model, *found);
}

}  // namespace rbm
