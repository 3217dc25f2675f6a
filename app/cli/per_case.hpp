// What `rbm eval --per-case` leaves: the numbers of every row, as a table with named columns. One thread.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "core/data/dataset.hpp"
#include "core/math/random.hpp"
#include "core/math/thread_pool.hpp"
#include "core/model/model.hpp"
#include "core/model/states.hpp"
#include "core/result.hpp"

namespace lab::cli {

/// The columns row, free_energy, log_likelihood (where log Z is known), reconstruction_error (the mean of
/// squared_errors() over the row's cells, by `key`) and, of a model with label units, told, the most probable class, with
/// p_label, the probability of the row's own class. `states` are the rows that were evaluated, the first of `data`.
rbm::Result<void> write_per_case(const std::string& path, const rbm::Model& model, const rbm::Dataset& data,
                                 const rbm::States& states, std::optional<double> log_z,
                                 const rbm::RandomKey& key, rbm::ThreadPool& pool);

}  // namespace lab::cli
