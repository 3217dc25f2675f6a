// Script: input from a file, one verb a line, played back into the running program as if a user did it.
//
//   wait updates N         the line ends when the model has so many updates
//   wait seconds S         the line ends after so many seconds
//   action NAME            any action of the table (the F1 list)
//   stroke x0 y0 x1 y1 …   a brush stroke on the canvas, in its pixels
//   theme dark|light
//   scale X                of the window's contents, 1 to 3
//   size W H               of the window, from 320 240 to 8192 8192
//   speed X|full           of the training, in updates a second
//   unit N                 selects a hidden unit
//   picture FILE.png       the window as it looks now
//   open PATH              as if it had been dropped on the window
//   preset NAME KEY=VALUE …  starts over with it, without asking; some of its settings changed, by their keys in files
//   play, pause            whatever it does now
//   set KEY VALUE          changes a setting; one that needs a reset waits for it
//   confirm                Enter in the dialog that open shows
//   quit
//
// Empty lines and lines that start with # are left out.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/learning/settings.hpp"
#include "core/result.hpp"

namespace lab {

namespace verb {
struct WaitUpdates {
  std::uint64_t updates;
};
struct WaitSeconds {
  double seconds;
};
struct RunAction {
  std::string name;
};
struct Stroke {
  std::vector<float> points;  // x, y, x, y, …
};
struct SetTheme {
  bool dark;
};
struct SetScale {
  float scale;
};
struct SetSize {
  int width, height;
};
struct SetSpeed {
  double updates_per_second;  // 0: as many as it can
};
struct SelectUnit {
  int unit;
};
struct Picture {
  std::string path;
};
struct OpenPath {
  std::string path;
};
struct StartPreset {
  rbm::TrainingSettings settings;
};
struct ChangeSetting {
  std::string key, value;  // which the usual settings take
};
struct Train {
  bool on;
};
struct Confirm {};
struct Quit {};
}  // namespace verb

using Verb = std::variant<verb::WaitUpdates, verb::WaitSeconds, verb::RunAction, verb::Stroke, verb::SetTheme,
                          verb::SetScale, verb::SetSize, verb::SetSpeed, verb::SelectUnit, verb::Picture,
                          verb::OpenPath, verb::StartPreset, verb::ChangeSetting, verb::Train, verb::Confirm,
                          verb::Quit>;

/// Reads and checks a whole script; the error names the file, the line and what is wrong.
rbm::Result<std::vector<Verb>> load_script(const std::string& path);
rbm::Result<Verb> parse_verb(const std::string& line);

}  // namespace lab
