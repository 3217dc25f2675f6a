// ThreadPool: a fixed set of threads that share out numbered tasks. Owned by whoever computes (the worker, a
// command, a test); one thread at a time may call run(). What a task computes must not depend on which thread
// runs it. A pool may belong to one of several processes (core/parallel), whose kernels then share their tiles.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>

#include "core/math/matrix.hpp"

namespace rbm {

class Communicator;

class ThreadPool {
 public:
  /// `threads` ≥ 1 counts the caller, so ThreadPool(1) starts none. 0 means one per core. With `ranks` (null: a process
  /// by itself) the kernels share their tiles between these processes, all of which call the same kernels in the same
  /// order with the same numbers.
  explicit ThreadPool(int threads = 1, Communicator* ranks = nullptr);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const;
  Communicator& ranks() const { return *ranks_; }

  /// Calls task(0) … task(count − 1), each once, and returns when all are done. The tasks must not throw and
  /// must not call run(). Allocates nothing.
  template <class Task>
  void run(Index count, Task&& task) {
    run_erased(count, &task, [](void* t, Index i) { (*static_cast<std::remove_reference_t<Task>*>(t))(i); });
  }

  /// Calls work(0) … work(count − 1), `per_task` neighbours in one task.
  template <class Work>
  void run_rows(Index count, Index per_task, Work&& work) {
    run((count + per_task - 1) / per_task, [&](Index task) {
      const Index end = std::min(count, (task + 1) * per_task);
      for (Index i = task * per_task; i < end; ++i) work(i);
    });
  }

 private:
  void run_erased(Index count, void* task, void (*call)(void*, Index));
  struct State;
  std::unique_ptr<State> state_;
  Communicator* ranks_;
};

}  // namespace rbm
