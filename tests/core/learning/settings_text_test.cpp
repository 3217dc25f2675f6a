// Settings in files: what goes out comes back, and what a file says that this program does not know is
// refused in words.
#include <doctest/doctest.h>

#include "core/learning/settings_text.hpp"
#include "core/learning/trainer.hpp"
#include "core/model/version.hpp"
#include "tests/core/learning/training_runs.hpp"

using namespace rbm;

namespace {

/// The sentence that a text is refused with.
std::string refusal(const std::string& text) {
  const auto settings = settings_from_json_text(text);
  REQUIRE_FALSE(settings.has_value());
  CHECK(settings.error().message.back() == '.');
  return settings.error().message;
}

bool names(const std::string& sentence, const char* thing) {
  return sentence.find(thing) != std::string::npos;
}

}  // namespace

TEST_CASE("settings come back from their JSON text as they were") {
  TrainingSettings s;
  s.data = "a \"quoted\" path/µ.npz";
  s.source.size = 32;
  s.source.label = "a column";
  s.method = Method::Tempering;
  s.optimizer = Optimizer::Adam;
  s.start = ChainStart::Noise;
  s.learning_rate = 0.1f / 3;
  s.seed = 18446744073709551615u;
  s.centred = false;
  const auto back = settings_from_json_text(to_json_text(s));
  REQUIRE(back.has_value());
  CHECK(*back == s);
}

TEST_CASE("settings that a file lacks keep their defaults, but the arithmetic, which was single precision") {
  const auto s = settings_from_json_text(R"({"hidden": 7})");
  REQUIRE(s.has_value());
  CHECK(s->hidden == 7);
  TrainingSettings usual;
  usual.hidden = 7;
  usual.arithmetic = Arithmetic::Single;
  CHECK(*s == usual);
}

TEST_CASE("a word of settings that is unknown is refused with those that are known") {
  const std::string sentence = refusal(R"({"method": "wake-sleep"})");
  CHECK(names(sentence, "\"wake-sleep\""));
  CHECK(names(sentence, "cd, pcd, fpcd, tempering"));
  CHECK(names(refusal(R"({"optimizer": "newton"})"), "\"newton\""));
  CHECK(names(refusal(R"({"visible": "quaternions"})"), "\"quaternions\""));
  CHECK(names(refusal(R"({"whitening": "pca"})"), "\"pca\""));
  CHECK(names(refusal(R"({"start": "nowhere"})"), "\"nowhere\""));
  CHECK(names(refusal(R"({"binarization": "dither"})"), "\"dither\""));
}

TEST_CASE("a setting that this version does not have is refused by its name") {
  const std::string sentence = refusal(R"({"hidden": 7, "wake_rate": 0.1})");
  CHECK(names(sentence, "\"wake_rate\""));
  CHECK(names(sentence, "newer version"));
}

TEST_CASE("a setting of the wrong kind is refused by its name") {
  for (const auto& [key, value] : {std::pair{"hidden", "\"many\""},
                                   {"hidden", "7.5"},
                                   {"hidden", "-7"},
                                   {"hidden", "99999999999"},
                                   {"seed", "-1"},
                                   {"centred", "1"},
                                   {"learning_rate", "true"},
                                   {"learning_rate", "null"},
                                   {"data", "5"},
                                   {"method", "1"}}) {
    CAPTURE(key);
    CAPTURE(value);
    const std::string sentence = refusal("{\"" + std::string(key) + "\": " + value + "}");
    CHECK(names(sentence, key));
  }
  for (const char* text : {"", "{", "[]", "7"}) CHECK(names(refusal(text), "damaged"));
  const std::string deep = std::string(100000, '[') + std::string(100000, ']');
  CHECK(names(refusal("{\"hidden\": " + deep + "}"), "damaged"));
  CHECK(refusal("{\"hidden\": \"" + std::string(9999, 'x') + "\"}").size() < 200);
  CHECK(refusal("{\"" + std::string(9999, 'x') + "\": 1}").size() < 250);
}

TEST_CASE("a checkpoint of an unknown method is not resumed as another one") {
  TensorFile file = oracle::trained(oracle::small_run(), oracle::grey_dataset(50), 3, 1)->checkpoint();
  std::string& told = file.metadata.at("training_settings");
  told.replace(told.find("\"pcd\""), 5, "\"wake-sleep\"");
  const auto resumed = Trainer::resume(file, oracle::grey_dataset(50), "kept.safetensors");
  REQUIRE_FALSE(resumed.has_value());
  CHECK(names(resumed.error().message, "wake-sleep"));
  CHECK(names(resumed.error().message, "kept.safetensors"));
}

TEST_CASE("settings of a model that no run can have, or that are of other units, are refused") {
  const Model model = oracle::trained(oracle::small_run(), oracle::grey_dataset(50), 3, 1)->described_model();
  REQUIRE(settings_of(model, "a.npz").has_value());
  const auto refused = [&](auto change) {
    TrainingSettings settings = *settings_of(model, "a.npz");
    change(settings);
    Model other = model;
    other.metadata["settings"] = to_json_text(settings);
    const auto told = settings_of(other, "a.npz");
    return !told && told.error().message.starts_with("a.npz") && told.error().message.ends_with(".");
  };
  CHECK_FALSE(refused([](TrainingSettings& s) { s.learning_rate = 0.25f; }));
  CHECK(refused([](TrainingSettings& s) { s.learning_rate = -1; }));
  CHECK(refused([](TrainingSettings& s) { s.k = 0; }));
  CHECK(refused([](TrainingSettings& s) { s.hidden += 1; }));
  CHECK(refused([](TrainingSettings& s) { s.visible = VisibleType::Spins; }));
  CHECK(refused([](TrainingSettings& s) { s.labels = true; }));
  Model without = model;
  without.metadata.erase("settings");
  CHECK_FALSE(settings_of(without, "a.npz").has_value());
}

TEST_CASE("a model says with which settings and by which version it was trained") {
  TrainingSettings s = oracle::small_run();
  s.l2 = 0.003f;
  const Model model = oracle::trained(s, oracle::grey_dataset(50), 3, 1)->described_model();
  const auto told = settings_from_json_text(model.metadata.at("settings"));
  REQUIRE(told.has_value());
  CHECK(*told == s);
  s.threads = 3;
  const Model shared = oracle::trained(s, oracle::grey_dataset(50), 3, 1)->described_model();
  CHECK(shared.metadata == model.metadata);  // threads change no result, and so no byte of a file
  CHECK(model.metadata.at("program") == "RBM Lab " + std::string(version()));
  CHECK(model.metadata.at("method") == std::string(name(s.method)) + "-" + std::to_string(s.k));
}
