#include "core/math/thread_pool.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "core/parallel/communicator.hpp"
#include "core/result.hpp"

namespace rbm {
namespace {

/// Tasks begin … end − 1 of one thread's share, packed so that one compare-and-swap claims one of them.
struct alignas(64) Share {
  std::atomic<std::uint64_t> packed{0};
};

constexpr std::uint64_t pack(std::uint64_t begin, std::uint64_t end) {
  return begin << 32 | end;
}

inline void pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

// A run writes the task and then the shares; whoever claims a task from a share therefore sees the task it
// belongs to, and the next run is not set up before every claimed task is counted as finished. So a thread
// that wakes late needs no barrier: it finds empty shares, or helps with the run that is on by then.
struct ThreadPool::State {
  explicit State(int threads) : shares(static_cast<std::size_t>(threads)) {
    const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    // Spinning beats a system call when the next run comes within some microseconds, but with more threads
    // than cores it only keeps the others from running.
    spins = threads <= cores ? 2000 : 20;
  }

  bool claim(std::size_t share, bool own, Index& task_index) {
    std::uint64_t packed = shares[share].packed.load(std::memory_order_relaxed);
    while (true) {
      const std::uint64_t begin = packed >> 32, end = packed & 0xFFFFFFFFu;
      if (begin >= end) return false;
      // The owner goes upwards through its share, run after run the same, so that its tiles stay in its
      // cache; others take from the far end.
      const std::uint64_t rest = own ? pack(begin + 1, end) : pack(begin, end - 1);
      if (shares[share].packed.compare_exchange_weak(packed, rest, std::memory_order_acq_rel,
                                                     std::memory_order_relaxed)) {
        task_index = static_cast<Index>(own ? begin : end - 1);
        return true;
      }
    }
  }

  void work(std::size_t self) {
    std::uint32_t done = 0;
    for (std::size_t k = 0; k < shares.size(); ++k) {
      Index i = 0;
      while (claim((self + k) % shares.size(), k == 0, i)) {
        call(task, i);
        ++done;
      }
    }
    if (done == 0) return;
    if (unfinished.fetch_sub(done, std::memory_order_acq_rel) == done) unfinished.notify_all();
  }

  void serve(std::size_t self) {
    std::uint32_t seen = 0;
    while (true) {
      for (int i = 0; i < spins && generation.load(std::memory_order_acquire) == seen; ++i) pause();
      generation.wait(seen, std::memory_order_acquire);
      seen = generation.load(std::memory_order_acquire);
      if (stopping.load(std::memory_order_relaxed)) return;
      work(self);
    }
  }

  std::vector<Share> shares;
  alignas(64) std::atomic<std::uint32_t> generation{0};
  alignas(64) std::atomic<std::uint32_t> unfinished{0};
  alignas(64) void* task = nullptr;
  void (*call)(void*, Index) = nullptr;
  int spins = 0;
  std::atomic<bool> stopping{false};
  std::vector<std::jthread> workers;  // last: joined before anything they use goes away
};

ThreadPool::ThreadPool(int threads, Communicator* ranks) : ranks_(ranks != nullptr ? ranks : &one_process()) {
  RBM_ASSERT(threads >= 0);
  if (threads == 0) threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  state_ = std::make_unique<State>(threads);
  for (int t = 1; t < threads; ++t) {
    state_->workers.emplace_back([state = state_.get(), t] { state->serve(static_cast<std::size_t>(t)); });
  }
}

ThreadPool::~ThreadPool() {
  state_->stopping.store(true, std::memory_order_relaxed);
  state_->generation.fetch_add(1, std::memory_order_release);
  state_->generation.notify_all();
}

int ThreadPool::threads() const {
  return static_cast<int>(state_->shares.size());
}

void ThreadPool::run_erased(Index count, void* task, void (*call)(void*, Index)) {
  State& state = *state_;
  const auto threads = static_cast<Index>(state.shares.size());
  if (threads == 1 || count <= 1) {
    for (Index i = 0; i < count; ++i) call(task, i);
    return;
  }
  RBM_ASSERT(count < (Index{1} << 31));
  state.task = task;
  state.call = call;
  state.unfinished.store(static_cast<std::uint32_t>(count), std::memory_order_relaxed);
  for (Index t = 0; t < threads; ++t) {
    state.shares[static_cast<std::size_t>(t)].packed.store(
        pack(static_cast<std::uint64_t>(count * t / threads),
             static_cast<std::uint64_t>(count * (t + 1) / threads)),
        std::memory_order_release);
  }
  state.generation.fetch_add(1, std::memory_order_release);
  state.generation.notify_all();
  state.work(0);
  for (int i = 0; i < state.spins && state.unfinished.load(std::memory_order_acquire) != 0; ++i) pause();
  for (std::uint32_t left; (left = state.unfinished.load(std::memory_order_acquire)) != 0;) {
    state.unfinished.wait(left, std::memory_order_acquire);
  }
}

}  // namespace rbm
