#include "app/lab/run_shelf.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "app/lab/kept_offer.hpp"
#include "app/lab/run_picture.hpp"
#include "core/run/kept_runs.hpp"
#include "core/run/run_folder.hpp"
#include "core/run/run_notes.hpp"
#include "core/run/run_summary.hpp"

namespace lab {
namespace {

namespace fs = std::filesystem;

constexpr double kReadAgain_s = 10;
constexpr int kFewFilters = 16, kMostFilters = 1024;
constexpr std::int64_t kSecond_ns = 1'000'000'000;

/// Null where the file is no checkpoint.
std::shared_ptr<const RunFacts> facts_of(const std::string& path, std::int64_t written_ns) {
  const auto read = rbm::read_run_summary(path);
  if (!read) return nullptr;
  auto out = std::make_shared<RunFacts>();
  out->path = path;
  out->written_ns = written_ns;
  out->data = read->data;
  out->hidden = read->settings.hidden;
  out->updates = read->updates;
  for (rbm::SettingWords& words : rbm::words_of(read->settings))
    out->settings.push_back({std::move(words.title), std::move(words.value)});
  out->curves = read->curves;
  out->best = rbm::best_likelihood(read->curves);
  out->images_per_second = rbm::images_per_second(read->curves, read->settings.batch);
  out->picture = picture_of(read->model, kFewFilters);
  return out;
}

std::shared_ptr<const RunFacts> known_facts(const std::string& path, std::int64_t written_ns,
                                            KnownRuns& known) {
  auto& facts = known[path];
  if (facts == nullptr || facts->written_ns != written_ns) facts = facts_of(path, written_ns);
  return facts;
}

std::int64_t written_ns(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return 0;
  return std::int64_t{found.st_mtim.tv_sec} * kSecond_ns + found.st_mtim.tv_nsec;
}

constexpr const char *kMinute = "%e %b, %H:%M", *kSecond = "%e %b, %H:%M:%S";

/// "27 Nov, 22:13": when a kept run began, which its name says; else when it was written.
std::string moment_of(const std::string& path, std::int64_t written, const char* format) {
  std::time_t began = static_cast<std::time_t>(written / kSecond_ns);
  const std::string name = fs::path(path).filename().string();
  const std::size_t first = name.find_first_of("0123456789");
  if (name.starts_with("run-") && first != std::string::npos)
    if (const long long told = std::atoll(name.c_str() + first); told > 0)
      began = static_cast<std::time_t>(told);
  std::tm parts{};
  ::localtime_r(&began, &parts);
  std::array<char, 40> text{};
  std::strftime(text.data(), text.size(), format, &parts);
  const char* start = text.data();
  while (*start == ' ') ++start;
  return start;
}

RunRow row_of(std::shared_ptr<const RunFacts> facts, const std::string& key, const rbm::RunNotes& notes,
              const std::string& usual_title, std::int64_t now) {
  RunRow row;
  row.key = key;
  if (const auto note = notes.runs.find(key); note != notes.runs.end()) {
    row.name = note->second.name;
    row.note = note->second.text;
    row.is_starred = note->second.starred;
  }
  row.title = row.name.empty() ? usual_title : row.name;
  row.when = ago((now - facts->written_ns) / kSecond_ns);
  row.facts = std::move(facts);
  return row;
}

/// Runs that are called alike, for want of the user's names, get longer ones: the second, or the whole path.
void tell_apart(std::vector<RunRow>& rows) {
  std::map<std::string, int> count;
  for (const RunRow& row : rows) ++count[row.title];
  for (RunRow& row : rows) {
    if (!row.name.empty() || count[row.title] == 1) continue;
    row.title = row.is_folder ? row.key : moment_of(row.facts->path, row.facts->written_ns, kSecond);
  }
}

rbm::Result<std::string> add(const std::string& folder, const std::string& given) {
  std::error_code failed;
  const fs::path path = fs::absolute(given, failed).lexically_normal();
  std::vector<std::string> found;
  if (rbm::is_run_folder(path.string())) {
    found.push_back(path.string());
  } else {
    for (fs::directory_iterator at(path, failed), none; !failed && at != none; at.increment(failed))
      if (rbm::is_run_folder(at->path().string())) found.push_back(at->path().string());
    std::ranges::sort(found);
  }
  if (found.empty())
    return rbm::fail(rbm::ErrorCode::BadArgument,
                     given +
                         " holds no run: choose a folder that rbm train --run has made, or one above such "
                         "folders.",
                     given);
  const auto changed = rbm::change_run_notes(folder, [&](rbm::RunNotes& notes) {
    for (const std::string& each : found)
      if (std::ranges::find(notes.folders, each) == notes.folders.end()) notes.folders.push_back(each);
  });
  if (!changed) return rbm::Unexpected{changed.error()};
  return found.size() == 1 ? "Added " + found.front() + "."
                           : "Added " + std::to_string(found.size()) + " runs.";
}

rbm::Result<std::string> remove(const std::string& folder, const std::string& key,
                                std::optional<rbm::Trashed>& trashed) {
  if (fs::path(key).is_absolute()) {
    const auto changed =
        rbm::change_run_notes(folder, [&](rbm::RunNotes& notes) { std::erase(notes.folders, key); });
    if (!changed) return rbm::Unexpected{changed.error()};
    return key + " is off this list; its files are where they were.";
  }
  auto moved = rbm::move_to_trash((fs::path(folder) / key).string());
  if (!moved) return rbm::Unexpected{moved.error()};
  trashed = *std::move(moved);
  return std::string("The run is in the trash.");
}

}  // namespace

rbm::Result<std::vector<RunRow>> read_runs(const std::string& folder, const std::string& present,
                                           KnownRuns& known) {
  const auto notes = rbm::read_run_notes(folder);
  const std::int64_t now = now_ns();
  std::vector<RunRow> rows;
  std::set<std::string> seen;
  for (const rbm::KeptRun& run : rbm::KeptRuns(folder).files()) {
    seen.insert(run.path);
    auto facts = known_facts(run.path, run.written_ns, known);
    if (facts == nullptr) continue;
    RunRow row = row_of(std::move(facts), rbm::note_key(folder, run.path), notes ? *notes : rbm::RunNotes{},
                        moment_of(run.path, run.written_ns, kMinute), now);
    row.is_present = run.path == present;
    row.is_elsewhere = run.is_alive && !rbm::KeptRuns::is_of_this_process(run.path);
    rows.push_back(std::move(row));
  }
  if (!notes) return rbm::Unexpected{notes.error()};
  for (const std::string& each : notes->folders) {
    const std::string path = rbm::checkpoint_of_run(each);
    seen.insert(path);
    auto facts = known_facts(path, written_ns(path), known);
    if (facts == nullptr) continue;  // its disk may come back
    RunRow row = row_of(std::move(facts), each, *notes, fs::path(each).filename().string(), now);
    row.is_folder = true;
    rows.push_back(std::move(row));
  }
  std::erase_if(known, [&](const auto& entry) { return !seen.contains(entry.first); });
  std::ranges::stable_sort(
      rows, [](const RunRow& a, const RunRow& b) { return a.facts->written_ns > b.facts->written_ns; });
  tell_apart(rows);
  return rows;
}

rbm::Result<std::string> fulfil(const std::string& folder, const RunWish& wish,
                                std::optional<rbm::Trashed>& trashed) {
  const auto note = [&](auto change) -> rbm::Result<std::string> {
    const auto changed =
        rbm::change_run_notes(folder, [&](rbm::RunNotes& notes) { change(notes.runs[wish.key]); });
    if (!changed) return rbm::Unexpected{changed.error()};
    return std::string();
  };
  switch (wish.kind) {
    case RunWish::Kind::Star:
      return note([&](rbm::RunNote& of) { of.starred = wish.on; });
    case RunWish::Kind::Rename:
      return note([&](rbm::RunNote& of) { of.name = wish.text; });
    case RunWish::Kind::Note:
      return note([&](rbm::RunNote& of) { of.text = wish.text; });
    case RunWish::Kind::Add:
      return add(folder, wish.key);
    case RunWish::Kind::Remove:
      return remove(folder, wish.key, trashed);
    case RunWish::Kind::PutBack: {
      if (!trashed) return std::string();
      if (auto back = rbm::put_back(*trashed); !back) return rbm::Unexpected{back.error()};
      trashed.reset();
      return std::string("The run is back.");
    }
    case RunWish::Kind::GoOn:
    case RunWish::Kind::Replay:
    case RunWish::Kind::StopReplay:
    case RunWish::Kind::ChooseFolder:
      break;  // the window's own
  }
  return std::string();
}

RunShelf::Reading RunShelf::read(Reading work, const std::string& folder, const std::string& present) {
  for (const RunWish& wish : std::exchange(work.wishes, {})) {
    const auto done = fulfil(folder, wish, work.trashed);
    work.notice = done ? *done : done.error().message;
  }
  auto rows = read_runs(folder, present, work.known);
  if (!rows)
    work.notice = rows.error().message;
  else
    work.rows = *std::move(rows);
  std::map<std::string, std::shared_ptr<const RunPicture>> pictures;
  for (const RunRow& row : work.rows) {
    if (std::ranges::find(work.wanted_pictures, row.key) == work.wanted_pictures.end()) continue;
    const std::string name = row.facts->path + "\n" + std::to_string(row.facts->written_ns);
    auto& picture = pictures[name];
    picture = work.pictures[name];
    if (picture != nullptr) continue;
    if (const auto read = rbm::read_run_summary(row.facts->path))
      picture = std::make_shared<const RunPicture>(picture_of(read->model, kMostFilters));
  }
  work.pictures = std::move(pictures);
  return work;
}

bool RunShelf::has_news() const {
  return reading_.valid() && reading_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

void RunShelf::take(RunsInView& runs) {
  last_ = reading_.get();
  runs.is_known = true;
  runs.rows = last_.rows;
  runs.notice = last_.notice;
  runs.can_put_back = last_.trashed.has_value();
  runs.pictures.clear();
  for (const RunRow& row : runs.rows) {
    const auto found = last_.pictures.find(row.facts->path + "\n" + std::to_string(row.facts->written_ns));
    if (found != last_.pictures.end() && found->second != nullptr) runs.pictures[row.key] = found->second;
  }
}

void RunShelf::follow(RunsInView& runs, const std::string& present, std::uint64_t kept, double now_s) {
  runs.is_on = !folder_.empty();
  const bool is_shown = std::exchange(runs.is_shown, false);
  if (!runs.is_on) return;
  if (has_news()) take(runs);
  const bool is_due = is_shown && (!was_shown_ || kept != seen_kept_ || now_s - read_s_ > kReadAgain_s ||
                                   runs.wanted_pictures != last_.wanted_pictures);
  was_shown_ = is_shown;
  if (reading_.valid() || (!is_due && wishes_.empty())) return;
  seen_kept_ = kept;
  read_s_ = now_s;
  Reading work = last_;
  if (!is_due || !wishes_.empty()) work.notice.clear();
  work.wishes = std::exchange(wishes_, {});
  work.wanted_pictures = runs.wanted_pictures;
  reading_ = std::async(std::launch::async,
                        [work = std::move(work), folder = folder_, present, tell = on_news_]() mutable {
                          Reading done = read(std::move(work), folder, present);
                          tell();
                          return done;
                        });
}

}  // namespace lab
