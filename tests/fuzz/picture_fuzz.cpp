// The header of a PNG or JPEG, and the decoder behind it where the picture is small.
#include "core/data/picture.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto header = rbm::picture_header({data, size}, "fuzz");
  if (!header) return 0;
  RBM_ASSERT(header->width > 0 && header->height > 0 && (header->channels == 1 || header->channels == 3));
  if (header->pixels() > 4096) return 0;
  const auto picture = rbm::decode_picture({data, size}, 0, "fuzz");
  if (!picture) return 0;
  RBM_ASSERT(picture->shape == *header &&
             static_cast<rbm::Index>(picture->pixels.size()) == header->pixels());
  const rbm::Picture small = rbm::cropped_and_resized(*picture, 5, 3);
  RBM_ASSERT(small.pixels.size() == 15u * static_cast<std::size_t>(header->channels));
  return 0;
}
