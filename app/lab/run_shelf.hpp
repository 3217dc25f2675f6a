// RunShelf: the list of runs behind the views Runs and Compare: reads it on a thread of its own, and does there what the
// user wants done with it. Else the UI thread only.
#pragma once

#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/panels/run_rows.hpp"
#include "core/files/trash.hpp"

namespace lab {

/// What a file has said, so that it is not read again while it stays as it was: by path.
using KnownRuns = std::map<std::string, std::shared_ptr<const RunFacts>>;

/// The list of a folder of KeptRuns with its notes, the run written last first; files that are no checkpoints are left
/// out. `present` is the file of this window's run. Fails with a sentence where the notes are damaged.
rbm::Result<std::vector<RunRow>> read_runs(const std::string& folder, const std::string& present,
                                           KnownRuns& known);

/// Does one of the wishes that change files; the sentence to show. `trashed` is what Remove moved away last, and what
/// PutBack takes.
rbm::Result<std::string> fulfil(const std::string& folder, const RunWish& wish,
                                std::optional<rbm::Trashed>& trashed);

class RunShelf {
 public:
  /// An empty folder has none. `on_news` is called on the thread that has read.
  RunShelf(std::string folder, void (*on_news)()) : folder_(std::move(folder)), on_news_(on_news) {}

  /// Takes over what was read, and starts to read what may have changed: once a frame, before it is drawn. `present` is
  /// the file of this window's run, `kept` the update that it holds.
  void follow(RunsInView& runs, const std::string& present, std::uint64_t kept, double now_s);
  /// True where follow() would take something over.
  bool has_news() const;
  /// A wish that changes files.
  void ask(RunWish wish) { wishes_.push_back(std::move(wish)); }

 private:
  /// What one reading takes along and brings back.
  struct Reading {
    std::vector<RunWish> wishes;
    std::vector<std::string> wanted_pictures;
    KnownRuns known;
    std::map<std::string, std::shared_ptr<const RunPicture>> pictures;  // by path and moment
    std::optional<rbm::Trashed> trashed;
    std::vector<RunRow> rows;
    std::string notice;
  };
  static Reading read(Reading work, const std::string& folder, const std::string& present);
  void take(RunsInView& runs);

  std::string folder_;
  void (*on_news_)();
  std::vector<RunWish> wishes_;
  std::future<Reading> reading_;
  Reading last_;
  bool was_shown_ = false;
  std::uint64_t seen_kept_ = 0;
  double read_s_ = -1e9;
};

}  // namespace lab
