// Time of each kernel on the shapes of the usual model: 784 pixels, 500 hidden units, a mini-batch of 100.
// Pixels are drawn in runs, as strokes are, with 13 % on; 30 % of the hidden units are on. The counter `rows`
// is cases (images) per second. RBM_SIMD=sse4|avx2|avx512 chooses the instruction set; the argument is the
// number of threads.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "core/math/kernels.hpp"

namespace {

using namespace rbm;

constexpr Index kVisible = 784, kHidden = 500, kBatch = 100;

Matrix random_matrix(Index rows, Index cols, float scale, std::uint64_t seed) {
  Matrix x(rows, cols);
  for (Index r = 0; r < rows; ++r) {
    for (Index c = 0; c < cols; ++c) {
      x(r, c) = scale * normal({seed, Stream::Synthetic, 0}, static_cast<std::uint32_t>(r),
                               static_cast<std::uint32_t>(c));
    }
  }
  return x;
}

BitMatrix random_states(Index rows, Index cols, float density, float run_length, std::uint64_t seed) {
  BitMatrix x(rows, cols);
  for (Index r = 0; r < rows; ++r) {
    bool on = false;
    for (Index c = 0; c < cols; ++c) {
      // A two-state chain with the wanted density and mean run length.
      const float start = density / ((1 - density) * run_length);
      const float u =
          uniform({seed, Stream::Synthetic, 1}, static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(c));
      on = on ? u >= 1 / run_length : u < start;
      x.set(r, c, on);
    }
  }
  return x;
}

/// A model, one batch and one set of chains.
struct Problem {
  Matrix weights = random_matrix(kVisible, kHidden, 0.1f, 1);
  Matrix transposed{kHidden, kVisible};
  Matrix average = weights;
  std::vector<float> visible_bias = std::vector<float>(kVisible, -1.0f),
                     hidden_bias = std::vector<float>(kHidden, -1.0f);
  BitMatrix pixels = random_states(kBatch, kVisible, 0.13f, 3.5f, 2), pixels_transposed;
  BitMatrix hidden = random_states(kBatch, kHidden, 0.3f, 1.43f, 3);
  Matrix grey = random_matrix(kBatch, kVisible, 1.0f, 4);
  Matrix hidden_probabilities{kBatch, kHidden}, visible_probabilities{kBatch, kVisible};
  BitMatrix hidden_states{kBatch, kHidden}, visible_states{kBatch, kVisible};
  RandomKey key{5, Stream::Synthetic, 0};

  explicit Problem(ThreadPool& pool) {
    transpose(weights, transposed, pool);
    transpose(pixels, pixels_transposed);
    layer_pass(pixels, weights, hidden_bias.data(), 1, key, {.probabilities = &hidden_probabilities}, pool);
  }
};

/// Runs `kernel(problem, pool)` and reports cases per second.
template <class Kernel>
void measure(benchmark::State& state, const Kernel& kernel) {
  ThreadPool pool(static_cast<int>(state.range(0)));
  Problem problem(pool);
  for (auto _ : state) {
    ++problem.key.step;
    kernel(problem, pool);
    benchmark::ClobberMemory();
  }
  state.SetLabel(simd_name());
  state.counters["rows"] =
      benchmark::Counter(static_cast<double>(kBatch), benchmark::Counter::kIsIterationInvariantRate);
}

WeightUpdate centred_rule(const Problem& p) {
  WeightUpdate rule{.learning_rate = 1e-4f, .average_rate = 0.01f};
  rule.visible_difference = rule.visible_offset = p.visible_bias.data();
  rule.hidden_difference = rule.hidden_offset = p.hidden_bias.data();
  return rule;
}

void visible_to_hidden(benchmark::State& state) {
  measure(state, [](Problem& p, ThreadPool& pool) {
    layer_pass(p.pixels, p.weights, p.hidden_bias.data(), 1, p.key,
               {.probabilities = &p.hidden_probabilities, .states = &p.hidden_states}, pool);
  });
}

void hidden_to_visible(benchmark::State& state) {
  measure(state, [](Problem& p, ThreadPool& pool) {
    layer_pass(p.hidden, p.transposed, p.visible_bias.data(), 1, p.key, {.states = &p.visible_states}, pool);
  });
}

void real_visible_to_hidden(benchmark::State& state) {
  measure(state, [](Problem& p, ThreadPool& pool) {
    layer_pass(p.grey, p.weights, p.hidden_bias.data(), 1, p.key,
               {.probabilities = &p.hidden_probabilities, .states = &p.hidden_states}, pool);
  });
}

void one_row_visible_to_hidden(benchmark::State& state) {
  ThreadPool pool(static_cast<int>(state.range(0)));
  Problem problem(pool);
  const BitMatrix row = random_states(1, kVisible, 0.13f, 3.5f, 6);
  Matrix out(1, kHidden);
  for (auto _ : state)
    layer_pass(row, problem.weights, problem.hidden_bias.data(), 1, problem.key, {.probabilities = &out},
               pool);
}

void weight_update(benchmark::State& state) {
  measure(state, [](Problem& p, ThreadPool& pool) {
    const PhaseStatistics phase{.bits_transposed = &p.pixels_transposed, .hidden = &p.hidden_probabilities};
    update_weights(phase, phase, centred_rule(p), p.weights, &p.transposed, nullptr, &p.average, nullptr,
                   nullptr, pool);
  });
}

void real_weight_update(benchmark::State& state) {
  measure(state, [](Problem& p, ThreadPool& pool) {
    const PhaseStatistics phase{.values = &p.grey, .hidden = &p.hidden_probabilities};
    update_weights(phase, phase, centred_rule(p), p.weights, &p.transposed, nullptr, &p.average, nullptr,
                   nullptr, pool);
  });
}

/// All that one PCD-1 update asks of the kernels.
void whole_pcd_update(benchmark::State& state) {
  measure(state, [](Problem& p, ThreadPool& pool) {
    transpose(p.pixels, p.pixels_transposed);
    layer_pass(p.pixels, p.weights, p.hidden_bias.data(), 1, p.key,
               {.probabilities = &p.hidden_probabilities}, pool);
    layer_pass(p.hidden, p.transposed, p.visible_bias.data(), 1, p.key,
               {.probabilities = &p.visible_probabilities, .states = &p.visible_states}, pool);
    // Pixels instead of the states just drawn keep the density at that of digits.
    layer_pass(p.pixels, p.weights, p.hidden_bias.data(), 1, p.key,
               {.probabilities = &p.hidden_probabilities, .states = &p.hidden_states}, pool);
    transpose(p.pixels, p.pixels_transposed);
    const PhaseStatistics phase{.bits_transposed = &p.pixels_transposed, .hidden = &p.hidden_probabilities};
    update_weights(phase, phase, centred_rule(p), p.weights, &p.transposed, nullptr, &p.average, nullptr,
                   nullptr, pool);
  });
}

void bit_transpose(benchmark::State& state) {
  measure(state, [](Problem& p, ThreadPool&) { transpose(p.pixels, p.pixels_transposed); });
}

void bernoulli(benchmark::State& state) {
  measure(state, [](Problem& p, ThreadPool& pool) {
    sample_bernoulli(p.hidden_probabilities, p.key, p.hidden_states, pool);
  });
}

void grey_to_states(benchmark::State& state) {
  const std::vector<std::uint8_t> image(kVisible, 100);
  const std::vector<const std::uint8_t*> rows(kBatch, image.data());
  measure(state, [&](Problem& p, ThreadPool& pool) { sample_grey(rows, p.key, p.visible_states, pool); });
}

void softplus(benchmark::State& state) {
  std::vector<double> sums(kBatch);
  measure(state, [&](Problem& p, ThreadPool& pool) { softplus_sums(p.hidden_probabilities, sums, pool); });
}

void selected(benchmark::State& state) {
  std::vector<double> sums(kBatch);
  measure(state,
          [&](Problem& p, ThreadPool& pool) { selected_sums(p.pixels, p.visible_bias.data(), sums, pool); });
}

void means_of_values(benchmark::State& state) {
  std::vector<float> means(kHidden);
  measure(state, [&](Problem& p, ThreadPool& pool) { column_means(p.hidden_probabilities, means, pool); });
}

void means_of_states(benchmark::State& state) {
  std::vector<float> means(kVisible);
  measure(state, [&](Problem& p, ThreadPool& pool) { column_means(p.pixels, means, pool); });
}

void differences(benchmark::State& state) {
  std::vector<float> visible(kVisible), hidden(kHidden), mean(kHidden), visible_product(kVisible),
      hidden_product(kHidden);
  measure(state, [&](Problem& p, ThreadPool& pool) {
    const PhaseStatistics phase{.bits_transposed = &p.pixels_transposed, .hidden = &p.hidden_probabilities};
    phase_differences(
        phase, phase,
        {visible, hidden, mean, p.visible_bias.data(), p.hidden_bias.data(), visible_product, hidden_product},
        pool);
  });
}

void gradient_alone(benchmark::State& state) {
  Matrix out(kVisible, kHidden);
  measure(state, [&](Problem& p, ThreadPool& pool) {
    const PhaseStatistics phase{.bits_transposed = &p.pixels_transposed, .hidden = &p.hidden_probabilities};
    gradient(phase, phase, out, pool);
  });
}

void sigmoid_alone(benchmark::State& state) {
  Matrix x = random_matrix(kBatch, kHidden, 1.0f, 7);
  measure(state, [&](Problem&, ThreadPool& pool) { sigmoid_in_place(x, pool); });
}

void unpack_states(benchmark::State& state) {
  measure(state, [](Problem& p, ThreadPool&) { unpack(p.pixels, p.visible_probabilities); });
}

void weight_transpose(benchmark::State& state) {
  measure(state, [](Problem& p, ThreadPool& pool) { transpose(p.weights, p.transposed, pool); });
}

void finite(benchmark::State& state) {
  measure(state, [](Problem& p, ThreadPool& pool) { benchmark::DoNotOptimize(all_finite(p.weights, pool)); });
}

void empty_run(benchmark::State& state) {
  measure(state, [](Problem&, ThreadPool& pool) { pool.run(2, [](Index) {}); });
}

#define RBM_BENCH(name) BENCHMARK(name)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMicrosecond)
RBM_BENCH(whole_pcd_update);
RBM_BENCH(visible_to_hidden);
RBM_BENCH(hidden_to_visible);
RBM_BENCH(weight_update);
RBM_BENCH(differences);
RBM_BENCH(gradient_alone);
RBM_BENCH(sigmoid_alone);
RBM_BENCH(real_visible_to_hidden);
RBM_BENCH(real_weight_update);
RBM_BENCH(one_row_visible_to_hidden);
RBM_BENCH(bernoulli);
RBM_BENCH(grey_to_states);
RBM_BENCH(softplus);
RBM_BENCH(selected);
RBM_BENCH(means_of_values);
RBM_BENCH(means_of_states);
RBM_BENCH(weight_transpose);
RBM_BENCH(finite);
RBM_BENCH(empty_run);
BENCHMARK(bit_transpose)->Arg(1)->UseRealTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(unpack_states)->Arg(1)->UseRealTime()->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
