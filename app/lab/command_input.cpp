#include "app/lab/command_input.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace lab {
namespace {

constexpr std::size_t kLongestLine = 1 << 20, kMostAtOnce = 1 << 20;

}  // namespace

void CommandInput::add_line(std::vector<Line>& out, std::string text) {
  out.push_back({++lines_, std::move(text)});
}

std::vector<CommandInput::Line> CommandInput::take() {
  std::vector<Line> out;
  std::array<char, 4096> bytes;
  for (std::size_t taken = 0; !ended_ && taken < kMostAtOnce;) {
    pollfd waiting{descriptor_, POLLIN, 0};
    if (::poll(&waiting, 1, 0) <= 0) break;
    const ssize_t got = ::read(descriptor_, bytes.data(), bytes.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) break;
    ended_ = got <= 0;
    for (ssize_t n = 0; n < got; ++n) {
      const char c = bytes[static_cast<std::size_t>(n)];
      if (c == '\n')
        add_line(out, std::exchange(begun_, ""));
      else if (begun_.size() < kLongestLine)
        begun_ += c;
    }
    taken += got > 0 ? static_cast<std::size_t>(got) : 0;
  }
  if (ended_ && !begun_.empty()) add_line(out, std::exchange(begun_, ""));
  return out;
}

}  // namespace lab
