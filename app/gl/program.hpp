// Program: a vertex and a fragment shader from shaders/, linked. The thread with the current context only.
#pragma once

#include <string>

namespace lab::gl {

class Program {
 public:
  Program() = default;
  ~Program();
  Program(Program&& other) noexcept;
  Program& operator=(Program&& other) noexcept;

  /// Loads NAME.vert and NAME.frag. False, with the compiler's words after path and line in *error, when one
  /// cannot be read or compiled.
  bool load(const std::string& name, std::string* error);
  explicit operator bool() const { return name_ != 0; }
  unsigned name() const { return name_; }
  int uniform(const char* uniform_name) const;

 private:
  unsigned name_ = 0;
};

/// The folder of shaders: RBM_SHADERS from the environment, else the source tree's, else the installed one.
std::string shader_root();

}  // namespace lab::gl
