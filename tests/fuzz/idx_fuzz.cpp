// IDX images and labels.
#include "core/data/readers.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const rbm::Bytes bytes(data, data + size);
  if (const auto images = rbm::idx_images(bytes, "fuzz"))
    RBM_ASSERT(images->count() * images->shape.pixels() + 16 == static_cast<rbm::Index>(size));
  (void)rbm::idx_labels(bytes, "fuzz");
  return 0;
}
