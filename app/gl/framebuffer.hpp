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
  void begin();  // draws go here, over the whole of it
  void end();    // … and to the window again
  const Texture& texture() const { return texture_; }
  /// Row by row from the first one.
  std::vector<unsigned char> read();

 private:
  unsigned name_ = 0;
  Texture texture_;
};

/// Draws one triangle that covers the bound target, with the bound program.
void draw_full_screen();

}  // namespace lab::gl
