// Journal: what made a run what it is: how it began, with which settings and seed and on which data, and whatever changed
// it since, each with the update after which it took effect. From it a run is made again, bit for bit (replay.hpp). A
// plain value; thread-compatible.
//
// As a text it is JSON lines, the beginning first, which only grows, so that it can be followed while the run lasts:
//   {"journal": 1, "program": …, "settings": {…}, "rows": "60000 rows, 784 columns, …"}
//   {"update": 1200, "set": {"learning_rate": 0.01}}                 somebody changed these settings
//   {"update": 1300, "clock": {"learning_rate": 0.008}}              so did a rate that follows the clock
//   {"update": 1400, "diverged_at": 1437}                            an update failed, and the run went back
//   {"update": 1450, "resumed": ""}                                  it went on from a checkpoint; the rows, where others
// The beginning may have "model" and "parameters", the file that the run began with and the checksum of its parameters,
// or "known_from", the update at which a run of an earlier version was opened.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/learning/settings.hpp"
#include "core/model/model.hpp"
#include "core/result.hpp"

namespace rbm {

struct JournalStart {
  TrainingSettings settings;  // with which it began; threads change nothing and are left out
  std::string rows;           // fingerprint_of() its data; empty where that is not known
  std::string model;          // file of the model whose parameters it began with; empty: small random weights
  std::string parameters;     // checksum_of() these
  std::uint64_t known_from = 0;  // what came before this update is not known
};

struct JournalEntry {
  enum class Kind { Set, Clock, Diverged, Resumed };
  std::uint64_t update = 0;  // after which it took effect
  Kind kind = Kind::Set;
  TrainingSettings settings = {};  // in force from then on
  std::uint64_t diverged_at = 0;   // the update that failed
  std::string rows = {};           // of Resumed: the fingerprint of other data than before; else empty
};

class Journal {
 public:
  Journal() = default;
  explicit Journal(JournalStart start);

  const JournalStart& start() const { return start_; }
  const std::vector<JournalEntry>& entries() const { return entries_; }
  /// In force at the end.
  const TrainingSettings& settings() const {
    return entries_.empty() ? start_.settings : entries_.back().settings;
  }
  /// In force after this update.
  const TrainingSettings& settings_after(std::uint64_t update) const;
  /// How often somebody changed them.
  std::size_t changes() const;
  /// What the data are known by, once that has been found out.
  void set_rows(const std::string& fingerprint) { start_.rows = fingerprint; }

  /// Each adds what happened after `update`. Settings that are the same but for threads add nothing.
  void set(std::uint64_t update, const TrainingSettings& settings,
           JournalEntry::Kind kind = JournalEntry::Kind::Set);
  void diverged(std::uint64_t update, std::uint64_t diverged_at);
  void resumed(std::uint64_t update, const std::string& other_rows = {});

  /// The whole text, and that of the entries from `first` on.
  std::string text() const { return start_text() + text_from(0); }
  std::string text_from(std::size_t first) const;
  /// A last line that was cut off while it was written is left out. Fails with one sentence, which names `path`, where
  /// the text is no journal, is damaged, or comes from a newer version.
  static Result<Journal> parse(std::string_view text, const std::string& path);

 private:
  std::string start_text() const;

  JournalStart start_;
  std::vector<JournalEntry> entries_;
};

/// 16 hexadecimal digits that tell these parameters from others.
std::string checksum_of(const Model& model);

inline constexpr const char* kJournalKey = "run_journal";  // in the metadata of a checkpoint
/// A journal in the metadata of a checkpoint, and back; that of a file without one begins there.
void add_journal(const Journal& journal, std::map<std::string, std::string>& metadata);
Result<Journal> journal_of(const std::map<std::string, std::string>& metadata,
                           const TrainingSettings& settings, std::uint64_t updates, const std::string& path);

}  // namespace rbm
