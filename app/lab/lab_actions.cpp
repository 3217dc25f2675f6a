// What each action of the action table and each verb of a script does, and what a run that is opened brings along.
#include <array>
#include <chrono>
#include <filesystem>
#include <string>
#include <utility>

#include "app/lab/lab.hpp"
#include "app/lab/numbers_text.hpp"
#include "app/panels/chains_panel.hpp"
#include "app/panels/paint_panel.hpp"
#include "app/panels/speed_control.hpp"
#include "app/panels/timeline.hpp"
#include "app/panels/update_panel.hpp"
#include "app/panels/waiting_list.hpp"
#include "app/ui/theme.hpp"
#include "core/files/output_file.hpp"
#include "core/learning/settings_text.hpp"

namespace lab {
namespace {

constexpr float kScaleStep = 0.25f;

}  // namespace

/// What each action does, in the order of ActionId; what is no view.
struct Lab::Handlers {
  struct Row {
    ActionId id;
    void (*run)(Lab&);
  };
  static void play_pause(Lab& lab);
  static void export_picture(Lab& lab);
  static void toggle_theme(Lab& lab);
  static void change_scale(Lab& lab, float by);
  template <void (ChainsPanel::*step)(Context&)>
  static void chains(Lab& lab) {
    Context context = lab.context();
    (lab.screen_->panels.of<ChainsPanel>().*step)(context);
  }
  template <void (PaintPanel::*change)()>
  static void paint(Lab& lab) {
    (lab.screen_->panels.of<PaintPanel>().*change)();
  }
  /// Of the painting where it is on the screen, else of the settings.
  static void undo(Lab& lab) {
    if (lab.shared_.view == find_view("paint")) return paint<&PaintPanel::undo>(lab);
    lab.change_back(lab.shared_.history.undo(), "Taken back");
  }
  static void redo(Lab& lab) {
    if (lab.shared_.view == find_view("paint")) return paint<&PaintPanel::redo>(lab);
    lab.change_back(lab.shared_.history.redo(), "Done again");
  }
  template <int steps>
  static void look(Lab& lab) {
    if (const auto look = moment_beside(lab.snapshot_->monitoring.timeline, steps)) lab.session_->post(*look);
  }
  /// Its view first: nothing is known of an update that nobody looked at.
  template <void (UpdatePanel::*turn)(Context&)>
  static void update(Lab& lab) {
    const View* view = find_view("update");
    Context context = lab.context();
    if (lab.shared_.view == view) (lab.screen_->panels.of<UpdatePanel>().*turn)(context);
    lab.shared_.view = view;
  }
  static const std::array<Row, static_cast<std::size_t>(ActionId::FirstView)> kRows;
};

void Lab::Handlers::play_pause(Lab& lab) {
  if (lab.snapshot_->state == rbm::RunState::Running)
    lab.session_->post(rbm::command::Pause{});
  else
    lab.session_->post(rbm::command::Play{});
}

void Lab::Handlers::export_picture(Lab& lab) {
  std::string path;
  for (int n = 1; path.empty() || std::filesystem::exists(path); ++n)
    path = "rbm-lab-" + std::to_string(n) + ".png";
  lab.tell(lab.save_window(path), "Saved the picture " + path + ".");
}

void Lab::Handlers::toggle_theme(Lab& lab) {
  ui::set_theme(ui::theme() == ui::Theme::Dark ? ui::Theme::Light : ui::Theme::Dark);
  lab.preferences_.theme = ui::theme() == ui::Theme::Dark ? "dark" : "light";
}

void Lab::Handlers::change_scale(Lab& lab, float by) {
  ui::set_scale(ui::scale() + by);
  lab.preferences_.scale = ui::scale();
}

constexpr decltype(Lab::Handlers::kRows) Lab::Handlers::kRows{{
    {ActionId::PlayPause, play_pause},
    {ActionId::StepBatch, [](Lab& lab) { lab.session_->post(rbm::command::Step{1}); }},
    {ActionId::StepEpoch, [](Lab& lab) { lab.session_->post(rbm::command::StepEpoch{}); }},
    {ActionId::NextPhase, update<&UpdatePanel::next>},
    {ActionId::LastPhase, update<&UpdatePanel::back>},
    {ActionId::Reset, [](Lab& lab) { lab.start_over(lab.shared_.wanted); }},
    {ActionId::LookBack, look<-1>},
    {ActionId::LookForward, look<1>},
    {ActionId::LookLive, [](Lab& lab) { lab.session_->post(rbm::command::LookBack{}); }},
    {ActionId::GoOnFromHere, [](Lab& lab) { lab.go_on_from_moment(); }},
    {ActionId::CompareMoment, [](Lab& lab) { lab.compare_moment(); }},
    {ActionId::ReplayRun, [](Lab& lab) { lab.replay_chosen(); }},
    {ActionId::Save, [](Lab& lab) { lab.ask_for_file(FileDialog::Purpose::Save); }},
    {ActionId::SaveCheckpoint, [](Lab& lab) { lab.ask_for_file(FileDialog::Purpose::SaveCheckpoint); }},
    {ActionId::Open, [](Lab& lab) { lab.ask_for_file(FileDialog::Purpose::Open); }},
    {ActionId::BuildOn, [](Lab& lab) { lab.ask_for_file(FileDialog::Purpose::BuildOn); }},
    {ActionId::ExportCurves, [](Lab& lab) { lab.ask_for_file(FileDialog::Purpose::ExportCurves); }},
    {ActionId::Bracket, [](Lab& lab) { lab.session_->post(rbm::command::Bracket{}); }},
    {ActionId::ExportPicture, export_picture},
    {ActionId::TakeAway, [](Lab& lab) { lab.dialogs_.taking.menu.open(); }},
    {ActionId::GibbsPlay, [](Lab& lab) { lab.screen_->panels.of<ChainsPanel>().play_pause(); }},
    {ActionId::GibbsHalf, chains<&ChainsPanel::half_step>},
    {ActionId::GibbsFull, chains<&ChainsPanel::full_step>},
    {ActionId::GibbsRedraw, chains<&ChainsPanel::redraw>},
    {ActionId::GibbsRestart, chains<&ChainsPanel::restart>},
    {ActionId::PaintUndo, undo},
    {ActionId::PaintRedo, redo},
    {ActionId::PaintClear, paint<&PaintPanel::clear>},
    {ActionId::PaintDigit,
     [](Lab& lab) {
       Context context = lab.context();
       lab.screen_->panels.of<PaintPanel>().random_digit(context);
     }},
    {ActionId::PaintDream, paint<&PaintPanel::dream_play_pause>},
    {ActionId::ThemeToggle, toggle_theme},
    {ActionId::ScaleUp, [](Lab& lab) { change_scale(lab, kScaleStep); }},
    {ActionId::ScaleDown, [](Lab& lab) { change_scale(lab, -kScaleStep); }},
    {ActionId::ToggleSides, [](Lab& lab) { lab.preferences_.sides = !lab.preferences_.sides; }},
    {ActionId::FullScreen, [](Lab& lab) { lab.window_.toggle_full_screen(); }},
    {ActionId::Help, [](Lab& lab) { lab.screen_->help.toggle(); }},
    {ActionId::Quit, [](Lab& lab) { lab.window_.ask_to_close(); }},
}};

void Lab::run_action(ActionId id) {
  static_assert(
      [] {
        for (std::size_t n = 0; n < Handlers::kRows.size(); ++n) {
          if (Handlers::kRows[n].id != static_cast<ActionId>(n)) return false;
        }
        return true;
      }(),
      "every action has its handler, in the order of ActionId");
  const auto n = static_cast<std::size_t>(id), own = Handlers::kRows.size();
  if (n < own)
    Handlers::kRows[n].run(*this);
  else
    shared_.view = &views()[n - own];
}

/// Once the run that was opened is there, with the view and the painting that were kept with it.
void Lab::restore_window(Context& context) {
  if (!following_.settings_taken || !beside_.opened.valid() ||
      beside_.opened.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
    return;
  WindowState state = beside_.opened.get();
  if (const View* view = find_view(state.view)) shared_.view = view;
  if (!state.painting.empty()) screen_->panels.of<PaintPanel>().restore(context, state.painting);
  // What is on the screen goes before what an opened run kept.
  if (shared_.menu.corner.kept().empty() && !state.corner.empty())
    shared_.menu.corner.restore(std::move(state.corner));
}

void Lab::play_script() {
  while (!script_.verbs.empty()) {
    if (!perform(script_.verbs.front())) return;  // not done yet: again after the next frame
    script_.verbs.pop_front();
    pace_.owe(2);
    // One verb a frame, so that a picture shows what came before it.
    return;
  }
}

void Lab::change_setting(const verb::ChangeSetting& change) {
  auto changed = rbm::with_setting(shared_.wanted, change.key, change.value);
  if (!changed) {
    shared_.message = changed.error().message;
    return;
  }
  shared_.wanted = *std::move(changed);
  session_->post(rbm::command::Configure{rbm::applicable_now(shared_.wanted, snapshot_->settings)});
}

/// Settings of the history: what applies now is changed once more, the rest waits as it did then.
void Lab::change_back(std::optional<rbm::TrainingSettings> settings, const char* what) {
  if (!settings) {
    shared_.message = "There is no change of settings to go through here.";
    return;
  }
  std::vector<SettingChange> changes = live_changes(shared_.wanted, *settings);
  if (changes.empty()) changes = waiting_changes(shared_.wanted, *settings);
  shared_.message = what;
  for (std::size_t n = 0; n < changes.size(); ++n)
    shared_.message += (n == 0 ? ": " : ", ") + std::string(changes[n].setting->noun) + " " +
                       changes[n].from + " → " + changes[n].to;
  shared_.message += ".";
  shared_.wanted = *std::move(settings);
  session_->post(rbm::command::Configure{rbm::applicable_now(shared_.wanted, snapshot_->settings)});
}

/// As another run, which decides what the controls show; after a question where work would be lost.
void Lab::go_on_from_moment() {
  const auto update = snapshot_->monitoring.timeline.looking_at;
  if (!update) {
    shared_.message =
        "Look back first, with [ or the slider under the curves: then the run can go on from there.";
    return;
  }
  leave_run([this, update] {
    const bool plays = snapshot_->state == rbm::RunState::Running;
    following_.awaited = session_->post(rbm::command::Branch{*update, plays});
    following_.settings_taken = false;
  });
}

/// Begins the lesson that is asked for, sets its step up, one thing a frame, and then looks what the learner does.
void Lab::follow_lesson(Context& context) {
  if (!shared_.lessons.asked.empty()) {
    if (auto begun = lessons_.start(std::exchange(shared_.lessons.asked, "")); !begun)
      shared_.message = begun.error().message;
  }
  lessons_.tell(shared_.lessons);
  LessonRun* lesson = lessons_.running();
  ui::want_enter(lesson != nullptr && lesson->is_done());
  if (lesson == nullptr) return;
  if (lesson->take_begun()) {
    if (!lesson->step().view.empty()) shared_.view = find_view(lesson->step().view);
    ui::focus_from_start();  // what the step speaks of is in the view
  }
  const bool is_settled = following_.settings_taken && snapshot_->applied >= following_.awaited &&
                          snapshot_->state != rbm::RunState::Loading && dialogs_.leaving == nullptr;
  if (!is_settled) return;
  if (lesson->take_set_up()) following_.lesson_set_up = session_->posted();
  if (snapshot_->applied < following_.lesson_set_up) return;
  if (lesson->setup().empty()) {
    const bool was_done = lesson->is_done();
    lesson->look(context, screen_->panels);
    if (lesson->is_done() != was_done) pace_.owe(2);
    return;
  }
  const Verb verb = lesson->setup().front();
  if (const auto* preset = std::get_if<verb::StartPreset>(&verb))
    start_over(preset->settings);  // after a question where work would be lost
  else if (!perform(verb))
    return;
  lesson->setup().pop_front();
  pace_.owe(2);
}

/// True some frames after it was first asked: a change of the line before needs two to be on the screen. `frame` is that
/// frame meanwhile, and −1 before and after.
bool Lab::has_settled(double& frame) const {
  const auto now = static_cast<double>(pace_.frame());
  if (frame < 0) frame = now + 4;
  if (now < frame) return false;
  frame = -1;
  return true;
}

/// True when the verb is done.
bool Lab::perform(const Verb& any) {
  struct Performer {
    Lab& lab;
    bool operator()(const verb::WaitUpdates& v) const { return lab.snapshot_->progress.updates >= v.updates; }
    bool operator()(const verb::WaitSeconds& v) const {
      if (lab.script_.wait_until < 0) lab.script_.wait_until = lab.now_s() + v.seconds;
      if (lab.now_s() < lab.script_.wait_until) return false;
      lab.script_.wait_until = -1;
      return true;
    }
    bool operator()(const verb::RunAction& v) const {
      return lab.queued_.push_back(find_action(v.name)->id), true;
    }
    bool operator()(const verb::Stroke& v) const {
      return lab.screen_->panels.of<PaintPanel>().stroke(v.points), true;
    }
    bool operator()(const verb::SetTheme& v) const {
      return ui::set_theme(v.dark ? ui::Theme::Dark : ui::Theme::Light), true;
    }
    bool operator()(const verb::SetScale& v) const { return ui::set_scale(v.scale), true; }
    bool operator()(const verb::SetSize& v) const { return lab.window_.resize(v.width, v.height), true; }
    bool operator()(const verb::SetSpeed& v) const {
      Context context = lab.context();
      return set_speed(context, v.updates_per_second), true;
    }
    bool operator()(const verb::SelectUnit& v) const { return lab.shared_.selected_unit = v.unit, true; }
    bool operator()(const verb::Picture& v) const {
      if (!lab.has_settled(lab.script_.wait_until)) return false;
      return lab.tell(lab.save_window(v.path), "Saved the picture " + v.path + "."), true;
    }
    bool operator()(const verb::ExportPicture& v) const {
      if (!lab.has_settled(lab.dialogs_.taking.settled)) return false;
      return lab.tell(lab.take_picture(v), "Saved the picture " + v.path + "."), true;
    }
    bool operator()(const verb::ExportCurves& v) const {
      return lab.tell(lab.export_curves(v.path), "Exported " + v.path + "."), true;
    }
    bool operator()(const verb::ExportFilm& v) const {
      return lab.tell(lab.start_film(v), "Recording " + v.path + "."), true;
    }
    bool operator()(const verb::ExportNumbers& v) const {
      return lab.tell(rbm::write_file(v.path, numbers_text(*lab.snapshot_)), "Exported " + v.path + "."),
             true;
    }
    bool operator()(const verb::Replay& v) const { return lab.has_replayed(v.path, lab.script_.wait_until); }
    bool operator()(const verb::OpenPath& v) const { return lab.open(v.path), true; }
    bool operator()(const verb::StartPreset& v) const { return lab.reset(v.settings), true; }
    bool operator()(const verb::ChangeSetting& v) const { return lab.change_setting(v), true; }
    bool operator()(const verb::Train& v) const {
      v.on ? lab.session_->post(rbm::command::Play{}) : lab.session_->post(rbm::command::Pause{});
      return true;
    }
    bool operator()(const verb::Confirm&) const { return lab.dialogs_.data.confirm(), true; }
    bool operator()(const verb::Quit&) const { return lab.window_.ask_to_close(), true; }
  };
  return std::visit(Performer{*this}, any);
}

}  // namespace lab
