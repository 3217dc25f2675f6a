// Shaders: the program's own compile, and a broken one is reported with its path and line.
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "app/gl/program.hpp"
#include "tests/app/golden/hidden_window.hpp"

namespace {

using lab::gl::Program;
using lab::test::HiddenWindow;

struct TemporaryFolder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("rbm_shaders_" + std::to_string(::getpid()));
  TemporaryFolder() { std::filesystem::create_directories(path); }
  ~TemporaryFolder() { std::filesystem::remove_all(path); }
  void write(const char* name, const char* text) const { std::ofstream(path / name) << text; }
};

constexpr const char* kVertex = "#version 330 core\nvoid main() { gl_Position = vec4(0.0); }\n";
constexpr const char* kFragment = "#version 330 core\nout vec4 c;\nvoid main() { c = vec4(1.0); }\n";

TEST_CASE("the program's own shaders compile and link") {
  HiddenWindow window;
  for (const auto& entry : std::filesystem::directory_iterator(lab::gl::shader_folder())) {
    if (entry.path().extension() != ".frag") continue;
    Program program;
    std::string trouble;
    CHECK(program.load(lab::gl::shader_folder(), entry.path().stem().string(), &trouble));
    CHECK(trouble == "");
  }
}

TEST_CASE("a shader that does not compile is reported with its path and line") {
  HiddenWindow window;
  const TemporaryFolder folder;
  folder.write("good.vert", kVertex);
  folder.write("good.frag", kFragment);
  folder.write("broken.vert", kVertex);
  folder.write("broken.frag", "#version 330 core\nout vec4 c;\n\nvoid main() {\n  c = nothing;\n}\n");
  Program program;
  std::string trouble;
  CHECK(program.load(folder.path.string(), "good", &trouble));
  CHECK(!Program().load(folder.path.string(), "broken", &trouble));
  CHECK(trouble.find((folder.path / "broken.frag").string() + ":5: ") == 0);
  CHECK(trouble.find("nothing") != std::string::npos);
}

TEST_CASE("a shader that is not there is named") {
  HiddenWindow window;
  const TemporaryFolder folder;
  folder.write("half.vert", kVertex);
  std::string trouble;
  CHECK(!Program().load(folder.path.string(), "half", &trouble));
  CHECK(trouble.find((folder.path / "half.frag").string()) == 0);
}

}  // namespace
