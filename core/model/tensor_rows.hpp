// Rows of a known shape as a tensor, and back: one after the other without their padding. Pure; any thread.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "core/math/bits.hpp"
#include "core/math/matrix.hpp"
#include "core/math/shares.hpp"
#include "core/model/model_file.hpp"
#include "core/model/states.hpp"
#include "core/parallel/communicator.hpp"

namespace rbm {

/// `row(r)` points to the `cols` items of row r, of `item` bytes each; `dtype` is their name in safetensors.
template <class Row>
Tensor packed_rows(const char* dtype, Index rows, Index cols, std::size_t item, Row row) {
  Tensor t{dtype, {rows, cols}, std::vector<std::uint8_t>(static_cast<std::size_t>(rows * cols) * item)};
  for (Index r = 0; r < rows; ++r) {
    std::memcpy(t.bytes.data() + static_cast<std::size_t>(r * cols) * item, row(r),
                static_cast<std::size_t>(cols) * item);
  }
  return t;
}

/// Copies such a tensor into storage of a known shape; false if it is missing or of another size or type.
template <class Row>
bool unpacked_rows(const TensorFile& file, const std::string& tensor_name, const char* dtype, Index rows,
                   Index cols, std::size_t item, Row row) {
  const auto found = file.tensors.find(tensor_name);
  if (found == file.tensors.end() || found->second.dtype != dtype) return false;
  const auto& bytes = found->second.bytes;
  if (bytes.size() != static_cast<std::size_t>(rows * cols) * item) return false;
  for (Index r = 0; r < rows; ++r) {
    std::memcpy(row(r), bytes.data() + static_cast<std::size_t>(r * cols) * item,
                static_cast<std::size_t>(cols) * item);
  }
  return true;
}

inline Tensor tensor_of(const Matrix& m) {
  return packed_rows("F32", m.rows(), m.cols(), sizeof(float), [&](Index r) { return m.row(r); });
}
/// Of a matrix of which `ranks` hold their own columns: all of them call it, and the first one gets the bytes.
inline Tensor tensor_of(const Matrix& m, Communicator& ranks) {
  if (m.is_whole()) return tensor_of(m);
  const std::size_t row_bytes = sizeof(float) * static_cast<std::size_t>(m.cols());
  Tensor out{"F32", {m.rows(), m.cols()}, {}};
  if (ranks.is_first()) out.bytes.resize(static_cast<std::size_t>(m.rows()) * row_bytes);
  for_row_bands(m, ranks, [&](const Matrix& band, Places rows) {
    for (Index r = rows.begin; r < rows.end && ranks.is_first(); ++r)
      std::memcpy(out.bytes.data() + static_cast<std::size_t>(r) * row_bytes, band.row(r), row_bytes);
  });
  return out;
}
/// In words, with the bits that fill the last one.
inline Tensor tensor_of(const BitMatrix& m) {
  return packed_rows("U64", m.rows(), m.words_per_row(), sizeof(std::uint64_t),
                     [&](Index r) { return m.row(r); });
}
inline bool take(const TensorFile& file, const std::string& tensor_name, Matrix& m) {
  if (m.is_whole())
    return unpacked_rows(file, tensor_name, "F32", m.rows(), m.cols(), sizeof(float),
                         [&](Index r) { return m.row(r); });
  const auto found = file.tensors.find(tensor_name);
  const std::size_t row_bytes = sizeof(float) * static_cast<std::size_t>(m.cols());
  if (found == file.tensors.end() || found->second.dtype != "F32" ||
      found->second.bytes.size() != static_cast<std::size_t>(m.rows()) * row_bytes)
    return false;
  const Places own = m.held_columns();
  const std::size_t before = sizeof(float) * static_cast<std::size_t>(own.begin);
  for (Index r = 0; r < m.rows() && own.size() > 0; ++r)
    std::memcpy(m.row(r) + own.begin,
                found->second.bytes.data() + static_cast<std::size_t>(r) * row_bytes + before,
                sizeof(float) * static_cast<std::size_t>(own.size()));
  return true;
}
inline bool take(const TensorFile& file, const std::string& tensor_name, BitMatrix& m) {
  return unpacked_rows(file, tensor_name, "U64", m.rows(), m.words_per_row(), sizeof(std::uint64_t),
                       [&](Index r) { return m.row(r); });
}

/// Bits or numbers, as the states are stored.
inline Tensor tensor_of(const States& v) {
  return v.is_real ? tensor_of(v.values) : tensor_of(v.bits);
}
inline bool take(const TensorFile& file, const std::string& tensor_name, States& v) {
  return v.is_real ? take(file, tensor_name, v.values) : take(file, tensor_name, v.bits);
}

}  // namespace rbm
