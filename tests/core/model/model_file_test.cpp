// Model files that are damaged, hostile, or full of odd text: what opens, what is refused, and with which words.
#include <doctest/doctest.h>

#include "core/model/model_file.hpp"
#include "core/model/rows_file.hpp"
#include "core/model/tensor_formats.hpp"
#include "tests/core/data/files.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"

using namespace rbm;

namespace {

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

Result<TensorFile> parsed(const std::string& bytes) {
  return parse_safetensors(bytes_of(bytes), "a.safetensors");
}

}  // namespace

TEST_CASE("every flipped bit of a model file is damage, said as such or as a broken header") {
  Model model = oracle::golden_model();
  model.metadata["data"] = "mnist";
  const std::string good = to_safetensors(tensors_from_model(model));
  REQUIRE(parsed(good).has_value());
  CHECK_FALSE(parsed(good)->metadata.contains("checksum"));  // it is of the file, not of the model
  int silent = 0, said = 0;
  for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ 1 << bit % 8);
    const auto file = parsed(bad);
    silent += file.has_value();
    said += !file && file.error().message.find("is damaged, its checksum does not fit") != std::string::npos;
  }
  // The blanks that align the tensors mean nothing, and neither does the name of the checksum itself.
  const auto unused = static_cast<int>(8 * (std::string("checksum").size() + 8));
  CHECK(silent <= unused);
  CHECK(said > static_cast<int>(8 * good.size() / 4));
}

TEST_CASE("files without a checksum, and those whose tensors lie in another order, open") {
  const TensorFile file = tensors_from_model(oracle::golden_model());
  std::string text = to_safetensors(file);
  const std::size_t at = text.find("\"checksum\"");
  REQUIRE(at != std::string::npos);
  std::string without = text;
  without.replace(at, 10, "\"chocksum\"");
  CHECK(parsed(without).has_value());
}

TEST_CASE("metadata and names of any bytes come back from both formats") {
  const files::Folder folder;
  Model model = oracle::golden_model();
  model.metadata["data"] = "bad\xff\x80.csv";
  model.metadata["n\xc3te"] = "\x1b[31m \uef80 and more";
  for (const std::string& path : {folder.path("a.safetensors"), folder.path("a.npz")}) {
    CAPTURE(path);
    REQUIRE(save_model(path, model).has_value());
    const auto read = load_model(path);
    REQUIRE(read.has_value());
    CHECK(read->metadata == model.metadata);
  }
}

TEST_CASE("another version of the format, and hidden units of a kind to come, are refused with one sentence") {
  const TensorFile known = tensors_from_model(oracle::golden_model());
  REQUIRE(model_from_tensors(known, "a"));
  for (const auto& [key, other] : {std::pair{"format_version", "2"}, {"hidden_units", "relu"}}) {
    TensorFile file = known;
    file.metadata[key] = other;
    const auto refused = model_from_tensors(file, "a.npz");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("a.npz has ") == 0);
    CHECK(refused.error().message.find(other) != std::string::npos);
    // Files of other programs say neither.
    file.metadata.erase(key);
    CHECK(model_from_tensors(file, "a"));
  }
}

TEST_CASE("sides of a picture whose product runs over are not those of the model") {
  TensorFile file = tensors_from_model(oracle::golden_model());
  const auto shape_with = [&](const std::string& text) {
    file.metadata["image_shape"] = text;
    return model_from_tensors(file, "a")->shape;
  };
  const Index visible = oracle::golden_model().visible();
  const ImageShape usual = shape_with("nonsense");
  CHECK(usual.pixels() == visible);
  const std::string n = std::to_string(visible);
  CHECK(shape_with(n + "x1x1") == ImageShape{static_cast<int>(visible), 1, 1});
  for (const std::string& text :
       {"2147483647x2147483647x" + n, "65536x65536x" + n, n + "x-1x-1", std::string("0x0x0"), n + "x1",
        n + "x1x1x1", std::string("99999999999999999999x1x1"), std::string()})
    CHECK(shape_with(text) == usual);
}

TEST_CASE("states and numbers are written as NumPy and as text, and come back") {
  const files::Folder folder;
  NumberTable table{Matrix(2, 3), "F32", {"a", "b, c", "d\"e"}, {}};
  const float values[] = {0.1f, -2, 1e-30f, 3, 0.30000001f, 12345678};
  for (Index i = 0; i < 6; ++i) table.rows(i / 3, i % 3) = values[i];
  REQUIRE(write_numbers(folder.path("a.csv"), table).has_value());
  REQUIRE(write_numbers(folder.path("a.npy"), table).has_value());
  const auto text = read_all(folder.path("a.csv"));
  REQUIRE(text.has_value());
  CHECK(std::string(text->begin(), text->end()) == "a,\"b, c\",\"d\"\"e\"\n0.1,-2,1e-30\n3,0.3,12345678\n");
  auto bytes = read_all(folder.path("a.npy"));
  REQUIRE(bytes.has_value());
  Tensor tensor;
  REQUIRE(parse_npy(std::move(*bytes), &tensor).empty());
  CHECK(tensor.shape == std::vector<std::int64_t>{2, 3});
  CHECK(std::memcmp(tensor.bytes.data(), values, sizeof values) == 0);

  ThreadPool pool(1);
  BitMatrix bits(1, 5);
  bits.set(0, 1, true);
  bits.set(0, 4, true);
  Model model;
  model.visible_bias.resize(5);
  const NumberTable of_bits = table_of_states(model, States(bits), pool);
  CHECK(of_bits.dtype == "U8");
  CHECK(of_bits.rows(0, 1) == 1);
  CHECK(of_bits.rows(0, 2) == 0);
  auto states = std::make_shared<UnitStates>();
  states->names = {{"red", "green"}, {"x", "y", "z"}};
  model.states = states;
  const NumberTable of_words = table_of_states(model, States(bits), pool);
  CHECK(of_words.rows(0, 0) == 1);
  CHECK(of_words.rows(0, 1) == 2);
  REQUIRE(write_numbers(folder.path("w.csv"), of_words).has_value());
  const auto words = read_all(folder.path("w.csv"));
  CHECK(std::string(words->begin(), words->end()) == "green,z\n");
}
