// .npz: a zip archive of .npy files (NumPy's format 1.0 to 3.0), so that numpy.load reads and writes what we
// do.
#include <zip.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/model/tensor_formats.hpp"

namespace rbm {
namespace {

constexpr const char* kMetadataMember = "metadata.json";
/// What unpacks to more than this may be no more than kLargestRatio times the file: else it is a bomb.
/// Deflate reaches 1000, but only on nothing but zeros.
constexpr std::uint64_t kHarmlessSize = 256 << 20, kLargestRatio = 100;
constexpr std::size_t kLargestNpyHeader = 1 << 16, kLargestRank = 8;

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
constexpr DtypeName kDtypes[] = {{"<f4", "F32"}, {"<f8", "F64"}, {"|u1", "U8"}, {"|b1", "BOOL"},
                                 {"<i4", "I32"}, {"<i8", "I64"}, {"<u8", "U64"}};

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
    if (digits == 0 || shape->size() == kLargestRank) return false;
    shape->push_back(value);
  }
  return true;
}

/// Reorders the elements of a Fortran-ordered array, whose first index runs fastest.
void to_c_order(Tensor& tensor, std::size_t item) {
  const std::size_t rank = tensor.shape.size();
  if (rank < 2 || tensor.bytes.empty()) return;
  std::vector<std::size_t> stride(rank, item), index(rank, 0);
  for (std::size_t d = 1; d < rank; ++d)
    stride[d] = stride[d - 1] * static_cast<std::size_t>(tensor.shape[d - 1]);
  std::vector<std::uint8_t> out(tensor.bytes.size());
  std::size_t from = 0;
  for (std::size_t to = 0; to < out.size(); to += item) {
    std::memcpy(&out[to], &tensor.bytes[from], item);
    for (std::size_t d = rank; d-- > 0;) {
      from += stride[d];
      if (++index[d] < static_cast<std::size_t>(tensor.shape[d])) break;
      from -= stride[d] * index[d];
      index[d] = 0;
    }
  }
  tensor.bytes = std::move(out);
}

/// Reads a member that says it has `size` bytes. Grows with what arrives, so that a false size costs nothing.
bool read_member(zip_file_t* member, std::uint64_t size, std::vector<std::uint8_t>* bytes) {
  constexpr std::uint64_t kStep = 16 << 20;
  while (bytes->size() < size) {
    const std::size_t had = bytes->size();
    const std::uint64_t want = std::min(kStep, size - had);
    bytes->resize(had + want);
    const zip_int64_t got = zip_fread(member, bytes->data() + had, want);
    if (got <= 0) return false;
    bytes->resize(had + static_cast<std::size_t>(got));
  }
  // Reading on to the end is what makes libzip compare the checksum.
  std::uint8_t beyond = 0;
  return zip_fread(member, &beyond, 1) == 0;
}

/// What of a file's text may stand in a message.
std::string printable(std::string text) {
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text.size() > 40 ? text.substr(0, 40) + "…" : text;
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

/// Every array and the metadata of an open archive of `file_size` bytes.
Result<TensorFile> parse_archive(zip_t* archive, std::uint64_t file_size, const std::string& path,
                                 std::map<std::string, std::string>* unreadable) {
  TensorFile file;
  std::uint64_t total = 0;
  const zip_int64_t members = zip_get_num_entries(archive, 0);
  for (zip_int64_t m = 0; m < members; ++m) {
    zip_stat_t stat;
    if (zip_stat_index(archive, static_cast<zip_uint64_t>(m), 0, &stat) != 0 ||
        (stat.valid & (ZIP_STAT_NAME | ZIP_STAT_SIZE)) != (ZIP_STAT_NAME | ZIP_STAT_SIZE))
      return broken(path, "a member cannot be read");
    const std::string name = stat.name;
    const bool is_metadata = name == kMetadataMember;
    if (!is_metadata && !name.ends_with(".npy")) continue;
    if (stat.size > kLargestFile) return broken(path, "it unpacks to more than 2 GiB");
    total += stat.size;
    if (total > kLargestFile || (total > kHarmlessSize && total / kLargestRatio > file_size))
      return broken(path, "it unpacks to an implausible size");
    const std::unique_ptr<zip_file_t, Discard> member(
        zip_fopen_index(archive, static_cast<zip_uint64_t>(m), 0));
    std::vector<std::uint8_t> bytes;
    if (!member || !read_member(member.get(), stat.size, &bytes))
      return broken(path, "its member " + name + " is damaged");
    if (is_metadata) {
      const auto json = nlohmann::json::parse(bytes, nullptr, false);
      if (!json.is_object()) return broken(path, "its metadata is no JSON object");
      for (const auto& [key, value] : json.items()) {
        if (value.is_string()) file.metadata[key] = value.get<std::string>();
      }
      continue;
    }
    Tensor tensor;
    const std::string array = name.substr(0, name.size() - 4);
    if (const std::string problem = parse_npy(std::move(bytes), &tensor); problem.empty())
      file.tensors[array] = std::move(tensor);
    else if (unreadable != nullptr)
      (*unreadable)[array] = problem;
    else
      return broken(path, "in " + name + ", " + problem);
  }
  return file;
}

}  // namespace

std::string parse_npy(std::vector<std::uint8_t> npy, Tensor* tensor) {
  constexpr std::uint8_t kMagic[] = {0x93, 'N', 'U', 'M', 'P', 'Y'};
  if (npy.size() < 10 || std::memcmp(npy.data(), kMagic, 6) != 0) return "it does not start like a .npy file";
  const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(npy[i]); };
  const bool wide = byte(6) >= 2;
  if (wide && npy.size() < 12) return "it is truncated";
  const std::size_t start = wide ? 12 : 10;
  const std::size_t length =
      wide ? byte(8) | byte(9) << 8 | byte(10) << 16 | byte(11) << 24 : byte(8) | byte(9) << 8;
  if (length > npy.size() - start) return "its header is truncated";
  if (length > kLargestNpyHeader) return "its header is implausibly long";
  const std::string header(npy.begin() + static_cast<std::ptrdiff_t>(start),
                           npy.begin() + static_cast<std::ptrdiff_t>(start + length));
  const std::string dtype = dictionary_value(header, "descr");
  for (const DtypeName& known : kDtypes) {
    if (dtype == "'" + std::string(known.numpy) + "'") tensor->dtype = known.ours;
  }
  if (tensor->dtype.empty())
    return "its type " + printable(dtype) + " is not float32, float64, uint8, bool, int32, int64 or uint64";
  std::uint64_t count = 0;
  if (!parse_shape(dictionary_value(header, "shape"), &tensor->shape) ||
      !element_count(tensor->shape, &count))
    return "its shape is impossible";
  const std::size_t item = item_size(tensor->dtype);
  if (npy.size() - start - length != count * item)
    return "it holds another amount of data than its shape says";
  npy.erase(npy.begin(), npy.begin() + static_cast<std::ptrdiff_t>(start + length));
  tensor->bytes = std::move(npy);
  if (dictionary_value(header, "fortran_order").starts_with("True")) to_c_order(*tensor, item);
  return {};
}

Result<TensorFile> read_npz(const std::string& path) {
  std::error_code failed;
  if (!std::filesystem::is_regular_file(path, failed)) {
    return fail(ErrorCode::Io, path + " cannot be read: check the path and its permissions.", path);
  }
  int code = 0;
  const std::unique_ptr<zip_t, Discard> archive(zip_open(path.c_str(), ZIP_RDONLY, &code));
  if (!archive) return broken(path, "it is no zip archive, or a damaged one");
  const auto size = std::filesystem::file_size(path, failed);
  return parse_archive(archive.get(), failed ? 0 : size, path, nullptr);
}

Result<TensorFile> parse_npz(std::span<const std::uint8_t> bytes, const std::string& path,
                             std::map<std::string, std::string>* unreadable) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  const std::unique_ptr<zip_t, Discard> archive(
      source != nullptr ? zip_open_from_source(source, ZIP_RDONLY, &error) : nullptr);
  zip_error_fini(&error);
  if (!archive) {
    zip_source_free(source);  // an open archive owns it
    return broken(path, "it is no zip archive, or a damaged one");
  }
  return parse_archive(archive.get(), bytes.size(), path, unreadable);
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
