// Film: frames of the window, written to a file while they come: GIF by itself, MP4 through the program ffmpeg where that
// is installed. Owned by the window; main thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "core/data/gif.hpp"
#include "core/files/descriptor.hpp"
#include "core/result.hpp"

namespace lab {

class Film {
 public:
  static constexpr double kFramesPerSecond = 10;

  /// By the ending of its name, .gif or .mp4, of so many pixels. Fails with a sentence for other endings, for names that
  /// cannot be written, and for MP4 without ffmpeg.
  static rbm::Result<std::unique_ptr<Film>> begin(const std::string& path, int width, int height);
  /// Ends an unfinished film without a file.
  ~Film();

  int width() const { return width_; }
  int height() const { return height_; }
  int frames() const { return frames_; }
  /// Width × height RGB bytes, row by row from the top, which stand for so many frames. Fails where the file has become
  /// too large, or ffmpeg has ended.
  rbm::Result<void> add(std::span<const std::uint8_t> rgb, int frames = 1);
  /// Writes what is not written yet, and waits for ffmpeg.
  rbm::Result<void> finish();

 private:
  Film(std::string path, int width, int height) : path_(std::move(path)), width_(width), height_(height) {}
  rbm::Result<void> start_ffmpeg();
  rbm::Result<void> send(std::span<const std::uint8_t> rgb);
  rbm::Unexpected ffmpeg_failed() const;
  int wait_for_ffmpeg();

  std::string path_;
  int width_, height_, frames_ = 0;
  std::optional<rbm::GifWriter> gif_;
  rbm::Descriptor to_ffmpeg_;
  int process_ = 0;
};

}  // namespace lab
