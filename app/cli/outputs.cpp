#include "app/cli/outputs.hpp"

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#include <fmt/format.h>
#include <stb_image_write.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "core/files/output_file.hpp"

namespace lab::cli {
namespace {

constexpr int kGap = 2;
constexpr std::int64_t kLargestPicture = std::int64_t{1} << 29;  // bytes

struct Size {
  std::int64_t width, height;
};

Size size_of(const Sheet& sheet) {
  const std::int64_t across =
      std::clamp<std::int64_t>(sheet.columns, 1, std::max<rbm::Index>(1, sheet.count));
  const std::int64_t down = (sheet.count + across - 1) / across;
  return {across * (std::int64_t{sheet.shape.width} * sheet.zoom + kGap) + kGap,
          down * (std::int64_t{sheet.shape.height} * sheet.zoom + kGap) + kGap};
}

/// One picture into the bytes of the sheet, `stride` bytes a line, from its first byte on.
void draw(const float* picture, const Sheet& sheet, std::size_t stride, unsigned char* out) {
  const int zoom = sheet.zoom, channels = sheet.shape.channels, width = sheet.shape.width;
  for (int y = 0; y < sheet.shape.height * zoom; ++y, out += stride) {
    const float* line = picture + std::ptrdiff_t{y / zoom} * width * channels;
    for (int x = 0; x < width * zoom; ++x) {
      for (int c = 0; c < channels; ++c) {
        const float value = std::clamp(line[x / zoom * channels + c], 0.0f, 1.0f);
        out[x * channels + c] = static_cast<unsigned char>(value * 255 + 0.5f);
      }
    }
  }
}

}  // namespace

rbm::Result<void> check_outputs(std::span<const rbm::FileUse> outputs, std::span<const rbm::FileUse> inputs) {
  if (auto apart = rbm::check_apart(outputs, inputs); !apart) return apart;
  for (const rbm::FileUse& output : outputs) {
    if (output.path.empty()) continue;
    if (auto possible = rbm::check_can_write(output.path); !possible) return possible;
  }
  return {};
}

rbm::Result<bool> is_picture_output(const std::string& path) {
  const std::string ending = std::filesystem::path(path).extension().string();
  if (ending == ".png" || ending == ".npy" || ending == ".csv") return ending == ".png";
  return rbm::fail(
      rbm::ErrorCode::BadArgument,
      path +
          " has no ending that says what it is to hold: use .png for pictures, or .npy or .csv for "
          "numbers.",
      path);
}

rbm::Result<void> check_sheet(const std::string& path, const Sheet& sheet) {
  const auto [width, height] = size_of(sheet);
  if (width <= kLargestPicture / sheet.shape.channels / height) return {};
  return rbm::fail(
      rbm::ErrorCode::BadArgument,
      fmt::format("{} would be a picture of {} × {} pixels: make fewer with --count, or smaller ones with "
                  "--zoom.",
                  path, width, height),
      path);
}

PictureSheet::PictureSheet(const Sheet& sheet)
    : sheet_(sheet),
      width_(size_of(sheet).width),
      height_(size_of(sheet).height),
      pixels_(static_cast<std::size_t>(width_ * height_ * sheet.shape.channels), 64) {}

void PictureSheet::add(const rbm::Matrix& pictures) {
  const std::int64_t channels = sheet_.shape.channels;
  const std::int64_t tile_width = std::int64_t{sheet_.shape.width} * sheet_.zoom + kGap;
  const std::int64_t tile_height = std::int64_t{sheet_.shape.height} * sheet_.zoom + kGap;
  const std::int64_t across = (width_ - kGap) / tile_width;
  const auto stride = static_cast<std::size_t>(width_ * channels);
  for (rbm::Index r = 0; r < pictures.rows() && added_ < sheet_.count; ++r, ++added_) {
    const auto x = static_cast<std::size_t>((kGap + added_ % across * tile_width) * channels);
    const auto y = static_cast<std::size_t>(kGap + added_ / across * tile_height);
    draw(pictures.row(r), sheet_, stride, &pixels_[y * stride + x]);
  }
}

rbm::Result<void> PictureSheet::write(const std::string& path) const {
  std::string png;
  const auto append = [](void* to, void* data, int size) {
    static_cast<std::string*>(to)->append(static_cast<char*>(data), static_cast<std::size_t>(size));
  };
  const int channels = sheet_.shape.channels, stride = static_cast<int>(width_) * channels;
  if (stbi_write_png_to_func(append, &png, static_cast<int>(width_), static_cast<int>(height_), channels,
                             pixels_.data(), stride) == 0) {
    return rbm::fail(rbm::ErrorCode::Io, path + " cannot be encoded as a PNG: make fewer pictures.", path);
  }
  return rbm::write_file(path, png);
}

rbm::Result<void> write_pictures(const std::string& path, const rbm::Matrix& pictures, const Sheet& sheet) {
  if (auto fits = check_sheet(path, sheet); !fits) return fits;
  PictureSheet drawn(sheet);
  drawn.add(pictures);
  return drawn.write(path);
}

int square_columns(rbm::Index count) {
  return static_cast<int>(std::ceil(std::sqrt(static_cast<double>(count))));
}

}  // namespace lab::cli
