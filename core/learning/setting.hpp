// Setting: what is said of one setting of a training run, wherever it is read, typed, shown or checked. The
// table of all of them is kSettings, beside the settings themselves. Constants; any thread.
#pragma once

namespace rbm {

struct TrainingSettings;

/// When a change of a setting takes effect.
enum class Applies { Now, AtReset };

/// Where the window's form has a setting: among those at hand, behind "More settings", or not at all.
enum class Place { AtHand, More, Nowhere };

/// The ends of its slider: what is sensible; a larger value moves the upper one. `decimals` are shown.
struct Slider {
  float low = 0, high = 1;
  int decimals = 0;
  bool logarithmic = false;
};

/// A condition under which a setting does anything; the words follow "Only with".
struct When {
  bool (*holds)(const TrainingSettings& settings) = nullptr;
  const char* words = "";
};

/// What is said of a setting. A range of 0 to 0 is every value of its type. Settings that only some methods
/// read (MethodKind::own_settings) matter with those alone, beside `when`.
struct Setting {
  const char* key;      // in files
  const char* flag;     // of the command line, as CLI11 takes it
  const char* control;  // its id in the window
  const char* title;    // on the screen
  const char* noun;     // in messages: "The learning rate is 2000: it must …"
  const char* hint;     // what it does and what is sensible, a sentence
  Applies applies = Applies::Now;
  Place place = Place::AtHand;
  double low = 0, high = 0;
  const char* unit = "";
  Slider slider{};
  When when{};
  const char* on_command_line = "";  // a sentence that only the command line needs
};

template <class T>
struct SettingRow {
  T TrainingSettings::*member;
  Setting about;
};
template <class T>
constexpr SettingRow<T> row(T TrainingSettings::*member, const Setting& about) {
  return {member, about};
}

}  // namespace rbm
