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
  texture_ = std::move(other.texture_);
  return *this;
}

void Framebuffer::allocate(int width, int height) {
  if (name_ != 0 && texture_.width() == width && texture_.height() == height) return;
  texture_.allocate(width, height, Format::RGBA8);
  if (name_ == 0) glGenFramebuffers(1, &name_);
  glBindFramebuffer(GL_FRAMEBUFFER, name_);
  glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture_.name(), 0);
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
}

void Framebuffer::begin() {
  glBindFramebuffer(GL_FRAMEBUFFER, name_);
  glViewport(0, 0, texture_.width(), texture_.height());
  glDisable(GL_SCISSOR_TEST);
  glDisable(GL_BLEND);
  glDisable(GL_DEPTH_TEST);
  glDisable(GL_CULL_FACE);
}

void Framebuffer::end() {
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
}

std::vector<unsigned char> Framebuffer::read() {
  std::vector<unsigned char> out(static_cast<std::size_t>(texture_.width()) *
                                 static_cast<std::size_t>(texture_.height()) * 4);
  glBindFramebuffer(GL_FRAMEBUFFER, name_);
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(0, 0, texture_.width(), texture_.height(), GL_RGBA, GL_UNSIGNED_BYTE, out.data());
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
  return out;
}

void draw_full_screen() {
  static unsigned array = 0;  // core profile wants one bound; it holds nothing
  if (array == 0) glGenVertexArrays(1, &array);
  glBindVertexArray(array);
  glDrawArrays(GL_TRIANGLES, 0, 3);
  glBindVertexArray(0);
}

}  // namespace lab::gl
