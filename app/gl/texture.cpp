#include "app/gl/texture.hpp"

#include <GL/gl.h>
#include <GL/glext.h>

#include <utility>

namespace lab::gl {
namespace {

struct Layout {
  GLint internal;
  GLenum format, type;
};

Layout layout_of(Format format) {
  switch (format) {
    case Format::R32F:
      return {GL_R32F, GL_RED, GL_FLOAT};
    case Format::RGB32F:
      return {GL_RGB32F, GL_RGB, GL_FLOAT};
    case Format::RGBA8:
      break;
  }
  return {GL_RGBA8, GL_RGBA, GL_UNSIGNED_BYTE};
}

}  // namespace

bool has_context() {
  return glGetString(GL_VERSION) != nullptr;
}

Texture::~Texture() {
  if (name_ != 0) glDeleteTextures(1, &name_);
}

Texture::Texture(Texture&& other) noexcept
    : name_(std::exchange(other.name_, 0)),
      width_(other.width_),
      height_(other.height_),
      format_(other.format_) {}

Texture& Texture::operator=(Texture&& other) noexcept {
  std::swap(name_, other.name_);
  std::swap(width_, other.width_);
  std::swap(height_, other.height_);
  std::swap(format_, other.format_);
  return *this;
}

void Texture::allocate(int width, int height, Format format) {
  if (name_ != 0 && width == width_ && height == height_ && format == format_) return;
  if (name_ == 0) glGenTextures(1, &name_);
  width_ = width;
  height_ = height;
  format_ = format;
  const Layout layout = layout_of(format);
  glBindTexture(GL_TEXTURE_2D, name_);
  for (const GLenum filter : {GL_TEXTURE_MIN_FILTER, GL_TEXTURE_MAG_FILTER})
    glTexParameteri(GL_TEXTURE_2D, filter, GL_NEAREST);
  for (const GLenum wrap : {GL_TEXTURE_WRAP_S, GL_TEXTURE_WRAP_T})
    glTexParameteri(GL_TEXTURE_2D, wrap, GL_CLAMP_TO_EDGE);
  glTexImage2D(GL_TEXTURE_2D, 0, layout.internal, width, height, 0, layout.format, layout.type, nullptr);
}

void Texture::upload(const void* pixels) {
  upload_rows(0, height_, pixels);
}

void Texture::upload_rows(int first_row, int rows, const void* pixels) {
  const Layout layout = layout_of(format_);
  glBindTexture(GL_TEXTURE_2D, name_);
  glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
  // ImGui's back-end leaves its own row length behind.
  glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
  glTexSubImage2D(GL_TEXTURE_2D, 0, 0, first_row, width_, rows, layout.format, layout.type, pixels);
}

void Texture::average_when_smaller(bool average) {
  glBindTexture(GL_TEXTURE_2D, name_);
  if (average) glGenerateMipmap(GL_TEXTURE_2D);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, average ? GL_LINEAR_MIPMAP_LINEAR : GL_NEAREST);
}

}  // namespace lab::gl
