// .npz: a zip archive of .npy files, so that numpy.load reads and writes what we do.
#include <zip.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/files/input_file.hpp"
#include "core/files/json_text.hpp"
#include "core/files/output_file.hpp"
#include "core/files/text.hpp"
#include "core/model/tensor_formats.hpp"

namespace rbm {
namespace {

constexpr const char *kMetadataMember = "metadata.json", *kMetadataArray = "metadata.json.npy";
/// What unpacks to more than this may be no more than kLargestRatio times the file: else it is a bomb.
/// Deflate reaches 1000, but only on nothing but zeros.
constexpr std::uint64_t kHarmlessSize = 256 << 20, kLargestRatio = 100;

struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

Unexpected broken(const std::string& path, const std::string& what) {
  return fail(ErrorCode::BadFormat, path + " is not a readable .npz file: " + what + "; use another file.",
              path);
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

bool add_metadata(const std::string& text, TensorFile* file) {
  const auto json = json_from(text);
  if (!json.is_object()) return false;
  for (const auto& [key, value] : json.items()) {
    if (value.is_string()) file->metadata[from_utf8(key)] = from_utf8(value.get<std::string>());
  }
  return true;
}

/// Every array and the metadata of an open archive of `file_size` bytes.
Result<TensorFile> parse_archive(zip_t* archive, std::uint64_t file_size, const std::string& path,
                                 NpzExtras* extras) {
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
    std::vector<std::string> words;
    const bool is_words = !is_metadata && parse_npy_words(bytes, &words);
    // numpy.savez(**numpy.load(model)) makes an array of the metadata.
    if (is_metadata || (is_words && name == kMetadataArray && words.size() == 1)) {
      const std::string text = is_metadata ? std::string(bytes.begin(), bytes.end()) : words[0];
      if (!add_metadata(text, &file)) return broken(path, "its metadata is no JSON object");
      continue;
    }
    Tensor tensor;
    const std::string array = name.substr(0, name.size() - 4);
    const std::string problem = is_words && extras != nullptr ? "" : parse_npy(std::move(bytes), &tensor);
    if (!problem.empty() && extras == nullptr) return broken(path, "in " + name + ", " + problem);
    if (!problem.empty())
      extras->unreadable[array] = problem;
    else if (is_words)
      extras->words[array] = std::move(words);
    else
      file.tensors[array] = std::move(tensor);
  }
  return file;
}

}  // namespace

Result<TensorFile> read_npz(const std::string& path) {
  const auto bytes = read_file(path, kLargestFile);
  if (!bytes) return Unexpected{bytes.error()};
  return parse_npz(*bytes, path, nullptr);
}

Result<TensorFile> parse_npz(std::span<const std::uint8_t> bytes, const std::string& path,
                             NpzExtras* extras) {
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
  return parse_archive(archive.get(), bytes.size(), path, extras);
}

Result<void> write_npz(const std::string& path, const TensorFile& file) {
  // libzip reads the members when the archive is closed, so they must live until then.
  std::map<std::string, std::string> members;
  for (const auto& [name, tensor] : file.tensors) members[to_utf8(name) + ".npy"] = to_npy(tensor);
  auto metadata = nlohmann::json::object();
  for (const auto& [key, text] : file.metadata) metadata[to_utf8(key)] = to_utf8(text);
  if (!metadata.empty()) members[kMetadataMember] = metadata.dump(1);
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* memory = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_t* archive =
      memory != nullptr ? zip_open_from_source(memory, ZIP_CREATE | ZIP_TRUNCATE, &error) : nullptr;
  if (archive == nullptr) return cannot_write(path);
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
    return cannot_write(path);
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
  if (bytes.empty()) return cannot_write(path);
  return write_file(path, bytes);
}

}  // namespace rbm
