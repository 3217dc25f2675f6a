#include "core/math/thread_pool.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

using namespace rbm;

TEST_CASE("a pool runs every task exactly once") {
  for (const int threads : {1, 2, 3, 8, 33}) {
    ThreadPool pool(threads);
    CHECK(pool.threads() == threads);
    for (const Index count : {0, 1, 2, 7, 64, 1000}) {
      std::vector<std::atomic<int>> calls(static_cast<std::size_t>(count));
      pool.run(count, [&](Index i) { calls[static_cast<std::size_t>(i)].fetch_add(1); });
      bool once = true;
      for (const auto& call : calls) once = once && call.load() == 1;
      CHECK(once);
    }
  }
}

TEST_CASE("what a task wrote is visible to the caller and to the next run") {
  ThreadPool pool(4);
  std::vector<long> values(257, 0);  // plain memory: ThreadSanitizer checks the ordering
  for (int round = 0; round < 2000; ++round) {
    pool.run(static_cast<Index>(values.size()),
             [&](Index i) { values[static_cast<std::size_t>(i)] += i + round; });
  }
  bool right = true;
  for (std::size_t i = 0; i < values.size(); ++i) {
    right = right && values[i] == 2000 * static_cast<long>(i) + 1999 * 2000 / 2;
  }
  CHECK(right);
}

TEST_CASE("workers that fell asleep wake up for the next run") {
  ThreadPool pool(3);
  for (int round = 0; round < 5; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    std::atomic<int> sum{0};
    pool.run(100, [&](Index i) { sum.fetch_add(static_cast<int>(i)); });
    CHECK(sum.load() == 4950);
  }
}

TEST_CASE("a slow task does not hold up the others' share") {
  ThreadPool pool(2);
  std::atomic<int> done{0};
  std::atomic<bool> in_time{true};
  pool.run(10, [&](Index i) {
    if (i == 0) {
      // The nine others can only be finished by the second thread, five of them from its own share.
      for (int wait = 0; wait < 10000 && done.load() < 9; ++wait)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      in_time = done.load() == 9;
    } else {
      done.fetch_add(1);
    }
  });
  CHECK(in_time.load());
}

TEST_CASE("a pool of as many threads as cores can be asked for and left unused") {
  ThreadPool pool(0);
  CHECK(pool.threads() >= 1);
}
