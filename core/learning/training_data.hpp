// TrainingData: what a run learns from, made from a data set and the settings.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "core/data/dataset.hpp"
#include "core/learning/settings.hpp"
#include "core/math/thread_pool.hpp"
#include "core/model/units/visible_units.hpp"
#include "core/result.hpp"

namespace rbm {

struct TrainingData {
  std::shared_ptr<const Dataset> train, validation;                    // rows of the visible units
  std::shared_ptr<const Dataset> train_pictures, validation_pictures;  // the same rows, to be shown
};

/// Splits the data, and brings them into the form that the settings' visible units learn (DataForm), or to
/// p(h | picture) of the model that settings.on names. Fails where that cannot be.
Result<TrainingData> training_data(const Dataset& data, const TrainingSettings& settings, ThreadPool& pool);

/// Data as they are looked at: categories as columns of cells (spread_states), signs as black and white, others
/// as they are.
Result<Dataset> shown(const Dataset& data);

/// What first models and bases are fitted to, of rows that training_data() made.
VisibleStatistics visible_statistics(const Dataset& rows, Binarization binarization);

/// Which settings the user chose, and no suggestion changes.
struct Decided {
  bool visible = false, whitening = false, learning_rate = false, fast_rate = false, variance_rate = false,
       initial_sd = false, first_weights = false, method = false;
};
/// What is decided where `told` says which settings, by their names, somebody gave: one that only some methods have
/// decides the method, too.
Decided decided_where(const std::function<bool(std::string_view)>& told);
/// `settings` with the visible units that suit the data: categories for tables of them, spins for −1 and +1,
/// Gaussian ones for colours and for other numbers beyond 0 to 1, standardized or, where images are small and
/// many, whitened; binary ones for the rest; and the rates that suit the units. The variances of pictures keep
/// the data's own. Tables of numbers begin with units that tell two cases apart, and are learned by a
/// method whose chains cross from cluster to cluster; small tables of any kind by the exact gradient.
TrainingSettings with_suggested_units(const Dataset& data, TrainingSettings settings,
                                      const Decided& decided = {});

/// Whether the visible units of `settings` learn numbers that are no picture.
bool learns_table(const Dataset& data, const TrainingSettings& settings);

/// Settings for data that a user brings: fitted_to() their number, with_suggested_units(), no label units
/// where there are no labels. What is asked for otherwise stays.
TrainingSettings suggested_for(const Dataset& data, const TrainingSettings& settings, Decided decided = {});

/// True when both settings make the same rows of the same source.
bool same_data(const TrainingSettings& a, const TrainingSettings& b);

/// The same rows, as a given model takes them: through its own picture space.
Result<TrainingData> training_data_for(const Model& model, const TrainingData& data, ThreadPool& pool);

/// The pictures that settings name, read anew, with exactly settings.validation of them held back; as
/// pictures_learned_by() gives them.
Result<TrainingData> pictures_of(const TrainingSettings& settings);
/// The same of a data set that is at hand.
Result<TrainingData> pictures_in(const Dataset& data, const TrainingSettings& settings);

/// The pictures that a model learned, read anew from where its file says that they come from, with that
/// source in `settings` and settings.validation of them held back, or fewer where they are few. Both parts as
/// pictures only: training_data_for() makes the model's rows. Fails where the file does not say, the source
/// cannot be read, or it holds other pictures now.
Result<TrainingData> pictures_learned_by(const Model& model, TrainingSettings& settings);

/// The setting that a model's picture space is of.
Whitening whitening_of(const Model& model);

/// The names of a model's label units; empty where their numbers are the names.
std::vector<std::string> label_names_of(const Model& model);
/// Leaves the names of the classes of `data` in the model's metadata.
void keep_label_names(const Dataset& data, Model& model);

/// Data as a given model takes them, for its evaluation: classes numbered by the names of its label units, and
/// rows as its visible units have them, through the model's own picture space.
Result<Dataset> data_for(const Model& model, Dataset data, ThreadPool& pool);

}  // namespace rbm
