// Between Python and the library: arrays in and out, errors as exceptions, long work without the GIL that Ctrl+C ends.
// With the GIL held, unless a function says otherwise.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/rbm.hpp"

namespace lab::python {

namespace py = pybind11;

using FloatArray = py::array_t<float, py::array::c_style | py::array::forcecast>;
using DoubleArray = py::array_t<double, py::array::c_style | py::array::forcecast>;
using ByteArray = py::array_t<std::uint8_t, py::array::c_style | py::array::forcecast>;

/// A model as Python holds it: never changed, so that views of its arrays stay true while other threads read.
struct SharedModel {
  std::shared_ptr<const rbm::Model> model;
};

/// Raises the exception that stands for this error: ValueError for what the caller gave, OSError for files,
/// FloatingPointError for a run that diverged, KeyboardInterrupt where Ctrl+C cancelled it.
[[noreturn]] void raise(const rbm::Error& error);
/// Raises an exception of that kind. The message may hold any bytes, as the names of files do.
[[noreturn]] void raise_as(PyObject* kind, const std::string& message);
template <class T>
T value_of(rbm::Result<T> result) {
  if (!result) raise(result.error());
  return std::move(*result);
}
inline void check(const rbm::Result<void>& result) {
  if (!result) raise(result.error());
}

/// Any numbers as the array that they are, or make. ValueError where they are none.
py::array numbers_of(const py::handle& array, const std::string& name);
/// Numbers of any type as float32, without a copy where they are that already, in rows. ValueError where it is no array
/// of numbers.
FloatArray floats_of(const py::handle& array, const std::string& name);
/// The same as rows [rows × columns]; further dimensions lie in a row. `away` is taken away of rows of so many columns, in
/// double precision. ValueError where there is one dimension only.
rbm::Matrix matrix_of(const py::handle& array, const std::string& name, std::span<const double> away = {});
std::vector<float> vector_of(const py::handle& array, const std::string& name);

/// A read-only view of what `owner` keeps alive, without a copy.
py::array view_of(const rbm::Matrix& matrix, const py::object& owner);
py::array view_of(const Eigen::VectorXf& vector, const py::object& owner);

/// Data to learn from: bytes and truth values as grey values, other numbers as they are. Labels, where given, are whole
/// numbers from 0 or words.
/// `away` is taken away of the columns, where rows are to be as those that a model learned.
rbm::Dataset dataset_of(const py::handle& array, const py::object& labels, const std::string& name,
                        const std::optional<std::vector<double>>& away = std::nullopt);

/// The tensors of bytes that to_safetensors() made; `name` stands in messages.
rbm::Result<rbm::TensorFile> tensors_of(const py::bytes& bytes, const std::string& name);

/// Set by set_threads(); 0: all cores.
int threads();
void set_threads(int count);

/// For Progress and loops without the GIL: false once Python has a signal to handle, which then is raised by raise().
/// Looks at most every 50 ms. Without the GIL.
class Interruption {
 public:
  bool goes_on();

 private:
  double looked_at_s_ = 0;
};

void add_models(py::module_& module);
void add_runs(py::module_& module);

}  // namespace lab::python
