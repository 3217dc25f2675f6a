// Small runs whose weights are recorded: whoever moves walls in the trainer sees here whether a number moved with them.
// The hashes of the fifteen in single precision are those of the program before it had estimators and optimizers of
// their own. They hold for any number of threads, and from bits on every instruction set; sums of real
// numbers round once or twice a product, as the set has fused multiplication and addition or not.
#include <doctest/doctest.h>

#include <cstdio>
#include <functional>
#include <string>

#include "core/learning/training_data.hpp"
#include "core/math/simd_target.hpp"
#include "tests/core/learning/training_runs.hpp"

using namespace rbm;

namespace {

struct GoldenRun {
  const char* name;
  std::uint64_t hash;   // of the last weights and of their average
  std::uint64_t fused;  // the same with fused multiplication and addition; 0: no difference
  std::function<void(TrainingSettings&)> change;
};

const GoldenRun kRuns[] = {
    {"pcd", 0x8a1e1c2bdcf47a45, 0, [](TrainingSettings&) {}},
    {"pcd-3", 0x9a2693adb4924044, 0, [](TrainingSettings& s) { s.k = 3; }},
    {"cd-1, not centred", 0x7f16fc25dc09535e, 0,
     [](TrainingSettings& s) {
       s.method = Method::Cd;
       s.centred = false;
     }},
    {"cd-5 from noise", 0xbfcbb58169ffc8be, 0,
     [](TrainingSettings& s) {
       s.method = Method::Cd;
       s.k = 5;
       s.start = ChainStart::Noise;
     }},
    {"fpcd", 0x93c11849d246d54d, 0, [](TrainingSettings& s) { s.method = Method::Fpcd; }},
    {"tempering", 0x6ef1209c3f42a1ea, 0,
     [](TrainingSettings& s) {
       s.method = Method::Tempering;
       s.temperatures = 4;
     }},
    {"adam", 0x9ea56ee66f9e7a8c, 0,
     [](TrainingSettings& s) {
       s.optimizer = Optimizer::Adam;
       s.learning_rate = 0.003f;
     }},
    {"nesterov with L2 and max-norm", 0x742e0303b43cf3ee, 0,
     [](TrainingSettings& s) {
       s.optimizer = Optimizer::Nesterov;
       s.momentum = 0.8f;
       s.l2 = 0.002f;
       s.max_norm = 0.9f;
     }},
    {"sparsity with L1", 0x00e44d3d5ec5ddd9, 0,
     [](TrainingSettings& s) {
       s.sparsity_cost = 0.2f;
       s.l1 = 0.001f;
     }},
    {"labels", 0x300629922d184e2e, 0, [](TrainingSettings& s) { s.labels = true; }},
    {"discriminative", 0x515c3719b4a4ab80, 0,
     [](TrainingSettings& s) {
       s.labels = true;
       s.discriminative = 0.3f;
     }},
    {"grey values", 0x7e8de34ded042227, 0x0a2b351013efb816,
     [](TrainingSettings& s) { s.binarization = Binarization::None; }},
    {"Gaussian, standardized", 0x2db718e70a5a0541, 0xcde82823b8e01340,
     [](TrainingSettings& s) {
       s.visible = VisibleType::Gaussian;
       s.learning_rate = 0.01f;
     }},
    {"Gaussian, whitened", 0x767ca376307157d6, 0x1b48c98c04820293,
     [](TrainingSettings& s) {
       s.visible = VisibleType::Gaussian;
       s.whitening = Whitening::Zca;
       s.learning_rate = 0.01f;
     }},
    {"Gaussian, Langevin", 0x908a98e7e27070a5, 0x6411fb8bca3bda23,
     [](TrainingSettings& s) {
       s.visible = VisibleType::Gaussian;
       s.method = Method::Cd;
       s.k = 2;
       s.langevin_steps = 5;
       s.learning_rate = 0.01f;
     }},
    {"pcd in 16 bits", 0xf0b50923142ee13e, 0,
     [](TrainingSettings& s) {
       s.arithmetic = Arithmetic::Fixed16;
       s.chains = s.batch;
     }},
    {"cd-3 in 16 bits", 0x2836f9e1b68bd748, 0,
     [](TrainingSettings& s) {
       s.arithmetic = Arithmetic::Fixed16;
       s.method = Method::Cd;
       s.k = 3;
     }},
};

/// Blobs of random brightness under grey noise, labelled by the brighter side.
Dataset noisy_blobs() {
  Dataset data = *oracle::grey_dataset(160);
  for (std::size_t i = 0; i < data.pixels.size(); ++i)
    data.pixels[i] = static_cast<std::uint8_t>(data.pixels[i] / 2 + (i * 2654435761u >> 7) % 120);
  for (Index r = 0; r < data.count(); ++r) data.labels.push_back(data.image(r)[0] > data.image(r)[8] ? 1 : 0);
  return data;
}

std::uint64_t hash_of(const Model& model, std::uint64_t hash) {
  const auto add = [&hash](const float* values, Index count) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(values);
    for (std::size_t i = 0; i < static_cast<std::size_t>(count) * sizeof(float); ++i)
      hash = (hash ^ bytes[i]) * 0x100000001b3u;  // FNV-1a
  };
  for (const Matrix* m : {&model.weights, &model.label_weights}) {
    for (Index r = 0; r < m->rows(); ++r) add(m->row(r), m->cols());
  }
  for (const Eigen::VectorXf* v :
       {&model.visible_bias, &model.log_variance, &model.hidden_bias, &model.label_bias})
    add(v->data(), v->size());
  return hash;
}

std::uint64_t hash_of(const GoldenRun& run, int threads) {
  TrainingSettings settings = oracle::small_run();
  settings.validation = 10;
  settings.arithmetic = Arithmetic::Single;
  run.change(settings);
  ThreadPool pool(threads);
  const auto data = training_data(noisy_blobs(), settings, pool);
  REQUIRE(data.has_value());
  const auto trainer = oracle::trained(settings, data->train, 60, threads);
  return hash_of(trainer->averaged(), hash_of(trainer->model(), 0xcbf29ce484222325u));
}

}  // namespace

TEST_CASE("recorded runs end in the same weights, bit for bit, for any threads and instruction set") {
  for (const std::string_view simd : available_simd()) {
    REQUIRE(set_simd(simd));
    const bool is_fused = simd == "avx2" || simd == "avx512";
    for (const GoldenRun& run : kRuns) {
      for (const int threads : {1, 2}) {
        CAPTURE(simd);
        CAPTURE(threads);
        CAPTURE(run.name);
        const std::uint64_t hash = hash_of(run, threads);
        char text[20];
        std::snprintf(text, sizeof text, "0x%016llx", static_cast<unsigned long long>(hash));
        INFO(text);
        CHECK(hash == (is_fused && run.fused != 0 ? run.fused : run.hash));
      }
    }
  }
  set_simd(available_simd().front());
}
