// Keys and shortcuts, with the codes that GLFW uses, so that the window can pass them on unchanged. No ImGui
// key is used: 1.86 knows only 22 of them and drops short taps.
#pragma once

#include <string>

namespace lab::ui {

enum Key : int {
  kKeyNone = 0,
  kKeySpace = 32,
  kKeyComma = 44,
  kKeyMinus = 45,
  kKeyPeriod = 46,
  kKeySlash = 47,
  kKey0 = 48,
  kKey1,
  kKey2,
  kKey3,
  kKey4,
  kKey5,
  kKey6,
  kKey7,
  kKey8,
  kKey9,
  kKeyEqual = 61,
  kKeyA = 65,
  kKeyB,
  kKeyC,
  kKeyD,
  kKeyE,
  kKeyF,
  kKeyG,
  kKeyH,
  kKeyI,
  kKeyJ,
  kKeyK,
  kKeyL,
  kKeyM,
  kKeyN,
  kKeyO,
  kKeyP,
  kKeyQ,
  kKeyR,
  kKeyS,
  kKeyT,
  kKeyU,
  kKeyV,
  kKeyW,
  kKeyX,
  kKeyY,
  kKeyZ,
  kKeyLeftBracket = 91,
  kKeyRightBracket = 93,
  kKeyEscape = 256,
  kKeyEnter = 257,
  kKeyTab = 258,
  kKeyBackspace = 259,
  kKeyDelete = 261,
  kKeyRight = 262,
  kKeyLeft = 263,
  kKeyDown = 264,
  kKeyUp = 265,
  kKeyF1 = 290,
  kKeyF2,
  kKeyF3,
  kKeyF4,
  kKeyF5,
  kKeyF6,
  kKeyF7,
  kKeyF8,
  kKeyF9,
  kKeyF10,
  kKeyF11,
  kKeyF12,
  kKeyLeftShift = 340,
  kKeyLeftControl,
  kKeyLeftAlt,
  kKeyRightShift = 344,
  kKeyRightControl,
  kKeyRightAlt,
};

struct Shortcut {
  int key = kKeyNone;
  bool ctrl = false, shift = false, alt = false;
  bool operator==(const Shortcut&) const = default;
};

/// "Ctrl+S", "Space", "F1"; empty for none.
std::string text(const Shortcut& shortcut);

}  // namespace lab::ui
