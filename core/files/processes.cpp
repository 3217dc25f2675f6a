#include "core/files/processes.hpp"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "core/files/checksum.hpp"

namespace rbm {
namespace {

/// Clocks that are set and ticks that are rounded.
constexpr std::int64_t kClockError_s = 5;

/// When the machine was started, in seconds since 1970; 0 where the system does not tell.
std::int64_t boot_s() {
  std::ifstream file("/proc/stat");
  std::string word;
  std::int64_t seconds = 0;
  while (file >> word) {
    if (word == "btime" && file >> seconds) return seconds;
  }
  return 0;
}

/// When a process began, in seconds since 1970; 0 where the system does not tell.
std::int64_t began_s(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string line;
  if (!std::getline(file, line)) return 0;
  const std::size_t name_end = line.rfind(')');  // the name may hold anything
  if (name_end == std::string::npos) return 0;
  std::istringstream words(line.substr(name_end + 1));
  constexpr int kStartTime = 20;  // of the words after the name
  std::string word;
  for (int i = 0; i < kStartTime; ++i) words >> word;
  const long ticks_per_s = ::sysconf(_SC_CLK_TCK);
  const std::int64_t boot = boot_s();
  std::istringstream number(word);
  std::int64_t ticks = 0;
  if (ticks_per_s <= 0 || boot == 0 || !(number >> ticks)) return 0;
  return boot + ticks / ticks_per_s;
}

}  // namespace

const std::string& this_machine() {
  static const std::string name = [] {
    char host[256] = {};
    ::gethostname(host, sizeof host - 1);
    char text[9];
    std::snprintf(text, sizeof text, "%08x", static_cast<unsigned>(checksum(std::string_view(host)) >> 32));
    return std::string(text);
  }();
  return name;
}

bool has_died(pid_t process) {
  return ::kill(process, 0) != 0 && errno == ESRCH;
}

bool has_died(pid_t process, std::int64_t lived_at_s) {
  return has_died(process) || began_s(process) > lived_at_s + kClockError_s;
}

}  // namespace rbm
