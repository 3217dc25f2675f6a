#include "app/python/arrays.hpp"

#include <algorithm>
#include <chrono>

#include "core/files/text.hpp"
#include "core/model/tensor_formats.hpp"

namespace lab::python {
namespace {

int chosen_threads = 0;

double now_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string sizes_of(const py::array& array) {
  std::string out;
  for (py::ssize_t d = 0; d < array.ndim(); ++d) out += (d > 0 ? " × " : "") + std::to_string(array.shape(d));
  return out;
}

/// How the columns of an array are pictures: N × height × width, or N × height × width × 1 or 3.
rbm::ImageShape shape_of(const py::array& array, const std::string& name) {
  const auto side = [&](py::ssize_t d) { return static_cast<int>(array.shape(d)); };
  if (array.ndim() == 2) return {1, side(1), 1};
  if (array.ndim() == 3) return {side(1), side(2), 1};
  if (array.ndim() == 4 && (side(3) == 1 || side(3) == 3)) return {side(1), side(2), side(3)};
  raise_as(PyExc_ValueError,
           name + " has the shape " + sizes_of(array) +
               ": give rows × columns, or pictures as N × height × width (× 3 of colours).");
}

/// Class numbers, and the names where the labels are not the numbers 0 to 255 themselves.
void add_labels(const py::object& labels, const std::string& name, rbm::AboutRows& about) {
  if (labels.is_none()) return;
  const py::module_ numpy = py::module_::import("numpy");
  const py::tuple found = numpy.attr("unique")(labels, py::arg("return_inverse") = true);
  const py::array classes = found[0], numbers = found[1];
  if (classes.size() > 256)
    raise_as(PyExc_ValueError, "The labels of " + name + " have " + std::to_string(classes.size()) +
                                   " classes: give at most 256.");
  for (const auto& number : numbers.cast<std::vector<int>>())
    about.labels.push_back(static_cast<std::uint8_t>(number));
  for (const py::handle& one : classes) about.label_names.push_back(py::str(one).cast<std::string>());
}

/// Rows of as many columns less these numbers, in double precision; others as they are.
py::array without(std::span<const double> away, const py::handle& given, const std::string& name) {
  const DoubleArray array = DoubleArray::ensure(numbers_of(given, name));
  const auto columns = std::ssize(away);
  if (!array || array.ndim() < 2 || array.size() != array.shape(0) * columns) return numbers_of(given, name);
  FloatArray out({array.shape(0), columns});
  for (py::ssize_t i = 0; i < array.size(); ++i)
    out.mutable_data()[i] = static_cast<float>(array.data()[i] - away[static_cast<std::size_t>(i % columns)]);
  return out;
}

}  // namespace

void raise_as(PyObject* kind, const std::string& message) {
  PyErr_SetString(kind, rbm::to_utf8(message).c_str());  // names of files may be any bytes
  throw py::error_already_set();
}

void raise(const rbm::Error& error) {
  if (PyErr_Occurred() != nullptr) throw py::error_already_set();
  switch (error.code) {
    case rbm::ErrorCode::Io:
      raise_as(PyExc_OSError, error.message);
    case rbm::ErrorCode::NotFinite:
      raise_as(PyExc_FloatingPointError, error.message);
    default:
      raise_as(PyExc_ValueError, error.message);
  }
}

py::array numbers_of(const py::handle& given, const std::string& name) {
  py::array array = py::array::ensure(given);
  if (!array) {
    PyErr_Clear();
    raise_as(PyExc_ValueError, name + " is no array of numbers.");
  }
  if (std::string("biuf").find(array.dtype().kind()) == std::string::npos)
    raise_as(PyExc_ValueError,
             name + " has the dtype " + py::str(array.dtype()).cast<std::string>() + ": give numbers.");
  return array;
}

FloatArray floats_of(const py::handle& given, const std::string& name) {
  const py::array numbers = numbers_of(given, name);
  FloatArray out = FloatArray::ensure(numbers);
  if (!out) raise_as(PyExc_ValueError, name + " is no array of numbers.");
  return out;
}

rbm::Matrix matrix_of(const py::handle& given, const std::string& name, std::span<const double> away) {
  if (!away.empty()) return matrix_of(without(away, given, name), name);
  const FloatArray array = floats_of(given, name);
  if (array.ndim() < 2)
    raise_as(PyExc_ValueError, name + " has " + std::to_string(array.ndim()) +
                                   " dimensions: give rows × columns; x[None, :] makes a row of one case.");
  const py::ssize_t rows = array.shape(0);
  rbm::Matrix out(rows, rows > 0 ? array.size() / rows : array.shape(1));
  const float* from = array.data();
  for (rbm::Index r = 0; r < out.rows(); ++r, from += out.cols()) std::copy_n(from, out.cols(), out.row(r));
  return out;
}

std::vector<float> vector_of(const py::handle& given, const std::string& name) {
  const FloatArray array = floats_of(given, name);
  if (array.ndim() != 1)
    raise_as(PyExc_ValueError, name + " has the shape " + sizes_of(array) + ": give one row of numbers.");
  return {array.data(), array.data() + array.size()};
}

py::array view_of(const rbm::Matrix& matrix, const py::object& owner) {
  constexpr auto kSize = static_cast<py::ssize_t>(sizeof(float));
  py::array out(py::dtype::of<float>(), {matrix.rows(), matrix.cols()}, {matrix.stride() * kSize, kSize},
                matrix.row(0), owner);
  out.attr("setflags")(py::arg("write") = false);
  return out;
}

py::array view_of(const Eigen::VectorXf& vector, const py::object& owner) {
  py::array out(py::dtype::of<float>(), {vector.size()}, {sizeof(float)}, vector.data(), owner);
  out.attr("setflags")(py::arg("write") = false);
  return out;
}

rbm::Dataset dataset_of(const py::handle& given, const py::object& labels, const std::string& name,
                        const std::optional<std::vector<double>>& away) {
  const py::array numbers = numbers_of(given, name);
  rbm::AboutRows about{.name = name, .shape = shape_of(numbers, name)};
  const rbm::Index columns = about.shape.pixels();
  add_labels(labels, name, about);
  const char kind = numbers.dtype().kind();
  if (kind == 'b' || (kind == 'u' && numbers.itemsize() == 1)) {
    const ByteArray bytes(numbers);
    std::vector<std::uint8_t> grey(bytes.data(), bytes.data() + bytes.size());
    // Truth values, and bytes of nothing but 0 and 1, are off and on: black and white.
    if (std::ranges::all_of(grey, [](std::uint8_t x) { return x <= 1; })) {
      for (std::uint8_t& x : grey) x = static_cast<std::uint8_t>(255 * x);
    }
    return value_of(rbm::dataset_from(std::move(grey), columns, std::move(about)));
  }
  const bool is_single = kind == 'f' && numbers.itemsize() <= 4;
  const bool is_narrow = is_single || numbers.itemsize() <= 2;
  about.away = away;
  if (!is_narrow || (away && !away->empty())) {
    std::vector<double> values;
    {
      const DoubleArray doubles(numbers);
      values.assign(doubles.data(), doubles.data() + doubles.size());
    }
    return value_of(rbm::dataset_from(std::move(values), columns, std::move(about)));
  }
  const FloatArray floats(numbers);
  const std::span<const float> values(floats.data(), static_cast<std::size_t>(floats.size()));
  return value_of(rbm::dataset_from(values, columns, std::move(about)));
}

rbm::Result<rbm::TensorFile> tensors_of(const py::bytes& bytes, const std::string& name) {
  const std::string_view text = bytes;
  return rbm::parse_safetensors({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, name);
}

int threads() {
  return chosen_threads;
}
void set_threads(int count) {
  if (count < 0)
    raise_as(PyExc_ValueError,
             "The number of threads is " + std::to_string(count) + ": give 0 for all cores, or 1 and more.");
  chosen_threads = count;
}

bool Interruption::goes_on() {
  constexpr double kPause_s = 0.05;
  const double now = now_s();
  if (now < looked_at_s_ + kPause_s) return true;
  looked_at_s_ = now;
  py::gil_scoped_acquire acquired;
  return PyErr_CheckSignals() == 0;
}

}  // namespace lab::python
