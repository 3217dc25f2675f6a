// RecentRuns: the runs that windows kept, as cards with a picture of their filters: what "Open" shows beside files. Read
// on a thread of its own; else the UI thread only.
#pragma once

#include <cstdint>
#include <future>
#include <optional>
#include <string>
#include <vector>

#include "app/panels/run_rows.hpp"
#include "app/ui/tiles.hpp"
#include "core/run/kept_runs.hpp"

namespace lab {

/// A kept run, read from its file.
struct RecentRun {
  rbm::KeptRun run;
  std::optional<double> log_likelihood;  // nats, the last that was measured
  RunPicture picture;                    // of its first units
};

/// All that are in the folder, the one written last first.
std::vector<RecentRun> read_recent_runs(const std::string& folder);
/// "12 345 updates", "-84.21 nats", "3 minutes ago"; a likelihood only where one was measured.
std::vector<std::string> lines_of(const RecentRun& run, std::int64_t now_ns);

class RecentRuns {
 public:
  /// An empty folder has none. `on_news` is called on the thread that has read.
  RecentRuns(std::string folder, void (*on_news)()) : folder_(std::move(folder)), on_news_(on_news) {}

  /// Reads the folder again, beside what is shown.
  void look();
  /// True where follow() would take something over.
  bool has_news() const;
  void follow();
  /// Height that draw() takes: from look() to look() the same, so that nothing moves under the pointer once it is read.
  float height() const;
  /// A row of cards; the file of the one that was clicked.
  std::optional<std::string> draw();

 private:
  struct Card {
    RecentRun read;
    ui::TileWall picture;
  };
  bool draw_card(std::size_t number, ImVec2 size);

  std::string folder_;
  void (*on_news_)();
  bool has_place_ = false;  // there are files, by their names
  std::future<std::vector<RecentRun>> reading_;
  std::vector<Card> cards_;
};

}  // namespace lab
