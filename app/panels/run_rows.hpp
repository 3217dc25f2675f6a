// What the window knows of runs that were kept or added, as the views Runs and Compare show it, and what the user asks
// for there. The window reads it from files beside the frames (app/lab/run_shelf.hpp). UI thread only, but for RunFacts,
// which never change.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/panels/filter_tile.hpp"
#include "core/math/matrix.hpp"
#include "core/session/snapshot.hpp"

namespace lab {

/// Filters of a run, for a wall of tiles.
struct RunPicture {
  FilterTile tile;
  rbm::Matrix filters;  // a row a unit
  float range = 0;      // of their weights
};

struct RunSetting {
  std::string title, value;
};

/// What the file of a run says.
struct RunFacts {
  std::string path;             // of its checkpoint
  std::int64_t written_ns = 0;  // since 1970
  std::string data;             // what the data are called
  int hidden = 0;               // units
  std::uint64_t updates = 0;
  std::vector<RunSetting> settings;  // all of them, in one order for all runs
  std::vector<rbm::CurvePoint> curves;
  std::optional<rbm::CurvePoint> best;  // of the likelihood
  double images_per_second = 0;         // over the whole run; 0: not known
  RunPicture picture;                   // of its first units
};

/// A line of the table.
struct RunRow {
  std::string key;  // what names it, also beyond this session
  std::shared_ptr<const RunFacts> facts;
  std::string title;       // the user's name for it, else when it began or the name of its folder
  std::string name, note;  // as the user has them
  std::string when;        // "3 minutes ago"
  bool is_starred = false;
  bool is_folder = false;     // of `rbm train --run`, added to the list
  bool is_present = false;    // what this window trains, as it was kept last
  bool is_elsewhere = false;  // another window may write it
  bool is_moment = false;     // of the run of this window, and in no file
};

struct RunWish {
  enum class Kind { GoOn, Replay, StopReplay, Star, Rename, Note, Remove, PutBack, Add, ChooseFolder };
  Kind kind;
  std::string key = {};   // of the run; of Add a path
  std::string text = {};  // the new name or note
  bool on = false;        // the star
};

/// A run that is made again from its journal, beside the training: one at a time.
struct ReplayInView {
  std::string key;    // of its row; empty where it has none
  std::string title;  // of the run; empty: none was replayed
  bool is_busy = false, is_stopping = false;
  double share = 0;           // that is done
  std::uint64_t updates = 0;  // all of them; 0 while that is not known
  std::string sentence;       // how it ended; empty before, and once it was put away
};

struct RunsInView {
  bool is_on = false;           // this window keeps runs, so that there is a list
  bool is_known = false;        // the list has been read
  std::vector<RunRow> rows;     // the one written last first
  std::vector<RunRow> moments;  // of the run of this window, put into Compare; their pictures have all units
  std::string notice;           // what came of the last wish
  bool can_put_back = false;
  ReplayInView replay;
  std::map<std::string, std::shared_ptr<const RunPicture>> pictures;  // of compared runs, all units, by key

  // Asked for by the panels:
  std::vector<RunWish> wishes;      // in turn, emptied by the window
  std::vector<std::string> chosen;  // keys of the runs to compare, in the order in which they were chosen
  std::vector<std::string> wanted_pictures;  // keys
  bool is_shown = false;                     // in this frame
  bool swap_held = false;                    // the key that shows the other run is down

  const RunRow* find(const std::string& key) const {
    for (const std::vector<RunRow>* list : {&rows, &moments}) {
      for (const RunRow& row : *list) {
        if (row.key == key) return &row;
      }
    }
    return nullptr;
  }
  /// The filters of all units of a compared run; null while they are not there.
  std::shared_ptr<const RunPicture> picture(const RunRow& row) const {
    if (row.is_moment) return {row.facts, &row.facts->picture};
    const auto found = pictures.find(row.key);
    return found == pictures.end() ? nullptr : found->second;
  }
};

/// Numbers of the settings that are not alike in all of these runs.
std::vector<std::size_t> differing(const std::vector<const RunFacts*>& runs);
std::vector<std::size_t> differing(const std::vector<RunRow>& rows);
/// "Hidden units 500", "Gibbs steps k 5": the settings with these numbers, as this run has them.
std::vector<std::string> settings_at(const RunFacts& run, const std::vector<std::size_t>& numbers);

/// "−84.21", "≈ −84.2", or "–"; and "exact", "−84.5 to −83.9", "estimate", or nothing.
std::string likelihood_text(const std::optional<rbm::CurvePoint>& best);
std::string bracket_text(const std::optional<rbm::CurvePoint>& best);
/// "Best measured likelihood −122.68 at update 500; last estimate −122.10 at update 1 500.": when the best was found, and
/// the last value where that is a later one; empty where nothing was measured.
std::string likelihood_sentence(const RunFacts& run);

}  // namespace lab
