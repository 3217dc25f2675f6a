// A column of numbers as a tensor of one dimension, in a checkpoint. Pure; any thread.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "core/model/model_file.hpp"

namespace rbm {

/// `dtype` is the name that safetensors has for Number.
template <class Number>
Tensor column_tensor(const char* dtype, const std::vector<Number>& column) {
  Tensor out{dtype, {static_cast<std::int64_t>(column.size())}, {}};
  out.bytes.resize(column.size() * sizeof(Number));
  if (!column.empty()) std::memcpy(out.bytes.data(), column.data(), out.bytes.size());
  return out;
}

/// The numbers of such a tensor; false where it is another one.
template <class Number>
bool take_column(const Tensor& tensor, const char* dtype, std::vector<Number>& out) {
  if (tensor.dtype != dtype || tensor.shape.size() != 1) return false;
  out.resize(tensor.bytes.size() / sizeof(Number));
  if (!out.empty()) std::memcpy(out.data(), tensor.bytes.data(), out.size() * sizeof(Number));
  return true;
}

}  // namespace rbm
