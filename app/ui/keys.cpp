#include "app/ui/keys.hpp"

#include <array>
#include <utility>

namespace lab::ui {
namespace {

constexpr std::array<std::pair<int, const char*>, 17> kNames{{{kKeySpace, "Space"},
                                                              {kKeyEscape, "Esc"},
                                                              {kKeyEnter, "Enter"},
                                                              {kKeyTab, "Tab"},
                                                              {kKeyBackspace, "Backspace"},
                                                              {kKeyDelete, "Delete"},
                                                              {kKeyRight, "Right"},
                                                              {kKeyLeft, "Left"},
                                                              {kKeyDown, "Down"},
                                                              {kKeyUp, "Up"},
                                                              {kKeyComma, ","},
                                                              {kKeyMinus, "-"},
                                                              {kKeyPeriod, "."},
                                                              {kKeySlash, "/"},
                                                              {kKeyEqual, "="},
                                                              {kKeyLeftBracket, "["},
                                                              {kKeyRightBracket, "]"}}};

std::string key_name(int key) {
  if ((key >= kKeyA && key <= kKeyZ) || (key >= kKey0 && key <= kKey9))
    return std::string(1, static_cast<char>(key));
  if (key >= kKeyF1 && key <= kKeyF12) return "F" + std::to_string(key - kKeyF1 + 1);
  for (const auto& [code, name] : kNames) {
    if (code == key) return name;
  }
  return "?";
}

}  // namespace

std::string text(const Shortcut& shortcut) {
  if (shortcut.key == kKeyNone) return {};
  return std::string(shortcut.ctrl ? "Ctrl+" : "") + (shortcut.alt ? "Alt+" : "") +
         (shortcut.shift ? "Shift+" : "") + key_name(shortcut.key);
}

}  // namespace lab::ui
