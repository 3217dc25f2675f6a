// RunsPanel: the runs that were kept or added, as a table: to sort, star, name, remove, go on with, and to choose for
// Compare. UI thread only.
#pragma once

#include <map>
#include <string>

#include "app/panels/context.hpp"
#include "app/panels/runs_table.hpp"

namespace lab {

class RunsPanel {
 public:
  void draw(Context& context);
  std::map<std::string, double> state() const;

 private:
  static void draw_controls(Context& context);
  static void draw_notice(RunsInView& runs);

  RunsTable table_;
  std::size_t shown_ = 0, starred_ = 0, chosen_ = 0;
};

}  // namespace lab
