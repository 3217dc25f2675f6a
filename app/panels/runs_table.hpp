// RunsTable: a row for each run, under heads that sort: to star, name, replay, remove, go on with, and to choose for
// Compare. UI thread only.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/panels/context.hpp"
#include "app/ui/tiles.hpp"

namespace lab {

/// What the table is sorted by.
enum class RunOrder { Written, Data, Updates, Likelihood, Speed };

/// Numbers of the rows in that order; what a run does not have comes last either way.
std::vector<std::size_t> ordered_runs(const std::vector<RunRow>& rows, RunOrder order, bool falling);

class RunsTable {
 public:
  /// Scrolls above the last `below` pixels of the panel.
  void draw(Context& context, float below);

 private:
  struct Columns;
  struct Picture {
    const RunFacts* of = nullptr;
    ui::TileWall wall;
  };
  void draw_header(const Columns& columns);
  void draw_head(const char* id, const char* label, RunOrder order, float x, float width, const char* hint);
  /// `settings`: those in which the runs of the table differ, as this one has them.
  void draw_row(Context& context, const Columns& columns, std::size_t place, const RunRow& row,
                const std::vector<std::string>& settings);
  void draw_cells(const Columns& columns, const RunRow& row, const std::vector<std::string>& settings,
                  ImVec2 corner);
  void draw_buttons(RunsInView& runs, std::size_t place, const RunRow& row, ImVec2 at);
  void draw_editor(RunsInView& runs, const RunRow& row, const Columns& columns);
  void draw_check(RunsInView& runs, std::size_t place, const RunRow& row, ImVec2 at) const;
  ui::TileWall& picture_of(const RunRow& row);

  RunOrder order_ = RunOrder::Written;
  bool falling_ = true;
  std::string edited_;  // key of the run whose name and note are open
  std::map<std::string, Picture> pictures_;
};

}  // namespace lab
