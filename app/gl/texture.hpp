// OpenGL objects as values: textures, shader programs, framebuffers. The thread with the current context
// only; an object must be gone before its context is.
#pragma once

namespace lab::gl {

/// False without a window, as in tests: nothing in this folder may be called then.
bool has_context();

enum class Format { R32F, RGB32F, RGBA8 };

class Texture {
 public:
  Texture() = default;
  ~Texture();
  Texture(Texture&& other) noexcept;
  Texture& operator=(Texture&& other) noexcept;

  /// (Re)allocates when size or format differ; nearest sampling, clamped to the edge. The content is
  /// undefined until it is uploaded.
  void allocate(int width, int height, Format format);
  /// Rows packed without padding, from the top.
  void upload(const void* pixels);
  void upload_rows(int first_row, int rows, const void* pixels);
  /// How the texture looks where it is drawn smaller than it is: averaged, or (the start) one of its pixels.
  /// Enlarged pixels keep their edges. Averaging needs a new call after each change of the content.
  void average_when_smaller(bool average);

  unsigned name() const { return name_; }
  int width() const { return width_; }
  int height() const { return height_; }

 private:
  unsigned name_ = 0;
  int width_ = 0, height_ = 0;
  Format format_ = Format::RGBA8;
};

}  // namespace lab::gl
