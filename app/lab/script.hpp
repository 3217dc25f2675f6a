// Script: input from a file, one verb a line, played back into the running program as if a user did it. The table of
// verbs is in README.md ("Scripts"). Empty lines and lines that start with # are left out.
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
struct ExportPicture {
  std::string path;
  int times = 1;     // as large as on the screen
  std::string part;  // "window", or a panel's id
};
struct ExportCurves {
  std::string path;
};
struct ExportFilm {
  std::string path;
  double seconds = 0;
  std::string part;
};
struct ExportNumbers {
  std::string path;
};
struct OpenPath {
  std::string path;
};
struct Replay {
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
                          verb::ExportPicture, verb::ExportCurves, verb::ExportFilm, verb::ExportNumbers,
                          verb::OpenPath, verb::Replay, verb::StartPreset, verb::ChangeSetting, verb::Train,
                          verb::Confirm, verb::Quit>;

/// Reads and checks a whole script; the error names the file, the line and what is wrong.
rbm::Result<std::vector<Verb>> load_script(const std::string& path);
/// Paths with spaces stand between double quotes.
rbm::Result<Verb> parse_verb(const std::string& line);
/// False of lines that are left out.
bool is_verb_line(const std::string& line);
/// What a line may begin with, in the order of the table in README.md.
std::vector<std::string> verb_names();

}  // namespace lab
