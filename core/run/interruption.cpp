#include "core/run/interruption.hpp"

#include <csignal>
#include <initializer_list>

#include "core/parallel/communicator.hpp"

namespace rbm {
namespace {

volatile std::sig_atomic_t g_caught = 0;

void keep(int signal) {
  g_caught = signal;
}

}  // namespace

void catch_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction old {};
    sigaction(signal, nullptr, &old);
    if (signal == SIGHUP && old.sa_handler == SIG_IGN) continue;
    struct sigaction now {};
    now.sa_handler = keep;
    now.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
    sigaction(signal, &now, nullptr);
  }
  std::signal(SIGPIPE, SIG_IGN);
}

int caught_signal() {
  return g_caught;
}

void share_signal(Communicator& ranks) {
  const auto caught = static_cast<int>(ranks.largest(g_caught));
  if (caught != 0) g_caught = caught;
}

int status_of_signal() {
  constexpr int kOfSignals = 128;
  return g_caught == 0 ? 0 : kOfSignals + g_caught;
}

}  // namespace rbm
