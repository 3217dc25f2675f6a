// Rows without their zeros are the rows with them, in everything that is made of them.
#include <doctest/doctest.h>

#include <numeric>

#include "core/data/batches.hpp"
#include "core/data/readers.hpp"
#include "core/learning/checkpoint_facts.hpp"
#include "core/learning/trainer.hpp"
#include "core/learning/training_data.hpp"

using namespace rbm;

namespace {

ByteView sparse_text(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// 40 rows of 70 grey values, of which one in five is not 0.
Dataset with_its_zeros() {
  Dataset data;
  data.name = "rows";
  data.shape = {7, 10, 1};
  data.order = RowOrder::Any;
  for (std::uint32_t i = 0; i < 40 * 70; ++i)
    data.pixels.push_back(random_below({2, Stream::Synthetic, 0}, i, 0, 5) == 0
                              ? static_cast<std::uint8_t>(random_below({2, Stream::Synthetic, 1}, i, 0, 256))
                              : 0);
  for (std::uint8_t r = 0; r < 40; ++r) data.labels.push_back(r % 3);
  return data;
}

Dataset without_zeros(const Dataset& data) {
  Dataset out = described_as(data);
  for (Index r = 0; r < data.count(); ++r) {
    std::vector<std::uint32_t> columns;
    std::vector<std::uint8_t> values;
    for (std::uint32_t c = 0; c < 70; ++c) {
      if (data.image(r)[c] == 0) continue;
      columns.push_back(c);
      values.push_back(data.image(r)[c]);
    }
    out.sparse.add_row(columns, values);
  }
  return out;
}

bool same_rows(const Dataset& a, const Dataset& b) {
  if (a.count() != b.count() || a.shape != b.shape || a.labels != b.labels) return false;
  std::vector<float> one(static_cast<std::size_t>(a.shape.pixels())), other(one.size());
  for (Index r = 0; r < a.count(); ++r) {
    a.row(r, one.data());
    b.row(r, other.data());
    if (one != other) return false;
  }
  return true;
}

/// A row of so many columns a line, of which "1:VALUE", the last and one in between are not 0.
std::string lines_of(int rows, int columns, const char* value) {
  std::string out;
  for (int r = 0; r < rows; ++r)
    out += std::to_string(r % 2) + " 1:" + value + " " + std::to_string(2 + r) + ":" + value + " " +
           std::to_string(columns) + ":1\n";
  return out;
}

}  // namespace

TEST_CASE("rows without their zeros are learned bit for bit as with them") {
  const Dataset dense = with_its_zeros(), sparse = without_zeros(dense);
  REQUIRE(sparse.is_sparse());
  CHECK(same_rows(dense, sparse));
  CHECK(same_rows(first_rows(dense, 7), first_rows(sparse, 7)));
  CHECK(pixel_means(dense) == pixel_means(sparse));
  CHECK(state_means(dense, Binarization::Threshold) == state_means(sparse, Binarization::Threshold));
  CHECK(fingerprint_of(dense, first_rows(dense, 2), true) ==
        fingerprint_of(sparse, first_rows(sparse, 2), true));
  const auto parts = split(dense, 9, 3), sparse_parts = split(sparse, 9, 3);
  CHECK(same_rows(*parts->train, *sparse_parts->train));
  CHECK(same_rows(*parts->validation, *sparse_parts->validation));
  ThreadPool pool(1);
  for (const Binarization binarization :
       {Binarization::Threshold, Binarization::Resample, Binarization::None}) {
    TrainingSettings s;
    s.hidden = 5;
    s.batch = 8;
    s.chains = 8;
    s.validation = 9;
    s.labels = true;
    s.binarization = binarization;
    Trainer one(s, training_data(dense, s, pool)->train), other(s, training_data(sparse, s, pool)->train);
    for (int t = 0; t < 30; ++t) {
      REQUIRE(one.step(pool).has_value());
      REQUIRE(other.step(pool).has_value());
    }
    CHECK(same_parameters(one.model(), other.model()));
  }
  for (const VisibleType visible : {VisibleType::Gaussian, VisibleType::Spins}) {
    TrainingSettings s;
    s.visible = visible;
    const auto refused = training_data(sparse, s, pool);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("binary visible units") != std::string::npos);
  }
}

TEST_CASE("libsvm files whose zeros are many are read without them, and their numbers mean the same") {
  constexpr int kColumns = 3'000'000;
  for (const char* value : {"1", "16", "255"}) {
    CAPTURE(value);
    const auto small = libsvm_rows(sparse_text(lines_of(6, 50, value)), {}, "a.txt");
    const auto large = libsvm_rows(sparse_text(lines_of(6, kColumns, value)), {}, "a.txt");
    REQUIRE(small);
    REQUIRE(large);
    CHECK_FALSE(small->is_sparse());
    REQUIRE(large->is_sparse());
    CHECK(large->pixels.empty());
    CHECK(large->count() == 6);
    CHECK(large->shape.pixels() == kColumns);
    CHECK(large->labels == small->labels);
    CHECK(large->sparse.values().size() == 18);
    std::vector<std::uint8_t> own;
    for (Index r = 0; r < 6; ++r) {
      const std::uint8_t* row = large->bytes(r, own);
      CHECK(row[0] == small->image(r)[0]);
      CHECK(row[1 + r] == small->image(r)[1 + r]);
      CHECK(row[kColumns - 1] == small->image(r)[49]);
      CHECK(std::accumulate(row, row + kColumns, 0) ==
            std::accumulate(small->image(r), small->image(r) + 50, 0));
    }
    // But for the zeros, the notes say the same.
    CHECK(large->notes.size() == small->notes.size());
  }
  const auto fractions = libsvm_rows(sparse_text(lines_of(6, kColumns, "0.4")), {}, "a.txt");
  REQUIRE(fractions);
  CHECK(*std::ranges::min_element(fractions->sparse.values()) == 102);
  // The last number of a cell holds, in whatever order they come.
  const auto twice =
      libsvm_rows(sparse_text(lines_of(6, kColumns, "1") + "0 9:1 4:1 9:0 3:1\n"), {}, "a.txt");
  REQUIRE(twice);
  std::vector<std::uint8_t> own;
  const std::uint8_t* row = twice->bytes(6, own);
  CHECK((row[2] == 255 && row[3] == 255 && row[8] == 0));
  for (const char* value : {"-3", "300", "1.5"}) {
    CAPTURE(value);
    const auto refused = libsvm_rows(sparse_text(lines_of(6, kColumns, value)), {}, "a.txt");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.ends_with("."));
  }
  CHECK_FALSE(libsvm_rows(sparse_text("1 1000000000:1\n"), {}, "a.txt").has_value());
}
