// .safetensors: eight bytes of header length (little endian), a JSON header, the tensors' bytes.
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/model/tensor_formats.hpp"

namespace rbm {
namespace {

constexpr std::uint64_t kLargestHeader = 16 << 20;

Unexpected broken(const std::string& path, const std::string& what) {
  return fail(ErrorCode::BadFormat,
              path + " is not a readable .safetensors file: " + what + "; use another file.", path);
}

/// Throws nlohmann::json::exception or std::runtime_error; the caller names the file.
TensorFile parse(const nlohmann::json& header, const std::string& data) {
  TensorFile file;
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") {
      for (const auto& [key, value] : entry.items()) file.metadata[key] = value.get<std::string>();
      continue;
    }
    Tensor tensor;
    tensor.dtype = entry.at("dtype").get<std::string>();
    tensor.shape = entry.at("shape").get<std::vector<std::int64_t>>();
    const auto offsets = entry.at("data_offsets").get<std::vector<std::uint64_t>>();
    std::uint64_t count = 0;
    if (item_size(tensor.dtype) == 0)
      throw std::runtime_error("tensor " + name + " has the unknown type " + tensor.dtype);
    if (!element_count(tensor.shape, &count))
      throw std::runtime_error("tensor " + name + " has an impossible shape");
    if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > data.size()) {
      throw std::runtime_error("tensor " + name + " lies outside the file, which may be truncated");
    }
    if (offsets[1] - offsets[0] != count * item_size(tensor.dtype)) {
      throw std::runtime_error("tensor " + name + " has another size than its shape says");
    }
    tensor.bytes.assign(data.begin() + static_cast<std::ptrdiff_t>(offsets[0]),
                        data.begin() + static_cast<std::ptrdiff_t>(offsets[1]));
    file.tensors[name] = std::move(tensor);
  }
  return file;
}

}  // namespace

Result<TensorFile> read_safetensors(const std::string& path) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(path, failed);
  std::ifstream in(path, std::ios::binary);
  if (failed || !in)
    return fail(ErrorCode::Io, path + " cannot be read: check the path and its permissions.", path);
  if (size > kLargestFile) return broken(path, "it is larger than 2 GiB");
  unsigned char length_bytes[8] = {};
  if (!in.read(reinterpret_cast<char*>(length_bytes), 8))
    return broken(path, "it is shorter than its header");
  std::uint64_t length = 0;
  for (int i = 7; i >= 0; --i) length = length << 8 | length_bytes[i];
  if (length > kLargestHeader || length > size - 8) return broken(path, "its header length is impossible");
  std::string header(length, '\0'), data(size - 8 - length, '\0');
  if (!in.read(header.data(), static_cast<std::streamsize>(length)) ||
      !in.read(data.data(), static_cast<std::streamsize>(data.size()))) {
    return broken(path, "it is truncated");
  }
  try {
    const auto json = nlohmann::json::parse(header);
    if (!json.is_object()) return broken(path, "its header is no JSON object");
    return parse(json, data);
  } catch (const std::exception& error) {
    return broken(path, error.what());
  }
}

std::string to_safetensors(const TensorFile& file) {
  nlohmann::json header = nlohmann::json::object();
  if (!file.metadata.empty()) header["__metadata__"] = file.metadata;
  std::uint64_t offset = 0;
  for (const auto& [name, tensor] : file.tensors) {
    header[name] = {{"dtype", tensor.dtype},
                    {"shape", tensor.shape},
                    {"data_offsets", {offset, offset + tensor.bytes.size()}}};
    offset += tensor.bytes.size();
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');  // tensors start aligned
  std::string out;
  out.reserve(8 + text.size() + offset);
  for (int i = 0; i < 8; ++i)
    out.push_back(static_cast<char>(static_cast<std::uint64_t>(text.size()) >> (8 * i)));
  out += text;
  for (const auto& [name, tensor] : file.tensors) out.append(tensor.bytes.begin(), tensor.bytes.end());
  return out;
}

}  // namespace rbm
