// rbmlab._core: the class Run.
#include <chrono>
#include <cmath>
#include <concepts>
#include <mutex>

#include "app/python/arrays.hpp"
#include "core/model/tensor_formats.hpp"
#include "core/run/curve_columns.hpp"
#include "core/run/described_model.hpp"

namespace lab::python {
namespace {

constexpr std::uint64_t kUsualEpochs = 10;

/// A run as Python holds it. One thread at a time computes; another one that calls meanwhile waits.
struct SharedRun {
  std::unique_ptr<rbm::Run> run;
  bool has_end = false;  // of its own
  std::unique_ptr<std::mutex> busy = std::make_unique<std::mutex>();
};

/// Calls work(run) without the GIL, alone.
template <class Work>
auto alone(SharedRun& self, Work&& work) {
  py::gil_scoped_release released;
  const std::scoped_lock lock(*self.busy);
  return work(*self.run);
}

/// A Python number as the table of settings reads it: NumPy's, too.
std::string number_text(const py::handle& value) {
  return py::str(py::hasattr(value, "item") ? value.attr("item")()
                                            : py::reinterpret_borrow<py::object>(value));
}

template <class Value>
void set_value(const rbm::Setting& setting, const py::handle& given, Value& value) {
  if constexpr (std::same_as<Value, bool>) {
    const int truth = PyObject_IsTrue(given.ptr());
    if (truth < 0) throw py::error_already_set();
    value = truth != 0;
  } else if constexpr (std::same_as<Value, std::string>) {
    value = py::str(given);
  } else if constexpr (rbm::kIsText<Value>) {
    check(rbm::set_from(std::string(py::str(given)), value));
  } else {
    check(rbm::set_number(setting, number_text(given), value));
  }
}

std::string keys_of_settings() {
  std::string out;
  rbm::visit_members([&](const rbm::Setting& setting, auto) {
    if (std::string_view(setting.key) != "data") out += (out.empty() ? "" : ", ") + std::string(setting.key);
  });
  return out;
}

/// Takes what is told by the keys of the settings.
void take_settings(const py::dict& told, rbm::TrainingSettings& settings) {
  for (const auto& [name, given] : told) {
    const auto key = name.cast<std::string>();
    bool known = false;
    rbm::visit_settings(settings, [&, &object = given](const rbm::Setting& setting, auto& value) {
      if (key != setting.key || key == "data") return;
      known = true;
      set_value(setting, object, value);
    });
    if (!known)
      raise_as(PyExc_TypeError, "There is no setting \"" + key + "\"; known are " + keys_of_settings() + ".");
  }
}

/// As Python has them: numbers, truth values and words.
py::dict dict_of(const rbm::TrainingSettings& settings) {
  py::dict out;
  rbm::visit_settings(settings, [&](const rbm::Setting& setting, const auto& value) {
    if constexpr (rbm::kIsText<std::remove_cvref_t<decltype(value)>>)
      out[setting.key] = std::string(rbm::name(value));
    else
      out[setting.key] = value;
  });
  return out;
}

rbm::RunLength length_of(std::uint64_t updates, double epochs, double seconds) {
  if (!(epochs >= 0) || !(seconds >= 0) || std::isinf(epochs) || std::isinf(seconds))
    check(rbm::fail(rbm::ErrorCode::BadArgument,
                    "epochs and seconds cannot be negative, nor without end: leave them out."));
  return {.updates = updates, .epochs = epochs, .seconds = seconds};
}

/// The source of a run: rows in memory, or the name of what load_dataset() reads.
rbm::LoadedSource source_of(const py::object& data, const py::object& labels,
                            const rbm::SourceOptions& options,
                            const std::optional<std::vector<double>>& away) {
  if (!py::isinstance<py::str>(data)) {
    const std::string name = "the array";
    return {name, options, std::make_shared<const rbm::Dataset>(dataset_of(data, labels, name, away))};
  }
  if (!labels.is_none())
    check(rbm::fail(rbm::ErrorCode::BadArgument,
                    "Data that are read from a source bring their own labels: leave labels out."));
  const auto source = data.cast<std::string>();
  py::gil_scoped_release released;
  auto loaded = rbm::load_dataset(source, options);
  if (!loaded) {
    py::gil_scoped_acquire acquired;
    raise(loaded.error());
  }
  return {source, options, std::make_shared<const rbm::Dataset>(std::move(*loaded))};
}

/// Units, rates, batch and validation that suit the data, where they are not told.
void suit(const rbm::Dataset& data, const py::dict& told, rbm::TrainingSettings& settings) {
  const rbm::TrainingSettings fitted = rbm::fitted_to(data.count(), settings);
  if (!told.contains("validation")) settings.validation = fitted.validation;
  if (!told.contains("batch")) settings.batch = fitted.batch;
  if (settings.batch + settings.validation > data.count())
    check(rbm::fail(rbm::ErrorCode::BadArgument, data.name + " has " + std::to_string(data.count()) +
                                                     " rows: a batch of " + std::to_string(settings.batch) +
                                                     " and " + std::to_string(settings.validation) +
                                                     " rows of validation do not fit, choose smaller ones."));
  if (!settings.on.empty()) return;
  settings = rbm::with_suggested_units(data, settings, rbm::decided_where([&](std::string_view setting) {
                                         return told.contains(py::str(setting.data(), setting.size()));
                                       }));
}

SharedRun begin(const py::object& data, const py::object& labels, std::uint64_t updates, double epochs,
                double seconds, const py::kwargs& told) {
  rbm::RunRequest request;
  request.settings.threads = threads();
  request.settings.labels = !labels.is_none();
  take_settings(told, request.settings);
  std::optional<std::vector<double>> away;  // of a stack what its first model took
  if (!request.settings.on.empty())
    away = value_of(rbm::columns_of(value_of(rbm::load_model(request.settings.on)))).away;
  request.source = source_of(data, labels, request.settings.source, away);
  request.settings.data = request.source.name;
  suit(*request.source.data, told, request.settings);
  request.length = length_of(updates, epochs, seconds);
  request.length.decays = request.length.has_end() && !told.contains("decay_updates");
  const bool has_end = request.length.has_end();
  Interruption interruption;
  auto run = [&] {
    py::gil_scoped_release released;
    return rbm::begin_run(std::move(request), [&](double) { return interruption.goes_on(); });
  }();
  return {value_of(std::move(run)), has_end};
}

/// Rows that the model of a checkpoint takes through its own picture space, not through one of their own.
rbm::Result<rbm::RunData> rows_for(const rbm::TensorFile& checkpoint, const std::string& path,
                                   const rbm::Dataset& data, const rbm::TrainingSettings& settings) {
  const auto model = rbm::model_from_tensors(checkpoint, path);
  if (!model) return rbm::Unexpected{model.error()};
  rbm::ThreadPool pool(settings.threads);
  const auto pictures = rbm::training_data(data, settings, pool);
  if (!pictures) return rbm::Unexpected{pictures.error()};
  auto rows = rbm::training_data_for(*model, *pictures, pool);
  if (!rows) return rbm::Unexpected{rows.error()};
  return rbm::RunData{std::move(*rows), settings};
}

/// Goes on from a checkpoint with the rows of its run, or with others where that is wanted.
SharedRun go_on(const rbm::TensorFile& checkpoint, const std::string& path, const py::object& data,
                const py::object& labels, const rbm::RunLength& length, bool other_data,
                const py::dict& told) {
  rbm::RunRequest request;
  request.settings = value_of(rbm::checkpoint_settings(checkpoint, path));
  take_settings(told, request.settings);
  request.other_data = other_data;
  request.length = length;
  if (!data.is_none()) {
    const rbm::Model model = value_of(rbm::model_from_tensors(checkpoint, path));
    request.source = source_of(data, labels, request.settings.source, value_of(rbm::columns_of(model)).away);
    request.settings.data = request.source.name;
  }
  auto run = [&]() -> rbm::Result<std::unique_ptr<rbm::Run>> {
    py::gil_scoped_release released;
    if (other_data && request.source.data) {
      auto rows = rows_for(checkpoint, path, *request.source.data, request.settings);
      if (!rows) return rbm::Unexpected{rows.error()};
      request.at_hand = std::move(*rows);
    }
    return rbm::resume_run(checkpoint, path, std::move(request));
  }();
  return {value_of(std::move(run)), length.has_end()};
}

/// `from`: the path of a file, or the bytes of checkpoint().
SharedRun resume(const py::object& from, const py::object& data, const py::object& labels,
                 std::uint64_t updates, double epochs, double seconds, bool other_data,
                 const py::kwargs& told) {
  const rbm::RunLength length = length_of(updates, epochs, seconds);
  if (!py::isinstance<py::bytes>(from)) {
    const std::string path = py::module_::import("os").attr("fspath")(from).cast<std::string>();
    return go_on(value_of(rbm::read_tensors(path)), path, data, labels, length, other_data, told);
  }
  const std::string path = "the checkpoint";
  return go_on(value_of(tensors_of(from, path)), path, data, labels, length, other_data, told);
}

/// The same run from where it is, on other rows.
SharedRun with_data(SharedRun& self, const py::object& data, const py::object& labels) {
  const rbm::TensorFile file = alone(self, [](rbm::Run& run) { return run.checkpoint(); });
  return go_on(file, "the run", data, labels, {}, true, {});
}

/// Updates without the GIL until `most` are done, the run is over, or it is time to look for signals.
rbm::Result<void> steps(rbm::Run& run, std::uint64_t most, bool whole_length) {
  constexpr double kPause_s = 0.05;
  const auto begin = std::chrono::steady_clock::now();
  for (std::uint64_t n = 0; n < most && !(whole_length && run.is_over()); ++n) {
    if (auto done = run.step(); !done) return done;
    if (std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() > kPause_s) break;
  }
  return {};
}

std::uint64_t updates_of(SharedRun& self) {
  return alone(self, [](rbm::Run& run) { return run.trainer().updates(); });
}

/// `count` updates, or those that are left of the run's length. `own` is the run as Python has it.
void advance(const py::object& own, std::uint64_t count, bool whole_length, const py::object& callback,
             std::uint64_t every) {
  auto& self = own.cast<SharedRun&>();
  const std::uint64_t first = updates_of(self);
  std::uint64_t now = first, told = first;
  const auto is_over = [&] {
    return whole_length && alone(self, [](rbm::Run& run) { return run.is_over(); });
  };
  while (now - first < count && !is_over()) {
    std::uint64_t most = count - (now - first);
    if (!callback.is_none()) most = std::min(most, every - (now - told));
    check(alone(self, [&](rbm::Run& run) { return steps(run, most, whole_length); }));
    now = updates_of(self);
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    if (callback.is_none() || now - told < every) continue;
    told = now;
    if (callback(own).is(py::bool_(false))) return;
  }
}

void step(const py::object& own, std::uint64_t count) {
  advance(own, count, false, py::none(), 1);
}

void fit(const py::object& own, std::uint64_t updates, double epochs, const py::object& callback,
         std::uint64_t every) {
  auto& self = own.cast<SharedRun&>();
  if (every == 0)
    check(rbm::fail(rbm::ErrorCode::BadArgument,
                    "every is 0: give after how many updates the callback is called."));
  if (!callback.is_none() && PyCallable_Check(callback.ptr()) == 0)
    raise_as(PyExc_TypeError, "callback cannot be called: give a function of the run.");
  rbm::RunLength more = length_of(updates, epochs, 0);
  const auto [images, batch] = alone(self, [](rbm::Run& run) {
    return std::pair(run.trainer().data().count(), run.trainer().settings().batch);
  });
  if (!more.has_end() && !self.has_end) more.epochs = static_cast<double>(kUsualEpochs);
  const bool whole_length = !more.has_end();
  const std::uint64_t count = whole_length ? ~std::uint64_t{0} : more.updates_of(images, batch);
  advance(own, count, whole_length, callback, every);
}

py::dict metrics(SharedRun& self) {
  const auto points = alone(self, [](rbm::Run& run) { return run.monitoring().points(); });
  const auto count = static_cast<py::ssize_t>(points.size());
  py::dict out;
  py::array_t<std::uint64_t> updates(count);
  for (py::ssize_t i = 0; i < count; ++i) updates.mutable_at(i) = points[static_cast<std::size_t>(i)].update;
  out["update"] = updates;
  for (const rbm::CurveColumn& column : rbm::kCurveColumns) {
    py::array_t<double> values(count);
    for (py::ssize_t i = 0; i < count; ++i)
      values.mutable_at(i) = points[static_cast<std::size_t>(i)].*column.value;
    out[column.name] = values;
  }
  return out;
}

void configure(SharedRun& self, const py::kwargs& told) {
  rbm::TrainingSettings now = alone(self, [](rbm::Run& run) { return run.trainer().settings(); });
  const rbm::TrainingSettings before = now;
  take_settings(told, now);
  check(rbm::validate(now));
  if (rbm::needs_reset(before, now))
    check(rbm::fail(rbm::ErrorCode::BadArgument,
                    "One of these settings fixes how a run begins: start a new Run with it."));
  alone(self, [&](rbm::Run& run) {
    run.configure(now);
    return 0;
  });
}

SharedModel model_of(SharedRun& self) {
  return {std::make_shared<const rbm::Model>(
      alone(self, [](rbm::Run& run) { return rbm::described_model(run); }))};
}

}  // namespace

void add_runs(py::module_& module) {
  module.def(
      "defaults", [] { return dict_of({}); }, "The settings of a run and their defaults.");
  py::class_<SharedRun> runs(module, "Run",
                             "One experiment: its data, its model, its curves. Same seed, same bits.");
  runs.def(py::init(&begin), py::arg("data"), py::arg("labels") = py::none(), py::arg("updates") = 0,
           py::arg("epochs") = 0.0, py::arg("seconds") = 0.0,
           "data: rows × columns, pictures N × height × width (× 3), or a source as `rbm train --data` takes "
           "it. labels: one a row. "
           "updates, epochs, seconds: its length, over which the rate falls to zero unless decay_updates is "
           "told. All else are "
           "settings by their keys, see defaults(); what is not told suits the data.")
      .def_static("resume", &resume, py::arg("path"), py::arg("data") = py::none(),
                  py::arg("labels") = py::none(), py::arg("updates") = 0, py::arg("epochs") = 0.0,
                  py::arg("seconds") = 0.0, py::arg("other_data") = false,
                  "Goes on from a checkpoint, bit for bit; an array that was learned must be given again. "
                  "learning_rate, "
                  "decay_updates, final_rate and threads may be others.")
      .def("with_data", &with_data, py::arg("data"), py::arg("labels") = py::none(),
           "The run from where it is, on other rows of the same width.")
      .def("step", &step, py::arg("count") = 1, "So many updates.")
      .def("fit", &fit, py::arg("updates") = 0, py::arg("epochs") = 0.0, py::arg("callback") = py::none(),
           py::arg("every") = 100,
           "Trains on for so many updates or epochs, else to the end of the run's length, else for ten "
           "epochs. callback(run) is called "
           "after each `every` updates; when it returns False training ends. Ctrl+C leaves the run as it is "
           "then.")
      .def("configure", &configure, "Changes settings that apply at once, by their keys.")
      .def("metrics", &metrics,
           "The curves as a dict of arrays, one value a point; pandas.DataFrame takes it.")
      .def(
          "checkpoint",
          [](SharedRun& self) {
            return py::bytes(
                rbm::to_safetensors(alone(self, [](rbm::Run& run) { return run.checkpoint(); })));
          },
          "What save() writes, as bytes.")
      .def(
          "save",
          [](SharedRun& self, const std::string& path) {
            check(alone(self, [&](rbm::Run& run) { return run.write_checkpoint(path); }));
          },
          py::arg("path"), "Writes a checkpoint, from which resume() and `rbm train --resume` go on.")
      .def_property_readonly("model", &model_of, "The averaged model as it is now, a copy.")
      .def_property_readonly(
          "settings",
          [](SharedRun& self) {
            return dict_of(alone(self, [](rbm::Run& run) { return run.trainer().settings(); }));
          },
          "The settings in force.")
      .def_property_readonly("updates", &updates_of)
      .def_property_readonly(
          "epochs",
          [](SharedRun& self) { return alone(self, [](rbm::Run& run) { return run.trainer().epochs(); }); })
      .def_property_readonly("images_per_second", [](SharedRun& self) {
        return alone(self, [](rbm::Run& run) { return run.progress().images_per_second; });
      });
}

}  // namespace lab::python
