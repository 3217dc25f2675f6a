#include "core/run/journal.hpp"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>

#include "core/files/checksum.hpp"
#include "core/files/json_text.hpp"
#include "core/files/text.hpp"
#include "core/learning/settings_text.hpp"
#include "core/model/version.hpp"

namespace rbm {
namespace {

using nlohmann::json;

constexpr int kJournalVersion = 1;

json settings_json(TrainingSettings settings) {
  settings.threads = TrainingSettings{}.threads;
  return json::parse(to_json_text(settings));
}

/// The settings of `now` that are others than before.
json changed_settings(const TrainingSettings& before, const TrainingSettings& now) {
  const json was = settings_json(before);
  json out = settings_json(now);
  for (auto at = out.begin(); at != out.end();) at = *at == was[at.key()] ? out.erase(at) : std::next(at);
  return out;
}

bool is_same_run(TrainingSettings a, const TrainingSettings& b) {
  a.threads = b.threads;
  return a == b;
}

/// A line of a text, read; what is wrong with it is a sentence.
class LineReader {
 public:
  LineReader(std::string path, std::size_t line) : path_(std::move(path)), line_(line) {}

  Unexpected damaged() const {
    return fail(ErrorCode::BadFormat,
                path_ + " is damaged: line " + std::to_string(line_) +
                    " of the journal is none of its lines. Replay another checkpoint of the run.",
                path_);
  }
  Unexpected newer() const {
    return fail(ErrorCode::Unsupported,
                path_ + " has a journal of a newer version of RBM Lab (line " + std::to_string(line_) +
                    "): use that one.",
                path_);
  }

  Result<JournalStart> start(const json& told) const {
    if (!told.is_object() || !told.contains("journal") || !told["journal"].is_number_unsigned())
      return fail(ErrorCode::BadFormat, path_ + " has no journal: it must begin with {\"journal\": 1, … .",
                  path_);
    if (told["journal"] > kJournalVersion) return newer();
    JournalStart out;
    std::optional<json> settings;
    for (const auto& [key, value] : told.items()) {
      const bool is_read = key == "settings"     ? (settings = value).has_value()
                           : key == "rows"       ? read(value, out.rows)
                           : key == "model"      ? read(value, out.model)
                           : key == "parameters" ? read(value, out.parameters)
                           : key == "known_from" ? read(value, out.known_from)
                                                 : key == "journal" || key == "program";
      if (!is_read) return damaged();
    }
    if (!settings) return damaged();
    auto read_settings = checked(*settings);
    if (!read_settings) return Unexpected{read_settings.error()};
    out.settings = std::move(*read_settings);
    return out;
  }

  Result<JournalEntry> entry(const json& told, const TrainingSettings& before) const {
    using Kind = JournalEntry::Kind;
    JournalEntry out;
    if (!told.is_object() || told.size() != 2 || !told.contains("update") ||
        !read(told["update"], out.update))
      return damaged();
    out.settings = before;
    if (told.contains("diverged_at")) {
      out.kind = Kind::Diverged;
      return read(told["diverged_at"], out.diverged_at) ? Result<JournalEntry>(out) : damaged();
    }
    if (told.contains("resumed")) {
      out.kind = Kind::Resumed;
      return read(told["resumed"], out.rows) ? Result<JournalEntry>(out) : damaged();
    }
    out.kind = told.contains("clock") ? Kind::Clock : Kind::Set;
    const char* key = out.kind == Kind::Clock ? "clock" : "set";
    if (!told.contains(key)) return newer();
    if (!told[key].is_object()) return damaged();
    json all = settings_json(before);
    all.update(told[key]);
    auto settings = checked(all);
    if (!settings) return Unexpected{settings.error()};
    if (needs_reset(*settings, before)) return damaged();
    out.settings = std::move(*settings);
    return out;
  }

 private:
  static bool read(const json& value, std::string& out) {
    if (!value.is_string()) return false;
    out = from_utf8(value.get<std::string>());
    return true;
  }
  static bool read(const json& value, std::uint64_t& out) {
    if (!value.is_number_unsigned()) return false;
    out = value.get<std::uint64_t>();
    return true;
  }
  Result<TrainingSettings> checked(const json& told) const {
    auto out = settings_from_json_text(told.dump());
    if (!out && out.error().code == ErrorCode::Unsupported) return newer();
    if (!out || !validate(*out)) return damaged();
    return out;
  }

  std::string path_;
  std::size_t line_;
};

/// Whether an entry can follow a run that stands after this update at least.
bool can_follow(const JournalEntry& entry, std::uint64_t least) {
  if (entry.kind != JournalEntry::Kind::Diverged) return entry.update >= least;
  return entry.diverged_at > entry.update && entry.diverged_at > least;
}

}  // namespace

Journal::Journal(JournalStart start) : start_(std::move(start)) {
  start_.settings.threads = TrainingSettings{}.threads;
}

const TrainingSettings& Journal::settings_after(std::uint64_t update) const {
  const TrainingSettings* found = &start_.settings;
  for (const JournalEntry& entry : entries_) {
    if (entry.update <= update) found = &entry.settings;
  }
  return *found;
}

std::size_t Journal::changes() const {
  return static_cast<std::size_t>(std::ranges::count(entries_, JournalEntry::Kind::Set, &JournalEntry::kind));
}

void Journal::set(std::uint64_t update, const TrainingSettings& now, JournalEntry::Kind kind) {
  if (is_same_run(now, settings())) return;
  JournalEntry entry{.update = update, .kind = kind, .settings = now};
  entry.settings.threads = TrainingSettings{}.threads;
  entries_.push_back(std::move(entry));
}

void Journal::diverged(std::uint64_t update, std::uint64_t diverged_at) {
  entries_.push_back({.update = update,
                      .kind = JournalEntry::Kind::Diverged,
                      .settings = settings(),
                      .diverged_at = diverged_at});
}

void Journal::resumed(std::uint64_t update, const std::string& other_rows) {
  entries_.push_back(
      {.update = update, .kind = JournalEntry::Kind::Resumed, .settings = settings(), .rows = other_rows});
}

std::string Journal::start_text() const {
  json out{{"journal", kJournalVersion},
           {"program", std::string(version())},
           {"settings", settings_json(start_.settings)},
           {"rows", to_utf8(start_.rows)}};
  if (!start_.model.empty()) {
    out["model"] = to_utf8(start_.model);
    out["parameters"] = to_utf8(start_.parameters);
  }
  if (start_.known_from > 0) out["known_from"] = start_.known_from;
  return out.dump() + "\n";
}

std::string Journal::text_from(std::size_t first) const {
  using Kind = JournalEntry::Kind;
  std::string out;
  for (std::size_t n = first; n < entries_.size(); ++n) {
    const JournalEntry& entry = entries_[n];
    const TrainingSettings& before = n == 0 ? start_.settings : entries_[n - 1].settings;
    json line{{"update", entry.update}};
    if (entry.kind == Kind::Diverged)
      line["diverged_at"] = entry.diverged_at;
    else if (entry.kind == Kind::Resumed)
      line["resumed"] = to_utf8(entry.rows);
    else
      line[entry.kind == Kind::Clock ? "clock" : "set"] = changed_settings(before, entry.settings);
    out += line.dump() + "\n";
  }
  return out;
}

Result<Journal> Journal::parse(std::string_view text, const std::string& path) {
  Journal out;
  std::size_t line = 0;
  std::uint64_t least = 0;
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    const json told = json_from(text.substr(0, end));
    text.remove_prefix(end + 1);
    const LineReader reader(path, ++line);
    if (line == 1) {
      auto start = reader.start(told);
      if (!start) return Unexpected{start.error()};
      out.start_ = std::move(*start);
      least = out.start_.known_from;
      continue;
    }
    auto entry = reader.entry(told, out.settings());
    if (!entry) return Unexpected{entry.error()};
    if (!can_follow(*entry, least)) return reader.damaged();
    least = entry->update;
    out.entries_.push_back(std::move(*entry));
  }
  if (line == 0) return Unexpected{LineReader(path, 1).start(json()).error()};
  return out;
}

std::string checksum_of(const Model& model) {
  Checksum sum;
  const auto add = [&sum](const float* values, Index count) {
    sum.add(std::span(reinterpret_cast<const std::uint8_t*>(values),
                      static_cast<std::size_t>(count) * sizeof(float)));
  };
  for (const Matrix* matrix : {&model.weights, &model.label_weights}) {
    for (Index r = 0; r < matrix->rows(); ++r) add(matrix->row(r), matrix->cols());
  }
  for (const Eigen::VectorXf* vector :
       {&model.visible_bias, &model.log_variance, &model.hidden_bias, &model.label_bias})
    add(vector->data(), vector->size());
  return sum.text();
}

void add_journal(const Journal& journal, std::map<std::string, std::string>& metadata) {
  metadata[kJournalKey] = journal.text();
}

Result<Journal> journal_of(const std::map<std::string, std::string>& metadata,
                           const TrainingSettings& settings, std::uint64_t updates, const std::string& path) {
  const auto found = metadata.find(kJournalKey);
  if (found == metadata.end()) return Journal({.settings = settings, .known_from = updates});
  return Journal::parse(found->second, path);
}

}  // namespace rbm
