// The fingerprint of data, and what a checkpoint says of its run.
#include <doctest/doctest.h>

#include "core/learning/checkpoint_facts.hpp"

using namespace rbm;

namespace {

Dataset bytes_of(std::vector<std::uint8_t> pixels, std::vector<std::uint8_t> labels = {}) {
  Dataset out;
  out.name = "bytes";
  out.shape = {1, 2, 1};
  out.pixels = std::move(pixels);
  out.labels = std::move(labels);
  return out;
}

Dataset numbers_of(std::vector<float> values) {
  Dataset out;
  out.name = "numbers";
  out.shape = {1, 2, 1};
  out.values = std::move(values);
  return out;
}

std::string fingerprint(const Dataset& train, const Dataset& validation = {}, bool with_labels = false) {
  return fingerprint_of(train, validation, with_labels);
}

}  // namespace

TEST_CASE("a fingerprint is of the rows, whatever their order and what they are held back for") {
  const std::string whole = fingerprint(bytes_of({1, 2, 3, 4, 5, 6}));
  CHECK(whole.starts_with("3 rows, 2 columns, "));
  CHECK(fingerprint(bytes_of({5, 6, 1, 2, 3, 4})) == whole);
  CHECK(fingerprint(bytes_of({5, 6}), bytes_of({3, 4, 1, 2})) == whole);
  CHECK(fingerprint(bytes_of({1, 2, 3, 4, 5, 7})) != whole);
  CHECK(fingerprint(bytes_of({2, 1, 3, 4, 5, 6})) != whole);
  CHECK(fingerprint(bytes_of({1, 2, 3, 4})) != whole);
  CHECK(fingerprint(bytes_of({1, 2, 3, 4, 5, 6}, {0, 1, 2})) == whole);
  const auto with_labels = [](std::vector<std::uint8_t> labels) {
    return fingerprint(bytes_of({1, 2, 3, 4, 5, 6}, std::move(labels)), {}, true);
  };
  CHECK(with_labels({0, 1, 2}) != whole);
  CHECK(with_labels({0, 1, 2}) != with_labels({0, 2, 1}));
}

TEST_CASE("a fingerprint is the same for numbers and for the bytes that are made of them") {
  CHECK(fingerprint(numbers_of({0, 1, 0.2f, 0.6f})) == fingerprint(bytes_of({0, 255, 51, 153})));
  CHECK(fingerprint(numbers_of({-1, 1, 1, 1})) == fingerprint(bytes_of({0, 255, 255, 255})));
  CHECK(fingerprint(numbers_of({0, 2.5f})) != fingerprint(numbers_of({0, 2.6f})));
  CHECK(fingerprint(numbers_of({0, -3})) != fingerprint(numbers_of({0, -4})));
}

TEST_CASE("a run goes on with its own data only, and files that do not say go on with any") {
  const std::string a = fingerprint(bytes_of({1, 2, 3, 4})), b = fingerprint(bytes_of({1, 2, 3, 5})),
                    c = fingerprint(bytes_of({1, 2}));
  CHECK(check_same_data(a, a, "run").has_value());
  CHECK(check_same_data("", a, "run").has_value());
  for (const std::string& other : {b, c}) {
    const auto refused = check_same_data(a, other, "run.safetensors");
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().message.find("run.safetensors") == 0);
    CHECK(refused.error().message.find("--other-data") != std::string::npos);
  }
  CHECK(check_same_data(a, b, "run").error().message.find("other values") != std::string::npos);
  CHECK(check_same_data(a, c, "run").error().message.find("now 1 rows") != std::string::npos);
}

TEST_CASE("a checkpoint tells whether its learning rate has come to its end") {
  TrainingSettings s;
  TensorFile file;
  file.metadata["run_updates"] = "100";
  s.decay_updates = 101;
  CHECK_FALSE(facts_of(file, s, "kept")->has_faded);
  CHECK(facts_of(file, s, "kept")->updates == 100);
  s.decay_updates = 100;
  CHECK(facts_of(file, s, "kept")->has_faded);
  s.decay_updates = 0;  // constant, or by the clock
  CHECK_FALSE(facts_of(file, s, "kept")->has_faded);
  add_facts({.data = "rows", .has_faded = true, .first_rate = 0.25f}, file);
  const CheckpointFacts facts = *facts_of(file, s, "kept");
  CHECK(facts.has_faded);
  CHECK(facts.first_rate == doctest::Approx(0.25));
  CHECK(facts.data == "rows");
}
