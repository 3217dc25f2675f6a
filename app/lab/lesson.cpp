#include "app/lab/lesson.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <optional>
#include <sstream>

#include "app/lab/lesson_facts.hpp"
#include "app/panels/views.hpp"
#include "core/data/dataset.hpp"
#include "core/files/input_file.hpp"

namespace lab {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLargestLesson = 1 << 20;
constexpr std::size_t kMostSteps = 100;
constexpr double kMostMinutes = 600;

rbm::Unexpected wrong_line(const std::string& what) {
  return rbm::fail(rbm::ErrorCode::BadFormat, what);
}

std::optional<double> number_from(const std::string& word) {
  double value = 0;
  const char* end = word.data() + word.size();
  const auto [stopped, error] = std::from_chars(word.data(), end, value);
  if (error != std::errc() || stopped != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

/// The next word as a number.
std::optional<double> take_number(std::istringstream& words) {
  std::string word;
  words >> word;
  return number_from(word);
}

std::string rest_of(std::istringstream& words) {
  std::string text;
  std::getline(words >> std::ws, text);
  text.erase(text.find_last_not_of(" \t\r") + 1);
  return text;
}

void append(std::string& text, const std::string& more) {
  text += (text.empty() || more.empty() ? "" : " ") + more;
}

rbm::Result<void> take_comparison(std::istringstream& words, Want& want) {
  constexpr const char* kComparisons =
      "say how the fact is compared: is X, at least N, at most N, between A and B, grows N, or changes";
  std::string word;
  words >> word;
  if (word == "is") {
    want.text = rest_of(words);
    if (want.text.empty()) return wrong_line("write what the fact is to be behind \"is\"");
    want.low = number_from(want.text).value_or(std::numeric_limits<double>::quiet_NaN());
    return {};
  }
  if (word == "changes") return want.how = Comparison::Changes, rbm::Result<void>{};
  const bool is_between = word == "between";
  if (word == "grows") {
    want.how = Comparison::Grows;
  } else if (is_between) {
    want.how = Comparison::Between;
  } else {
    std::string least_or_most;
    words >> least_or_most;
    if (word != "at" || (least_or_most != "least" && least_or_most != "most"))
      return wrong_line(kComparisons);
    want.how = least_or_most == "least" ? Comparison::AtLeast : Comparison::AtMost;
  }
  const auto low = take_number(words);
  std::string between = is_between ? "" : "and";
  if (is_between) words >> between;
  const auto high = is_between ? take_number(words) : low;
  if (!low || !high || between != "and" || *low > *high)
    return wrong_line(is_between ? "write two numbers, the smaller first: between 0.1 and 0.3"
                                 : "write a number behind \"" + word + "\"");
  want.low = *low;
  want.high = *high;
  return {};
}

rbm::Result<void> add_want(std::istringstream& words, LessonStep& step) {
  Want want;
  words >> want.fact;
  if (auto known = check_fact(want.fact); !known) return known;
  if (auto taken = take_comparison(words, want); !taken) return taken;
  std::string more;
  if (words >> more) return wrong_line("\"" + more + "\" is one word too many: write one comparison a line");
  step.wants.push_back(std::move(want));
  return {};
}

template <class... Some>
bool is_one_of(const Verb& verb) {
  return (std::holds_alternative<Some>(verb) || ...);
}

rbm::Result<void> add_setup(std::istringstream& words, LessonStep& step) {
  auto verb = parse_verb(rest_of(words));
  if (!verb) return rbm::Unexpected{verb.error()};
  if (!is_one_of<verb::RunAction, verb::Stroke, verb::SelectUnit, verb::StartPreset, verb::ChangeSetting,
                 verb::Train, verb::SetSpeed, verb::WaitUpdates>(*verb))
    return wrong_line(
        "a lesson does only action, stroke, unit, preset, set, play, pause, speed and wait updates");
  step.setup.push_back(*std::move(verb));
  return {};
}

rbm::Result<void> add_points(std::istringstream& words, LessonStep& step) {
  const std::size_t before = step.point.size();
  for (std::string name; words >> name;) step.point.push_back(name);
  if (step.point.size() == before) return wrong_line("write the name of a control behind \"point\"");
  return {};
}

rbm::Result<void> take_view(std::istringstream& words, LessonStep& step) {
  step.view = rest_of(words);
  if (find_view(step.view) != nullptr) return {};
  std::string known;
  for (const View& view : views()) known += (known.empty() ? "" : ", ") + std::string(view.id);
  return wrong_line("there is no view \"" + step.view + "\": write one of " + known);
}

rbm::Result<void> take_head(const std::string& key, std::istringstream& words, Lesson& lesson) {
  if (key == "minutes") {
    const auto minutes = take_number(words);
    if (!minutes || *minutes <= 0 || *minutes > kMostMinutes) return wrong_line("write a number of minutes");
    lesson.minutes = *minutes;
    return {};
  }
  std::string& text = key == "title" ? lesson.title : lesson.about;
  append(text, rest_of(words));
  if (text.empty()) return wrong_line("write a text behind \"" + key + "\"");
  return {};
}

rbm::Result<void> take_line(const std::string& line, Lesson& lesson) {
  std::istringstream words(line);
  std::string key;
  words >> key;
  if (key == "title" || key == "minutes" || key == "about") return take_head(key, words, lesson);
  if (key == "step") {
    if (lesson.steps.size() == kMostSteps)
      return wrong_line("a lesson has at most 100 steps: make two of it");
    lesson.steps.emplace_back();
    return {};
  }
  constexpr std::array kKeys{"say", "then", "view", "point", "do", "want"};
  if (std::ranges::find(kKeys, key) == kKeys.end())
    return wrong_line(
        "there is no word \"" + key +
        "\": a line begins with title, minutes, about, step, say, view, point, do, want or then");
  if (lesson.steps.empty())
    return wrong_line("\"" + key + "\" belongs to a step: write a line \"step\" before it");
  LessonStep& step = lesson.steps.back();
  if (key == "say" || key == "then")
    return append(key == "say" ? step.say : step.then, rest_of(words)), rbm::Result<void>{};
  if (key == "view") return take_view(words, step);
  if (key == "point") return add_points(words, step);
  return key == "do" ? add_setup(words, step) : add_want(words, step);
}

/// What a whole lesson must have.
const char* missing(const Lesson& lesson) {
  if (lesson.title.empty()) return "it has no title: write a line \"title\" and what it is called";
  if (lesson.minutes <= 0) return "nothing says how long it takes: write a line \"minutes\" and a number";
  if (lesson.about.empty()) return "nothing says what it is about: write a line \"about\" and a sentence";
  if (lesson.steps.empty())
    return "it has no steps: write a line \"step\" and below it \"say\" and a sentence";
  const auto silent = [](const LessonStep& step) { return step.say.empty(); };
  return std::ranges::any_of(lesson.steps, silent)
             ? "a step says nothing: write a line \"say\" and a sentence"
             : nullptr;
}

std::string id_of(const std::string& path) {
  std::string id = fs::path(path).stem().string();
  const std::size_t digits = id.find_first_not_of("0123456789");
  if (digits != std::string::npos && digits > 0 && id[digits] == '-' && digits + 1 < id.size())
    id.erase(0, digits + 1);
  return id;
}

}  // namespace

rbm::Result<Lesson> parse_lesson(const std::string& text, const std::string& path) {
  Lesson lesson{.id = id_of(path)};
  std::istringstream file(text);
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    const auto first = line.find_first_not_of(" \t\r");
    if (first == std::string::npos || line[first] == '#') continue;
    if (auto taken = take_line(line, lesson); !taken)
      return rbm::fail(rbm::ErrorCode::BadFormat,
                       path + ", line " + std::to_string(number) + ": " + taken.error().message + ".", path);
  }
  if (const char* what = missing(lesson))
    return rbm::fail(rbm::ErrorCode::BadFormat, path + ": " + what + ".", path);
  return lesson;
}

rbm::Result<Lesson> load_lesson(const std::string& path) {
  const auto bytes = rbm::read_file(path, kLargestLesson);
  if (!bytes) return rbm::Unexpected{bytes.error()};
  return parse_lesson(std::string(bytes->begin(), bytes->end()), path);
}

FoundLessons find_lessons(const std::vector<std::string>& folders) {
  FoundLessons out;
  for (const std::string& folder : folders) {
    std::vector<std::string> paths;
    std::error_code failed;
    for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed))
      if (entry->path().extension() == ".lesson") paths.push_back(entry->path().string());
    std::ranges::sort(paths);
    for (const std::string& path : paths) {
      auto lesson = load_lesson(path);
      if (!lesson) {
        out.troubles.push_back(lesson.error().message);
        continue;
      }
      const auto same = std::ranges::find(out.lessons, lesson->id, &Lesson::id);
      if (same != out.lessons.end())
        *same = *std::move(lesson);
      else
        out.lessons.push_back(*std::move(lesson));
    }
  }
  return out;
}

std::vector<std::string> lesson_folders(const std::string& further) {
  const char *data = std::getenv("XDG_DATA_HOME"), *home = std::getenv("HOME");
  const std::string own = data != nullptr && *data != '\0'
                              ? std::string(data)
                              : std::string(home != nullptr ? home : ".") + "/.local/share";
  std::vector<std::string> out{rbm::asset_root() + "/lessons", own + "/rbm-lab/lessons"};
  if (!further.empty()) out.push_back(further);
  return out;
}

bool holds(const Want& want, const FactValue& now, const FactValue& before) {
  switch (want.how) {
    case Comparison::Is:
      // Settings are kept in single precision.
      return std::isnan(now.number)
                 ? now.text == want.text
                 : std::abs(now.number - want.low) <= 1e-6 * std::max(1.0, std::abs(want.low));
    case Comparison::AtLeast:
      return now.number >= want.low;
    case Comparison::AtMost:
      return now.number <= want.low;
    case Comparison::Between:
      return now.number >= want.low && now.number <= want.high;
    case Comparison::Grows:
      return now.number - before.number >= want.low;
    case Comparison::Changes:
      return now.text != before.text || (now.number != before.number && !std::isnan(now.number));
  }
  return false;
}

}  // namespace lab
