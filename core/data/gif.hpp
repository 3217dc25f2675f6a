// GifWriter: pictures that move, as GIF89a, each frame with its own colours: exact where it has 256 or fewer of them, else
// the nearest of 256 that part the frame's colours evenly (median cut, Heckbert 1982). Holds the file in memory. Any
// thread, one at a time.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace rbm {

class GifWriter {
 public:
  /// Pixels of all frames, at most 65535 a side, and how long each stands, in seconds (to hundredths, two at least).
  GifWriter(int width, int height, double seconds_a_frame);

  /// width × height RGB bytes, row by row from the top, which stand for so many frames.
  void add(std::span<const std::uint8_t> rgb, int frames = 1);
  int frames() const { return frames_; }
  std::size_t bytes() const { return out_.size(); }
  /// The whole file, which repeats for ever; empty where there was no frame. Ends the writer's work.
  std::string take();

 private:
  int width_, height_, hundredths_, frames_ = 0;
  std::string out_;
};

}  // namespace rbm
