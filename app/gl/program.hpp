// Program: a vertex and a fragment shader, linked. The thread with the current context only.
#pragma once

#include <string>
#include <string_view>

#include "app/gl/texture.hpp"

namespace lab::gl {

class Program {
 public:
  Program() = default;
  ~Program();
  Program(Program&& other) noexcept;
  Program& operator=(Program&& other) noexcept;

  /// Loads FOLDER/NAME.vert and FOLDER/NAME.frag. False if one cannot be read or compiled: *trouble is then
  /// a sentence that begins with its path and, where the compiler says so, the line ("a/b.frag:12: …").
  bool load(const std::string& folder, const std::string& name, std::string* trouble);
  explicit operator bool() const { return name_ != 0; }
  /// Draws go through this program from here on; the set… functions are for the program in use. Names that
  /// the shaders do not have are ignored.
  void use() const;
  void set(const char* uniform, float value) const;
  void set(const char* uniform, int value) const;
  void set(const char* uniform, float x, float y, float z) const;
  /// The sampler reads this texture, through texture unit `unit`.
  void set(const char* sampler, int unit, const Texture& texture) const;

 private:
  unsigned name_ = 0;
};

/// The folder of shaders; in a build tree the source tree's own, so that an edit shows at the next start.
std::string shader_folder();

/// The first complaint of a compiler's log as "path:line: words". Drivers write the line in their own ways:
/// "0:12(5): error: …", "0(12) : error …", "ERROR: 0:12: …".
std::string first_complaint(const std::string& path, std::string_view log);

}  // namespace lab::gl
