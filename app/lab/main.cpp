// rbm-lab: the window.
#include <cstdio>
#include <exception>

#include "app/lab/frame_times.hpp"
#include "app/lab/lab.hpp"
#include "core/run/interruption.hpp"
#include "core/session/large_blocks.hpp"

namespace {

int failed(const rbm::Error& error) {
  std::fprintf(stderr, "rbm-lab: %s\n", error.message.c_str());
  return 1;
}

constexpr int kTimedFrames = 100;

int print_frame_times(const lab::Options& options) {
  const int width = options.width > 0 ? options.width : 1280,
            height = options.height > 0 ? options.height : 800;
  const auto times = lab::measure_frames(options.training, width, height, kTimedFrames);
  if (!times) return failed(times.error());
  std::printf(
      "Building a frame of %d x %d while the run trains, in ms of one core, without OpenGL\n"
      "%-16s %8s %8s %8s\n",
      width, height, "view", "median", "95 %", "longest");
  for (const lab::FrameTime& time : *times)
    std::printf("%-16s %8.2f %8.2f %8.2f\n", time.view.c_str(), time.median_ms, time.high_ms, time.longest_ms);
  return 0;
}

int run(int argc, char** argv) {
  const lab::Parsed parsed = lab::parse_options(argc, argv);
  if (!parsed.options) return parsed.status;
  const lab::Options& options = *parsed.options;

  if (options.times_frames) return print_frame_times(options);

  std::vector<lab::Verb> script;
  if (!options.script.empty() && options.script != "-") {
    auto loaded = lab::load_script(options.script);
    if (!loaded) return failed(loaded.error());
    script = std::move(*loaded);
  }
  const std::string path = options.preferences.empty() ? lab::preferences_path() : options.preferences;
  lab::Preferences preferences;
  if (auto loaded = lab::load_preferences(path)) {
    preferences = *loaded;
  } else {
    std::fprintf(stderr, "rbm-lab: %s\n", loaded.error().message.c_str());
  }
  auto window = lab::Window::open(options.width > 0 ? options.width : preferences.width,
                                  options.height > 0 ? options.height : preferences.height, options.width == 0);
  if (!window) return failed(window.error());
  rbm::catch_signals();
  return lab::Lab(options, std::move(*window), preferences, path, std::move(script)).run();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    rbm::give_back_large_blocks_at_once();
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "rbm-lab: stopped by an unexpected error: %s.\n", error.what());
    return 1;
  }
}
