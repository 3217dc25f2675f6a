// What the views of kept runs ask the window for: going on with one, replaying one, changing the list.
#include <algorithm>
#include <utility>

#include "app/lab/lab.hpp"
#include "app/lab/moment_row.hpp"

namespace lab {

/// Does what the list of runs was asked for in this frame, and tells how a replay goes.
void Lab::follow_runs() {
  if (kept_.replay.follow(shared_.runs.replay)) shared_.message = shared_.runs.replay.sentence;
  for (RunWish& wish : std::exchange(shared_.runs.wishes, {})) {
    const RunRow* row = shared_.runs.find(wish.key);
    switch (wish.kind) {
      case RunWish::Kind::ChooseFolder:
        ask_for_file(FileDialog::Purpose::AddRuns);
        break;
      case RunWish::Kind::GoOn:
        if (row != nullptr) leave_run([this, path = row->facts->path] { open_model(path, true); });
        break;
      case RunWish::Kind::Replay:
        if (row != nullptr) replay(row->facts->path, row->key, row->title);
        break;
      case RunWish::Kind::StopReplay:
        kept_.replay.stop(shared_.runs.replay);
        break;
      default:
        kept_.shelf.ask(std::move(wish));
        pace_.owe(2);
    }
  }
}

/// One at a time: another that is asked for meanwhile is not begun. `key` is that of its row, where it has one.
void Lab::replay(const std::string& path, const std::string& key, const std::string& title) {
  ReplayInView& view = shared_.runs.replay;
  if (kept_.replay.is_busy()) {
    shared_.message = "One run is replayed at a time: stop that of " + view.title + " first.";
    return;
  }
  view = {.key = key, .title = title};
  kept_.replay.start(path, title, view);
}

/// Begins to replay this file where that was not asked for yet; true once it has ended. `began` is −1 before and after.
bool Lab::has_replayed(const std::string& path, double& began) {
  if (began < 0) {
    replay(path, "", path);
    began = now_s();
  }
  if (kept_.replay.is_busy()) return false;
  began = -1;
  return true;
}

void Lab::compare_moment() {
  if (snapshot_->model == nullptr) return;
  RunsInView& runs = shared_.runs;
  RunRow row = moment_row(*snapshot_);
  shared_.message = row.title + " stands in Compare.";
  if (runs.find(row.key) != nullptr) return;
  runs.chosen.push_back(row.key);
  if (runs.chosen.size() < 2) shared_.message += " Put another moment of the run, or another run, beside it.";
  runs.moments.push_back(std::move(row));
}

/// The one run that is ticked, else that of this window as it was kept last; where one is replayed, that is stopped.
void Lab::replay_chosen() {
  RunsInView& runs = shared_.runs;
  if (kept_.replay.is_busy()) return kept_.replay.stop(runs.replay);
  const RunRow* ticked = runs.chosen.size() == 1 ? runs.find(runs.chosen.front()) : nullptr;
  if (runs.chosen.size() > 1) {
    shared_.message = "Tick one run alone in Runs, or none for the run of this window: that one is replayed.";
  } else if (ticked != nullptr) {
    replay(ticked->facts->path, ticked->key, ticked->title);
  } else if (snapshot_->kept.path.empty()) {
    shared_.message =
        "Nothing is kept of this run yet that could be replayed: it is once it has begun to learn.";
  } else {
    replay(snapshot_->kept.path, "", "the run of this window");
  }
  shared_.view = find_view("runs");
}

}  // namespace lab
