// rbm-lab: the window.
#include <cstdio>
#include <exception>

#include "app/lab/lab.hpp"
#include "core/run/interruption.hpp"

namespace {

int failed(const rbm::Error& error) {
  std::fprintf(stderr, "rbm-lab: %s\n", error.message.c_str());
  return 1;
}

int run(int argc, char** argv) {
  const lab::Parsed parsed = lab::parse_options(argc, argv);
  if (!parsed.options) return parsed.status;
  const lab::Options& options = *parsed.options;

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
                                  options.height > 0 ? options.height : preferences.height);
  if (!window) return failed(window.error());
  rbm::catch_signals();
  return lab::Lab(options, std::move(*window), preferences, path, std::move(script)).run();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "rbm-lab: stopped by an unexpected error: %s.\n", error.what());
    return 1;
  }
}
