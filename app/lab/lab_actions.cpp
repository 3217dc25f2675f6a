// What each action of the action table and each verb of a script does.
#include <algorithm>
#include <filesystem>

#include "app/lab/lab.hpp"
#include "app/ui/theme.hpp"

namespace lab {
namespace {

constexpr float kScaleStep = 0.25f;

}  // namespace

void Lab::run_action(ActionId id) {
  using namespace rbm::command;
  Context ctx = context();
  switch (id) {
    case ActionId::PlayPause:
      if (snapshot_->state == rbm::RunState::Running)
        session_->post(Pause{});
      else
        session_->post(Play{});
      break;
    case ActionId::StepBatch:
      session_->post(Step{1});
      break;
    case ActionId::StepEpoch:
      session_->post(StepEpoch{});
      break;
    case ActionId::Reset:
      start_over(shared_.wanted);
      break;
    case ActionId::Save:
      ask_for_file(FileDialog::Purpose::Save);
      break;
    case ActionId::SaveCheckpoint:
      ask_for_file(FileDialog::Purpose::SaveCheckpoint);
      break;
    case ActionId::Open:
      ask_for_file(FileDialog::Purpose::Open);
      break;
    case ActionId::ExportCurves:
      ask_for_file(FileDialog::Purpose::ExportCurves);
      break;
    case ActionId::ExportPicture: {
      std::string path;
      for (int n = 1; path.empty() || std::filesystem::exists(path); ++n)
        path = "rbm-lab-" + std::to_string(n) + ".png";
      const auto saved = window_.save_picture(path);
      shared_.message = saved ? "Saved the picture " + path + "." : saved.error().message;
      break;
    }
    case ActionId::ViewWatch:
    case ActionId::ViewFilters:
    case ActionId::ViewHidden:
    case ActionId::ViewReconstructions:
    case ActionId::ViewChains:
    case ActionId::ViewPaint:
    case ActionId::ViewCurves:
    case ActionId::ViewHealth:
    case ActionId::ViewHeights:
    case ActionId::ViewExact:
      shared_.view = std::ranges::find(tabs(), id, &Tab::action)->view;
      break;
    case ActionId::GibbsPlay:
      screen_->chains.play_pause();
      break;
    case ActionId::GibbsHalf:
      screen_->chains.half_step(ctx);
      break;
    case ActionId::GibbsFull:
      screen_->chains.full_step(ctx);
      break;
    case ActionId::GibbsRedraw:
      screen_->chains.redraw(ctx);
      break;
    case ActionId::GibbsRestart:
      screen_->chains.restart(ctx);
      break;
    case ActionId::PaintUndo:
      screen_->paint.undo();
      break;
    case ActionId::PaintRedo:
      screen_->paint.redo();
      break;
    case ActionId::PaintClear:
      screen_->paint.clear();
      break;
    case ActionId::PaintDigit:
      screen_->paint.random_digit(ctx);
      break;
    case ActionId::PaintDream:
      screen_->paint.dream_play_pause();
      break;
    case ActionId::ThemeToggle:
      ui::set_theme(ui::theme() == ui::Theme::Dark ? ui::Theme::Light : ui::Theme::Dark);
      preferences_.theme = ui::theme() == ui::Theme::Dark ? "dark" : "light";
      break;
    case ActionId::ScaleUp:
    case ActionId::ScaleDown:
      ui::set_scale(ui::scale() + (id == ActionId::ScaleUp ? kScaleStep : -kScaleStep));
      preferences_.scale = ui::scale();
      break;
    case ActionId::ToggleSides:
      preferences_.sides = !preferences_.sides;
      break;
    case ActionId::FullScreen:
      window_.toggle_full_screen();
      break;
    case ActionId::Help:
      screen_->help.toggle();
      break;
    case ActionId::Quit:
      window_.ask_to_close();
      break;
  }
}

void Lab::play_script() {
  while (!script_.empty()) {
    if (!perform(script_.front())) return;  // not done yet: again after the next frame
    script_.pop_front();
    frames_owed_ = std::max(frames_owed_, 2);
    // One verb a frame, so that a picture shows what came before it.
    return;
  }
}

/// True when the verb is done.
bool Lab::perform(const Verb& any) {
  struct Performer {
    Lab& lab;
    bool operator()(const verb::WaitUpdates& v) const { return lab.snapshot_->updates >= v.updates; }
    bool operator()(const verb::WaitSeconds& v) const {
      if (lab.script_wait_until_s_ < 0) lab.script_wait_until_s_ = lab.now_s() + v.seconds;
      if (lab.now_s() < lab.script_wait_until_s_) return false;
      lab.script_wait_until_s_ = -1;
      return true;
    }
    bool operator()(const verb::RunAction& v) const {
      return lab.queued_.push_back(find_action(v.name)->id), true;
    }
    bool operator()(const verb::Stroke& v) const { return lab.screen_->paint.stroke(v.points), true; }
    bool operator()(const verb::SetTheme& v) const {
      return ui::set_theme(v.dark ? ui::Theme::Dark : ui::Theme::Light), true;
    }
    bool operator()(const verb::SetScale& v) const { return ui::set_scale(v.scale), true; }
    bool operator()(const verb::SetSize& v) const { return lab.window_.resize(v.width, v.height), true; }
    bool operator()(const verb::SelectUnit& v) const { return lab.shared_.selected_unit = v.unit, true; }
    bool operator()(const verb::Picture& v) const {
      // A change of the line before needs two frames to be on the screen.
      if (lab.script_wait_until_s_ < 0) {
        lab.script_wait_until_s_ = static_cast<double>(lab.frame_ + 4);
        return false;
      }
      if (static_cast<double>(lab.frame_) < lab.script_wait_until_s_) return false;
      lab.script_wait_until_s_ = -1;
      if (const auto saved = lab.window_.save_picture(v.path); !saved)
        lab.shared_.message = saved.error().message;
      else
        lab.shared_.message = "Saved the picture " + v.path + ".";
      return true;
    }
    bool operator()(const verb::OpenPath& v) const { return lab.open(v.path), true; }
    bool operator()(const verb::StartPreset& v) const { return lab.reset(v.settings), true; }
    bool operator()(const verb::Confirm&) const { return lab.data_.confirm(), true; }
    bool operator()(const verb::Quit&) const { return lab.window_.ask_to_close(), true; }
  };
  return std::visit(Performer{*this}, any);
}

}  // namespace lab
