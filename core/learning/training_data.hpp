// TrainingData: what a run learns from, made from a data set and the settings.
#pragma once

#include <memory>

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

/// Leaves how `data` were read in the model's metadata, for reading_of().
void keep_reading(const Dataset& data, Model& model);
/// How the rows that a model learned were read, for others (SourceOptions::as_learned); null where it does not say. Fails
/// where what it says is damaged.
Result<std::shared_ptr<const Reading>> reading_of(const Model& model);

/// What makes rows of a model, as to_pictures() has them, rows of its data again.
struct DataColumns {
  std::vector<std::string> names;  // of each; empty: they have none
  std::vector<double> away;        // to be added to each, in double precision; empty: nothing
};
/// Of a model of real numbers, or a stack on one; of others nothing. Fails where what it says is damaged.
Result<DataColumns> columns_of(const Model& model);

/// Data as a given model takes them, for its evaluation: classes numbered by the names of its label units, and
/// rows as its visible units have them, through the model's own picture space.
Result<Dataset> data_for(const Model& model, Dataset data, ThreadPool& pool);

}  // namespace rbm
