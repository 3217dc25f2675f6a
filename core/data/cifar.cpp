// CIFAR-10's binary files: https://www.cs.toronto.edu/~kriz/cifar.html
#include "core/data/readers.hpp"

namespace rbm {
namespace {

constexpr std::size_t kSide = 32, kPlane = kSide * kSide, kRecord = 1 + 3 * kPlane;

}  // namespace

bool looks_like_cifar(ByteView bytes) {
  if (bytes.empty() || bytes.size() % kRecord != 0) return false;
  for (std::size_t at = 0; at < bytes.size(); at += kRecord) {
    if (bytes[at] > 9) return false;
  }
  return true;
}

Result<Dataset> cifar_images(ByteView bytes, const std::string& path) {
  if (!looks_like_cifar(bytes))
    return broken(path,
                  "is not a CIFAR-10 binary file: it holds no whole number of records of 3073 bytes that "
                  "begin with a label of 0 to 9. Fetch it again.");
  Dataset data;
  data.name = file_name(path);
  data.shape = {kSide, kSide, 3};
  data.label_names = {"airplane", "automobile", "bird",  "cat",  "deer",
                      "dog",      "frog",       "horse", "ship", "truck"};
  const std::size_t count = bytes.size() / kRecord;
  data.pixels.resize(count * 3 * kPlane);
  data.labels.resize(count);
  for (std::size_t n = 0; n < count; ++n) {
    const std::uint8_t* record = &bytes[n * kRecord];
    std::uint8_t* out = &data.pixels[n * 3 * kPlane];
    data.labels[n] = record[0];
    for (std::size_t i = 0; i < kPlane; ++i) {
      for (std::size_t c = 0; c < 3; ++c) out[3 * i + c] = record[1 + c * kPlane + i];
    }
  }
  return data;
}

}  // namespace rbm
