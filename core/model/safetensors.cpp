// .safetensors: eight bytes of header length (little endian), a JSON header, the tensors' bytes.
#include <nlohmann/json.hpp>

#include "core/files/checksum.hpp"
#include "core/files/input_file.hpp"
#include "core/files/text.hpp"
#include "core/model/tensor_formats.hpp"

namespace rbm {
namespace {

constexpr std::uint64_t kLongestHeader = 16 << 20;
constexpr const char* kChecksum = "checksum";

Unexpected damaged(const std::string& path, const std::string& what) {
  return fail(ErrorCode::BadFormat,
              path + " is not a readable .safetensors file: " + what + "; use another file.", path);
}

/// Throws nlohmann::json::exception or std::runtime_error; the caller names the file.
TensorFile tensors_of(const nlohmann::json& header, std::span<const std::uint8_t> data) {
  TensorFile file;
  std::uint64_t copied = 0;
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") {
      for (const auto& [key, value] : entry.items())
        file.metadata[from_utf8(key)] = from_utf8(value.get<std::string>());
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
    // Many tensors over the same bytes would make a small file fill the memory.
    copied += offsets[1] - offsets[0];
    if (copied > data.size()) throw std::runtime_error("tensor " + name + " shares its bytes with another");
    const auto part = data.subspan(offsets[0], offsets[1] - offsets[0]);
    tensor.bytes.assign(part.begin(), part.end());
    file.tensors[from_utf8(name)] = std::move(tensor);
  }
  return file;
}

/// Of all that is in the file but the checksum itself, whatever the order and the gaps in which it lies there.
std::string checksum_of(const TensorFile& file) {
  Checksum sum;
  for (const auto& [key, text] : file.metadata) {
    if (key == kChecksum) continue;
    sum.add(std::string_view(key));
    sum.add(std::string_view(text));
  }
  for (const auto& [name, tensor] : file.tensors) {
    sum.add(std::string_view(name));
    sum.add(std::string_view(tensor.dtype));
    for (const std::int64_t n : tensor.shape) sum.add(static_cast<std::uint64_t>(n));
    sum.add(std::span(tensor.bytes));
  }
  return sum.text();
}

/// Files of other programs, and of earlier versions, have no checksum.
Result<TensorFile> checked(TensorFile file, const std::string& path) {
  const auto told = file.metadata.find(kChecksum);
  if (told == file.metadata.end()) return file;
  if (told->second != checksum_of(file))
    return fail(ErrorCode::BadFormat,
                path + " is damaged, its checksum does not fit: use a copy of it (or delete the metadata " +
                    kChecksum + ", if the file was changed on purpose).",
                path);
  file.metadata.erase(told);
  return file;
}

}  // namespace

Result<TensorFile> read_safetensors(const std::string& path) {
  const auto bytes = read_file(path, kLargestFile);
  if (!bytes) return Unexpected{bytes.error()};
  return parse_safetensors(*bytes, path);
}

Result<TensorFile> parse_safetensors(std::span<const std::uint8_t> bytes, const std::string& path) {
  if (bytes.size() < 8) return damaged(path, "it is shorter than its header");
  std::uint64_t length = 0;
  for (std::size_t i = 8; i-- > 0;) length = length << 8 | bytes[i];
  if (length > kLongestHeader || length > bytes.size() - 8)
    return damaged(path, "its header length is impossible");
  const auto header = bytes.subspan(8, length);
  try {
    const auto json = nlohmann::json::parse(header.begin(), header.end());
    if (!json.is_object()) return damaged(path, "its header is no JSON object");
    return checked(tensors_of(json, bytes.subspan(8 + length)), path);
  } catch (const std::exception& error) {
    return damaged(path, error.what());
  }
}

std::string to_safetensors(const TensorFile& file) {
  nlohmann::json header = nlohmann::json::object();
  auto& metadata = header["__metadata__"] = nlohmann::json::object();
  for (const auto& [key, text] : file.metadata) metadata[to_utf8(key)] = to_utf8(text);
  metadata[kChecksum] = checksum_of(file);
  std::uint64_t offset = 0;
  for (const auto& [name, tensor] : file.tensors) {
    header[to_utf8(name)] = {{"dtype", tensor.dtype},
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
