#include "app/lab/film.hpp"

#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>

#include "core/files/output_file.hpp"

extern char** environ;

namespace lab {
namespace {

/// A GIF that is larger is no longer one to send around; and it lies in memory.
constexpr std::size_t kLargestGif = 256 << 20;

}  // namespace

rbm::Result<std::unique_ptr<Film>> Film::begin(const std::string& path, int width, int height) {
  const std::string ending = std::filesystem::path(path).extension().string();
  if (ending != ".gif" && ending != ".mp4")
    return rbm::fail(rbm::ErrorCode::BadArgument,
                     path + " has no ending that says what film it is: give a name with .gif or .mp4.", path);
  if (auto can = rbm::check_can_write(path); !can) return rbm::Unexpected{can.error()};
  std::unique_ptr<Film> out(new Film(path, width, height));
  if (ending == ".gif")
    out->gif_.emplace(width, height, 1 / kFramesPerSecond);
  else if (auto started = out->start_ffmpeg(); !started)
    return rbm::Unexpected{started.error()};
  return out;
}

/// Its input is a socket rather than a pipe, so that its end is an error here and no signal.
rbm::Result<void> Film::start_ffmpeg() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return ffmpeg_failed();
  to_ffmpeg_ = rbm::Descriptor(ends[0]);
  const rbm::Descriptor input(ends[1]);
  const std::string size = std::to_string(width_) + "x" + std::to_string(height_),
                    rate = std::to_string(static_cast<int>(kFramesPerSecond)), file = "file:" + path_;
  // The sides of what players want are even.
  std::array<const char*, 22> words{"ffmpeg",     "-y",         "-loglevel", "error",
                                    "-f",         "rawvideo",   "-pix_fmt",  "rgb24",
                                    "-s",         size.c_str(), "-r",        rate.c_str(),
                                    "-i",         "-",          "-vf",       "pad=ceil(iw/2)*2:ceil(ih/2)*2",
                                    "-pix_fmt",   "yuv420p",    "-movflags", "+faststart",
                                    file.c_str(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input.number(), STDIN_FILENO);
  pid_t child = 0;
  const int failed =
      ::posix_spawnp(&child, "ffmpeg", &actions, nullptr, const_cast<char**>(words.data()), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0)
    return rbm::fail(
        rbm::ErrorCode::Unsupported,
        "An MP4 needs the program ffmpeg, which is not installed: install it (apt install ffmpeg), or take "
        "a GIF.",
        path_);
  process_ = child;
  return {};
}

rbm::Unexpected Film::ffmpeg_failed() const {
  return rbm::fail(
      rbm::ErrorCode::Io,
      path_ + " could not be written by ffmpeg: look at what it says in the terminal, or take a GIF.", path_);
}

int Film::wait_for_ffmpeg() {
  to_ffmpeg_.close();
  int status = 1;
  if (process_ > 0)
    while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
  process_ = 0;
  return status;
}

Film::~Film() {
  if (process_ <= 0) return;
  ::kill(process_, SIGTERM);
  (void)wait_for_ffmpeg();
  ::unlink(path_.c_str());
}

rbm::Result<void> Film::add(std::span<const std::uint8_t> rgb, int frames) {
  frames_ += frames;
  if (gif_) {
    gif_->add(rgb, frames);
    if (gif_->bytes() > kLargestGif)
      return rbm::fail(
          rbm::ErrorCode::BadArgument,
          path_ + " would be larger than 256 MB: record for a shorter time, a smaller panel, or as MP4.",
          path_);
    return {};
  }
  for (int n = 0; n < frames; ++n)
    if (auto sent = send(rgb); !sent) return sent;
  return {};
}

rbm::Result<void> Film::send(std::span<const std::uint8_t> rgb) {
  while (!rgb.empty()) {
    const ssize_t sent = ::send(to_ffmpeg_.number(), rgb.data(), rgb.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return ffmpeg_failed();
    rgb = rgb.subspan(static_cast<std::size_t>(sent));
  }
  return {};
}

rbm::Result<void> Film::finish() {
  if (gif_) return rbm::write_file(path_, gif_->take());
  if (wait_for_ffmpeg() != 0) return ffmpeg_failed();
  return {};
}

}  // namespace lab
