// Picture: one decoded PNG or JPEG, and the decoder. Nothing is decoded before its header has been found to
// declare a size that fits the memory. Any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/model/model.hpp"
#include "core/result.hpp"

namespace rbm {

struct Picture {
  ImageShape shape;  // 1 or 3 channels
  std::vector<std::uint8_t> pixels;
};

/// Both name `path` in what they say. An alpha channel is dropped.
bool looks_like_picture(std::span<const std::uint8_t> bytes);
/// Size and colours (1 or 3) from the header alone. Fails on more than 64 million pixels.
Result<ImageShape> picture_header(std::span<const std::uint8_t> bytes, const std::string& path);
/// `channels`: 1 or 3, or 0 for what the file has.
Result<Picture> decode_picture(std::span<const std::uint8_t> bytes, int channels, const std::string& path);
/// A file as a picture; see decode_picture.
Result<Picture> read_picture_file(const std::string& path, int channels);

/// The largest centred part of the wanted proportions, resized (Mitchell's filter down, Catmull-Rom up; in
/// the file's own grey values).
Picture cropped_and_resized(const Picture& picture, int width, int height);
void crop_and_resize(const std::uint8_t* from, const ImageShape& shape, int width, int height,
                     std::uint8_t* out);
void crop_and_resize(const float* from, const ImageShape& shape, int width, int height, float* out);

}  // namespace rbm
