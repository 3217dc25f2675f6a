// .safetensors: eight bytes of header length (little endian), a JSON header, the tensors' bytes.
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "core/files/checksum.hpp"
#include "core/files/input_file.hpp"
#include "core/files/json_text.hpp"
#include "core/files/output_file.hpp"
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

/// Puts so many bytes from this place behind the header into `out`; false where they cannot be read.
using Fetch = std::function<bool(std::uint64_t begin, std::uint64_t size, std::vector<std::uint8_t>& out)>;

/// A list of whole numbers from 0 on, all that a header has numbers for.
template <class Number>
bool take_numbers(const nlohmann::json& entry, const char* key, std::vector<Number>& out) {
  const auto found = entry.find(key);
  if (found == entry.end() || !found->is_array()) return false;
  for (const auto& number : *found) {
    if (!number.is_number_unsigned() || !std::in_range<Number>(number.get<std::uint64_t>())) return false;
    out.push_back(number.get<Number>());
  }
  return true;
}

/// What the header says of a tensor, whose bytes are read in later; or what is wrong with it.
std::string take_entry(const nlohmann::json& entry, std::uint64_t size, Tensor& tensor,
                       std::vector<std::uint64_t>& offsets) {
  if (!entry.is_object()) return "is not described by a JSON object";
  const auto dtype = entry.find("dtype");
  if (dtype == entry.end() || !dtype->is_string()) return "has no type (dtype)";
  tensor.dtype = dtype->get<std::string>();
  if (item_size(tensor.dtype) == 0) return "has the unknown type " + shortened(tensor.dtype);
  if (!take_numbers(entry, "shape", tensor.shape)) return "has no shape of whole numbers";
  if (!take_numbers(entry, "data_offsets", offsets) || offsets.size() != 2)
    return "does not say by two whole numbers where it lies (data_offsets)";
  std::uint64_t count = 0;
  if (!element_count(tensor.shape, &count)) return "has an impossible shape";
  if (offsets[0] > offsets[1] || offsets[1] > size) return "lies outside the file, which may be truncated";
  if (offsets[1] - offsets[0] != count * item_size(tensor.dtype))
    return "has another size than its shape says";
  return {};
}

/// The texts beside the tensors; false where they are something else.
bool take_metadata(const nlohmann::json& entry, TensorFile& file) {
  if (!entry.is_object()) return false;
  for (const auto& [key, value] : entry.items()) {
    if (!value.is_string()) return false;
    file.metadata[from_utf8(key)] = from_utf8(value.get<std::string>());
  }
  return true;
}

/// Of the tensors of a header those that are wanted, out of so many bytes behind it.
Result<TensorFile> tensors_of(std::span<const std::uint8_t> text, std::uint64_t size,
                              const WantedTensor& wanted, const Fetch& fetch, const std::string& path) {
  const auto header = json_from({reinterpret_cast<const char*>(text.data()), text.size()});
  if (header.is_discarded()) return damaged(path, "its header is no JSON, or nested too deeply");
  if (!header.is_object()) return damaged(path, "its header is no JSON object");
  TensorFile file;
  std::uint64_t copied = 0;
  for (const auto& [key, entry] : header.items()) {
    if (key == "__metadata__") {
      if (!take_metadata(entry, file)) return damaged(path, "its metadata are not all texts");
      continue;
    }
    const std::string name = from_utf8(key);
    if (wanted && !wanted(name)) continue;
    const auto wrong = [&](const std::string& what) {
      return damaged(path, "tensor " + shortened(name) + " " + what);
    };
    Tensor tensor;
    std::vector<std::uint64_t> offsets;
    if (const std::string what = take_entry(entry, size, tensor, offsets); !what.empty()) return wrong(what);
    // Many tensors over the same bytes would make a small file fill the memory.
    copied += offsets[1] - offsets[0];
    if (copied > size) return wrong("shares its bytes with another");
    if (!fetch(offsets[0], offsets[1] - offsets[0], tensor.bytes)) return wrong("cannot be read");
    file.tensors[name] = std::move(tensor);
  }
  return file;
}

/// What the first eight bytes say.
std::uint64_t header_length(std::span<const std::uint8_t> bytes) {
  std::uint64_t length = 0;
  for (std::size_t i = 8; i-- > 0;) length = length << 8 | bytes[i];
  return length;
}

/// So many bytes of an open file from this place; false where there are fewer.
bool read_at(const InputFile& file, std::uint64_t begin, std::uint64_t size, std::vector<std::uint8_t>& out) {
  out.resize(size);
  for (std::uint64_t used = 0; used < size;) {
    const ssize_t got =
        ::pread(file.descriptor.number(), out.data() + used, size - used, static_cast<off_t>(begin + used));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    used += static_cast<std::uint64_t>(got);
  }
  return true;
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
  if (told == file.metadata.end()) {
    file.notes.push_back(
        path +
        " has no checksum, as files of other programs and of earlier versions: damage to its numbers "
        "could not be seen. Saved again, it has one.");
    return file;
  }
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
  const std::uint64_t length = header_length(bytes);
  if (length > kLongestHeader || length > bytes.size() - 8)
    return damaged(path, "its header length is impossible");
  const auto data = bytes.subspan(8 + length);
  const auto fetch = [&](std::uint64_t begin, std::uint64_t size, std::vector<std::uint8_t>& out) {
    const auto part = data.subspan(begin, size);
    out.assign(part.begin(), part.end());
    return true;
  };
  auto file = tensors_of(bytes.subspan(8, length), data.size(), {}, fetch, path);
  return file ? checked(*std::move(file), path) : file;
}

Result<TensorFile> read_some_tensors(const std::string& path, const WantedTensor& wanted) {
  const auto file = open_input(path);
  if (!file) return Unexpected{file.error()};
  std::vector<std::uint8_t> bytes;
  if (file->size < 8 || !read_at(*file, 0, 8, bytes)) return damaged(path, "it is shorter than its header");
  const std::uint64_t length = header_length(bytes);
  if (length > kLongestHeader || length > file->size - 8 || !read_at(*file, 8, length, bytes))
    return damaged(path, "its header length is impossible");
  const std::uint64_t size = file->size - 8 - length;
  const auto fetch = [&](std::uint64_t begin, std::uint64_t count, std::vector<std::uint8_t>& out) {
    return read_at(*file, 8 + length + begin, count, out);
  };
  auto out = tensors_of(bytes, size, wanted, fetch, path);
  if (out) out->metadata.erase(kChecksum);
  return out;
}

namespace {

/// What comes before the tensors' bytes, which follow in the order of their names.
std::string header_of(const TensorFile& file) {
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
  for (int i = 0; i < 8; ++i)
    out.push_back(static_cast<char>(static_cast<std::uint64_t>(text.size()) >> (8 * i)));
  return out + text;
}

/// The parts of a file that begins with this header.
std::vector<std::string_view> parts_of(const std::string& header, const TensorFile& file) {
  std::vector<std::string_view> parts{header};
  for (const auto& [name, tensor] : file.tensors)
    parts.emplace_back(reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size());
  return parts;
}

}  // namespace

std::string to_safetensors(const TensorFile& file) {
  const std::string header = header_of(file);
  const auto parts = parts_of(header, file);
  std::size_t size = 0;
  for (const std::string_view part : parts) size += part.size();
  std::string out;
  out.reserve(size);
  for (const std::string_view part : parts) out += part;
  return out;
}

MappedBytes to_mapped_safetensors(const TensorFile& file) {
  const std::string header = header_of(file);
  return MappedBytes(parts_of(header, file));
}

Result<void> write_safetensors(const std::string& path, const TensorFile& file) {
  const std::string header = header_of(file);
  return write_file(path, parts_of(header, file));
}

}  // namespace rbm
