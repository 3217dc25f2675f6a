#include "core/api/measures.hpp"

#include <algorithm>
#include <cmath>

#include "core/api/samples.hpp"
#include "core/model/pictures.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

constexpr Index kPiece = 1000;  // rows at a time, so that the scratch matrix stays small

std::string number(float x) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", static_cast<double>(x));
  return text;
}

/// The lowest and the highest value that the rows of a model may have.
std::pair<float, float> range_of(const Model& model) {
  constexpr float kAny = std::numeric_limits<float>::infinity();
  if (model.below != nullptr) return range_of(*model.below);
  if (model.states != nullptr) return {0.0f, kAny};
  switch (units_of(model).learns()) {
    case DataForm::Bits:
      return {0.0f, 1.0f};
    case DataForm::Signs:
      return {-1.0f, 1.0f};
    default:
      return {-kAny, kAny};
  }
}

Result<void> check_rows(const Model& model, const Matrix& rows, const std::string& name, Index first) {
  const Index width = row_width(model);
  if (rows.cols() != width)
    return fail(ErrorCode::BadArgument, name + " has " + std::to_string(rows.cols()) +
                                            " columns, the model takes " + std::to_string(width) +
                                            ": give one for each.");
  const auto [low, high] = range_of(model);
  for (Index r = 0; r < rows.rows(); ++r) {
    for (Index c = 0; c < width; ++c) {
      const float x = rows(r, c);
      if (std::isfinite(x) && x >= low && x <= high) continue;
      const std::string where = name + " holds " + number(x) + " in row " + std::to_string(first + r) + ", column " +
                                std::to_string(c) + " (counted from 0): ";
      return fail(
          ErrorCode::BadArgument,
          where + (std::isfinite(x) ? "the model's units take " + number(low) + " to " + number(high) + "."
                                    : "leave out or fill in what is not finite."));
    }
  }
  return {};
}

/// State numbers [rows × units] as blocks of bits.
Result<Matrix> blocks_of(const UnitStates& states, const Matrix& rows, const std::string& name,
                         Index first_row) {
  Matrix out(rows.rows(), states.total());
  Result<void> done;
  for (Index r = 0; r < rows.rows() && done; ++r) {
    states.for_each([&](Index unit, Index first, Index count) {
      const auto state = static_cast<Index>(rows(r, unit));
      if (rows(r, unit) == std::floor(rows(r, unit)) && state < count)
        out(r, first + state) = 1;
      else if (done)
        done = fail(ErrorCode::BadArgument, name + " holds " + number(rows(r, unit)) + " in row " +
                                                std::to_string(first_row + r) + ", column " + std::to_string(unit) +
                                                " (counted from 0), which has the states 0 to " +
                                                std::to_string(count - 1) + ".");
    });
  }
  if (!done) return Unexpected{done.error()};
  return out;
}

VisibleStatistics statistics_of(const Model& model, const Matrix& visible) {
  const auto rows = static_cast<float>(std::max<Index>(1, visible.rows()));
  VisibleStatistics out;
  out.means = visible.view().colwise().sum().transpose() / rows;
  out.variances =
      (visible.view().rowwise() - out.means.transpose()).array().square().colwise().sum().transpose() / rows;
  out.variances = out.variances.array().max(1e-6f);
  out.states = model.states;
  return out;
}

Result<LogZEstimate> annealed(const Model& model, const LogZRequest& request, ThreadPool& pool,
                              const Progress& progress) {
  const Index chains = request.annealing.chains;
  Matrix typical = request.typical_rows;
  Index burn_in = request.burn_in;
  if (typical.empty()) {
    auto drawn =
        draw_samples(model, {.count = chains, .steps = burn_in, .seed = request.annealing.seed}, pool);
    if (!drawn) return Unexpected{drawn.error()};
    unpack(drawn->states, typical);
  } else if (typical.cols() != model.visible()) {
    return fail(ErrorCode::BadArgument,
                "The typical rows have another width than the model: use visible_rows().");
  }
  const VisibleUnits& units = units_of(model);
  const VisibleBase base = units.base_of(statistics_of(model, typical));
  const States starts = repeated(units.states_from(model, typical), std::max<Index>(1, chains));
  return estimate_log_z(model, base, starts, burn_in, request.annealing, pool, progress);
}

}  // namespace

Index row_width(const Model& model) {
  if (model.below != nullptr) return row_width(*model.below);
  return model.states != nullptr ? model.states->units() : model.visible();
}

Result<const Model*> layer_of(const Model& model, int layer) {
  int layers = 1;
  for (const Model* m = &model; m->below != nullptr; m = m->below.get()) ++layers;
  if (layer == 0) layer = layers;
  if (layer < 0 || layer > layers)
    return fail(ErrorCode::BadArgument, "The model has " + std::to_string(layers) +
                                            " layers, counted from 1 at the data: there is no layer " +
                                            std::to_string(layer) + ".");
  const Model* found = &model;
  for (int n = layers; n > layer; --n) found = found->below.get();
  return found;
}

Result<Matrix> visible_rows(const Model& model, Matrix rows, const std::string& name, ThreadPool& pool,
                            Index first) {
  if (auto fine = check_rows(model, rows, name, first); !fine) return Unexpected{fine.error()};
  if (model.below != nullptr) {
    auto below = visible_rows(*model.below, std::move(rows), name, pool, first);
    if (!below) return below;
    Matrix out(below->rows(), model.visible());
    hidden_probabilities(*model.below, *below, out, pool);
    return out;
  }
  if (model.states != nullptr) return blocks_of(*model.states, rows, name, first);
  if (model.space == nullptr) return rows;
  Matrix out;
  from_pictures(*model.space, rows, out, pool);
  return out;
}

std::vector<double> free_energies_of(const Model& model, const Matrix& visible, ThreadPool& pool) {
  const States rows(visible);
  Matrix scratch;
  std::vector<double> out(static_cast<std::size_t>(visible.rows()));
  for (Index first = 0; first < visible.rows(); first += kPiece) {
    const Index count = std::min(kPiece, visible.rows() - first);
    free_energies(model, rows_of(rows, first, count),
                  std::span(out).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count)),
                  scratch, pool);
  }
  return out;
}

Result<LogZEstimate> log_z_of(const Model& model, const LogZRequest& request, ThreadPool& pool,
                              const Progress& progress) {
  const bool is_small = enumerable_units(model) <= std::min(request.most_enumerated, kMaxEnumeratedUnits);
  const bool exact =
      request.method == LogZMethod::Exact || (request.method == LogZMethod::Automatic && is_small);
  return exact ? enumerated_log_z(model, pool, progress) : annealed(model, request, pool, progress);
}

Result<Likelihood> log_likelihood_of(const Model& model, const Matrix& rows, LogZRequest request,
                                     ThreadPool& pool, const Progress& progress) {
  auto visible = visible_rows(model, rows, "The data", pool);
  if (!visible) return Unexpected{visible.error()};
  if (visible->rows() == 0) return fail(ErrorCode::BadArgument, "The data have no rows: give at least one.");
  const std::vector<double> energies = free_energies_of(model, *visible, pool);
  if (request.typical_rows.empty()) request.typical_rows = std::move(*visible);
  auto log_z = log_z_of(model, request, pool, progress);
  if (!log_z) return Unexpected{log_z.error()};
  if (!log_z->refused.empty()) return fail(ErrorCode::Unsupported, log_z->refused);
  double mean = 0;
  for (const double energy : energies) mean -= energy / static_cast<double>(energies.size());
  return Likelihood{mean - log_z->log_z, mean - log_z->upper, mean - log_z->lower, std::move(*log_z)};
}

}  // namespace rbm
