// Waiting for facts in the snapshots of a session: never for a time, but with a generous limit after which
// the test fails.
#pragma once

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

#include "core/session/session.hpp"

namespace rbm::oracle {

inline std::shared_ptr<const Snapshot> wait_for(Session& session,
                                                const std::function<bool(const Snapshot&)>& fact) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::minutes(10);
  while (std::chrono::steady_clock::now() < limit) {
    if (auto s = session.snapshot(); s && fact(*s)) return s;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  FAIL("the fact did not come true within ten minutes");
  return nullptr;
}

/// The first snapshot after a command was done.
inline std::shared_ptr<const Snapshot> done(Session& session, command::Command command) {
  const std::uint64_t number = session.post(std::move(command));
  return wait_for(session, [&](const Snapshot& s) { return s.applied >= number; });
}

}  // namespace rbm::oracle
