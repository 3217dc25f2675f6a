// Checkpoints whose checksum fits and whose state cannot be: what no run writes is said to be damage, and neither read as
// something else nor taken for a run that diverges.
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>

#include "core/learning/checkpoint_facts.hpp"
#include "core/learning/trainer.hpp"
#include "core/learning/training_data.hpp"
#include "tests/core/learning/training_runs.hpp"

using namespace rbm;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN(),
                kInfinity = std::numeric_limits<float>::infinity();

/// A run of 30 rows and what it needs: 3 hidden units, 5 chains, after 4 updates.
struct SmallRun {
  TrainingSettings settings;
  std::shared_ptr<const Dataset> rows;

  explicit SmallRun(const Dataset& data, const std::function<void(TrainingSettings&)>& change = {}) {
    settings.hidden = 3;
    settings.batch = 10;
    settings.chains = 5;
    settings.validation = 0;
    settings.learning_rate = 0.01f;
    settings.decay_updates = 0;
    settings.whitening = Whitening::Standardize;
    if (change) change(settings);
    ThreadPool pool(1);
    rows = training_data(data, settings, pool)->train;
  }

  TensorFile checkpoint() const { return oracle::trained(settings, rows, 4, 1)->checkpoint(); }

  /// The sentence with which the file is refused; empty where the run goes on.
  std::string refusal(const TensorFile& file) const {
    const auto resumed = Trainer::resume(file, rows, "kept.safetensors");
    if (resumed) return {};
    CHECK(resumed.error().message.starts_with("kept.safetensors"));
    CHECK(resumed.error().message.ends_with("."));
    return resumed.error().message;
  }
};

Dataset rows_of_bytes(int columns, int states) {
  Dataset data;
  data.name = "rows";
  data.shape = {1, columns, 1};
  for (int i = 0; i < 30 * columns; ++i) data.pixels.push_back(static_cast<std::uint8_t>(i * 7 / 3 % states));
  return data;
}

Dataset classes() {
  Dataset data = rows_of_bytes(6, 256);
  for (int r = 0; r < 30; ++r) data.labels.push_back(static_cast<std::uint8_t>(r % 3));
  data.label_names = {"a", "b", "c"};
  return data;
}

Dataset categories() {
  Dataset data = rows_of_bytes(3, 2);
  data.state_names = {{"red", "green", "blue"}, {"no", "yes"}, {"a", "b", "c", "d"}};
  data.columns = {"colour", "answer", "letter"};
  return data;
}

Dataset numbers(bool are_signs) {
  Dataset data;
  data.name = "numbers";
  data.shape = {1, 4, 1};
  for (std::uint32_t i = 0; i < 120; ++i) {
    const float x = normal({3, Stream::Synthetic, 0}, i, 0);
    data.values.push_back(are_signs ? std::copysign(1.0f, x) : x);
  }
  return data;
}

void set_float(Tensor& tensor, std::size_t place, float value) {
  std::memcpy(&tensor.bytes.at(4 * place), &value, sizeof value);
}

/// Bits of the first row.
void flip(Tensor& tensor, int bit) {
  tensor.bytes.at(static_cast<std::size_t>(bit / 8)) ^= static_cast<std::uint8_t>(1 << bit % 8);
}

}  // namespace

TEST_CASE("chains with labels, states or numbers that their model cannot have are damage") {
  const auto of = [](Method method, VisibleType visible) {
    return [=](TrainingSettings& s) {
      s.method = method;
      s.visible = visible;
    };
  };
  const SmallRun joint(classes(), [](TrainingSettings& s) { s.labels = true; });
  const SmallRun bits(rows_of_bytes(6, 256), of(Method::Tempering, VisibleType::Binary));
  const SmallRun words(categories(), of(Method::Pcd, VisibleType::Categories)),
      hot_words(categories(), of(Method::Tempering, VisibleType::Categories));
  const SmallRun signs(numbers(true), of(Method::Pcd, VisibleType::Spins)),
      hot_signs(numbers(true), of(Method::Tempering, VisibleType::Spins));
  const SmallRun real(numbers(false), of(Method::Pcd, VisibleType::Gaussian)),
      hot_real(numbers(false), of(Method::Tempering, VisibleType::Gaussian));
  using Spoil = std::function<void(Tensor&)>;
  const auto number = [](float value) -> Spoil { return [=](Tensor& t) { set_float(t, 1, value); }; };
  const auto bit = [](int place) -> Spoil { return [=](Tensor& t) { flip(t, place); }; };
  const auto no_bits = [](Tensor& t) { std::fill_n(t.bytes.begin(), 8, std::uint8_t{0}); };
  const auto label = [](std::uint8_t y) -> Spoil { return [=](Tensor& t) { t.bytes.back() = y; }; };
  const struct {
    const SmallRun& run;
    const char* tensor;
    Spoil spoil;
    bool can_be;
  } cases[] = {
      {joint, "run/chain_labels", label(2), true},
      {joint, "run/chain_labels", label(3), false},
      {joint, "run/chain_labels", label(255), false},
      {joint, "run/chain_visible", bit(5), true},
      {joint, "run/chain_visible", bit(6), false},
      {joint, "run/chain_visible", bit(511), false},
      {joint, "run/chain_hidden", bit(2), true},
      {joint, "run/chain_hidden", bit(3), false},
      {bits, "run/replica_0", bit(5), true},
      {bits, "run/replica_2", bit(64), false},
      {words, "run/chain_visible", bit(8),
       false},  // blocks of 3, 2 and 4 states: one more, or one less, than one
      {words, "run/chain_visible", bit(9), false},
      {words, "run/chain_visible", no_bits, false},
      {hot_words, "run/replica_1", bit(0), false},
      {hot_words, "run/replica_0", no_bits, false},
      {signs, "run/chain_values", number(-1), true},
      {signs, "run/chain_values", number(0), false},
      {signs, "run/chain_values", number(0.5f), false},
      {signs, "run/chain_values", number(kNan), false},
      {hot_signs, "run/replica_values_0", number(2), false},
      {real, "run/chain_values", number(-7.25f), true},
      {real, "run/chain_values", number(kNan), false},
      {real, "run/chain_values", number(-kInfinity), false},
      {real, "run/chain_values", number(1e30f), false},
      {hot_real, "run/replica_values_2", number(kNan), false},
      {hot_real, "run/replica_values_0", number(-1e30f), false},
  };
  for (const auto& [run, tensor, spoil, can_be] : cases) {
    CAPTURE(tensor);
    TensorFile file = run.checkpoint();
    CHECK(run.refusal(file).empty());
    spoil(file.tensors.at(tensor));
    const std::string told = run.refusal(file);
    CHECK(told.empty() == can_be);
    if (!can_be) CHECK(told.find(std::string("its tensor ") + tensor) != std::string::npos);
  }
}

TEST_CASE("moments, fast weights and parameters that no run can have are damage") {
  const SmallRun adam(rows_of_bytes(6, 256), [](TrainingSettings& s) { s.optimizer = Optimizer::Adam; });
  const SmallRun fast(rows_of_bytes(6, 256), [](TrainingSettings& s) { s.method = Method::Fpcd; });
  const struct {
    const SmallRun& run;
    const char* tensor;
    float value;
    bool can_be;
  } cases[] = {{adam, "run/velocity", -0.5f, true},        {adam, "run/velocity", kNan, false},
               {adam, "run/second_moment", 0.5f, true},    {adam, "run/second_moment", -0.5f, false},
               {adam, "run/hidden_second", -1, false},     {adam, "run/visible_second", kInfinity, false},
               {adam, "run/hidden_offset", kNan, false},   {adam, "run/weights", kNan, false},
               {adam, "run/weights", 999, true},           {adam, "run/weights", 1001, false},
               {adam, "run/visible_bias", -1e9f, false},   {fast, "run/fast_weights", -0.5f, true},
               {fast, "run/fast_weights", kNan, false},    {fast, "run/fast_visible_bias", kInfinity, false},
               {fast, "run/fast_hidden_bias", kNan, false}};
  for (const auto& [run, tensor, value, can_be] : cases) {
    CAPTURE(tensor);
    CAPTURE(value);
    TensorFile file = run.checkpoint();
    set_float(file.tensors.at(tensor), 1, value);
    CHECK(run.refusal(file).empty() == can_be);
  }
}

TEST_CASE("numbers that a checkpoint says in words are read whole or refused") {
  const SmallRun run(rows_of_bytes(6, 256));
  const TensorFile good = run.checkpoint();
  CHECK(run.refusal(good).empty());
  for (const char* key : {"run_updates", "run_chain_age"}) {
    for (const char* said : {"", "-1", "4 ", " 4", "4wurst", "4.0", "1e3", "nan", "99999999999999999999"}) {
      CAPTURE(key);
      CAPTURE(said);
      TensorFile file = good;
      file.metadata.at(key) = said;
      CHECK(run.refusal(file).find(key) != std::string::npos);
    }
  }
  TensorFile file = good;
  file.metadata.erase("run_chain_age");  // as earlier versions wrote them
  CHECK(run.refusal(file).empty());
  file.metadata.erase("run_updates");
  CHECK_FALSE(run.refusal(file).empty());
  for (const char* said : {"-0.1", "nan", "inf", "0,05", "1e99"}) {
    CAPTURE(said);
    file = good;
    file.metadata["run_faded_from"] = said;
    const auto facts = facts_of(file, run.settings, "kept.safetensors");
    REQUIRE_FALSE(facts);
    CHECK(facts.error().message.find(said) != std::string::npos);
  }
}
