#include "app/lab/script.hpp"

#include <algorithm>
#include <array>
#include <iomanip>
#include <sstream>

#include "app/lab/window.hpp"
#include "app/panels/actions.hpp"
#include "core/files/input_file.hpp"
#include "core/learning/preset.hpp"
#include "core/learning/settings_text.hpp"

namespace lab {
namespace {

constexpr std::uint64_t kLargestScript = 16 << 20;

rbm::Unexpected wrong(const std::string& what) {
  return rbm::fail(rbm::ErrorCode::BadFormat, what);
}

/// A sentence as a part of one that ends behind it.
std::string without_stop(std::string sentence) {
  if (sentence.ends_with('.')) sentence.pop_back();
  return sentence;
}

template <class Value, class Make>
rbm::Result<Verb> one(std::istringstream& words, const char* what, Make make) {
  Value value;
  if (!(words >> value)) return wrong(std::string("expected ") + what);
  return Verb{make(std::move(value))};
}

rbm::Result<Verb> parse_wait(std::istringstream& words) {
  std::string what;
  words >> what;
  if (what == "updates")
    return one<std::uint64_t>(words, "a number of updates", [](auto n) { return verb::WaitUpdates{n}; });
  if (what == "seconds")
    return one<double>(words, "a number of seconds", [](auto s) { return verb::WaitSeconds{s}; });
  return wrong("expected \"wait updates N\" or \"wait seconds S\"");
}

rbm::Result<Verb> parse_action(std::istringstream& words) {
  std::string name;
  words >> name;
  if (find_action(name) == nullptr) return wrong("there is no action \"" + name + "\" (F1 lists them)");
  return Verb{verb::RunAction{name}};
}

rbm::Result<Verb> parse_stroke(std::istringstream& words) {
  verb::Stroke stroke;
  for (float value; words >> value;) stroke.points.push_back(value);
  if (stroke.points.size() < 4 || stroke.points.size() % 2 != 0 || !words.eof())
    return wrong("a stroke needs at least two points x y");
  return Verb{std::move(stroke)};
}

rbm::Result<Verb> parse_theme(std::istringstream& words) {
  std::string theme;
  words >> theme;
  if (theme != "dark" && theme != "light") return wrong("the theme is dark or light");
  return Verb{verb::SetTheme{theme == "dark"}};
}

rbm::Result<Verb> parse_preset(std::istringstream& words) {
  std::string name;
  words >> name;
  auto preset = rbm::find_preset(name);
  if (!preset) return wrong("there is no preset \"" + name + "\"");
  rbm::TrainingSettings settings = std::move(preset->settings);
  for (std::string change; words >> change;) {
    const std::size_t sign = change.find('=');
    if (sign == std::string::npos) return wrong("write settings behind a preset as KEY=VALUE");
    auto changed = rbm::with_setting(settings, change.substr(0, sign), change.substr(sign + 1));
    if (!changed) return wrong(without_stop(changed.error().message));
    settings = *std::move(changed);
  }
  return Verb{verb::StartPreset{std::move(settings)}};
}

rbm::Result<Verb> parse_set(std::istringstream& words) {
  verb::ChangeSetting change;
  if (!(words >> change.key >> change.value)) return wrong("expected \"set KEY VALUE\"");
  if (auto taken = rbm::with_setting({}, change.key, change.value); !taken)
    return wrong(without_stop(taken.error().message));
  return Verb{std::move(change)};
}

rbm::Result<Verb> parse_speed(std::istringstream& words) {
  std::string text;
  words >> text;
  if (text == "full") return Verb{verb::SetSpeed{0}};
  std::istringstream number(text);
  double updates_per_second = 0;
  if (!(number >> updates_per_second) || !number.eof() || !(updates_per_second > 0))
    return wrong("the speed is a number of updates a second, or full");
  return Verb{verb::SetSpeed{updates_per_second}};
}

rbm::Result<Verb> parse_size(std::istringstream& words) {
  verb::SetSize size{};
  if (!(words >> size.width >> size.height) || !Window::is_size(size.width, size.height))
    return wrong("expected a width and a height, from 320 240 to 8192 8192");
  return Verb{size};
}

/// A word, or between double quotes a text with spaces.
bool take_text(std::istringstream& words, std::string& text) {
  return static_cast<bool>(words >> std::quoted(text)) && !text.empty();
}

template <class Path>
rbm::Result<Verb> parse_path(std::istringstream& words) {
  Path verb;
  if (!take_text(words, verb.path)) return wrong("expected the path of a file");
  return Verb{std::move(verb)};
}

rbm::Result<Verb> parse_export_picture(std::istringstream& words) {
  verb::ExportPicture out{.path = "", .times = 1, .part = "window"};
  if (!take_text(words, out.path)) return wrong("expected \"export-picture FILE.png [TIMES [PANEL]]\"");
  if (words >> std::ws && !words.eof() && (!(words >> out.times) || out.times < 1 || out.times > 3))
    return wrong("a picture is 1, 2 or 3 times as large as on the screen");
  (void)take_text(words, out.part);
  return Verb{std::move(out)};
}

rbm::Result<Verb> parse_export_film(std::istringstream& words) {
  verb::ExportFilm out{.path = "", .seconds = 0, .part = "window"};
  if (!take_text(words, out.path) || !(words >> out.seconds) || !(out.seconds > 0 && out.seconds <= 3600))
    return wrong("expected \"export-film FILE.gif SECONDS [PANEL]\", of at most 3600 seconds");
  (void)take_text(words, out.part);
  return Verb{std::move(out)};
}

template <class Simple>
rbm::Result<Verb> parse_simple(std::istringstream&) {
  return Verb{Simple{}};
}

struct VerbRow {
  const char* name;
  rbm::Result<Verb> (*parse)(std::istringstream& words);
};
/// In the order of the table in README.md.
constexpr auto kVerbs = std::to_array<VerbRow>(
    {{"wait", parse_wait},
     {"action", parse_action},
     {"stroke", parse_stroke},
     {"theme", parse_theme},
     {"scale",
      [](std::istringstream& words) {
        return one<float>(words, "a scale from 1 to 3", [](auto s) { return verb::SetScale{s}; });
      }},
     {"size", parse_size},
     {"speed", parse_speed},
     {"unit",
      [](std::istringstream& words) {
        return one<int>(words, "the number of a hidden unit", [](auto n) { return verb::SelectUnit{n}; });
      }},
     {"picture", parse_path<verb::Picture>},
     {"export-picture", parse_export_picture},
     {"export-film", parse_export_film},
     {"export-curves", parse_path<verb::ExportCurves>},
     {"export-numbers", parse_path<verb::ExportNumbers>},
     {"open", parse_path<verb::OpenPath>},
     {"replay", parse_path<verb::Replay>},
     {"preset", parse_preset},
     {"play", [](std::istringstream&) { return rbm::Result<Verb>(verb::Train{true}); }},
     {"pause", [](std::istringstream&) { return rbm::Result<Verb>(verb::Train{false}); }},
     {"set", parse_set},
     {"confirm", parse_simple<verb::Confirm>},
     {"quit", parse_simple<verb::Quit>}});

}  // namespace

bool is_verb_line(const std::string& line) {
  const auto first = line.find_first_not_of(" \t\r");
  return first != std::string::npos && line[first] != '#';
}

std::vector<std::string> verb_names() {
  std::vector<std::string> out;
  for (const VerbRow& row : kVerbs) out.emplace_back(row.name);
  return out;
}

rbm::Result<Verb> parse_verb(const std::string& line) {
  std::istringstream words(line);
  std::string name;
  words >> name;
  const auto found = std::ranges::find_if(kVerbs, [&](const VerbRow& row) { return name == row.name; });
  if (found == kVerbs.end()) return wrong("there is no verb \"" + name + "\"");
  return found->parse(words);
}

rbm::Result<std::vector<Verb>> load_script(const std::string& path) {
  const auto bytes = rbm::read_file(path, kLargestScript);
  if (!bytes) return rbm::Unexpected{bytes.error()};
  std::istringstream file(std::string(bytes->begin(), bytes->end()));
  std::vector<Verb> verbs;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (!is_verb_line(line)) continue;
    auto verb = parse_verb(line);
    if (!verb) {
      return rbm::fail(rbm::ErrorCode::BadFormat,
                       path + ", line " + std::to_string(number) + ": " + verb.error().message + ".", path);
    }
    verbs.push_back(std::move(*verb));
  }
  return verbs;
}

}  // namespace lab
