// Framebuffer: an RGBA8 texture that can be drawn into and read back. The thread with the current context
// only.
#pragma once

#include <vector>

#include "app/gl/texture.hpp"

namespace lab::gl {

class Framebuffer {
 public:
  Framebuffer() = default;
  ~Framebuffer();
  Framebuffer(Framebuffer&& other) noexcept;
  Framebuffer& operator=(Framebuffer&& other) noexcept;

  /// (Re)allocates when the size differs.
  void allocate(int width, int height);
  /// Between begin and end, draws go here, over the whole of it, without blending or tests; end() brings
  /// back the target and the viewport of before.
  void begin();
  void end();
  Texture& texture() { return texture_; }
  const Texture& texture() const { return texture_; }
  /// RGBA bytes, row by row from the first one.
  std::vector<unsigned char> read();

 private:
  unsigned name_ = 0;
  Texture texture_;
  int target_before_ = 0, viewport_before_[4] = {0, 0, 0, 0};
};

/// One triangle that covers the bound target, drawn with the bound program.
class FullScreenTriangle {
 public:
  FullScreenTriangle() = default;
  ~FullScreenTriangle();
  FullScreenTriangle(const FullScreenTriangle&) = delete;
  FullScreenTriangle& operator=(const FullScreenTriangle&) = delete;
  void draw();

 private:
  unsigned vertices_ = 0;  // the core profile wants a vertex array; it holds nothing
};

/// An opaque colour, its parts from 0 to 1.
struct Rgb {
  float r = 0, g = 0, b = 0;
};

/// Fills what the scissor test leaves of the bound target.
void clear(Rgb colour);
/// Fills a rectangle of the bound target; (x, y) is its lower left corner. The scissor test must be on, and has another
/// rectangle then.
void clear_rectangle(int x, int y, int width, int height, Rgb colour);

}  // namespace lab::gl
