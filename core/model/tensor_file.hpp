// Files of named tensors with texts beside them, .safetensors or .npz: what models, checkpoints, curves and the state of
// a window are written as. Any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace rbm {

/// A named tensor of a file. `dtype` is "F16", "F32", "F64", "U8" to "U64", "I8" to "I64" or "BOOL"; `bytes` are
/// little endian, row-major.
struct Tensor {
  std::string dtype;
  std::vector<std::int64_t> shape;
  std::vector<std::uint8_t> bytes;
};
struct TensorFile {
  std::map<std::string, Tensor> tensors;
  std::map<std::string, std::string> metadata;
  std::vector<std::string> notes = {};  // what a user should know of the reading, each one sentence
};

/// Reads or writes by the file name's extension (.safetensors or .npz). An .npz keeps the metadata in a
/// member named metadata.json.
Result<TensorFile> read_tensors(const std::string& path);
Result<void> write_tensors(const std::string& path, const TensorFile& file);

/// Says of a tensor, by its name, whether it is wanted.
using WantedTensor = std::function<bool(const std::string& name)>;
/// The wanted tensors and all metadata of a .safetensors file; the rest is not read, and so its checksum, which is of
/// the whole, is not looked at. For lists of many files.
Result<TensorFile> read_some_tensors(const std::string& path, const WantedTensor& wanted);

/// check_can_write() for write_tensors, which also wants an extension that it knows.
Result<void> check_can_write_tensors(const std::string& path);

}  // namespace rbm
