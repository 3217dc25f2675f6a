// Names of shortcuts.
#include "app/ui/keys.hpp"

#include <doctest/doctest.h>

#include <set>

namespace {

using namespace lab::ui;

TEST_CASE("a shortcut is written as keyboards and manuals name it") {
  CHECK(text({}) == "");
  CHECK(text({.key = kKeySpace}) == "Space");
  CHECK(text({.key = kKeyS, .ctrl = true}) == "Ctrl+S");
  CHECK(text({.key = kKeyS, .ctrl = true, .shift = true}) == "Ctrl+Shift+S");
  CHECK(text({.key = kKeyF1}) == "F1");
  CHECK(text({.key = kKeyF12, .alt = true}) == "Alt+F12");
  CHECK(text({.key = kKeyPeriod}) == ".");
  CHECK(text({.key = kKey7}) == "7");
  CHECK(text({.key = kKeyDelete}) == "Delete");
}

TEST_CASE("no two keys share a name and none is left without one") {
  std::set<std::string> names;
  int keys = 0;
  for (int key = 1; key <= kKeyF12; ++key) {
    const std::string name = text({.key = key});
    if (name == "?") continue;
    CHECK(!name.empty());
    names.insert(name);
    ++keys;
  }
  CHECK(names.size() == static_cast<std::size_t>(keys));
  for (const int key : {kKeySpace,  kKeyComma, kKeyMinus, kKeyPeriod,    kKeySlash,       kKey0,
                        kKey9,      kKeyEqual, kKeyA,     kKeyZ,         kKeyLeftBracket, kKeyRightBracket,
                        kKeyEscape, kKeyEnter, kKeyTab,   kKeyBackspace, kKeyDelete,      kKeyRight,
                        kKeyLeft,   kKeyDown,  kKeyUp,    kKeyF1,        kKeyF12})
    CHECK(text({.key = key}) != "?");
}

}  // namespace
