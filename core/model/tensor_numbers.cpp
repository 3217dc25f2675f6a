#include "core/model/tensor_numbers.hpp"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace rbm {
namespace {

/// IEEE 754 binary16.
double half(std::uint16_t bits) {
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  const double size = exponent == 0   ? std::ldexp(fraction, -24)
                      : exponent < 31 ? std::ldexp(1024 + fraction, exponent - 25)
                      : fraction == 0 ? std::numeric_limits<double>::infinity()
                                      : std::numeric_limits<double>::quiet_NaN();
  return bits >> 15 != 0 ? -size : size;
}

template <class Stored, class Number, class Change>
std::vector<Number> changed(const Tensor& tensor, Change change) {
  std::vector<Number> out(tensor.bytes.size() / sizeof(Stored));
  for (std::size_t i = 0; i < out.size(); ++i) {
    Stored stored;
    std::memcpy(&stored, tensor.bytes.data() + i * sizeof(Stored), sizeof(Stored));
    out[i] = static_cast<Number>(change(stored));
  }
  return out;
}

template <class Stored, class Number>
std::vector<Number> numbers_as(const Tensor& tensor) {
  return changed<Stored, Number>(tensor, [](Stored x) { return x; });
}

}  // namespace

template <class Number>
std::vector<Number> numbers_of(const Tensor& tensor) {
  const std::string& type = tensor.dtype;
  if (type == "F64") return numbers_as<double, Number>(tensor);
  if (type == "F32") return numbers_as<float, Number>(tensor);
  if (type == "F16") return changed<std::uint16_t, Number>(tensor, half);
  if (type == "I8") return numbers_as<std::int8_t, Number>(tensor);
  if (type == "I16") return numbers_as<std::int16_t, Number>(tensor);
  if (type == "I32") return numbers_as<std::int32_t, Number>(tensor);
  if (type == "I64") return numbers_as<std::int64_t, Number>(tensor);
  if (type == "U16") return numbers_as<std::uint16_t, Number>(tensor);
  if (type == "U32") return numbers_as<std::uint32_t, Number>(tensor);
  if (type == "U64") return numbers_as<std::uint64_t, Number>(tensor);
  return numbers_as<std::uint8_t, Number>(tensor);
}

template std::vector<float> numbers_of(const Tensor& tensor);
template std::vector<double> numbers_of(const Tensor& tensor);

}  // namespace rbm
