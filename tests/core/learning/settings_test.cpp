// The table of settings: complete, without doubles, and what follows from it.
#include <doctest/doctest.h>

#include <set>
#include <string>

#include "core/learning/settings.hpp"

using namespace rbm;

namespace {

/// Another value of the same type.
template <class T>
void change(T& value) {
  if constexpr (std::is_same_v<T, bool>)
    value = !value;
  else if constexpr (std::is_enum_v<T>)
    value = static_cast<T>(value == T{} ? 1 : 0);
  else if constexpr (std::is_same_v<T, std::string>)
    value += "x";
  else if constexpr (std::is_same_v<T, SourceOptions>)
    value.size = 32;
  else
    value += 1;
}

const Setting& setting(std::string_view key) {
  const Setting* found = nullptr;
  visit_members([&](const Setting& s, auto) {
    if (s.key == key) found = &s;
  });
  REQUIRE(found != nullptr);
  return *found;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("every row of the table is about a setting of its own") {
  // That there are as many rows as members is asserted where the table is compiled.
  TrainingSettings all;
  visit_members([&](const Setting& s, auto member) {
    CAPTURE(s.key);
    TrainingSettings one;
    change(one.*member);
    CHECK(one != TrainingSettings{});
    CHECK(all.*member == TrainingSettings{}.*member);  // no earlier row has changed it
    change(all.*member);
    CHECK(needs_reset(TrainingSettings{}, one) == (s.applies == Applies::AtReset));
  });
  CHECK(waiting_for_reset(TrainingSettings{}, all) > 0);
}

TEST_CASE("every row says all that is asked of a setting, in its own words") {
  std::set<std::string> keys, flags, controls, titles, nouns;
  const TrainingSettings usual;
  visit_settings(usual, [&](const Setting& s, const auto& value) {
    CAPTURE(s.key);
    const std::string hint = s.hint;
    CHECK((std::string_view(s.flag).starts_with("--") && *s.title != '\0' && *s.noun != '\0'));
    CHECK((!hint.empty() && hint.back() == '.'));
    CHECK(keys.insert(s.key).second);
    CHECK(flags.insert(s.flag).second);
    CHECK(titles.insert(s.title).second);
    CHECK(nouns.insert(s.noun).second);
    if (s.place != Place::Nowhere) CHECK(controls.insert(s.control).second);
    CHECK((s.when.holds == nullptr) == (*s.when.words == '\0'));
    if constexpr (std::is_arithmetic_v<std::remove_cvref_t<decltype(value)>>) {
      CHECK(s.low <= s.high);
      CHECK(s.slider.low < s.slider.high);
      if (s.high > s.low) {
        CHECK((s.slider.low >= static_cast<float>(s.low) && s.slider.high <= static_cast<float>(s.high)));
        CHECK((static_cast<double>(value) >= s.low && static_cast<double>(value) <= s.high));
      }
    }
  });
}

TEST_CASE("a number below or above its range is refused with the range, at either end it is taken") {
  visit_members([&](const Setting& s, auto member) {
    using Value = std::remove_cvref_t<decltype(TrainingSettings{}.*member)>;
    if constexpr (std::is_arithmetic_v<Value> && !std::is_same_v<Value, bool>) {
      if (!(s.high > s.low)) return;
      CAPTURE(s.key);
      Value value{};
      const auto below = set_number(s, std::to_string(s.low - 1), value);
      REQUIRE_FALSE(set_number(s, "-7", value).has_value());
      REQUIRE_FALSE(below.has_value());
      TrainingSettings high;
      high.*member = static_cast<Value>(s.high * 1.5 + 1);
      const auto refused = validate(high);
      REQUIRE_FALSE(refused.has_value());
      CHECK(has(refused.error().message, s.noun));
      CHECK(has(refused.error().message, "must lie between"));
      for (const double end : {s.low, s.high}) {
        TrainingSettings edge;
        edge.labels = true;  // a discriminative share needs them
        edge.*member = static_cast<Value>(end);
        CHECK(validate(edge).has_value());
      }
    }
  });
}

TEST_CASE("a typed number that is none, or that its type cannot hold, is refused with a sentence") {
  int hidden = 5;
  const auto refusal = [&](const char* key, const char* text) {
    const auto taken = set_number(setting(key), text, hidden);
    REQUIRE_FALSE(taken.has_value());
    CHECK(taken.error().message.back() == '.');
    return taken.error().message;
  };
  CHECK(refusal("hidden", "99999999999") ==
        "The number of hidden units is 99999999999: it must lie between 1 and 16384.");
  CHECK(refusal("hidden", "0") == "The number of hidden units is 0: it must lie between 1 and 16384.");
  CHECK(refusal("hidden", "7.5") == "The number of hidden units is \"7.5\": it must be a whole number.");
  CHECK(has(refusal("hidden", "many"), "\"many\""));
  CHECK(has(refusal("hidden", ""), "whole number"));
  CHECK(hidden == 5);
  REQUIRE(set_number(setting("hidden"), "64", hidden).has_value());
  CHECK(hidden == 64);
  float rate = 0;
  CHECK(has(set_number(setting("learning_rate"), "nan", rate).error().message, "between 0 and 1000"));
  CHECK(has(set_number(setting("learning_rate"), "abc", rate).error().message, "\"abc\""));
  REQUIRE(set_number(setting("learning_rate"), "1e-3", rate).has_value());
  CHECK(rate == 1e-3f);
  std::uint64_t seed = 0;
  CHECK_FALSE(set_number(setting("seed"), "-1", seed).has_value());
  CHECK_FALSE(set_number(setting("seed"), "18446744073709551616", seed).has_value());
  REQUIRE(set_number(setting("seed"), "18446744073709551615", seed).has_value());
  CHECK(seed == 18446744073709551615u);
}

TEST_CASE("a setting matters where the method, the units and the other settings read it") {
  TrainingSettings s;
  CHECK_FALSE(matters(setting("fast_rate"), s));
  CHECK(matters(setting("chains"), s));
  s.method = Method::Fpcd;
  CHECK(matters(setting("fast_rate"), s));
  s.method = Method::Cd;
  CHECK_FALSE(matters(setting("chains"), s));
  CHECK(matters(setting("start"), s));
  for (const char* key : {"variance_rate", "langevin_steps", "whitening"}) {
    TrainingSettings other = s;
    CHECK_FALSE(matters(setting(key), other));
    other.visible = VisibleType::Gaussian;
    CHECK(matters(setting(key), other));
  }
  CHECK(matters(setting("binarization"), s));
  s.visible = VisibleType::Gaussian;
  CHECK_FALSE(matters(setting("binarization"), s));
  CHECK_FALSE(matters(setting("langevin_step"), s));
  s.langevin_steps = 5;
  CHECK(matters(setting("langevin_step"), s));
}

TEST_CASE("the help of a setting says its choices, when it matters, and its range") {
  CHECK(has(help_text(setting("fast_rate")), "Only with --method fpcd."));
  CHECK(has(help_text(setting("langevin_steps")), "Only with Gaussian units."));
  CHECK(has(help_text(setting("k")), "[1 to 1000 steps]"));
  CHECK(has(help_text(setting("optimizer"), choices_of(Optimizer{})), "sgd, nesterov or adam"));
}

TEST_CASE("every choice comes back from its name and has a title") {
  const TrainingSettings usual;
  visit_settings(usual, [&](const Setting&, auto value) {
    if constexpr (Choosable<decltype(value)>) {
      const auto choices = choices_of(value);
      for (std::size_t i = 0; i < choices.size(); ++i) {
        const auto back = choice_from<decltype(value)>(choices[i].name);
        REQUIRE(back.has_value());
        CHECK(static_cast<std::size_t>(*back) == i);
        CHECK(name(*back) == choices[i].name);
        CHECK(*title(*back) != '\0');
      }
      CHECK_FALSE(choice_from<decltype(value)>("no such thing").has_value());
    }
  });
}
