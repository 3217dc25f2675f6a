#include "core/run/described_model.hpp"

namespace rbm {
namespace {

/// What one entry did that settings do not tell; empty for nothing.
std::string told_by(const JournalEntry& entry) {
  switch (entry.kind) {
    case JournalEntry::Kind::Set:
      return "settings were changed on the way";
    case JournalEntry::Kind::Clock:
      return "its learning rate followed the clock";
    case JournalEntry::Kind::Diverged:
      return "an update failed and was taken back";
    case JournalEntry::Kind::Resumed:
      return entry.rows.empty() ? "" : "it went on with other data";
  }
  return {};
}

}  // namespace

void describe_beyond_settings(const Journal& journal, std::uint64_t update,
                              std::map<std::string, std::string>& metadata) {
  std::string out;
  const auto add = [&](const std::string& what) {
    if (!what.empty() && out.find(what) == std::string::npos) out += (out.empty() ? "" : ", ") + what;
  };
  const JournalStart& start = journal.start();
  if (!start.model.empty()) add("it began with the parameters of " + start.model);
  if (start.known_from > 0)
    add("what came before update " + std::to_string(start.known_from) + " is not known");
  for (const JournalEntry& entry : journal.entries()) {
    if (entry.update < update) add(told_by(entry));
  }
  if (!out.empty()) metadata[kBeyondSettingsKey] = out;
}

Model described_model(const Run& run) {
  Model out = run.trainer().described_model();
  describe_beyond_settings(run.journal_so_far(), run.trainer().updates(), out.metadata);
  return out;
}

}  // namespace rbm
