#include "core/model/tensor_file.hpp"

#include <filesystem>

#include "core/files/output_file.hpp"
#include "core/model/tensor_formats.hpp"

namespace rbm {
namespace {

std::string extension(const std::string& path) {
  return std::filesystem::path(path).extension().string();
}

Unexpected unknown_extension(const std::string& path) {
  return fail(ErrorCode::BadArgument, path + " has no ending that says its format: use .safetensors or .npz.",
              path);
}

}  // namespace

std::size_t item_size(const std::string& dtype) {
  if (dtype == "F16" || dtype == "I16" || dtype == "U16") return 2;
  if (dtype == "F32" || dtype == "I32" || dtype == "U32") return 4;
  if (dtype == "F64" || dtype == "I64" || dtype == "U64") return 8;
  return dtype == "U8" || dtype == "I8" || dtype == "BOOL" ? 1 : 0;
}

bool element_count(const std::vector<std::int64_t>& shape, std::uint64_t* count) {
  *count = 1;
  for (std::int64_t n : shape) {
    if (n < 0 || (n > 0 && *count > kLargestFile / static_cast<std::uint64_t>(n))) return false;
    *count *= static_cast<std::uint64_t>(n);
  }
  return true;
}

Result<TensorFile> read_tensors(const std::string& path) {
  if (extension(path) == ".safetensors") return read_safetensors(path);
  if (extension(path) == ".npz") return read_npz(path);
  return unknown_extension(path);
}

Result<void> write_tensors(const std::string& path, const TensorFile& file) {
  if (extension(path) == ".safetensors") return write_safetensors(path, file);
  if (extension(path) == ".npz") return write_npz(path, file);
  return unknown_extension(path);
}

Result<void> check_can_write_tensors(const std::string& path) {
  if (extension(path) != ".safetensors" && extension(path) != ".npz") return unknown_extension(path);
  return check_can_write(path);
}

}  // namespace rbm
