#include "app/gl/program.hpp"

#include <GL/gl.h>
#include <GL/glext.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

namespace lab::gl {
namespace {

unsigned compile(GLenum stage, const std::string& path, std::string* error) {
  std::ifstream file(path);
  if (!file) {
    *error = path + " cannot be read: reinstall the program, or set RBM_SHADERS to the folder of shaders.";
    return 0;
  }
  std::stringstream text;
  text << file.rdbuf();
  const std::string source = text.str();
  const char* pointer = source.c_str();
  const unsigned shader = glCreateShader(stage);
  glShaderSource(shader, 1, &pointer, nullptr);
  glCompileShader(shader);
  int good = 0;
  glGetShaderiv(shader, GL_COMPILE_STATUS, &good);
  if (good != 0) return shader;
  char log[1024] = {};
  glGetShaderInfoLog(shader, sizeof log, nullptr, log);
  *error = path + ":" + log;  // drivers begin with the line number
  glDeleteShader(shader);
  return 0;
}

}  // namespace

Program::~Program() {
  if (name_ != 0) glDeleteProgram(name_);
}
Program::Program(Program&& other) noexcept : name_(std::exchange(other.name_, 0)) {}
Program& Program::operator=(Program&& other) noexcept {
  std::swap(name_, other.name_);
  return *this;
}

bool Program::load(const std::string& name, std::string* error) {
  const std::string stem = shader_root() + "/" + name;
  const unsigned vertex = compile(GL_VERTEX_SHADER, stem + ".vert", error);
  const unsigned fragment = vertex != 0 ? compile(GL_FRAGMENT_SHADER, stem + ".frag", error) : 0;
  if (fragment != 0) {
    name_ = glCreateProgram();
    glAttachShader(name_, vertex);
    glAttachShader(name_, fragment);
    glLinkProgram(name_);
    int good = 0;
    glGetProgramiv(name_, GL_LINK_STATUS, &good);
    if (good == 0) {
      char log[1024] = {};
      glGetProgramInfoLog(name_, sizeof log, nullptr, log);
      *error = stem + ": " + log;
      glDeleteProgram(std::exchange(name_, 0));
    }
  }
  if (vertex != 0) glDeleteShader(vertex);
  if (fragment != 0) glDeleteShader(fragment);
  return name_ != 0;
}

int Program::uniform(const char* uniform_name) const {
  return glGetUniformLocation(name_, uniform_name);
}

std::string shader_root() {
  if (const char* chosen = std::getenv("RBM_SHADERS"); chosen != nullptr && *chosen != '\0') return chosen;
  std::error_code none;
  return std::filesystem::is_directory(RBM_SOURCE_SHADERS, none) ? RBM_SOURCE_SHADERS : RBM_INSTALLED_SHADERS;
}

}  // namespace lab::gl
