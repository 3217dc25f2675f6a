// Model files that are damaged, hostile, or full of odd text: what opens, what is refused, and with which words.
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>

#include "core/model/labels.hpp"
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

TEST_CASE("a broken header is refused in words of this program, whatever is in it") {
  const auto refused = [](const std::string& header) {
    std::string bytes;
    for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<char>(header.size() >> (8 * i)));
    const auto file = parsed(bytes + header + std::string(16, '\0'));
    return file ? std::string("opened") : file.error().message;
  };
  const std::string deep = std::string(100000, '[') + std::string(100000, ']');
  const std::pair<std::string, const char*> cases[] = {
      {"{", "no JSON"},
      {deep, "nested too deeply"},
      {R"({"weights":)" + deep + "}", "nested too deeply"},
      {"[1]", "no JSON object"},
      {R"({"weights":[[1]]})", "tensor weights is not described by a JSON object"},
      {R"({"weights":{"shape":[4],"data_offsets":[0,16]}})", "has no type"},
      {R"({"weights":{"dtype":4,"shape":[4],"data_offsets":[0,16]}})", "has no type"},
      {R"({"weights":{"dtype":"F8","shape":[4],"data_offsets":[0,16]}})", "unknown type F8"},
      {R"({"weights":{"dtype":"F32","data_offsets":[0,16]}})", "has no shape"},
      {R"({"weights":{"dtype":"F32","shape":[4.5],"data_offsets":[0,16]}})", "has no shape"},
      {R"({"weights":{"dtype":"F32","shape":["4"],"data_offsets":[0,16]}})", "has no shape"},
      {R"({"weights":{"dtype":"F32","shape":[4]}})", "where it lies"},
      {R"({"weights":{"dtype":"F32","shape":[4],"data_offsets":[-4,16]}})", "where it lies"},
      {R"({"weights":{"dtype":"F32","shape":[4],"data_offsets":[0,16,16]}})", "where it lies"},
      {R"({"weights":{"dtype":"F32","shape":[4],"data_offsets":[16,32]}})", "lies outside the file"},
      {R"({"weights":{"dtype":"F32","shape":[3],"data_offsets":[0,16]}})", "another size"},
      {R"({"__metadata__":{"data":1}})", "not all texts"},
      {R"({"__metadata__":[]})", "not all texts"}};
  for (const auto& [header, words] : cases) {
    const std::string said = refused(header);
    CAPTURE(said);
    CHECK(said.starts_with("a.safetensors is not a readable .safetensors file: "));
    CHECK(said.ends_with("; use another file."));
    CHECK(said.find(words) != std::string::npos);
    CHECK(said.find("json.") == std::string::npos);
    CHECK(said.size() < 250);
  }
  CHECK(refused(R"({"weights":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}})") == "opened");
}

TEST_CASE("a file in pages of its own has the bytes of the one on the heap, and keeps them when it moves") {
  const TensorFile file = tensors_from_model(oracle::golden_model());
  const std::string text = to_safetensors(file);
  MappedBytes pages = to_mapped_safetensors(file);
  const MappedBytes moved = std::move(pages);
  CHECK(std::ranges::equal(moved.bytes(), bytes_of(text)));
  CHECK(moved.bytes_in_memory() >= text.size());
  CHECK(MappedBytes().bytes().empty());
}

TEST_CASE("files without a checksum, and those whose tensors lie in another order, open") {
  const TensorFile file = tensors_from_model(oracle::golden_model());
  std::string text = to_safetensors(file);
  const std::size_t at = text.find("\"checksum\"");
  REQUIRE(at != std::string::npos);
  std::string without = text;
  without.replace(at, 10, "\"chocksum\"");
  // It opens, and its notes say so; a file that has one has nothing to be said of.
  const auto opened = parsed(without);
  REQUIRE(opened.has_value());
  REQUIRE(opened->notes.size() == 1);
  CHECK(opened->notes[0].starts_with("a.safetensors has no checksum"));
  CHECK(model_from_tensors(*opened, "a")->notes == opened->notes);
  CHECK(parsed(text)->notes.empty());
  // Damage that shows without one is damage all the same.
  for (std::size_t size = 0; size < without.size(); size += 7)
    CHECK_FALSE(parsed(without.substr(0, size)).has_value());
  std::string longer = without;
  longer.replace(longer.find("\"F32\""), 5, "\"F16\"");
  CHECK_FALSE(parsed(longer).has_value());
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

TEST_CASE(
    "another version of the format, and hidden units of a kind to come, are refused with one sentence") {
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

TEST_CASE("what a model file says of itself is as it says, or refused with the field and its words") {
  const TensorFile plain = tensors_from_model(oracle::golden_model());
  const std::string n = std::to_string(oracle::golden_model().visible());
  Model joint = oracle::golden_model();
  add_label_units(joint, Eigen::VectorXf::Constant(3, 0.3f), 0.1f, 1);
  joint.metadata["label_names"] = R"(["a","b","c"])";
  Model worded = initial_model({1, 5, 1}, 2, Eigen::VectorXf::Constant(5, 0.5f), 0.1f, 1);
  worded.visible_type = VisibleType::Categories;
  worded.states =
      std::make_shared<const UnitStates>(UnitStates{{{"no", "yes"}, {"x", "y", "z"}}, {"p", "q"}});
  const TensorFile classes = tensors_from_model(joint), words = tensors_from_model(worded);
  const struct {
    const TensorFile& file;
    const char* key;
    std::vector<std::string> refused;
  } cases[] = {
      {plain,
       "image_shape",
       {"", "nonsense", n, n + "x1", n + "x1x1x1", n + "x1x1 ", n + "x1x-1", n + "x-1x-1", "0x0x0",
        "1x1x" + n, "1x1x1", n + "X1X1", "2147483647x2147483647x" + n, "65536x65536x" + n,
        "99999999999999999999x1x1", "4294967296x4294967296x1"}},
      {words, "image_shape", {"1x1x5", "5", "nan"}},
      {classes,
       "label_names",
       {"", "a,b,c", "{}", "null", "[]", R"(["a","b"])", R"(["a","b","c","d"])", R"([1,2,3])",
        R"(["a","b",null])", R"([["a"],["b"],["c"]])"}},
      {words,
       "visible_state_names",
       {"", "[]", R"(["no","yes"])", R"([["no","yes"]])", R"([["no","yes"],["x","y"]])",
        R"([["no","yes"],["x","y",3]])", R"({"no":1})"}},
      {words, "visible_unit_names", {"", "p,q", "[]", R"(["p"])", R"(["p","q","r"])", R"(["p",2])"}},
  };
  for (const auto& [file, key, refused] : cases) {
    CHECK(model_from_tensors(file, "a").has_value());
    TensorFile without = file;
    without.metadata.erase(key);
    CHECK(model_from_tensors(without, "a").has_value());
    for (const std::string& said : refused) {
      CAPTURE(key);
      CAPTURE(said);
      TensorFile spoilt = file;
      spoilt.metadata[key] = said;
      const auto model = model_from_tensors(spoilt, "a.npz");
      REQUIRE_FALSE(model);
      CHECK(model.error().message.starts_with("a.npz cannot be read: its " + std::string(key)));
      CHECK(model.error().message.find('"' + said + '"') != std::string::npos);
    }
  }
  TensorFile file = plain;
  file.metadata["image_shape"] = n + "x1x1";
  CHECK(model_from_tensors(file, "a")->shape == ImageShape{std::stoi(n), 1, 1});
}

TEST_CASE("numbers that no model has are damage, with or without a checksum") {
  const TensorFile plain = tensors_from_model(oracle::golden_model());
  for (const char* tensor : {"weights", "visible_bias", "hidden_bias"}) {
    for (const float value : {1e6f, -1e14f, 1e16f, -4e33f, std::numeric_limits<float>::infinity()}) {
      CAPTURE(tensor);
      CAPTURE(value);
      TensorFile file = plain;
      std::memcpy(file.tensors.at(tensor).bytes.data() + 4, &value, sizeof value);
      const auto model = model_from_tensors(file, "a.npz");
      CHECK(model.has_value() == (std::abs(value) < 1e15f));
      if (!model) CHECK(model.error().message.find(std::string("its tensor ") + tensor) != std::string::npos);
    }
  }
}

TEST_CASE("a part of a model file that belongs to units which it has not is refused") {
  const TensorFile plain = tensors_from_model(oracle::golden_model());
  const Index visible = oracle::golden_model().visible();
  Model gaussian = oracle::golden_model();
  gaussian.visible_type = VisibleType::Gaussian;
  gaussian.log_variance = Eigen::VectorXf::Zero(visible);
  const TensorFile real = tensors_from_model(gaussian);
  const auto refused = [](TensorFile file, const char* part, const Tensor* tensor) {
    CAPTURE(part);
    if (tensor != nullptr)
      file.tensors[part] = *tensor;
    else
      file.metadata[part] = "[]";
    const auto model = model_from_tensors(file, "a.npz");
    REQUIRE_FALSE(model);
    CHECK(model.error().message.find(std::string("it has ") + part) != std::string::npos);
  };
  const Tensor& numbers = plain.tensors.at("visible_bias");
  for (const char* part : {"log_variance", "visible_states", "picture_scale", "picture_forward",
                           "picture_backward", "label_bias"})
    refused(plain, part, &numbers);
  gaussian.space = std::make_shared<const PictureSpace>(
      PictureSpace{Eigen::VectorXf::Zero(visible), Eigen::VectorXf::Ones(visible), {}, {}});
  TensorFile pictured = tensors_from_model(gaussian);
  CHECK(model_from_tensors(pictured, "a").has_value());
  pictured.tensors.erase("log_variance");
  pictured.metadata["visible_units"] = "binary";
  refused(pictured, "picture_mean", &numbers);
  for (const char* part : {"label_names", "visible_state_names", "visible_unit_names"})
    refused(plain, part, nullptr);
  for (const char* part : {"picture_scale", "picture_forward", "picture_backward"})
    refused(real, part, &numbers);
  CHECK(model_from_tensors(real, "a").has_value());
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

  // What float32 would lose beside it is added in double precision.
  table.added = {1e9, 0, -1e9};
  REQUIRE(write_numbers(folder.path("d.csv"), table).has_value());
  REQUIRE(write_numbers(folder.path("d.npy"), table).has_value());
  const auto doubles_text = read_all(folder.path("d.csv"));
  REQUIRE(doubles_text.has_value());
  CHECK(std::string(doubles_text->begin(), doubles_text->end()).find("\n1000000000.1") != std::string::npos);
  auto doubles = read_all(folder.path("d.npy"));
  REQUIRE(doubles.has_value());
  REQUIRE(parse_npy(std::move(*doubles), &tensor).empty());
  CHECK(tensor.dtype == "F64");
  std::array<double, 6> sums{};
  REQUIRE(tensor.bytes.size() == sizeof sums);
  std::memcpy(sums.data(), tensor.bytes.data(), sizeof sums);
  CHECK((sums[0] == 1e9 + 0.1f && sums[1] == -2 && sums[5] == 12345678 - 1e9));

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
