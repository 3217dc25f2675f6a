// Matrices of scipy.sparse: the same rows with their zeros and without, and what is none.
#include "core/data/scipy_sparse.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "core/model/tensor_numbers.hpp"
#include "tests/core/data/files.hpp"

using namespace rbm;
using files::says;

namespace {

template <class T>
Tensor listed_as(const char* dtype, const std::vector<T>& values) {
  return {dtype, {static_cast<std::int64_t>(values.size())}, files::bytes(files::raw(values))};
}

/// Two rows: 1, 0, 2 and 0, 3 + 4, 0.
TensorFile small_matrix() {
  TensorFile file;
  file.tensors["shape"] = listed_as("I64", std::vector<std::int64_t>{2, 3});
  file.tensors["indptr"] = listed_as("I32", std::vector<std::int32_t>{0, 2, 4});
  file.tensors["indices"] = listed_as("I32", std::vector<std::int32_t>{2, 0, 1, 1});
  file.tensors["data"] = listed_as("F64", std::vector<double>{2, 1, 3, 4});
  return file;
}

NpzExtras of_format(const char* name) {
  NpzExtras extras;
  extras.words["format"] = {name};
  return extras;
}

}  // namespace

TEST_CASE("a matrix of scipy.sparse has its rows, with their zeros and without") {
  TensorFile file = small_matrix();
  const auto found = sparse_in(file, of_format("csr"), "m.npz");
  REQUIRE(found);
  REQUIRE(found->has_value());
  put_with_zeros(**found, file);
  CHECK(file.tensors.at("data").shape == std::vector<std::int64_t>{2, 3});
  CHECK(numbers_of<float>(file.tensors.at("data")) == std::vector<float>{1, 0, 2, 0, 7, 0});
  std::vector<bool> kept;
  const auto rows = sparse_images(**found, {}, "folder/m.npz", &kept);
  REQUIRE(rows);
  CHECK((rows->is_sparse() && rows->count() == 2 && rows->shape == ImageShape{1, 3, 1}));
  CHECK((rows->name == "m.npz" && kept == std::vector<bool>{true, true}));
  CHECK(says(sparse_images(**found, {.categories = true}, "m.npz", &kept).error(), "m.npz", "--categories"));
}

TEST_CASE("a damaged matrix of scipy.sparse is refused, and an archive of other arrays is none") {
  const auto refused = [](const char* array, Tensor tensor) {
    TensorFile file = small_matrix();
    file.tensors[array] = std::move(tensor);
    const auto found = sparse_in(file, of_format("csr"), "m.npz");
    return !found && says(found.error(), "m.npz", "damaged");
  };
  CHECK(refused("shape", listed_as("I64", std::vector<std::int64_t>{3, 3})));
  CHECK(refused("indptr", listed_as("I32", std::vector<std::int32_t>{0, 3, 2})));
  CHECK(refused("indptr", listed_as("I32", std::vector<std::int32_t>{0, 2, 5})));
  CHECK(refused("indptr", listed_as("I32", std::vector<std::int32_t>{1, 2, 4})));
  CHECK(refused("indices", listed_as("I32", std::vector<std::int32_t>{2, 0, 1, 3})));
  CHECK(refused("indices", listed_as("I32", std::vector<std::int32_t>{2, 0, 1, -1})));
  CHECK(refused("data", listed_as("F64", std::vector<double>{2, 1, 3})));
  CHECK(says(sparse_in(small_matrix(), of_format("csc"), "m.npz").error(), "m.npz", "tocsr"));
  // Its numbers alone, or its diagonals, are no rows.
  for (const char* format : {"coo", "dia"}) {
    TensorFile other = small_matrix();
    other.tensors.erase("indptr");
    other.tensors.erase("indices");
    CHECK(says(sparse_in(other, of_format(format), "m.npz").error(), "m.npz", "tocsr"));
  }
  const auto none = sparse_in(small_matrix(), {}, "m.npz");
  REQUIRE(none);
  CHECK_FALSE(none->has_value());
}
