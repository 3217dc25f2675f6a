// IDX files and fixed binarizations, gzipped or not.
#include <md5.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>

#include "core/data/dataset.hpp"

namespace rbm {
namespace {

constexpr std::uint64_t kLargest = std::uint64_t{1} << 31;
constexpr std::uint32_t kImageMagic = 0x00000803, kLabelMagic = 0x00000801;

struct KnownFile {
  std::string_view name, md5;
};
constexpr std::array<KnownFile, 4> kMnist{{{"train-images-idx3-ubyte", "6bbc9ace898e44ae57da46a324031adb"},
                                           {"train-labels-idx1-ubyte", "a25bea736e30d166cdddb491f175f624"},
                                           {"t10k-images-idx3-ubyte", "2646ac647ad5339dbf082846283269ea"},
                                           {"t10k-labels-idx1-ubyte", "27ae3e4e09519cfbb04c329615203637"}}};

struct CloseGz {
  void operator()(gzFile_s* file) const { gzclose(file); }
};

Unexpected broken(const std::string& path, const std::string& what) {
  return fail(ErrorCode::BadFormat, path + " " + what, path);
}

/// The whole file, decompressed if it is gzip; at most kLargest bytes.
Result<std::vector<std::uint8_t>> read_all(const std::string& path) {
  std::error_code failed;
  if (std::filesystem::is_directory(path, failed))
    return fail(ErrorCode::Io, path + " is a folder: give the path of a file.", path);
  const std::unique_ptr<gzFile_s, CloseGz> file(gzopen(path.c_str(), "rb"));
  if (!file) return fail(ErrorCode::Io, path + " cannot be read: check the path and its permissions.", path);
  gzbuffer(file.get(), 1 << 18);
  std::vector<std::uint8_t> bytes;
  std::size_t used = 0;
  for (;;) {
    if (bytes.size() - used < (1u << 20)) bytes.resize(std::max<std::size_t>(bytes.size() * 2, 1u << 22));
    const int got = gzread(file.get(), bytes.data() + used,
                           static_cast<unsigned>(std::min<std::size_t>(bytes.size() - used, 1u << 24)));
    if (got < 0) return broken(path, "is damaged or truncated (gzip checksum): fetch it again.");
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
    if (used > kLargest) return broken(path, "holds more than 2 GiB: cut it into smaller files.");
  }
  // gzread reports an unexpected end of a gzip stream only here.
  int code = Z_OK;
  gzerror(file.get(), &code);
  if (code != Z_OK && code != Z_STREAM_END) return broken(path, "is damaged or truncated: fetch it again.");
  bytes.resize(used);
  return bytes;
}

Result<void> check_if_known(const std::string& path, const std::vector<std::uint8_t>& bytes) {
  std::string name = std::filesystem::path(path).filename().string();
  if (name.ends_with(".gz")) name.resize(name.size() - 3);
  const auto known =
      std::find_if(kMnist.begin(), kMnist.end(), [&](const KnownFile& f) { return f.name == name; });
  // Another data set under MNIST's file names (Fashion-MNIST does so) lies elsewhere; only the program's own
  // copy must be MNIST.
  std::error_code failed;
  if (known == kMnist.end() || !std::filesystem::equivalent(std::filesystem::path(path).parent_path(),
                                                            asset_root() + "/mnist", failed))
    return {};
  MD5_CTX context;
  MD5Init(&context);
  MD5Update(&context, bytes.data(), bytes.size());
  std::array<char, MD5_DIGEST_STRING_LENGTH> digest{};
  MD5End(&context, digest.data());
  if (known->md5 == digest.data()) return {};
  return broken(path, "is not the MNIST file it should be (MD5 " + std::string(digest.data()) +
                          "): restore it from the repository.");
}

std::uint32_t big_endian(const std::uint8_t* p) {
  return std::uint32_t{p[0]} << 24 | std::uint32_t{p[1]} << 16 | std::uint32_t{p[2]} << 8 | p[3];
}

/// Header and size of an IDX file checked; the dimensions.
template <std::size_t n>
Result<std::array<std::uint64_t, n>> dimensions(const std::string& path,
                                                const std::vector<std::uint8_t>& bytes, std::uint32_t magic) {
  const std::size_t header = 4 + 4 * n;
  if (bytes.size() < header)
    return broken(path, "is too short for an IDX file: it has " + std::to_string(bytes.size()) + " bytes.");
  if (big_endian(bytes.data()) != magic) {
    return broken(path, std::string("is not an IDX file of ") +
                            (n == 3 ? "images (magic 2051)" : "labels (magic 2049)") +
                            ": its first four bytes say " + std::to_string(big_endian(bytes.data())) + ".");
  }
  std::array<std::uint64_t, n> dims{};
  std::uint64_t product = 1;
  for (std::size_t d = 0; d < n; ++d) {
    dims[d] = big_endian(bytes.data() + 4 + 4 * d);
    if (dims[d] == 0 || product > kLargest / dims[d])
      return broken(path, "declares an impossible size: use another file.");
    product *= dims[d];
  }
  if (bytes.size() - header != product) {
    return broken(path, "declares " + std::to_string(product) + " bytes of data but holds " +
                            std::to_string(bytes.size() - header) +
                            ": it is truncated or damaged, fetch it again.");
  }
  return dims;
}

}  // namespace

Result<Dataset> load_idx_images(const std::string& path) {
  auto bytes = read_all(path);
  if (!bytes) return fail(bytes.error().code, bytes.error().message, path);
  const auto dims = dimensions<3>(path, *bytes, kImageMagic);
  if (!dims) return fail(dims.error().code, dims.error().message, path);
  if (const auto known = check_if_known(path, *bytes); !known)
    return fail(known.error().code, known.error().message, path);
  if ((*dims)[1] > 4096 || (*dims)[2] > 4096)
    return broken(path, "has images larger than 4096 × 4096: reduce them first.");
  Dataset data;
  data.name = std::filesystem::path(path).filename().string();
  data.shape = {static_cast<int>((*dims)[1]), static_cast<int>((*dims)[2]), 1};
  bytes->erase(bytes->begin(), bytes->begin() + 16);
  data.pixels = std::move(*bytes);
  return data;
}

Result<std::vector<std::uint8_t>> load_idx_labels(const std::string& path) {
  auto bytes = read_all(path);
  if (!bytes) return bytes;
  const auto dims = dimensions<1>(path, *bytes, kLabelMagic);
  if (!dims) return fail(dims.error().code, dims.error().message, path);
  if (const auto known = check_if_known(path, *bytes); !known)
    return fail(known.error().code, known.error().message, path);
  bytes->erase(bytes->begin(), bytes->begin() + 8);
  return bytes;
}

Result<Dataset> load_bits784(const std::string& path) {
  constexpr std::size_t kRowBytes = 98;
  auto bytes = read_all(path);
  if (!bytes) return fail(bytes.error().code, bytes.error().message, path);
  if (bytes->empty() || bytes->size() % kRowBytes != 0) {
    return broken(path, "is not a file of 784-bit rows: its " + std::to_string(bytes->size()) +
                            " bytes are no multiple of 98.");
  }
  Dataset data;
  data.name = std::filesystem::path(path).filename().string();
  data.shape = {28, 28, 1};
  data.pixels.resize(bytes->size() * 8);
  for (std::size_t i = 0; i < data.pixels.size(); ++i)
    data.pixels[i] = (*bytes)[i / 8] >> (7 - i % 8) & 1 ? 255 : 0;
  return data;
}

}  // namespace rbm
