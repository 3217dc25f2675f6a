// IDX files and fixed binarizations.
#include <md5.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "core/data/numbers.hpp"
#include "core/data/readers.hpp"
#include "core/data/words.hpp"

namespace rbm {
namespace {

constexpr std::uint32_t kImageMagic = 0x00000803, kLabelMagic = 0x00000801;

struct KnownFile {
  std::string_view name, md5;
};
constexpr std::array<KnownFile, 4> kMnist{{{"train-images-idx3-ubyte", "6bbc9ace898e44ae57da46a324031adb"},
                                           {"train-labels-idx1-ubyte", "a25bea736e30d166cdddb491f175f624"},
                                           {"t10k-images-idx3-ubyte", "2646ac647ad5339dbf082846283269ea"},
                                           {"t10k-labels-idx1-ubyte", "27ae3e4e09519cfbb04c329615203637"}}};

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
    if (dims[d] == 0 || product > kLargestData / dims[d])
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

Result<Dataset> idx_images(Bytes bytes, const std::string& path) {
  const auto dims = dimensions<3>(path, bytes, kImageMagic);
  if (!dims) return Unexpected{dims.error()};
  if ((*dims)[1] > 4096 || (*dims)[2] > 4096)
    return broken(path, "has images larger than 4096 × 4096: reduce them first.");
  Dataset data;
  data.name = file_name(path);
  data.shape = {static_cast<int>((*dims)[1]), static_cast<int>((*dims)[2]), 1};
  bytes.erase(bytes.begin(), bytes.begin() + 16);
  data.pixels = std::move(bytes);
  return data;
}

Result<Bytes> idx_labels(Bytes bytes, const std::string& path) {
  const auto dims = dimensions<1>(path, bytes, kLabelMagic);
  if (!dims) return Unexpected{dims.error()};
  bytes.erase(bytes.begin(), bytes.begin() + 8);
  return bytes;
}

Result<Dataset> load_idx_images(const std::string& path) {
  auto bytes = read_all(path);
  if (!bytes) return Unexpected{bytes.error()};
  if (const auto known = check_if_known(path, *bytes); !known) return Unexpected{known.error()};
  return idx_images(std::move(*bytes), path);
}

Result<std::vector<std::uint8_t>> load_idx_labels(const std::string& path) {
  auto bytes = read_all(path);
  if (!bytes) return bytes;
  if (const auto known = check_if_known(path, *bytes); !known) return Unexpected{known.error()};
  return idx_labels(std::move(*bytes), path);
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

namespace {

/// The labels that lie beside an image file of a canonical name: "images-idx3" becomes "labels-idx1", and so
/// with a full stop in place of the dash.
std::string labels_beside(const std::string& images) {
  for (const char* dash : {"-", "."}) {
    const std::string from = std::string("images") + dash + "idx3",
                      to = std::string("labels") + dash + "idx1";
    const auto at = images.rfind(from);
    if (at == std::string::npos) continue;
    std::string labels = images;
    return labels.replace(at, from.size(), to);
  }
  return {};
}

}  // namespace

Result<Dataset> idx_file(Bytes bytes, const SourceOptions& options, const std::string& path) {
  constexpr std::string_view kImages("\0\0\x08\x03", 4);
  if (!starts_with(bytes, kImages))
    return broken(path, "is an IDX file of labels or of another rank: give the file of the images.");
  bytes = {};  // read anew, checked against what is known of MNIST's files
  auto images = load_idx_images(path);
  if (!images) return images;
  if (options.order == "file") images->order = RowOrder::Fixed;
  Bytes pixels = std::move(images->pixels);
  images->pixels = {};
  if (auto set = set_numbers(&*images, std::move(pixels), options, path); !set)
    return Unexpected{set.error()};
  const std::string labels_path = labels_beside(path);
  std::error_code none;
  if (labels_path.empty() || !std::filesystem::exists(labels_path, none)) return images;
  auto labels = load_idx_labels(labels_path);
  if (!labels) return Unexpected{labels.error()};
  if (static_cast<Index>(labels->size()) != images->count()) {
    images->notes.push_back(labels_path + " has " + std::to_string(labels->size()) + " labels for " +
                            std::to_string(images->count()) + " images and was not used.");
    return images;
  }
  WordCounter classes;
  for (const std::uint8_t label : *labels) classes.add(std::to_string(label));
  set_labels(&*images, classes.ordered());
  return images;
}

}  // namespace rbm
