#include "app/gl/program.hpp"

#include <GL/gl.h>
#include <GL/glext.h>

#include <array>
#include <cctype>
#include <fstream>
#include <optional>
#include <sstream>
#include <utility>

#include "core/files/resources.hpp"

namespace lab::gl {
namespace {

std::optional<std::string> read_text(const std::string& path) {
  std::ifstream file(path);
  if (!file) return std::nullopt;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// 0 and a sentence in *trouble if it cannot be read or compiled.
unsigned compile(GLenum stage, const std::string& path, std::string* trouble) {
  const auto source = read_text(path);
  if (!source) {
    *trouble = path + ": this shader cannot be read; install the program again.";
    return 0;
  }
  const char* text = source->c_str();
  const unsigned shader = glCreateShader(stage);
  glShaderSource(shader, 1, &text, nullptr);
  glCompileShader(shader);
  int compiled = 0;
  glGetShaderiv(shader, GL_COMPILE_STATUS, &compiled);
  if (compiled != 0) return shader;
  std::array<char, 2048> log{};
  glGetShaderInfoLog(shader, static_cast<GLsizei>(log.size()), nullptr, log.data());
  *trouble = first_complaint(path, log.data());
  glDeleteShader(shader);
  return 0;
}

bool is_digit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

/// Where "0:12" or "0(12" begins a place in the log: the line, and where the words after it begin.
struct Place {
  std::string_view line;
  std::size_t end;
};
std::optional<Place> find_place(std::string_view log) {
  for (std::size_t i = 0; i + 2 < log.size(); ++i) {
    const bool starts = is_digit(log[i]) && (i == 0 || !is_digit(log[i - 1]));
    if (!starts || (log[i + 1] != ':' && log[i + 1] != '(') || !is_digit(log[i + 2])) continue;
    std::size_t end = i + 2;
    while (end < log.size() && is_digit(log[end])) ++end;
    const std::string_view line = log.substr(i + 2, end - i - 2);
    // The column in brackets, and what stands between place and words.
    if (end < log.size() && log[end] == '(') end = std::min(log.find(')', end), log.size());
    while (end < log.size() && (log[end] == ')' || log[end] == ':' || log[end] == ' ')) ++end;
    return Place{line, end};
  }
  return std::nullopt;
}

}  // namespace

std::string first_complaint(const std::string& path, std::string_view log) {
  const auto place = find_place(log);
  std::string_view words = place ? log.substr(place->end) : log;
  words = words.substr(0, words.find_first_of("\r\n"));
  while (!words.empty() && words.back() == '\0') words.remove_suffix(1);
  if (words.empty()) words = "the shader does not compile";
  return path + ":" + (place ? std::string(place->line) + ": " : " ") + std::string(words);
}

Program::~Program() {
  if (name_ != 0) glDeleteProgram(name_);
}

Program::Program(Program&& other) noexcept : name_(std::exchange(other.name_, 0)) {}

Program& Program::operator=(Program&& other) noexcept {
  std::swap(name_, other.name_);
  return *this;
}

bool Program::load(const std::string& folder, const std::string& name, std::string* trouble) {
  const std::string stem = folder + "/" + name;
  const unsigned vertex = compile(GL_VERTEX_SHADER, stem + ".vert", trouble);
  const unsigned fragment = vertex != 0 ? compile(GL_FRAGMENT_SHADER, stem + ".frag", trouble) : 0;
  if (fragment != 0) {
    name_ = glCreateProgram();
    glAttachShader(name_, vertex);
    glAttachShader(name_, fragment);
    glLinkProgram(name_);
    int linked = 0;
    glGetProgramiv(name_, GL_LINK_STATUS, &linked);
    if (linked == 0) {
      std::array<char, 2048> log{};
      glGetProgramInfoLog(name_, static_cast<GLsizei>(log.size()), nullptr, log.data());
      *trouble = first_complaint(stem + ".frag", log.data());
      glDeleteProgram(std::exchange(name_, 0));
    }
  }
  if (vertex != 0) glDeleteShader(vertex);
  if (fragment != 0) glDeleteShader(fragment);
  return name_ != 0;
}

void Program::use() const {
  glUseProgram(name_);
}

void Program::set(const char* uniform, float value) const {
  glUniform1f(glGetUniformLocation(name_, uniform), value);
}

void Program::set(const char* uniform, int value) const {
  glUniform1i(glGetUniformLocation(name_, uniform), value);
}

void Program::set(const char* uniform, float x, float y, float z) const {
  glUniform3f(glGetUniformLocation(name_, uniform), x, y, z);
}

void Program::set(const char* sampler, int unit, const Texture& texture) const {
  glActiveTexture(GL_TEXTURE0 + static_cast<GLenum>(unit));
  glBindTexture(GL_TEXTURE_2D, texture.name());
  glActiveTexture(GL_TEXTURE0);
  set(sampler, unit);
}

std::string shader_folder() {
  return rbm::resource_folder("shaders");
}

}  // namespace lab::gl
