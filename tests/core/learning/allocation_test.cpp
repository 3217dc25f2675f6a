// A training step allocates nothing. Eigen's temporaries come from malloc and not from operator new, so
// malloc itself is replaced in this test program, with glibc's own doing the work. Sanitizers replace it
// themselves: there this file is empty.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define RBM_TEST_MALLOC_IS_TAKEN
#endif
#endif
#include <cstdlib>

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && \
    !defined(RBM_TEST_MALLOC_IS_TAKEN)

#include <atomic>
#include <cerrno>

#include "tests/core/learning/training_runs.hpp"

namespace {

std::atomic<bool> g_counts{false};
std::atomic<int> g_allocations{0};

void note() {
  if (g_counts.load(std::memory_order_relaxed)) g_allocations.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) noexcept {
  note();
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) noexcept {
  note();
  return __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) noexcept {
  note();
  return __libc_realloc(old, size);
}
void* memalign(std::size_t alignment, std::size_t size) noexcept {
  note();
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  note();
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** out, std::size_t alignment, std::size_t size) noexcept {
  note();
  *out = __libc_memalign(alignment, size);
  return *out != nullptr ? 0 : ENOMEM;
}
}

namespace rbm {
namespace {

/// Allocations of `steps` updates, those that measure their change included.
int allocations_of(Trainer& trainer, ThreadPool& pool, int steps) {
  bool is_finite = true;
  g_allocations = 0;
  g_counts = true;
  for (int t = 0; t < steps; ++t) {
    if (t % 10 == 0) trainer.ask_norms();
    is_finite = trainer.step(pool).has_value() && is_finite;
  }
  g_counts = false;
  CHECK(is_finite);
  return g_allocations;
}

std::vector<TrainingSettings> kinds_of_training() {
  std::vector<TrainingSettings> out;
  for (const Method method : {Method::Cd, Method::Pcd}) {
    for (const auto binarization : {Binarization::Threshold, Binarization::Resample, Binarization::None}) {
      for (const bool is_centred : {false, true}) {
        TrainingSettings s = oracle::small_run();
        s.method = method;
        s.k = 2;
        s.binarization = binarization;
        s.centred = is_centred;
        s.momentum = is_centred ? 0.5f : 0.0f;
        out.push_back(s);
      }
    }
  }
  return out;
}

TEST_CASE("the counter of allocations sees them all") {
  g_allocations = 0;
  g_counts = true;
  const auto a = std::make_unique<int>(1);
  const Matrix b(3, 3);
  const Eigen::VectorXf c = Eigen::VectorXf::Zero(100);
  // A compiler may leave out what nobody looks at.
  const void* volatile seen = a.get();
  seen = b.row(0);
  seen = c.data();
  g_counts = false;
  CHECK(seen == c.data());
  CHECK(g_allocations == 3);
}

TEST_CASE("a training step allocates nothing") {
  const auto data = oracle::grey_dataset(50);
  for (const TrainingSettings& settings : kinds_of_training()) {
    CAPTURE(name(settings.method));
    CAPTURE(name(settings.binarization));
    CAPTURE(settings.centred);
    ThreadPool pool(1);
    Trainer trainer(settings, data);
    allocations_of(trainer, pool, 20);
    CHECK(allocations_of(trainer, pool, 120) == 0);  // epochs end, and a good state is kept
  }
}

TEST_CASE("training on two threads comes to allocate nothing") {
  // A thread gets its scratch memory at its first task, whenever the system lets it have one.
  const auto data = oracle::grey_dataset(50);
  for (const TrainingSettings& settings : kinds_of_training()) {
    ThreadPool pool(2);
    Trainer trainer(settings, data);
    int rounds = 0;
    while (rounds < 50 && allocations_of(trainer, pool, 20) != 0) ++rounds;
    CHECK(rounds < 50);
  }
}

}  // namespace
}  // namespace rbm

#endif
