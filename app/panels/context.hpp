// What a panel gets each frame: one snapshot, the state that panels share, and the ways to ask for something.
// UI thread only.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/panels/actions.hpp"
#include "app/panels/corner.hpp"
#include "app/panels/hold_board.hpp"
#include "app/panels/run_rows.hpp"
#include "app/panels/settings_history.hpp"
#include "app/panels/views.hpp"
#include "core/learning/preset.hpp"
#include "core/model/pictures.hpp"
#include "core/session/commands.hpp"
#include "core/session/snapshot.hpp"

namespace lab {

/// A lesson, as the view of lessons shows it.
struct LessonCard {
  std::string id, title, about;
  double minutes = 0;
  bool is_done = false;
  std::vector<std::string> steps;  // the first sentence of each
};

/// What the window has to do with lessons.
struct LessonsInView {
  std::vector<LessonCard> cards;
  std::string asked;       // the lesson that is to begin; empty: none
  bool classroom = false;  // a lesson hides what it does not use
  // Of the lesson that runs:
  std::string running;  // its id, empty: none does
  std::size_t step = 0, steps = 0;
  bool step_done = false;
  std::vector<std::string> views;  // that it uses
  bool uses_controls = false;      // and the controls of training

  bool hides(std::string_view view) const {
    return classroom && !running.empty() && std::ranges::find(views, view) == views.end();
  }
  /// Also in a small window, where the lesson needs the room.
  bool hides_controls(bool is_small) const {
    return (classroom || is_small) && !running.empty() && !uses_controls;
  }
};

/// A picture on its way from one view to another (send_menu.hpp).
struct SentPicture {
  std::vector<float> picture;  // row-major in [0, 1], of the model's pictures
  std::string name;            // where it comes from: "chain 7"
  std::uint64_t version = 0;   // grows with every one
};

/// What the menu of a picture (send_menu.hpp) works on.
struct PictureMenu {
  SentPicture sending;  // what the open menu would send
  Corner corner;        // what was kept to be compared
};

/// A hidden unit under the mouse in any view; −1 none.
struct HoveredUnit {
  int unit = -1, next = -1;  // in this frame, for all to light; found in it, for the next one
};

/// Shared by the panels, kept from frame to frame.
struct Shared {
  const View* view = &views().front();
  // What the controls show; live settings are posted on change, the others wait for a reset.
  rbm::TrainingSettings wanted;
  SettingsHistory history;  // of these
  int selected_unit = -1;   // clicked, −1 none; every view marks it
  HoveredUnit hovered;
  double speed = 0;  // updates a second that the training shall have; 0: as many as it can
  std::shared_ptr<const rbm::Dataset> test;  // test digits; null until loaded

  std::vector<float> painted;  // the canvas, row-major in [0, 1]; empty before the first stroke
  std::uint64_t painted_version = 0;

  SentPicture for_why, for_paint, for_chains;  // the last one sent there
  PictureMenu menu;
  HoldBoard held;  // what the user holds, on the painting and in the chains

  std::vector<rbm::Preset> presets;
  std::vector<std::string> model_files;  // models that were saved or opened in this window, the newest first
  LessonsInView lessons;
  RunsInView runs;
  // What the worker is asked to look at, joined in each frame from what is on the screen; posted when it changes.
  rbm::command::Watch watch;

  std::string message;  // the last thing the window itself did, for the status line
};

struct Context {
  const rbm::Snapshot& snapshot;  // the one of this frame
  Shared& shared;
  rbm::ThreadPool& pool;  // for what-if maths in this frame; one thread
  double now_s;           // monotonic time of this frame
  std::function<void(rbm::command::Command)> post;
  std::function<void(ActionId)> run;  // queued: done after the frame
  /// Begins a run with these settings, after a question where work would be lost: "keep the model" keeps the
  /// settings, too.
  std::function<void(rbm::TrainingSettings)> start_over;
  /// Whether the snapshot was asked for in this frame. While it trains not all frames do, and what takes long to draw
  /// anew waits for one that does.
  bool has_news = true;

  /// False until the first model is there; panels then show an empty state.
  bool has_model() const { return snapshot.model != nullptr; }
};

/// Images that the model was not trained on, of its pictures' shape: the test digits, else the validation
/// images; null if there are none.
inline const rbm::Dataset* test_images(const Context& context) {
  if (!context.has_model()) return nullptr;
  const rbm::ImageShape shape = rbm::picture_shape(*context.snapshot.model);
  for (const rbm::Dataset* data : {context.shared.test.get(), context.snapshot.data.validation.get()}) {
    if (data != nullptr && data->count() > 0 && data->shape == shape) return data;
  }
  return nullptr;
}

}  // namespace lab
