// What is measured of a model on rows as people have them. Same input, same bits, for any number of threads. Any
// thread with its own pool.
#pragma once

#include <vector>

#include "core/evaluation/likelihood.hpp"
#include "core/model/model.hpp"

namespace rbm {

/// Rows in the units of the data as the model's visible units have them: through its picture space and the models
/// below it; of categories the number of each column's state becomes a block of bits. `name` stands in messages, in which
/// the first row has the number `first`. Fails where the width is another one, a number is not finite, beyond what the
/// units take (0 to 1 of binary units, −1 to 1 of spins), or no state.
Result<Matrix> visible_rows(const Model& model, Matrix rows, const std::string& name, ThreadPool& pool,
                            Index first = 0);

/// How many numbers a row of visible_rows() has.
Index row_width(const Model& model);

/// F(v) of every row that visible_rows() made, nats, and p(h = 1 | v) [rows × hidden].
std::vector<double> free_energies_of(const Model& model, const Matrix& visible, ThreadPool& pool);

/// The model of a layer of a stack, counted from 1 at the data; 0 is the last one, `model` itself. Fails where there is
/// none.
Result<const Model*> layer_of(const Model& model, int layer);

enum class LogZMethod { Automatic, Exact, Annealing };

struct LogZRequest {
  LogZMethod method =
      LogZMethod::Automatic;   // exact where the smaller layer has at most `most_enumerated` units
  Index most_enumerated = 20;  // a second or two
  AnnealingSettings annealing;
  Index burn_in = 1000;   // Gibbs steps before the reverse runs
  Matrix typical_rows{};  // of visible_rows(): base and starts of annealing; empty: samples of the model
};

/// log Z with its bracket. An estimate that must not be used says why in `refused`. Fails on settings out of range and
/// on models whose log Z cannot be had so, or with Cancelled.
Result<LogZEstimate> log_z_of(const Model& model, const LogZRequest& request, ThreadPool& pool,
                              const Progress& progress = {});

/// Mean log-likelihood of rows with its bracket, nats a row; of models with a picture space the density of what its
/// units hold. Fails where log Z is refused, with the reason.
struct Likelihood {
  double mean = 0, lower = 0, upper = 0;
  LogZEstimate log_z;
};
Result<Likelihood> log_likelihood_of(const Model& model, const Matrix& rows, LogZRequest request,
                                     ThreadPool& pool, const Progress& progress = {});

}  // namespace rbm
