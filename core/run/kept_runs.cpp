#include "core/run/kept_runs.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <ctime>
#include <filesystem>

#include "core/files/input_file.hpp"
#include "core/files/output_file.hpp"
#include "core/files/processes.hpp"
#include "core/learning/trainer.hpp"
#include "core/model/file_words.hpp"
#include "core/run/run.hpp"
#include "core/run/run_notes.hpp"

namespace rbm {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "run-", kEnding = ".safetensors";
constexpr const char* kAnswered = "answered";

/// What the name of a kept run says.
struct NameParts {
  std::int64_t start_s = 0;
  std::string machine;
  pid_t process = 0;
};

template <class Number>
bool take(std::string_view* text, Number* number) {
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), *number);
  if (error != std::errc() || *number <= 0) return false;
  text->remove_prefix(static_cast<std::size_t>(end - text->data()));
  if (!text->empty() && text->front() == '-') text->remove_prefix(1);
  return true;
}

std::optional<NameParts> parts_of(std::string_view name) {
  if (!name.starts_with(kPrefix) || !name.ends_with(kEnding)) return std::nullopt;
  name.remove_prefix(kPrefix.size());
  name.remove_suffix(kEnding.size());
  NameParts out;
  int number = 0;
  if (!take(&name, &out.start_s)) return std::nullopt;
  const std::size_t machine_end = name.find('-');
  if (machine_end == std::string_view::npos) return std::nullopt;
  out.machine = name.substr(0, machine_end);
  name.remove_prefix(machine_end + 1);
  if (!take(&name, &out.process) || !take(&name, &number) || !name.empty()) return std::nullopt;
  return out;
}

/// Of another machine nothing can be told.
bool writer_lives(const NameParts& parts) {
  return parts.machine != this_machine() || !has_died(parts.process, parts.start_s);
}

/// True where it was written less than a minute after it began in its window. Of clocks that were set back nothing is
/// told.
bool is_short(const KeptRun& run) {
  constexpr std::int64_t kShort_s = 60, kSecond_ns = 1'000'000'000;
  const auto parts = parts_of(fs::path(run.path).filename().string());
  if (!parts) return false;
  const std::int64_t lasted_s = run.written_ns / kSecond_ns - parts->start_s;
  return lasted_s >= 0 && lasted_s < kShort_s;
}

/// Runs, the newest first, in the order in which they go where there are too many: the oldest first, but before them
/// those that lasted less than a minute, all but the newest such. So short windows never push out the long runs.
std::vector<KeptRun> by_worth(std::vector<KeptRun> runs) {
  const auto newest = std::ranges::find_if(runs, is_short);
  const std::string spared = newest == runs.end() ? "" : newest->path;
  std::ranges::reverse(runs);
  // Not std::ranges: clang 14 does not compile the subrange that it returns.
  std::stable_partition(runs.begin(), runs.end(),
                        [&](const KeptRun& run) { return is_short(run) && run.path != spared; });
  return runs;
}

/// What the file says of its run; false where it is no whole checkpoint.
bool read_facts(KeptRun& run) {
  const auto file = read_tensors(run.path);
  if (!file) return false;
  const auto settings = checkpoint_settings(*file, run.path);
  if (!settings) return false;
  const auto name = file->metadata.find(kDataNameKey);
  run.data = name == file->metadata.end() ? settings->data : name->second;
  run.hidden = static_cast<std::uint64_t>(settings->hidden);
  const FileWords words(file->metadata, run.path);
  const auto updates = words.number("updates", 0);
  if (updates) run.updates = *updates;
  return updates && words.has("updates");
}

}  // namespace

std::string KeptRuns::usual_folder() {
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state == '/')
    return std::string(state) + "/rbm-lab/runs";
  const char* home = std::getenv("HOME");
  return std::string(home != nullptr ? home : ".") + "/.local/state/rbm-lab/runs";
}

bool KeptRuns::is_of_this_process(const std::string& path) {
  const auto parts = parts_of(fs::path(path).filename().string());
  return parts && parts->machine == this_machine() && parts->process == ::getpid();
}

std::string KeptRuns::new_path() const {
  static std::atomic<int> runs{0};
  const std::string name = std::string(kPrefix) + std::to_string(std::time(nullptr)) + "-" + this_machine() +
                           "-" + std::to_string(::getpid()) + "-" + std::to_string(++runs);
  return (fs::path(folder_) / (name + std::string(kEnding))).string();
}

Result<void> KeptRuns::keep(const std::string& path, const TensorFile& checkpoint) const {
  std::error_code failed;
  if (fs::create_directories(folder_, failed)) fs::permissions(folder_, fs::perms::owner_all, failed);
  // Where the folder could not be made, writing says so.
  if (auto written = write_tensors(path, checkpoint); !written) return written;
  remove_old(path);
  return {};
}

std::vector<KeptRun> KeptRuns::files() const {
  std::vector<KeptRun> out;
  std::error_code failed;
  for (fs::directory_iterator at(folder_, failed), none; !failed && at != none; at.increment(failed)) {
    const auto parts = parts_of(at->path().filename().string());
    struct stat found {};
    if (!parts || ::lstat(at->path().c_str(), &found) != 0 || !S_ISREG(found.st_mode)) continue;
    KeptRun run;
    run.path = at->path().string();
    run.bytes = static_cast<std::uint64_t>(found.st_size);
    run.written_ns = std::int64_t{found.st_mtim.tv_sec} * 1'000'000'000 + found.st_mtim.tv_nsec;
    run.is_alive = writer_lives(*parts);
    out.push_back(std::move(run));
  }
  std::ranges::sort(out, [](const KeptRun& a, const KeptRun& b) {
    return std::pair(a.written_ns, a.path) > std::pair(b.written_ns, b.path);
  });
  return out;
}

void KeptRuns::remove_old(const std::string& spared) const {
  const auto notes = read_run_notes(folder_);
  if (!notes) return;  // which runs are starred is not known: all stay
  std::vector<KeptRun> runs = by_worth(files());
  std::erase_if(runs, [&](const KeptRun& run) {
    const auto note = notes->runs.find(note_key(folder_, run.path));
    return note != notes->runs.end() && note->second.starred;
  });
  std::size_t count = runs.size();
  std::uint64_t bytes = 0;
  for (const KeptRun& run : runs) bytes += run.bytes;
  for (const KeptRun& run : runs) {
    if (count <= kMostRuns && bytes <= most_bytes_) break;
    const bool has_ended = !run.is_alive || is_of_this_process(run.path);
    if (!has_ended || run.path == spared || ::unlink(run.path.c_str()) != 0) continue;
    --count;
    bytes -= run.bytes;
  }
  remove_leftovers_in(folder_);
}

std::vector<KeptRun> KeptRuns::list() const {
  std::vector<KeptRun> runs = files();
  std::erase_if(runs, [](KeptRun& run) { return !read_facts(run); });
  return runs;
}

std::int64_t KeptRuns::answered_ns() const {
  constexpr std::uint64_t kLongest = 64;
  const auto text = read_file((fs::path(folder_) / kAnswered).string(), kLongest);
  std::int64_t out = 0;
  if (!text || text->empty()) return out;
  const char* begin = reinterpret_cast<const char*>(text->data());
  (void)std::from_chars(begin, begin + text->size(), out);
  return out;
}

std::optional<KeptRun> KeptRuns::offer() const {
  const std::int64_t answered = answered_ns();
  for (KeptRun& run : files()) {
    if (run.written_ns <= answered) break;
    if (!run.is_alive && read_facts(run)) return run;
  }
  return std::nullopt;
}

Result<void> KeptRuns::answer(const KeptRun& offered) const {
  return write_file((fs::path(folder_) / kAnswered).string(), std::to_string(offered.written_ns) + "\n");
}

}  // namespace rbm
