// rbmlab._core: the class Model, and the module itself.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/python/arrays.hpp"
#include "core/files/text.hpp"
#include "core/model/tensor_formats.hpp"

namespace lab::python {
namespace {

/// The pool of one call: small work is done by the calling thread alone.
std::unique_ptr<rbm::ThreadPool> pool_for(const rbm::Model& model, rbm::Index rows) {
  constexpr double kWorthThreads = 2e6;  // multiplications
  const bool is_small = static_cast<double>(model.weights.size()) * static_cast<double>(rows) < kWorthThreads;
  return std::make_unique<rbm::ThreadPool>(is_small ? 1 : threads());
}

/// Calls work(pool) without the GIL.
template <class Work>
auto without_gil(const rbm::Model& model, rbm::Index rows, Work&& work) {
  py::gil_scoped_release released;
  const auto pool = pool_for(model, rows);
  return work(*pool);
}

rbm::Matrix visible_of(const rbm::Model& model, const py::handle& given, const char* name,
                       rbm::Index first = 0) {
  rbm::Matrix rows = matrix_of(given, name, value_of(rbm::columns_of(model)).away);
  return value_of(without_gil(model, rows.rows(), [&](rbm::ThreadPool& pool) {
    return rbm::visible_rows(model, std::move(rows), name, pool, first);
  }));
}

/// Numbers of any type in rows, as they are: not copied yet.
py::array rows_of(const py::handle& given, const std::string& name) {
  py::array rows = numbers_of(given, name);
  if (rows.ndim() < 2) static_cast<void>(matrix_of(rows, name));  // which says what is wrong
  return rows;
}

/// Calls work(piece, first row of it) for pieces of an array, so that nothing of all its rows is made but the result.
template <class Work>
void in_pieces(const py::array& rows, Work&& work) {
  constexpr py::ssize_t kRowsAtOnce = 8192;
  py::ssize_t first = 0;
  do {
    const py::ssize_t end = std::min(rows.shape(0), first + kRowsAtOnce);
    work(py::object(rows[py::slice(first, end, 1)]), first);
    first = end;
  } while (first < rows.shape(0));
}

/// [rows × columns], of which make(piece of the rows, first row of it) makes a piece.
template <class Make>
py::array_t<float> made_in_pieces(const py::array& rows, rbm::Index columns, Make&& make) {
  py::array_t<float> out({rows.shape(0), static_cast<py::ssize_t>(columns)});
  in_pieces(rows, [&](const py::object& piece, py::ssize_t first) {
    const rbm::Matrix made = make(piece, first);
    for (rbm::Index r = 0; r < made.rows(); ++r)
      std::copy_n(made.row(r), columns, out.mutable_data(first + r, 0));
  });
  return out;
}

/// Rows of the data with what was taken away of their columns before the model learned them: then in double precision.
py::array with_away(const rbm::Model& model, const py::array_t<float>& rows) {
  const std::vector<double> away = value_of(rbm::columns_of(model)).away;
  if (std::ssize(away) != rows.shape(1)) return rows;
  DoubleArray out({rows.shape(0), rows.shape(1)});
  for (py::ssize_t r = 0; r < rows.shape(0); ++r)
    for (py::ssize_t c = 0; c < rows.shape(1); ++c)
      out.mutable_at(r, c) = rows.at(r, c) + away[static_cast<std::size_t>(c)];
  return out;
}

py::array_t<float> transform(const SharedModel& self, const py::object& given, int layer) {
  const rbm::Model& model = *value_of(rbm::layer_of(*self.model, layer));
  return made_in_pieces(
      rows_of(given, "v"), model.hidden(), [&](const py::object& piece, py::ssize_t first) {
        const rbm::Matrix visible = visible_of(model, piece, "v", first);
        return without_gil(model, visible.rows(), [&](rbm::ThreadPool& pool) {
          rbm::Matrix out(visible.rows(), model.hidden());
          rbm::hidden_probabilities(model, visible, out, pool);
          return out;
        });
      });
}

py::array visible_probabilities(const SharedModel& self, const py::object& given) {
  const rbm::Model& model = *self.model;
  rbm::Matrix transposed(model.hidden(), model.visible());
  without_gil(model, 1, [&](rbm::ThreadPool& pool) { transpose(model.weights, transposed, pool); });
  const bool has_space = model.below == nullptr && model.space != nullptr;
  const rbm::Index columns = has_space ? rbm::picture_shape(model).pixels() : model.visible();
  const auto rows =
      made_in_pieces(rows_of(given, "h"), columns, [&](const py::object& piece, py::ssize_t) {
        const rbm::Matrix hidden = matrix_of(piece, "h");
        if (hidden.cols() != model.hidden())
          raise_as(PyExc_ValueError, "h has " + std::to_string(hidden.cols()) + " columns, the model has " +
                                         std::to_string(model.hidden()) +
                                         " hidden units: give one for each.");
        return without_gil(model, hidden.rows(), [&](rbm::ThreadPool& pool) {
          rbm::Matrix out;
          rbm::units_of(model).means(model, transposed, hidden, out, pool);
          if (!has_space) return out;
          rbm::Matrix pictures;
          rbm::to_pictures(model, out, pictures, pool);
          return pictures;
        });
      });
  return model.below == nullptr ? with_away(model, rows) : py::array(rows);
}

py::array_t<double> free_energy(const SharedModel& self, const py::object& given) {
  const py::array rows = rows_of(given, "v");
  py::array_t<double> out(rows.shape(0));
  in_pieces(rows, [&](const py::object& piece, py::ssize_t first) {
    const rbm::Matrix visible = visible_of(*self.model, piece, "v", first);
    const auto energies = without_gil(*self.model, visible.rows(), [&](rbm::ThreadPool& pool) {
      return rbm::free_energies_of(*self.model, visible, pool);
    });
    std::copy(energies.begin(), energies.end(), out.mutable_data() + first);
  });
  return out;
}

py::array_t<float> label_probabilities(const SharedModel& self, const py::object& given) {
  const rbm::Model& model = *self.model;
  if (model.labels() == 0) raise_as(PyExc_ValueError, "The model has no label units: train it with labels.");
  return made_in_pieces(
      rows_of(given, "v"), model.labels(), [&](const py::object& piece, py::ssize_t first) {
        const rbm::Matrix visible = visible_of(model, piece, "v", first);
        return without_gil(model, visible.rows(), [&](rbm::ThreadPool& pool) {
          rbm::Matrix out;
          static_cast<void>(rbm::classify(model, rbm::States(visible), &out, pool));
          out.view() = out.view().array().exp().matrix();
          return out;
        });
      });
}

rbm::LogZEstimate log_z(const SharedModel& self, const std::string& method, const py::object& data,
                        rbm::Index chains, rbm::Index steps, rbm::Index burn_in, std::uint64_t seed) {
  rbm::LogZRequest request;
  if (method == "exact")
    request.method = rbm::LogZMethod::Exact;
  else if (method == "ais")
    request.method = rbm::LogZMethod::Annealing;
  else if (method != "auto")
    raise_as(PyExc_ValueError, "method cannot be \"" + method + "\": give auto, exact or ais.");
  request.annealing.chains = chains;
  request.annealing.steps = steps;
  request.annealing.seed = seed;
  request.burn_in = burn_in;
  if (!data.is_none()) request.typical_rows = visible_of(*self.model, data, "data");
  Interruption interruption;
  return value_of(without_gil(*self.model, 1 << 20, [&](rbm::ThreadPool& pool) {
    return rbm::log_z_of(*self.model, request, pool, [&](double) { return interruption.goes_on(); });
  }));
}

/// NumPy's name of what holds the rows of a table.
const char* type_of_rows(const rbm::NumberTable& table) {
  if (!table.added.empty()) return "f8";
  return table.dtype == "U8" ? "u1" : table.dtype == "I8" ? "i1" : "f4";
}

/// Rows of a table into an array of its type, from row `first` on.
void put_rows(const rbm::NumberTable& table, rbm::Index first, py::array& out) {
  const auto put = [&]<class Number>(Number* to) {
    for (rbm::Index r = 0; r < table.rows.rows(); ++r, to += table.rows.cols())
      std::transform(table.rows.row(r), table.rows.row(r) + table.rows.cols(), to,
                     [](float x) { return static_cast<Number>(x); });
  };
  void* const begin = out.mutable_data(first, 0);
  if (!table.added.empty()) {
    auto* to = static_cast<double*>(begin);
    for (rbm::Index r = 0; r < table.rows.rows(); ++r)
      for (std::size_t c = 0; c < table.added.size(); ++c) *to++ = table.rows.row(r)[c] + table.added[c];
  } else if (table.dtype == "U8")
    put(static_cast<std::uint8_t*>(begin));
  else if (table.dtype == "I8")
    put(static_cast<std::int8_t*>(begin));
  else
    put(static_cast<float*>(begin));
}

/// States as people's data have them, in the smallest type that holds them; or what is expected of them.
py::object sample(const SharedModel& self, rbm::Index count, rbm::Index steps, const py::object& start,
                  float temperature, const py::object& label, std::uint64_t seed, bool probabilities) {
  const rbm::Model& model = *self.model;
  rbm::SampleRequest request{.count = count, .steps = steps, .temperature = temperature, .seed = seed};
  if (!label.is_none()) request.label = label.cast<int>();
  if (!start.is_none()) {
    request.starts = visible_of(model, start, "start");
    request.count = request.starts.rows();
  }
  Interruption interruption;
  py::array out;  // made with the first block, which says of which type
  check(without_gil(model, request.count, [&](rbm::ThreadPool& pool) {
    const auto take = [&](const rbm::Samples& block, rbm::Index first) {
      auto made = table_of_samples(model, block.states, probabilities ? &block.probabilities : nullptr, pool);
      if (!made) return rbm::Result<void>(rbm::Unexpected{made.error()});
      const rbm::NumberTable& table = *made;
      const py::gil_scoped_acquire acquired;
      if (first == 0)
        out = py::array(py::dtype(type_of_rows(table)),
                        std::vector<py::ssize_t>{request.count, table.rows.cols()});
      put_rows(table, first, out);
      return rbm::Result<void>();
    };
    return rbm::draw_samples(model, request, take, pool, [&](double) { return interruption.goes_on(); });
  }));
  return out;
}

SharedModel model_from(const py::object& weights, const py::object& visible_bias,
                       const py::object& hidden_bias, const py::object& log_variance,
                       const std::string& visible) {
  auto model = std::make_shared<rbm::Model>();
  model->weights = matrix_of(weights, "weights");
  model->visible_type = value_of(rbm::choice_from<rbm::VisibleType>(visible));
  model->shape = {1, static_cast<int>(model->visible()), 1};
  const auto take = [](const py::object& given, const char* name, rbm::Index wanted, Eigen::VectorXf& out) {
    const std::vector<float> values = vector_of(given, name);
    if (std::ssize(values) != wanted)
      raise_as(PyExc_ValueError, std::string(name) + " has " + std::to_string(values.size()) +
                                     " numbers, the weights want " + std::to_string(wanted) + ".");
    out = Eigen::Map<const Eigen::VectorXf>(values.data(), wanted);
  };
  take(visible_bias, "visible_bias", model->visible(), model->visible_bias);
  take(hidden_bias, "hidden_bias", model->hidden(), model->hidden_bias);
  const rbm::VisibleUnits& units = rbm::units_of(*model);
  if (units.learns() == rbm::DataForm::Categories)
    raise_as(PyExc_ValueError, "Models of categories are opened from files, which name their states.");
  if (units.has_variances())
    take(log_variance.is_none() ? py::module_::import("numpy").attr("zeros")(model->visible()) : log_variance,
         "log_variance", model->visible(), model->log_variance);
  rbm::ThreadPool pool(1);
  if (model->weights.empty() || !rbm::all_finite(*model, pool))
    raise_as(PyExc_ValueError,
             "weights, visible_bias and hidden_bias must have numbers, and finite ones only.");
  return {model};
}

void add_log_z(py::module_& module) {
  py::class_<rbm::LogZEstimate>(module, "LogZ", "log Z with its bracket, in nats.")
      .def_property_readonly(
          "value", [](const rbm::LogZEstimate& z) { return z.refused.empty() ? z.log_z : std::nan(""); },
          "The best estimate; not a number where it is refused.")
      .def_readonly("lower", &rbm::LogZEstimate::lower)
      .def_readonly("upper", &rbm::LogZEstimate::upper)
      .def_readonly("forward", &rbm::LogZEstimate::forward)
      .def_readonly("reverse", &rbm::LogZEstimate::reverse)
      .def_readonly("method", &rbm::LogZEstimate::method, "\"exact\" or \"ais\".")
      .def_readonly("standard_error", &rbm::LogZEstimate::standard_error)
      .def_readonly("effective_sample_size", &rbm::LogZEstimate::effective_sample_size)
      .def_readonly("refused", &rbm::LogZEstimate::refused,
                    "Why the estimate must not be used; empty where it may.")
      .def("__float__", [](const rbm::LogZEstimate& z) { return z.refused.empty() ? z.log_z : std::nan(""); })
      .def("__repr__", [](const rbm::LogZEstimate& z) {
        if (!z.refused.empty()) return "<rbmlab.LogZ refused: " + z.refused + ">";
        char text[160];
        std::snprintf(text, sizeof text, "<rbmlab.LogZ %.6g (%s, %.6g to %.6g)>", z.log_z, z.method.c_str(),
                      z.lower, z.upper);
        return std::string(text);
      });
}

void add_arrays(py::class_<SharedModel>& model) {
  const auto view = [&](const char* name, auto member, const char* text) {
    model.def_property_readonly(
        name,
        [member](const py::object& self) {
          return view_of((*self.cast<const SharedModel&>().model).*member, self);
        },
        text);
  };
  view("weights", &rbm::Model::weights, "W [visible × hidden], a read-only view.");
  view("visible_bias", &rbm::Model::visible_bias, "a [visible]; the means of Gaussian units.");
  view("hidden_bias", &rbm::Model::hidden_bias, "b [hidden].");
  view("log_variance", &rbm::Model::log_variance, "log σ² of Gaussian units; empty for others.");
  view("label_weights", &rbm::Model::label_weights, "U [labels × hidden]; empty without label units.");
  view("label_bias", &rbm::Model::label_bias, "c [labels].");
}

void add_facts(py::class_<SharedModel>& model) {
  model.def_property_readonly("n_visible", [](const SharedModel& m) { return m.model->visible(); })
      .def_property_readonly("n_hidden", [](const SharedModel& m) { return m.model->hidden(); })
      .def_property_readonly("visible_units",
                             [](const SharedModel& m) { return rbm::units_of(*m.model).name(); })
      .def_property_readonly(
          "labels",
          [](const SharedModel& m) {
            std::vector<std::string> names = rbm::label_names_of(*m.model);
            for (std::string& name : names) name = rbm::to_utf8(name);
            return names;
          },
          "The names of the label units; empty where their numbers are the names.")
      .def_property_readonly(
          "shape",
          [](const SharedModel& m) {
            const rbm::ImageShape shape = rbm::picture_shape(*m.model);
            return py::make_tuple(shape.height, shape.width, shape.channels);
          },
          "Height, width and channels of the pictures that the model is about.")
      .def_property_readonly("metadata",
                             [](const SharedModel& m) {
                               py::dict out;
                               for (const auto& [key, value] : m.model->metadata)
                                 out[py::str(rbm::to_utf8(key))] = rbm::to_utf8(value);
                               return out;
                             })
      .def_property_readonly(
          "below",
          [](const SharedModel& m) -> py::object {
            return m.model->below ? py::cast(SharedModel{m.model->below}) : py::none();
          },
          "Of a stack the model whose hidden units this one learned; else None.")
      .def("__repr__", [](const SharedModel& m) {
        return "<rbmlab.Model " + std::to_string(m.model->visible()) + " " + rbm::units_of(*m.model).name() +
               " × " + std::to_string(m.model->hidden()) + " hidden units>";
      });
}

}  // namespace

void add_models(py::module_& module) {
  add_log_z(module);
  py::class_<SharedModel> model(
      module, "Model",
      "A Restricted Boltzmann Machine: its arrays, and what follows from them. Never changes.");
  model
      .def(py::init(&model_from), py::arg("weights"), py::arg("visible_bias"), py::arg("hidden_bias"),
           py::arg("log_variance") = py::none(), py::arg("visible") = "binary",
           "A model of one's own arrays, which are copied: weights [visible × hidden]; visible is binary, "
           "spins or gaussian.")
      .def_static(
          "open",
          [](const std::string& path) {
            SharedModel out{std::make_shared<const rbm::Model>(value_of(rbm::load_model(path)))};
            for (const std::string& note : out.model->notes) {
              if (PyErr_WarnEx(PyExc_UserWarning, rbm::to_utf8(note).c_str(), 1) != 0)
                throw py::error_already_set();
            }
            return out;
          },
          py::arg("path"), "Reads a .safetensors or .npz file, scikit-learn's arrays, too.")
      .def(
          "save",
          [](const SharedModel& m, const std::string& path) { check(rbm::save_model(path, *m.model)); },
          py::arg("path"), "Writes a .safetensors or .npz file.");
  model.def(py::pickle(
      [](const SharedModel& m) { return py::bytes(rbm::to_safetensors(rbm::tensors_from_model(*m.model))); },
      [](const py::bytes& state) {
        const auto file = value_of(tensors_of(state, "the pickled model"));
        return SharedModel{
            std::make_shared<const rbm::Model>(value_of(rbm::model_from_tensors(file, "the pickled model")))};
      }));
  add_arrays(model);
  add_facts(model);
  model
      .def(
          "hidden_probabilities",
          [](const SharedModel& m, const py::object& v) { return transform(m, v, 0); }, py::arg("v"),
          "p(h = 1 | v) of every row, float32 [rows × hidden]. v is in the units of the data: bits or "
          "probabilities, real numbers, numbers of states.")
      .def("transform", &transform, py::arg("v"), py::arg("layer") = 0,
           "The same of a layer of a stack, counted from 1 at the data; 0 is the last one.")
      .def("visible_probabilities", &visible_probabilities, py::arg("h"),
           "E[v | h] of every row: p(v = 1 | h) of bits, real numbers in the units of the data, float32 or, "
           "where that does not hold them, float64; of a stack p of the layer below.")
      .def("free_energy", &free_energy, py::arg("v"),
           "F(v) of every row, nats, float64 [rows]: log p(v) = −F(v) − log Z.")
      .def("label_probabilities", &label_probabilities, py::arg("v"),
           "p(label | v) of every row, exact, float32 [rows × labels].")
      .def("log_z", &log_z, py::arg("method") = "auto", py::arg("data") = py::none(), py::arg("chains") = 100,
           py::arg("steps") = 1000, py::arg("burn_in") = 1000, py::arg("seed") = 1,
           "log Z with its bracket: exact by enumeration, or by annealed importance sampling in both "
           "directions. data: typical rows, which make annealing better.")
      .def("sample", &sample, py::arg("count") = 100, py::arg("steps") = 1000, py::arg("start") = py::none(),
           py::arg("temperature") = 1.0f, py::arg("label") = py::none(), py::arg("seed") = 1,
           py::arg("probabilities") = false,
           "States after so many Gibbs steps from noise, or from `start`, one chain a row; or what is "
           "expected of each unit. In the smallest type that holds them: float64 of data that float32 does "
           "not.");
}

}  // namespace lab::python

PYBIND11_MODULE(_core, module) {
  module.doc() = "Restricted Boltzmann Machines: train, evaluate, sample.";
  module.attr("__version__") = RBM_VERSION;
  module.def("set_threads", &lab::python::set_threads, pybind11::arg("count"),
             "How many threads compute; 0 for all cores. Never changes a result.");
  lab::python::add_models(module);
  lab::python::add_runs(module);
}
