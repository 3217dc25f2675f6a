// Files that are written whole, appended to and read: what becomes of what was there, of links, devices and pipes, and
// of what others leave beside them.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "core/files/appended_file.hpp"
#include "core/files/input_file.hpp"
#include "core/files/output_file.hpp"
#include "core/files/paths.hpp"
#include "core/files/toml_text.hpp"
#include "tests/core/data/files.hpp"

using namespace rbm;
namespace fs = std::filesystem;
using files::Folder;

namespace {

std::string content(const std::string& path) {
  const auto bytes = read_file(path, 1 << 20);
  return bytes ? std::string(bytes->begin(), bytes->end()) : "unreadable";
}

int files_in(const Folder& folder) {
  return static_cast<int>(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()));
}

template <class T>
bool is_refused(const Result<T>& result, const std::string& word) {
  return !result && result.error().message.find(word) != std::string::npos &&
         result.error().message.back() == '.';
}

}  // namespace

TEST_CASE("a file is written as a whole, again and again, and nothing is left beside it") {
  const Folder folder;
  const std::string path = folder.path("a.bin");
  for (const std::string& bytes :
       {std::string("one"), std::string(), std::string("a\0b", 3), std::string(100000, 'x')}) {
    REQUIRE(check_can_write(path).has_value());
    REQUIRE(write_file(path, bytes).has_value());
    CHECK(content(path) == bytes);
    CHECK(files_in(folder) == 1);
  }
  CHECK(is_refused(write_file(folder.path("none/a.bin"), "x"), "none/a.bin"));
  CHECK(is_refused(check_can_write(folder.path("none/a.bin")), "none/a.bin"));
}

TEST_CASE("the mode of a file stays, and that of a new one is the user's") {
  const Folder folder;
  const std::string path = folder.path("a.bin");
  const auto mode = [&] { return static_cast<unsigned>(fs::status(path).permissions()) & 0777u; };
  const mode_t mask = ::umask(027);
  REQUIRE(write_file(path, "new").has_value());
  ::umask(mask);
  CHECK(mode() == 0640);
  for (const mode_t wanted : {0600u, 0664u, 0755u}) {
    REQUIRE(::chmod(path.c_str(), wanted) == 0);
    REQUIRE(write_file(path, "again").has_value());
    CHECK(mode() == wanted);
  }
}

TEST_CASE("a file is written through symbolic links, also through one that leads to nothing yet") {
  const Folder folder;
  fs::create_directory(folder.path("real"));
  fs::create_symlink("real/a.bin", folder.path("link"));
  fs::create_symlink("link", folder.path("link of link"));
  for (const std::string& name : {std::string("link"), std::string("link of link")}) {
    REQUIRE(write_file(folder.path(name), name).has_value());
    CHECK(fs::is_symlink(folder.path(name)));
    CHECK(content(folder.path("real/a.bin")) == name);
  }
  fs::create_symlink("circle", folder.path("circle"));
  CHECK(is_refused(write_file(folder.path("circle"), "x"), "circle"));
}

TEST_CASE("what is no regular file is neither replaced nor read nor waited for") {
  const Folder folder;
  fs::create_directory(folder.path("folder"));
  REQUIRE(::mkfifo(folder.path("pipe").c_str(), 0600) == 0);
  fs::create_symlink("pipe", folder.path("link"));
  for (const auto& [name, kind] : {std::pair<std::string, std::string>(folder.path("folder"), "is a folder"),
                                   {folder.path("pipe"), "is a pipe"},
                                   {folder.path("link"), "is a pipe"},
                                   {"/dev/null", "is a device"}}) {
    CAPTURE(name);
    CHECK(is_refused(write_file(name, "x"), kind));
    CHECK(is_refused(check_can_write(name), kind));
    CHECK(is_refused(read_file(name, 10), kind));
    CHECK(is_refused(AppendedFile::open(name), kind));
    CHECK(is_refused(read_toml_text(name), kind));
  }
  CHECK(fs::is_fifo(folder.path("pipe")));
}

namespace {

/// What a process leaves that dies while it writes: the name of the file beside the target.
std::string leftover(const Folder& folder, const std::string& path) {
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit small{1000, 1000};
    ::setrlimit(RLIMIT_FSIZE, &small);
    ::signal(SIGXFSZ, SIG_DFL);
    (void)write_file(path, std::string(2000, 'x'));  // a signal ends it
    ::_exit(0);
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFSIGNALED(status)) return {};
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    const std::string name = entry.path().filename().string();
    if (name.find("-" + std::to_string(child) + "-") != std::string::npos) return name;
  }
  return {};
}

}  // namespace

TEST_CASE("leftovers of a process that died are removed, those of others never") {
  const Folder folder;
  const std::string path = folder.path("a.bin");
  REQUIRE(write_file(path, "old").has_value());
  const std::string name = leftover(folder, path);
  REQUIRE_FALSE(name.empty());
  CHECK(content(path) == "old");

  const std::size_t dash = name.find('-'), next = name.find('-', dash + 1);
  const std::string of_ours = name.substr(0, dash + 1) + std::to_string(::getpid()) + name.substr(next);
  std::string of_another_machine = name, of_another_file = name;
  of_another_machine[dash - 1] = of_another_machine[dash - 1] == '0' ? '1' : '0';
  of_another_file[1] = 'b';
  for (const std::string& other : {of_ours, of_another_machine, of_another_file, std::string("a.bin.part")})
    folder.write(other, "not yours");

  REQUIRE(write_file(path, "new").has_value());
  CHECK(content(path) == "new");
  CHECK_FALSE(fs::exists(folder.path(name)));
  for (const std::string& other : {of_ours, of_another_machine, of_another_file, std::string("a.bin.part")})
    CHECK(content(folder.path(other)) == "not yours");

  // Also where it is only asked whether there could be a file, as before one that grows.
  const std::string second = leftover(folder, path);
  REQUIRE(fs::exists(folder.path(second)));
  REQUIRE(check_can_write(path).has_value());
  CHECK_FALSE(fs::exists(folder.path(second)));
  CHECK(content(folder.path(of_ours)) == "not yours");
}

TEST_CASE("two writers of one file leave one of the two whole, and readers never see a part") {
  const Folder folder;
  const std::string path = folder.path("a.bin");
  const auto text = [](char c) { return std::string(300000, c); };
  REQUIRE(write_file(path, text('a')).has_value());
  const auto write = [&](char c) {
    for (int i = 0; i < 20; ++i) CHECK(write_file(path, text(c)).has_value());
  };
  std::thread one(write, 'a'), two(write, 'b');
  bool is_whole = true;
  for (int i = 0; i < 50; ++i) {
    const std::string seen = content(path);
    is_whole = is_whole && (seen == text('a') || seen == text('b'));
  }
  one.join();
  two.join();
  CHECK(is_whole);
  CHECK(files_in(folder) == 1);
}

TEST_CASE("an output that is an input or another output is found by whatever name it goes") {
  const Folder folder;
  const std::string file = folder.write("sub/a.bin", "x");
  fs::create_hard_link(file, folder.path("hard"));
  fs::create_symlink("sub/a.bin", folder.path("soft"));
  fs::create_directory_symlink("sub", folder.path("way"));
  const std::string spellings[] = {file, folder.path("hard"), folder.path("soft"), folder.path("way/a.bin"),
                                   folder.path("sub/../way/./a.bin")};
  for (const std::string& spelling : spellings) {
    CAPTURE(spelling);
    CHECK(same_file(file, spelling));
    const FileUse output[] = {{"--out", spelling}}, input[] = {{"--data", file}};
    CHECK(is_refused(check_apart(output, input), "--data"));
    const FileUse both[] = {{"--out", spelling}, {"--checkpoint", file}};
    CHECK(is_refused(check_apart(both, {}), "--checkpoint"));
  }
  CHECK(same_file(folder.path("sub/new"), folder.path("way/new")));  // which is not there yet
  CHECK_FALSE(same_file(folder.path("sub/new"), folder.path("new")));
  const FileUse apart[] = {
      {"--out", folder.path("b")}, {"--checkpoint", folder.path("c")}, {"--metrics", ""}};
  const FileUse none[] = {{"--data", "mnist"}, {"--on", ""}};
  CHECK(check_apart(apart, none).has_value());
}

TEST_CASE("an appended file goes on where it is cut, and belongs to one writer") {
  const Folder folder;
  const std::string path = folder.path("a.txt");
  {
    auto file = AppendedFile::open(path);
    REQUIRE(file.has_value());
    REQUIRE(file->append("one\n").has_value());
    CHECK(content(path) == "one\n");
    CHECK(is_refused(AppendedFile::open(path), "another process"));
    REQUIRE(file->append("two\n").has_value());
    REQUIRE(file->cut(4).has_value());
    REQUIRE(file->append("2\n").has_value());
    CHECK(file->text(100).value() == "one\n2\n");
  }
  auto again = AppendedFile::open(path);
  REQUIRE(again.has_value());
  REQUIRE(again->append("3\n").has_value());
  CHECK(content(path) == "one\n2\n3\n");
}

TEST_CASE("an appended file that is removed meanwhile is made again, as soon as its folder is there") {
  namespace fs = std::filesystem;
  const Folder folder;
  const std::string path = folder.path("sub/a.txt");
  fs::create_directory(folder.path("sub"));
  auto file = AppendedFile::open(path);
  REQUIRE(file.has_value());
  REQUIRE(file->append("one\n").has_value());
  fs::remove(path);
  REQUIRE(file->append("two\n").has_value());
  CHECK(content(path) == "one\ntwo\n");
  CHECK(is_refused(AppendedFile::open(path), "another process"));
  fs::remove_all(folder.path("sub"));
  CHECK(is_refused(file->append("three\n"), "sub/a.txt cannot be written"));
  CHECK(is_refused(file->append(""), "cannot be written"));
  fs::create_directory(folder.path("sub"));
  REQUIRE(file->append("three\n").has_value());
  CHECK(content(path) == "one\ntwo\nthree\n");
}

TEST_CASE("a file is read up to what was allowed, and refused beyond") {
  const Folder folder;
  const std::string path = folder.write("a.bin", "abcdef");
  CHECK(read_file(path, 6).has_value());
  CHECK(is_refused(read_file(path, 5), "a.bin"));
  CHECK(read_file_start(path, 3).value() == std::vector<std::uint8_t>{'a', 'b', 'c'});
  CHECK(is_refused(read_file(folder.path("gone"), 5), "gone"));
}

TEST_CASE("settings of too many levels are refused before they are parsed") {
  const Folder folder;
  std::string deep = "a";
  for (int i = 0; i < 100000; ++i) deep += ".a";
  CHECK(is_refused(read_toml_text(folder.write("deep.toml", deep + "=1")), "levels"));
  CHECK(is_refused(read_toml_text(folder.write("large.toml", std::string(2 << 20, '#'))), "larger"));
  CHECK(read_toml_text(folder.write("good.toml", "a.b = 1.5\n")).value() == "a.b = 1.5\n");
}
