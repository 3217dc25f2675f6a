#include "core/files/json_text.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "core/files/text.hpp"

using namespace rbm;

TEST_CASE("JSON of files is read, or discarded where it is none or nested deeper than any of them") {
  CHECK(json_from(R"({"a": [1, "[[[[", {"b": "\"[{"}]})")["a"][0] == 1);
  CHECK(json_from(std::string(100, '[') + std::string(100, ']')).is_array());
  CHECK(json_from(std::string(101, '[') + std::string(101, ']')).is_discarded());
  std::string wide = "[";
  for (int i = 0; i < 500; ++i) wide += "[{}],";
  CHECK(json_from(wide + "[]]").size() == 501);
  CHECK(json_from("[\"" + std::string(500, '[') + "\"]").size() == 1);
  for (const std::string& text :
       {std::string("{"), std::string("\"\\"), std::string("1e999"), std::string("\"\xff\""), std::string(),
        std::string(100000, '[') + std::string(100000, ']')})
    CHECK(json_from(text).is_discarded());
}

TEST_CASE("of a long text a message shows the first whole characters") {
  CHECK(shortened("short") == "short");
  CHECK(shortened(std::string(60, 'x')) == std::string(60, 'x'));
  CHECK(shortened(std::string(61, 'x')) == std::string(60, 'x') + "…");
  CHECK(shortened(std::string(59, 'x') + "äöü") == std::string(59, 'x') + "…");
}
