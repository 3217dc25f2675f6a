#include "core/run/loading.hpp"

#include <cmath>

#include "core/data/loading.hpp"
#include "core/learning/checkpoint_facts.hpp"
#include "core/learning/suggested_settings.hpp"
#include "core/model/pictures.hpp"
#include "core/parallel/communicator.hpp"
#include "core/run/curves_tensors.hpp"
#include "core/run/likelihood_tensors.hpp"
#include "core/run/run_folder.hpp"

namespace rbm {
namespace {

/// Shares of the whole after the data were read, and after their rows were made.
constexpr double kRead = 0.7, kPrepared = 0.95;

bool goes_on(const Progress& progress, double share) {
  return !progress || progress(share);
}

Unexpected cancelled(const std::string& what) {
  return fail(ErrorCode::Cancelled, "The loading of " + what + " was cancelled.", what);
}

std::unique_ptr<ThreadPool> pool_for(const TrainingSettings& settings) {
  return std::make_unique<ThreadPool>(settings.threads);
}

Result<std::shared_ptr<const Dataset>> read_source(const TrainingSettings& settings,
                                                   const LoadedSource& source, const Progress& progress) {
  if (source.is_of(settings)) return source.data;
  const auto part = [&](double share) { return goes_on(progress, kRead * share); };
  if (!part(0)) return cancelled(settings.data);
  auto data = load_dataset(settings.data, settings.source, part);
  if (!data) return Unexpected{data.error()};
  return std::make_shared<const Dataset>(std::move(*data));
}

/// The rows that `request` names; its settings may get a smaller batch and less validation.
Result<RunData> load_rows(RunRequest& request, ThreadPool& pool, const Progress& progress) {
  TrainingSettings& settings = request.settings;
  const auto& had = request.at_hand.made_with;
  if (had && same_data(*had, settings)) return request.at_hand;
  const auto data = read_source(settings, request.source, progress);
  if (!data) return Unexpected{data.error()};
  if (!goes_on(progress, kRead)) return cancelled(settings.data);
  const bool is_new = !had || had->data != settings.data;
  if (is_new && settings.batch + settings.validation > (*data)->count())
    settings = fitted_to((*data)->count(), settings);
  auto rows = training_data(**data, settings, pool);
  if (!rows) return Unexpected{rows.error()};
  if (!goes_on(progress, kPrepared)) return cancelled(settings.data);
  return RunData{std::move(*rows), settings};
}

/// A run of so many updates whose learning rate is to fall over them.
void plan_decay(TrainingSettings& settings, const RunLength& length, const Dataset& train) {
  const std::uint64_t updates = length.updates_of(train.count(), settings.batch);
  if (!length.decays || updates == 0) return;
  settings.decay_updates = updates;
  settings.final_rate = 0;
}

Result<void> check_data(const TensorFile& checkpoint, const std::string& path, const RunRequest& request,
                        const TrainingData& rows) {
  if (request.other_data) return {};
  const bool with_labels = checkpoint.tensors.contains("label_weights");
  const auto facts = facts_of(checkpoint, request.settings, path);
  if (!facts) return Unexpected{facts.error()};
  const std::string found = fingerprint_of(*rows.train_pictures, *rows.validation_pictures, with_labels);
  return check_same_data(facts->data, found, path);
}

/// The journal of the run of a checkpoint, what was measured of it, and how that goes on.
Result<void> take_measured(const TensorFile& checkpoint, const std::string& path, Run& run, bool other_data) {
  const auto told = checkpoint_settings(checkpoint, path);
  if (!told) return Unexpected{told.error()};
  auto journal = journal_of(checkpoint.metadata, *told, run.trainer().updates(), path);
  if (!journal) return Unexpected{journal.error()};
  run.go_on_from(std::move(*journal), other_data);
  auto curves = curves_of(checkpoint, path);
  if (!curves) return Unexpected{curves.error()};
  auto likelihood = likelihood_state_of(checkpoint, run.trainer().averaged(), path);
  if (!likelihood) return Unexpected{likelihood.error()};
  // An annealing waits for the point that it belongs to.
  if (curves->empty() || likelihood->waiting != curves->back().update) likelihood->waiting.reset();
  run.go_on_from(std::move(*curves));
  if (!run.go_on_from(*likelihood))
    return fail(
        ErrorCode::BadFormat,
        path + " is damaged, its likelihood meter does not fit its model: use another checkpoint of the run.",
        path);
  return {};
}

/// Pictures for a model that cannot take those at hand.
Result<TrainingData> own_pictures(const Model& model, const std::string& path, TrainingSettings& settings,
                                  const TrainingData& at_hand) {
  auto own = pictures_learned_by(model, settings);
  if (own) return own;
  const ImageShape& shape = at_hand.train_pictures->shape;
  std::string why = own.error().message;
  if (why.ends_with('.')) why.pop_back();
  return fail(ErrorCode::BadArgument,
              path + " learned pictures of " + std::to_string(picture_shape(model).pixels()) +
                  " pixels, the images of " + at_hand.train->name + " have " +
                  std::to_string(shape.pixels()) + " pixels, and those that it learned cannot be used (" +
                  why + "): choose data of the model's shape first.",
              path);
}

/// The settings of the run at hand, with what a model brings along.
TrainingSettings with_settings_of(const Model& model, TrainingSettings settings, const Dataset& pictures,
                                  const TrainingSettings& at_hand) {
  const bool is_other = settings.data != at_hand.data || at_hand.visible != model.visible_type;
  settings.hidden = static_cast<int>(model.hidden());
  settings.visible = model.visible_type;
  settings.whitening = whitening_of(model);
  const auto on = model.metadata.find("on");
  settings.on = model.below != nullptr && on != model.metadata.end() ? on->second : "";
  settings.labels = model.labels() > 0;
  if (!settings.labels) settings.discriminative = 0;
  if (!is_other) return settings;
  return with_suggested_units(pictures, settings, {.visible = true, .whitening = true});
}

/// With the rows that it had, and with no others.
Result<std::unique_ptr<Run>> open_checkpoint(const TensorFile& file, const Model& model,
                                             const std::string& path, RunRequest request) {
  const auto told = checkpoint_settings(file, path);
  if (!told) return Unexpected{told.error()};
  TrainingData pictures = request.at_hand.rows;
  const TrainingSettings& now = request.settings;
  if (told->data != now.data || told->source != now.source || told->validation != now.validation) {
    auto own = pictures_of(*told);
    if (!own)
      return fail(own.error().code,
                  path + " cannot go on without the data of its run: " + own.error().message, path);
    pictures = std::move(*own);
  }
  auto pool = pool_for(now);
  auto rows = training_data_for(model, pictures, *pool);
  if (!rows) return fail(rows.error().code, rows.error().message, path);
  auto trainer = Trainer::resume(file, rows->train, path, world());
  if (!trainer) return Unexpected{trainer.error()};
  if (auto same = check_data(file, path, request, *rows); !same) return Unexpected{same.error()};
  auto run = std::make_unique<Run>(std::move(*trainer), RunData{std::move(*rows), {}}, request.length);
  if (auto goes_on = take_measured(file, path, *run, request.other_data); !goes_on)
    return Unexpected{goes_on.error()};
  return run;
}

/// A run from its first update with these rows, which are the model's.
Result<std::unique_ptr<Run>> run_from(Model model, const std::string& path, TrainingSettings settings,
                                      const RunLength& length, Result<TrainingData> rows) {
  if (!rows) return fail(rows.error().code, rows.error().message, path);
  plan_decay(settings, length, *rows->train);
  if (auto valid = validate(settings); !valid) return fail(valid.error().code, valid.error().message, path);
  if (auto fits = check_fits(settings, *rows->train); !fits)
    return fail(fits.error().code, fits.error().message, path);
  keep_reading(*rows->train, model);
  const std::string parameters = checksum_of(model);
  auto trainer = std::make_unique<Trainer>(settings, rows->train, std::move(model), world());
  // The next run makes its own rows: these went through the picture space of the model.
  auto run = std::make_unique<Run>(std::move(trainer), RunData{std::move(*rows), {}}, length);
  run->began_from(path, parameters);
  return run;
}

Result<std::unique_ptr<Run>> open_model(Model model, const std::string& path, RunRequest request) {
  TrainingSettings settings = request.settings;
  TrainingData pictures = request.at_hand.rows;
  if (pictures.train_pictures->shape.pixels() != picture_shape(model).pixels()) {
    auto own = own_pictures(model, path, settings, pictures);
    if (!own) return Unexpected{own.error()};
    pictures = std::move(*own);
  }
  auto pool = pool_for(settings);
  auto rows = training_data_for(model, pictures, *pool);
  settings = with_settings_of(model, settings, *pictures.train_pictures, request.settings);
  if (rows && !check_method(settings, *rows->train)) settings.method = TrainingSettings{}.method;
  return run_from(std::move(model), path, settings, request.length, std::move(rows));
}

}  // namespace

Result<std::unique_ptr<Run>> begin_run(RunRequest request, const Progress& progress) {
  TrainingSettings& settings = request.settings;
  if (auto valid = validate(settings); !valid) return Unexpected{valid.error()};
  auto pool = pool_for(settings);
  auto data = load_rows(request, *pool, progress);
  if (!data) return Unexpected{data.error()};
  plan_decay(settings, request.length, *data->rows.train);
  if (auto fits = check_fits(settings, *data->rows.train); !fits) return Unexpected{fits.error()};
  auto trainer = std::make_unique<Trainer>(settings, data->rows.train, world());
  auto run = std::make_unique<Run>(std::move(trainer), std::move(*data), request.length);
  if (request.keeps_models) run->keep_models();
  return run;
}

Result<std::unique_ptr<Run>> begin_run_from(const std::string& path, RunRequest request,
                                            const Progress& progress) {
  auto model = load_model(path);
  if (!model) return Unexpected{model.error()};
  TrainingSettings& settings = request.settings;
  const auto data = read_source(settings, request.source, progress);
  if (!data) return Unexpected{data.error()};
  if (!goes_on(progress, kRead)) return cancelled(settings.data);
  settings = with_settings_of(*model, settings, **data, settings);
  auto pictures = pictures_in(**data, settings);
  if (!pictures) return Unexpected{pictures.error()};
  const ImageShape shape = picture_shape(*model), found = pictures->train_pictures->shape;
  if (shape.pixels() != found.pixels())
    return fail(ErrorCode::BadArgument,
                path + " takes pictures of " + std::to_string(shape.pixels()) + " numbers, those of " +
                    (*data)->name + " have " + std::to_string(found.pixels()) +
                    ": begin with a model of data like these, or without one.",
                path);
  auto pool = pool_for(settings);
  auto rows = training_data_for(*model, *pictures, *pool);
  return run_from(std::move(*model), path, settings, request.length, std::move(rows));
}

Result<std::unique_ptr<Run>> resume_run(const TensorFile& checkpoint, const std::string& path,
                                        RunRequest request, const Progress& progress) {
  if (auto valid = validate(request.settings); !valid) return Unexpected{valid.error()};
  auto pool = pool_for(request.settings);
  auto data = load_rows(request, *pool, progress);
  if (!data) return Unexpected{data.error()};
  if (auto fits = check_fits(request.settings, *data->rows.train); !fits) return Unexpected{fits.error()};
  auto trainer = Trainer::resume(checkpoint, data->rows.train, path, world());
  if (!trainer) return Unexpected{trainer.error()};
  if (auto same = check_data(checkpoint, path, request, data->rows); !same) return Unexpected{same.error()};
  plan_decay(request.settings, request.length, *data->rows.train);
  TrainingSettings settings = (*trainer)->settings();
  settings.learning_rate = request.settings.learning_rate;
  settings.decay_updates = request.settings.decay_updates;
  settings.final_rate = request.settings.final_rate;
  settings.threads = request.settings.threads;
  (*trainer)->configure(settings);
  auto run = std::make_unique<Run>(std::move(*trainer), std::move(*data), request.length);
  if (auto goes_on = take_measured(checkpoint, path, *run, request.other_data); !goes_on)
    return Unexpected{goes_on.error()};
  return run;
}

Result<std::unique_ptr<Run>> go_on_run(const TensorFile& checkpoint, const std::string& path,
                                       RunRequest request) {
  const auto model = model_from_tensors(checkpoint, path);
  if (!model) return fail(model.error().code, model.error().message, path);
  return open_checkpoint(checkpoint, *model, path, std::move(request));
}

Result<std::unique_ptr<Run>> open_run(const std::string& opened, RunRequest request,
                                      const Progress& progress) {
  const std::string path = resolved_run(opened);
  if (!request.at_hand.rows.train)
    return fail(ErrorCode::BadArgument, "No data set is loaded yet: open " + path + " once there is one.",
                path);
  auto file = read_tensors(path);
  if (!file) return fail(file.error().code, file.error().message, path);
  auto model = model_from_tensors(*file, path);
  if (!model) return fail(model.error().code, model.error().message, path);
  if (!goes_on(progress, 0)) return cancelled(path);
  if (is_checkpoint(*file)) return open_checkpoint(*file, *model, path, std::move(request));
  return open_model(std::move(*model), path, std::move(request));
}

}  // namespace rbm
