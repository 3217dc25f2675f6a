// The two container formats behind read_tensors and write_tensors. Internal to core/model.
#pragma once

#include "core/model/model_file.hpp"

namespace rbm {

/// More than this is no model of this program; it bounds what a damaged or hostile file can make us allocate.
inline constexpr std::uint64_t kLargestFile = std::uint64_t{2} << 30;

Result<TensorFile> read_safetensors(const std::string& path);
std::string to_safetensors(const TensorFile& file);

Result<TensorFile> read_npz(const std::string& path);
Result<void> write_npz(const std::string& path, const TensorFile& file);

/// Bytes of one element; 0 for a dtype that is not one of ours.
std::size_t item_size(const std::string& dtype);
/// Product of a shape, or nothing when it is negative or beyond kLargestFile.
bool element_count(const std::vector<std::int64_t>& shape, std::uint64_t* count);

}  // namespace rbm
