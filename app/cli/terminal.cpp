#include "app/cli/terminal.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/files/text.hpp"

namespace lab::cli {
namespace {

int g_status = 0;
bool g_speaks = true;

}  // namespace

void speak(bool wanted) {
  g_speaks = wanted;
}

void print(std::string_view text) {
  if (!g_speaks) return;
  const std::string shown = rbm::printable(text, true);
  (void)std::fwrite(shown.data(), 1, shown.size(), stdout);
}

void tell(std::string_view line) {
  if (!g_speaks) return;
  const std::string shown = rbm::printable(line) + "\n";
  (void)std::fwrite(shown.data(), 1, shown.size(), stderr);
}

std::string as_text(const nlohmann::json& json, int indent) {
  return json.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace);
}

void leave_status(int status) {
  g_status = status;
}

int left_status() {
  return g_status;
}

bool finish_printing() {
  return std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
}

}  // namespace lab::cli
