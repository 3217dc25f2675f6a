// Runs whose update several ranks share: the same bits as by one process, in all that a checkpoint holds.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <string>

#include "core/learning/training_data.hpp"
#include "tests/core/learning/training_runs.hpp"
#include "tests/core/parallel/thread_ranks.hpp"

using namespace rbm;

namespace {

struct SharedRun {
  const char* name;
  std::function<void(TrainingSettings&)> change;
  bool is_divided = true;  // or every rank holds all weights
};

const SharedRun kSharedRuns[] = {
    {"pcd", [](TrainingSettings&) {}},
    {"pcd with few chains", [](TrainingSettings& s) { s.chains = 5; }},
    {"cd-3 with momentum and decay",
     [](TrainingSettings& s) {
       s.method = Method::Cd;
       s.k = 3;
       s.momentum = 0.6f;
       s.l1 = 0.001f;
       s.l2 = 0.001f;
     }},
    {"grey values", [](TrainingSettings& s) { s.binarization = Binarization::None; }},
    {"tempering",
     [](TrainingSettings& s) {
       s.method = Method::Tempering;
       s.temperatures = 3;
     }},
    {"adam with decay and sparsity",
     [](TrainingSettings& s) {
       s.optimizer = Optimizer::Adam;
       s.learning_rate = 0.003f;
       s.l1 = 0.001f;
       s.sparsity_cost = 0.01f;
     }},
    {"nesterov with a largest norm",
     [](TrainingSettings& s) {
       s.optimizer = Optimizer::Nesterov;
       s.momentum = 0.5f;
       s.max_norm = 0.2f;
     }},
    {"16 bits with adam",
     [](TrainingSettings& s) {
       s.arithmetic = Arithmetic::Fixed16;
       s.optimizer = Optimizer::Adam;
       s.learning_rate = 0.003f;
     }},
    {"clipping", [](TrainingSettings& s) { s.clip = 0.1f; }, false},
    {"fpcd with adam",
     [](TrainingSettings& s) {
       s.method = Method::Fpcd;
       s.optimizer = Optimizer::Adam;
       s.learning_rate = 0.003f;
     },
     false},
    {"labels",
     [](TrainingSettings& s) {
       s.labels = true;
       s.discriminative = 0.3f;
     }},
    {"16 bits", [](TrainingSettings& s) { s.arithmetic = Arithmetic::Fixed16; }},
    {"16 bits with few chains",
     [](TrainingSettings& s) {
       s.arithmetic = Arithmetic::Fixed16;
       s.chains = 5;
     }},
    {"16 bits with cd-3, momentum and decay",
     [](TrainingSettings& s) {
       s.arithmetic = Arithmetic::Fixed16;
       s.method = Method::Cd;
       s.k = 3;
       s.momentum = 0.6f;
       s.l1 = 0.001f;
     }},
    {"16 bits with labels",
     [](TrainingSettings& s) {
       s.arithmetic = Arithmetic::Fixed16;
       s.labels = true;
       s.discriminative = 0.3f;
     }},
    {"16 bits with few hidden units",
     [](TrainingSettings& s) {
       s.arithmetic = Arithmetic::Fixed16;
       s.hidden = 40;
     },
     false},
    {"few hidden units", [](TrainingSettings& s) { s.hidden = 40; }, false},
    {"not centred", [](TrainingSettings& s) { s.centred = false; }},
    {"gaussian without learned variances",
     [](TrainingSettings& s) {
       s.visible = VisibleType::Gaussian;
       s.learning_rate = 0.01f;
       s.variance_rate = 0;
     }},
    {"gaussian",
     [](TrainingSettings& s) {
       s.visible = VisibleType::Gaussian;
       s.learning_rate = 0.01f;
     },
     false},
    {"spins", [](TrainingSettings& s) { s.visible = VisibleType::Spins; }},
    {"exact",
     [](TrainingSettings& s) {
       s.method = Method::Exact;
       s.hidden = 4;
     },
     false},
};

/// 72 visible units are two blocks of 64, 140 hidden ones three: of five ranks some have none.
TrainingSettings settings_of(const SharedRun& run) {
  TrainingSettings settings = oracle::small_run();
  settings.hidden = 140;
  settings.validation = 0;
  run.change(settings);
  return settings;
}

std::shared_ptr<const Dataset> data_of(const TrainingSettings& settings) {
  auto data = std::make_shared<Dataset>(*oracle::grey_dataset(60));
  for (int n = 0; settings.labels && n < 60; ++n) data->labels.push_back(static_cast<std::uint8_t>(n % 3));
  if (settings.labels) data->label_names = {"a", "b", "c"};
  ThreadPool pool;
  return training_data(*data, settings, pool)->train;
}

/// Past a good state, which is gathered; with norms, which are sums over all weights.
TensorFile after_updates(Trainer& trainer, ThreadPool& pool, double* relative_change) {
  for (int update = 0; update < 104; ++update) {
    if (update == 103) trainer.ask_norms();
    if (!trainer.step(pool)) break;
  }
  *relative_change = trainer.relative_change();
  trainer.gather(pool);
  return trainer.checkpoint();
}

bool are_same(const TensorFile& a, const TensorFile& b) {
  return a.tensors.size() == b.tensors.size() &&
         std::ranges::equal(a.tensors, b.tensors, [](const auto& x, const auto& y) {
           return x.first == y.first && x.second.bytes == y.second.bytes;
         });
}

}  // namespace

TEST_CASE("several ranks learn the same bits as one process, by every method and kind of units") {
  for (const SharedRun& run : kSharedRuns) {
    CAPTURE(run.name);
    const TrainingSettings settings = settings_of(run);
    const auto data = data_of(settings);
    ThreadPool alone;
    Trainer one(settings, data);
    double change = 0;
    const TensorFile expected = after_updates(one, alone, &change);
    CHECK(one.updates() == 104);
    for (const int ranks : {2, 5}) {
      oracle::ThreadRanks(ranks).run([&](Communicator& rank) {
        ThreadPool pool(1 + rank.rank() % 2, &rank);
        Trainer trainer(settings, data, rank);
        CHECK(trainer.model().weights.is_whole() != run.is_divided);
        double own_change = 0;
        const TensorFile found = after_updates(trainer, pool, &own_change);
        if (rank.is_first() || !run.is_divided) CHECK(are_same(expected, found));
        CHECK(own_change == change);
      });
    }
  }
}

TEST_CASE("ranks whose run diverges go back together") {
  TrainingSettings settings = settings_of(kSharedRuns[0]);
  settings.learning_rate = 1000;
  settings.decay_updates = 0;
  const auto data = data_of(settings);
  const auto diverged = [&](ThreadPool& pool, Communicator& ranks) {
    Trainer trainer(settings, data, ranks);
    for (int update = 0; update < 300; ++update) {
      if (auto done = trainer.step(pool); !done) return done.error().message;
    }
    return std::string();
  };
  ThreadPool alone;
  const std::string expected = diverged(alone, one_process());
  CHECK(!expected.empty());
  oracle::ThreadRanks(3).run([&](Communicator& rank) {
    ThreadPool pool(1, &rank);
    CHECK(diverged(pool, rank) == expected);
  });
}
