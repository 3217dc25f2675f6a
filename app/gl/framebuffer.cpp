#include "app/gl/framebuffer.hpp"

#include <GL/gl.h>
#include <GL/glext.h>

#include <utility>

namespace lab::gl {

Framebuffer::~Framebuffer() {
  if (name_ != 0) glDeleteFramebuffers(1, &name_);
}

Framebuffer::Framebuffer(Framebuffer&& other) noexcept
    : name_(std::exchange(other.name_, 0)), texture_(std::move(other.texture_)) {}

Framebuffer& Framebuffer::operator=(Framebuffer&& other) noexcept {
  std::swap(name_, other.name_);
  std::swap(texture_, other.texture_);
  return *this;
}

void Framebuffer::allocate(int width, int height) {
  if (name_ != 0 && texture_.width() == width && texture_.height() == height) return;
  texture_.allocate(width, height, Format::RGBA8);
  if (name_ == 0) glGenFramebuffers(1, &name_);
  int before = 0;
  glGetIntegerv(GL_FRAMEBUFFER_BINDING, &before);
  glBindFramebuffer(GL_FRAMEBUFFER, name_);
  glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture_.name(), 0);
  glBindFramebuffer(GL_FRAMEBUFFER, static_cast<GLuint>(before));
}

void Framebuffer::begin() {
  glGetIntegerv(GL_FRAMEBUFFER_BINDING, &target_before_);
  glGetIntegerv(GL_VIEWPORT, viewport_before_);
  glBindFramebuffer(GL_FRAMEBUFFER, name_);
  glViewport(0, 0, texture_.width(), texture_.height());
  for (const GLenum test : {GL_SCISSOR_TEST, GL_BLEND, GL_DEPTH_TEST, GL_STENCIL_TEST, GL_CULL_FACE})
    glDisable(test);
  glColorMask(GL_TRUE, GL_TRUE, GL_TRUE, GL_TRUE);
}

void Framebuffer::end() {
  glBindFramebuffer(GL_FRAMEBUFFER, static_cast<GLuint>(target_before_));
  glViewport(viewport_before_[0], viewport_before_[1], viewport_before_[2], viewport_before_[3]);
}

std::vector<unsigned char> Framebuffer::read() {
  std::vector<unsigned char> out(static_cast<std::size_t>(texture_.width()) *
                                 static_cast<std::size_t>(texture_.height()) * 4);
  begin();
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glPixelStorei(GL_PACK_ROW_LENGTH, 0);
  glReadPixels(0, 0, texture_.width(), texture_.height(), GL_RGBA, GL_UNSIGNED_BYTE, out.data());
  end();
  return out;
}

FullScreenTriangle::~FullScreenTriangle() {
  if (vertices_ != 0) glDeleteVertexArrays(1, &vertices_);
}

void FullScreenTriangle::draw() {
  if (vertices_ == 0) glGenVertexArrays(1, &vertices_);
  glBindVertexArray(vertices_);
  glDrawArrays(GL_TRIANGLES, 0, 3);
  glBindVertexArray(0);
}

void clear(Rgb colour) {
  glClearColor(colour.r, colour.g, colour.b, 1);
  glClear(GL_COLOR_BUFFER_BIT);
}

void clear_rectangle(int x, int y, int width, int height, Rgb colour) {
  glScissor(x, y, width, height);
  clear(colour);
}

}  // namespace lab::gl
