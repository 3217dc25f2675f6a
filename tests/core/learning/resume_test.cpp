// Checkpoints, thread counts and divergence: what keeps a run trustworthy.
#include <doctest/doctest.h>

#include <random>

#include "core/learning/trainer.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"
#include "tests/core/learning/training_runs.hpp"

using namespace rbm;
using oracle::grey_dataset;
using oracle::small_run;
using oracle::trained;

namespace {

bool same_bits(const TensorFile& a, const TensorFile& b) {
  if (a.tensors.size() != b.tensors.size()) return false;
  for (const auto& [name, tensor] : a.tensors) {
    const auto other = b.tensors.find(name);
    if (other == b.tensors.end() || other->second.bytes != tensor.bytes ||
        other->second.shape != tensor.shape)
      return false;
  }
  return a.metadata == b.metadata;
}

}  // namespace

TEST_CASE("a run resumed from a checkpoint goes on bit for bit") {
  const auto data = grey_dataset(50);
  ThreadPool pool(2);
  for (const Method method : {Method::Cd, Method::Pcd}) {
    for (const Binarization binarization :
         {Binarization::Threshold, Binarization::Resample, Binarization::None}) {
      TrainingSettings s = small_run();
      s.method = method;
      s.binarization = binarization;
      s.momentum = 0.5f;
      s.k = 2;
      // Half of them in 16 bits, whose rounded weights are in no checkpoint.
      if (binarization == Binarization::Resample) s.arithmetic = Arithmetic::Fixed16;
      const auto straight = trained(s, data, 33, 2);
      const TensorFile kept = straight->checkpoint();
      auto resumed = Trainer::resume(kept, data, "kept.safetensors");
      REQUIRE(resumed.has_value());
      CHECK((*resumed)->updates() == 33);
      CHECK((*resumed)->settings() == straight->settings());
      CHECK((*resumed)->chain_age() == (method == Method::Cd ? 2 : 2 * 33));
      CHECK(same_bits((*resumed)->checkpoint(), kept));
      for (int t = 0; t < 40; ++t) {
        REQUIRE(straight->step(pool).has_value());
        REQUIRE((*resumed)->step(pool).has_value());
      }
      CHECK(same_bits((*resumed)->checkpoint(), straight->checkpoint()));
      CHECK_FALSE(same_bits(straight->checkpoint(), kept));
    }
  }
}

TEST_CASE("a checkpoint that does not fit is refused with a sentence") {
  const auto trainer = trained(small_run(), grey_dataset(50), 3, 1);
  const TensorFile good = trainer->checkpoint();
  const auto refused = [](const TensorFile& file, std::shared_ptr<const Dataset> data) {
    const auto result = Trainer::resume(file, std::move(data), "kept.safetensors");
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().message.find("kept.safetensors") != std::string::npos);
    CHECK(result.error().message.back() == '.');
  };
  refused(good, oracle::dataset_of({1, 4, 1}, {"1010", "0111", "1100"}, 50));  // pictures of another size
  refused(good, grey_dataset(19));  // fewer pictures than a mini-batch
  TensorFile file = good;
  file.tensors.erase("run/chain_visible");
  refused(file, grey_dataset(50));
  file = good;
  file.tensors["run/velocity"].bytes.pop_back();
  refused(file, grey_dataset(50));
  file = good;
  file.metadata["training_settings"] = "{}";
  refused(file, grey_dataset(50));
  file.metadata.clear();
  refused(file, grey_dataset(50));
}

TEST_CASE("training gives the same bits for 1, 2 and 4 threads and other bits for another seed") {
  const auto data = grey_dataset(50);
  for (const Method method : {Method::Cd, Method::Pcd}) {
    for (const bool is_centred : {true, false}) {
      for (const Binarization binarization : {Binarization::Resample, Binarization::None}) {
        TrainingSettings s = small_run();
        s.method = method;
        s.centred = is_centred;
        s.binarization = binarization;
        s.momentum = 0.3f;
        s.l2 = 0.001f;
        if (is_centred) s.arithmetic = Arithmetic::Fixed16;
        const TensorFile alone = trained(s, data, 40, 1)->checkpoint();
        CHECK(same_bits(trained(s, data, 40, 2)->checkpoint(), alone));
        CHECK(same_bits(trained(s, data, 40, 4)->checkpoint(), alone));
        s.seed = 6;
        CHECK_FALSE(same_bits(trained(s, data, 40, 1)->checkpoint(), alone));
      }
    }
  }
}

TEST_CASE("divergence is noticed at once, named with a remedy, and leaves a finite model that can go on") {
  const auto data = grey_dataset(50);
  ThreadPool pool(1);
  struct Reckless {
    float learning_rate, momentum, l2;
  };
  for (const auto& [rate, momentum, l2] :
       {Reckless{1000, 0, 0}, Reckless{1000, 0.99f, 0}, Reckless{10, 0, 1}, Reckless{50, 0.9f, 0.5f}}) {
    CAPTURE(rate);
    CAPTURE(momentum);
    CAPTURE(l2);
    TrainingSettings s = small_run();
    s.learning_rate = rate;
    s.momentum = momentum;
    s.l2 = l2;
    s.decay_updates = 0;
    Trainer trainer(s, data);
    bool has_failed = false, was_finite = true;
    for (int t = 0; t < 2000 && !has_failed; ++t) {
      const Result<void> result = trainer.step(pool);
      was_finite = was_finite && all_finite(trainer.model(), pool) && all_finite(trainer.averaged(), pool);
      if (result.has_value()) continue;
      has_failed = true;
      CHECK(result.error().code == ErrorCode::NotFinite);
      CHECK(result.error().message.find("lower the learning rate") != std::string::npos);
      CHECK(result.error().message.back() == '.');
    }
    CHECK(has_failed);
    CHECK(was_finite);
    s.learning_rate = 0.01f;
    s.momentum = 0;
    s.l2 = 0;
    trainer.configure(s);
    for (int t = 0; t < 50; ++t) CHECK(trainer.step(pool).has_value());
    CHECK(all_finite(trainer.model(), pool));
  }
}

TEST_CASE("a checkpoint whose chains have units that the model lacks is refused") {
  TensorFile file = oracle::trained(oracle::small_run(), oracle::grey_dataset(50), 3, 1)->checkpoint();
  REQUIRE(Trainer::resume(file, oracle::grey_dataset(50), "kept.safetensors"));
  file.tensors.at("run/chain_hidden").bytes.back() = 1;  // of the last chain's last word, beyond its columns
  const auto resumed = Trainer::resume(file, oracle::grey_dataset(50), "kept.safetensors");
  REQUIRE(!resumed);
  CHECK(resumed.error().message.find("run/chain_hidden") != std::string::npos);
}
