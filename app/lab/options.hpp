// What the user typed after rbm-lab.
#pragma once

#include <optional>
#include <string>

#include "core/learning/settings.hpp"

namespace lab {

struct Options {
  rbm::TrainingSettings training;
  std::string model;    // a model or checkpoint to open, empty: none
  std::string look_at;  // data to show before they are trained on; empty: training.data, at once
  std::string script;   // input script; "-": commands on standard input
  std::string state;    // where the program's state is written for tests, empty: nowhere
  std::string keep;     // the folder in which runs are kept, empty: nowhere
  double keep_every_s = 30;
  std::string preferences;  // own preferences file, empty: the user's
  std::string lesson;       // the lesson to begin with: its name, or a file; empty: none
  std::string lessons;      // a folder of lessons beside the usual ones; empty: none
  bool classroom = false;   // lessons hide what they do not use
  bool paused = false;
  bool times_frames = false;  // prints how long frames take to build, and ends
  bool fast = false;          // full speed from the first second on
  int width = 0, height = 0;  // 0: as last time
};

/// The options, or the exit status of a program that is done already (help, version, a usage error: 2), after
/// printing what there is to say.
struct Parsed {
  std::optional<Options> options;
  int status = 0;
};
Parsed parse_options(int argc, char** argv);

}  // namespace lab
