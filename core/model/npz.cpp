// .npz: a zip archive of .npy files (NumPy's format 1.0 to 3.0), so that numpy.load reads and writes what we
// do.
#include <zip.h>

#include <cstring>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/model/tensor_formats.hpp"

namespace rbm {
namespace {

constexpr const char* kMetadataMember = "metadata.json";
/// Deflate reaches about 1000; what claims more is a bomb.
constexpr std::uint64_t kLargestRatio = 1100;

struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

Unexpected broken(const std::string& path, const std::string& what) {
  return fail(ErrorCode::BadFormat, path + " is not a readable .npz file: " + what + "; use another file.",
              path);
}

struct DtypeName {
  const char* numpy;
  const char* ours;
};
constexpr DtypeName kDtypes[] = {
    {"<f4", "F32"}, {"<f8", "F64"}, {"|u1", "U8"}, {"<i8", "I64"}, {"<u8", "U64"}};

/// Value of 'key': in the header's Python dictionary, up to the matching end; empty if missing.
std::string dictionary_value(const std::string& header, const std::string& key) {
  auto at = header.find("'" + key + "'");
  if (at == std::string::npos) return {};
  at = header.find(':', at);
  if (at == std::string::npos) return {};
  at = header.find_first_not_of(' ', at + 1);
  if (at == std::string::npos) return {};
  const char closing = header[at] == '(' ? ')' : header[at] == '\'' ? '\'' : ',';
  const auto end = header.find(closing, at + 1);
  return end == std::string::npos ? std::string()
                                  : header.substr(at, closing == ',' ? end - at : end - at + 1);
}

bool parse_shape(const std::string& text, std::vector<std::int64_t>* shape) {
  if (text.size() < 2) return false;
  std::size_t at = 1;
  while (at < text.size() - 1) {
    if (text[at] == ' ' || text[at] == ',') {
      ++at;
      continue;
    }
    std::int64_t value = 0;
    std::size_t digits = 0;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9' && digits < 12)
      value = value * 10 + (text[at] - '0'), ++at, ++digits;
    if (digits == 0) return false;
    shape->push_back(value);
  }
  return true;
}

void transpose_to_c_order(Tensor& tensor, std::size_t item) {
  if (tensor.shape.size() != 2) return;
  const auto rows = static_cast<std::size_t>(tensor.shape[0]),
             cols = static_cast<std::size_t>(tensor.shape[1]);
  std::vector<std::uint8_t> out(tensor.bytes.size());
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < cols; ++c)
      std::memcpy(&out[(r * cols + c) * item], &tensor.bytes[(c * rows + r) * item], item);
  }
  tensor.bytes = std::move(out);
}

/// Empty on success, else what is wrong.
std::string parse_npy(const std::string& npy, Tensor* tensor) {
  if (npy.size() < 10 || npy.compare(0, 6, "\x93NUMPY") != 0) return "it does not start like a .npy file";
  const auto byte = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(npy[i]));
  };
  const bool wide = byte(6) >= 2;
  if (wide && npy.size() < 12) return "it is truncated";
  const std::size_t start = wide ? 12 : 10;
  const std::size_t length =
      wide ? byte(8) | byte(9) << 8 | byte(10) << 16 | byte(11) << 24 : byte(8) | byte(9) << 8;
  if (length > npy.size() - start) return "its header is truncated";
  const std::string header = npy.substr(start, length);
  const std::string dtype = dictionary_value(header, "descr");
  for (const DtypeName& known : kDtypes) {
    if (dtype == "'" + std::string(known.numpy) + "'") tensor->dtype = known.ours;
  }
  if (tensor->dtype.empty()) return "its type " + dtype + " is not float32, float64, uint8, int64 or uint64";
  std::uint64_t count = 0;
  if (!parse_shape(dictionary_value(header, "shape"), &tensor->shape) ||
      !element_count(tensor->shape, &count))
    return "its shape is impossible";
  const std::size_t item = item_size(tensor->dtype);
  if (npy.size() - start - length != count * item)
    return "it holds another amount of data than its shape says";
  tensor->bytes.assign(npy.begin() + static_cast<std::ptrdiff_t>(start + length), npy.end());
  if (dictionary_value(header, "fortran_order").starts_with("True")) transpose_to_c_order(*tensor, item);
  return {};
}

std::string to_npy(const Tensor& tensor) {
  std::string dtype;
  for (const DtypeName& known : kDtypes) {
    if (tensor.dtype == known.ours) dtype = known.numpy;
  }
  std::string shape;
  for (std::int64_t n : tensor.shape) shape += std::to_string(n) + ",";
  std::string header = "{'descr': '" + dtype + "', 'fortran_order': False, 'shape': (" + shape + "), }";
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';
  std::string out("\x93NUMPY\x01\x00", 8);
  out.push_back(static_cast<char>(header.size() & 0xff));
  out.push_back(static_cast<char>(header.size() >> 8));
  out += header;
  out.append(tensor.bytes.begin(), tensor.bytes.end());
  return out;
}

}  // namespace

Result<TensorFile> read_npz(const std::string& path) {
  std::error_code failed;
  if (!std::filesystem::is_regular_file(path, failed)) {
    return fail(ErrorCode::Io, path + " cannot be read: check the path and its permissions.", path);
  }
  int code = 0;
  const std::unique_ptr<zip_t, Discard> archive(zip_open(path.c_str(), ZIP_RDONLY, &code));
  if (!archive) return broken(path, "it is no zip archive, or a damaged one");
  TensorFile file;
  std::uint64_t total = 0;
  const zip_int64_t members = zip_get_num_entries(archive.get(), 0);
  for (zip_int64_t m = 0; m < members; ++m) {
    zip_stat_t stat;
    if (zip_stat_index(archive.get(), static_cast<zip_uint64_t>(m), 0, &stat) != 0)
      return broken(path, "a member cannot be read");
    std::string name = stat.name;
    const bool is_metadata = name == kMetadataMember;
    if (!is_metadata && !name.ends_with(".npy")) continue;
    total += stat.size;
    if (total > kLargestFile || stat.size > (stat.comp_size + 1024) * kLargestRatio)
      return broken(path, "it unpacks to an implausible size");
    const std::unique_ptr<zip_file_t, Discard> member(
        zip_fopen_index(archive.get(), static_cast<zip_uint64_t>(m), 0));
    std::string bytes(stat.size, '\0');
    if (!member || zip_fread(member.get(), bytes.data(), stat.size) != static_cast<zip_int64_t>(stat.size)) {
      return broken(path, "its member " + name + " is damaged");
    }
    if (is_metadata) {
      const auto json = nlohmann::json::parse(bytes, nullptr, false);
      if (!json.is_object()) return broken(path, "its metadata is no JSON object");
      for (const auto& [key, value] : json.items()) {
        if (value.is_string()) file.metadata[key] = value.get<std::string>();
      }
      continue;
    }
    Tensor tensor;
    if (const std::string problem = parse_npy(bytes, &tensor); !problem.empty())
      return broken(path, "in " + name + ", " + problem);
    file.tensors[name.substr(0, name.size() - 4)] = std::move(tensor);
  }
  return file;
}

Result<void> write_npz(const std::string& path, const TensorFile& file) {
  const auto failed = [&] {
    return fail(ErrorCode::Io,
                path + " cannot be written: check that the folder exists, may be written to and has room.",
                path);
  };
  // libzip reads the members when the archive is closed, so they must live until then.
  std::map<std::string, std::string> members;
  for (const auto& [name, tensor] : file.tensors) members[name + ".npy"] = to_npy(tensor);
  if (!file.metadata.empty()) members[kMetadataMember] = nlohmann::json(file.metadata).dump(1);
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* memory = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_t* archive =
      memory != nullptr ? zip_open_from_source(memory, ZIP_CREATE | ZIP_TRUNCATE, &error) : nullptr;
  if (archive == nullptr) return failed();
  zip_source_keep(memory);
  bool good = true;
  for (const auto& [name, bytes] : members) {
    zip_source_t* source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
    const zip_int64_t index = zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    good = good && index >= 0 &&
           zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), ZIP_CM_STORE, 0) == 0;
  }
  if (!good || zip_close(archive) != 0) {
    zip_discard(archive);
    zip_source_free(memory);
    return failed();
  }
  std::string bytes;
  zip_stat_t stat;
  if (zip_source_stat(memory, &stat) == 0 && zip_source_open(memory) == 0) {
    bytes.resize(stat.size);
    if (zip_source_read(memory, bytes.data(), stat.size) != static_cast<zip_int64_t>(stat.size))
      bytes.clear();
    zip_source_close(memory);
  }
  zip_source_free(memory);
  if (bytes.empty()) return failed();
  return write_file_atomically(path, bytes);
}

}  // namespace rbm
