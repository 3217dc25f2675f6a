#include "app/lab/lab.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <thread>
#include <utility>

#include "app/ui/pointer.hpp"
#include "app/ui/theme.hpp"
#include "core/run/interruption.hpp"
#include "core/run/run_folder.hpp"

namespace lab {

Lab::Lab(const Options& options, Window window, Preferences preferences, std::string preferences_path,
         std::vector<Verb> script)
    : options_(options),
      window_(std::move(window)),
      preferences_(std::move(preferences)),
      preferences_file_(std::move(preferences_path), preferences_),
      screen_(std::make_unique<Screen>()),
      kept_{KeptOffer(options.keep), RecentRuns(options.keep, &Window::wake),
            RunShelf(options.keep, &Window::wake), RunReplay(&Window::wake)},
      lessons_(lesson_folders(options.lessons)),
      state_(options.state),
      script_{.verbs = {script.begin(), script.end()}} {
  ui::set_own_font(rbm::asset_root() + "/fonts/signs.ttf");
  ui::set_theme(preferences_.theme == "light" ? ui::Theme::Light : ui::Theme::Dark);
  ui::set_scale(preferences_.scale > 0 ? preferences_.scale : window_.content_scale());
  shared_.wanted = options_.training;
  shared_.presets = rbm::all_presets();
  shared_.lessons.asked = options_.lesson;
  shared_.lessons.classroom = options_.classroom || preferences_.classroom;
  if (!lessons_.troubles().empty()) shared_.message = lessons_.troubles().front();
  const bool play = !options_.paused && options_.look_at.empty();
  const auto also = [box = beside_.box](rbm::TensorFile& file) { add_window_state(box->get(), file); };
  session_ = std::make_unique<rbm::Session>(
      options_.training, play, &Window::wake, rbm::Probes{},
      rbm::Keeping{.folder = options_.keep, .every_s = options_.keep_every_s, .also = also});
  // What a script or a test does is not to depend on it.
  if (!options_.fast && options_.script.empty() && options_.state.empty() && options_.model.empty())
    session_->post(rbm::command::Pace{.begins_slowly = true});
  if (options_.script == "-") script_.input.emplace(STDIN_FILENO);
  if (!options_.look_at.empty()) dialogs_.data.look_at(options_.look_at, options_.training);
  if (!options_.model.empty()) open_model(options_.model, false);
  test_digits_ = std::async(std::launch::async, [] { return rbm::load_dataset("mnist:test"); });
}

Lab::~Lab() = default;

double Lab::now_s() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

int Lab::run() {
  if (!script_.verbs.empty()) window_.park_cursor();  // no tooltip in its pictures
  while (!may_close()) {
    const bool input = window_.wait_events(next_frame_delay(false));
    if (rbm::caught_signal() != 0) window_.ask_to_close();
    take_commands();
    if (input) pace_.see_input(now_s());
    // While training rests, only what the worker answers is a reason to draw.
    if ((!is_training() && session_->snapshot() != snapshot_) || kept_.shelf.has_news() ||
        kept_.recent.has_news() || kept_.replay.has_news())
      pace_.owe(2);
    if (!window_.visible()) continue;  // minimised: nothing is drawn, no snapshot is asked for
    if (next_frame_delay(input) > 0.0005) continue;
    frame();
  }
  stop_film();
  preferences_file_.finish(present_preferences());
  return rbm::status_of_signal();
}

FrameCause Lab::frame_cause(bool input) const {
  const bool plays_script = !script_.verbs.empty();
  return {.input = input || state_.is_behind() || preferences_file_.is_behind(),
          .moving = plays_script || is_animating(),
          .training = is_training(),
          .focused = window_.focused() || plays_script,
          .software = window_.software(),
          // Asking the display for it takes a while, and software has a limit of its own.
          .refresh_hz = window_.software() ? 0 : window_.refresh_rate()};
}

/// Seconds until the next frame is due; waiting ends early for input.
double Lab::next_frame_delay(bool input) const {
  return pace_.delay(now_s(), frame_cause(input));
}

bool Lab::is_training() const {
  return snapshot_ == nullptr || snapshot_->state == rbm::RunState::Running ||
         snapshot_->state == rbm::RunState::Loading;
}

/// A training that the eye can follow is shown update by update.
bool Lab::is_slow() const {
  return snapshot_ != nullptr && snapshot_->pace.updates_per_second > 0 &&
         snapshot_->state == rbm::RunState::Running;
}

bool Lab::is_animating() const {
  return dialogs_.taking.film != nullptr || dialogs_.data.is_busy() || is_slow() ||
         screen_->animating(*shared_.view);
}

/// Whether this frame asks the worker for what is new. Where it is awaited it always does.
bool Lab::takes_news() {
  const bool is_awaited = !is_training() || is_slow() || !script_.verbs.empty() ||
                          dialogs_.taking.film != nullptr || snapshot_ == nullptr ||
                          snapshot_->applied < session_->posted();
  return pace_.takes_news(now_s(), frame_cause(false)) || is_awaited;
}

Context Lab::context() {
  return Context{*snapshot_,
                 shared_,
                 pool_,
                 now_s(),
                 [this](rbm::command::Command command) { session_->post(std::move(command)); },
                 [this](ActionId id) { queue(id); },
                 [this](rbm::TrainingSettings settings) { start_over(std::move(settings)); },
                 following_.has_news};
}

/// The learner or the panel that was pressed asks for it.
void Lab::queue(ActionId id) {
  queued_.push_back(id);
  if (LessonRun* lesson = lessons_.running()) lesson->note(action(id).name);
}

void Lab::run_queued() {
  for (std::size_t i = 0; i < queued_.size(); ++i) run_action(queued_[i]);
  if (!queued_.empty()) pace_.owe(2);
  queued_.clear();
}

/// The line below the top bar: a lesson, else the run of last time, else the offer of the first lesson.
float Lab::draw_line(float x, float y, float width) {
  const bool is_lesson = lessons_.running() != nullptr;
  if (!is_lesson && kept_.offer.is_open())
    return kept_.offer.draw(x, y, width, [this](const std::string& path) {
      leave_run([this, path] { open_model(path, true); });
    });
  // No line comes and goes with the verbs of a script.
  return lessons_.draw_line(preferences_, x, y, width, options_.script.empty());
}

/// What the worker and the readers of files have since the last frame.
void Lab::take_news() {
  following_.has_news = takes_news();
  if (following_.has_news) snapshot_ = session_->snapshot();
  if (!snapshot_) snapshot_ = std::make_shared<const rbm::Snapshot>();
  if (snapshot_->version != following_.seen_version && snapshot_->model != nullptr &&
      snapshot_->applied >= following_.awaited) {
    // A reset or an opened model decides what the controls show.
    if (!following_.settings_taken) shared_.wanted = snapshot_->settings;
    following_.settings_taken = true;
    if (shared_.selected_unit >= snapshot_->model->hidden()) shared_.selected_unit = -1;
  }
  following_.seen_version = snapshot_->version;
  if (test_digits_.valid() && test_digits_.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
    auto digits = test_digits_.get();
    if (digits)
      shared_.test = std::make_shared<const rbm::Dataset>(std::move(*digits));
    else
      shared_.message = digits.error().message;
  }
}

void Lab::frame() {
  pace_.begin_frame(now_s());
  take_news();
  Context before = context();
  for (const View& view : views()) {
    if (view.publish != nullptr) view.publish(screen_->panels, before);
  }
  // What a key asks for shows in this frame; what the mouse presses, draws or drags goes before it, in the view that it
  // belongs to.
  if (!ui::pointer().is_in_use()) {
    handle_input();
    run_queued();
  }
  shared_.hovered.unit = shared_.hovered.next;
  shared_.hovered.next = -1;

  window_.begin_frame();
  ui::begin_frame();
  Context ctx = context();
  restore_window(ctx);
  shared_.lessons.cards = lessons_.cards(preferences_);
  shared_.runs.swap_held = window_.is_down(ui::kKeyX) && !ImGui::GetIO().WantTextInput;
  kept_.recent.follow();
  kept_.shelf.follow(shared_.runs, snapshot_->kept.path, snapshot_->kept.updates, now_s());
  const View* const drawn = shared_.view;
  screen_->draw(ctx, preferences_, [this](float x, float y, float width) { return draw_line(x, y, width); });
  lessons_.draw_light();
  draw_dialogs(ctx);
  if (following_.settings_taken && !ImGui::IsAnyItemActive())
    shared_.history.look(snapshot_->run, shared_.wanted);
  window_.end_frame();
  pace_.end_frame(now_s());
  state_.see_drawn(drawn->id, now_s());

  if (auto written = preferences_file_.follow(present_preferences(), now_s()); !written)
    shared_.message = written.error().message;
  if (shared_.watch != following_.watch) {
    following_.watch = shared_.watch;
    session_->post(following_.watch);
  }
  handle_input();
  follow_runs();
  play_script();
  if (dialogs_.taking.ready) {
    pace_.owe(2);
    if (perform(*dialogs_.taking.ready)) dialogs_.taking.ready.reset();
  }
  follow_film();
  run_queued();
  follow_lesson(ctx);
  remember_window();
  state_.update(ctx, *screen_, pace_.frame(), window_.width(), window_.height(), window_.should_close());
}

void Lab::handle_input() {
  const bool typing = ImGui::GetIO().WantTextInput;
  while (const auto pressed = window_.take_key()) {
    const ui::Shortcut& key = *pressed;
    if (dialogs_.files.is_open() || dialogs_.data.is_open()) {
      const bool confirms = key.key == ui::kKeyEnter, cancels = key.key == ui::kKeyEscape;
      if (!cancels && (!typing || key.key == ui::kKeyTab) && ui::focus_key(key)) continue;
      if (!confirms && !cancels) continue;
      if (dialogs_.files.is_open())
        confirms ? dialogs_.files.confirm() : dialogs_.files.cancel();
      else
        confirms ? dialogs_.data.confirm() : dialogs_.data.cancel();
      // The keys behind it are meant for what comes after the dialog, which is gone with the next frame.
      pace_.owe(2);
      break;
    }
    // What lies over the list of presets is closed first.
    const bool is_covered =
        screen_->help.is_open() ||
        ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel);
    if (key.key == ui::kKeyEscape && !typing && !is_covered && screen_->controls.close_presets()) continue;
    if ((!typing || key.key == ui::kKeyTab) && ui::focus_key(key)) continue;
    if (key.key == ui::kKeyEscape) {
      dialogs_.leaving = nullptr;
      closing_ = {};
      dialogs_.taking.menu.close();
      if (screen_->help.is_open()) screen_->help.close();
      continue;
    }
    const bool plain_key = !key.ctrl && !key.alt && key.key < ui::kKeyF1;
    if (typing && plain_key) continue;
    if (key.key == ui::kKeyEnter && lessons_.go_on(preferences_)) continue;
    if (const Action* found = find_action(key)) {
      if (shows_view(found->id)) ui::focus_from_start();
      queue(found->id);
    }
  }
  for (const std::string& path : window_.take_dropped()) {
    open(path);
  }
}

/// A model, a checkpoint, data or a picture that was taken away: told by its content.
void Lab::open(const std::string& path) {
  if (open_picture(path)) return;
  dialogs_.data.look_at(path, shared_.wanted);
}

/// For the list of models to build on.
void Lab::remember_model(const std::string& path) {
  std::erase(shared_.model_files, path);
  shared_.model_files.insert(shared_.model_files.begin(), path);
}

/// With this view in place of that of the file, if there is one.
void Lab::open_model(const std::string& path, bool plays, const std::string& view) {
  if (!options_.keep.empty() && rbm::is_run_folder(path)) kept_.shelf.ask({RunWish::Kind::Add, path});
  following_.awaited = session_->post(rbm::command::Open{path, plays});
  beside_.opened = std::async(std::launch::async, [path, view] {
    const auto file = rbm::read_tensors(rbm::resolved_run(path));
    WindowState state = file ? window_state_of(*file) : WindowState();
    if (!view.empty()) state.view = view;
    return state;
  });
  following_.settings_taken = false;
}

/// Does what ends the run: at once where the run is kept, or is not worth a question, else once that is confirmed.
void Lab::leave_run(std::function<void()> go_on) {
  const bool is_kept = snapshot_->kept.is_on && snapshot_->kept.failed.empty();
  // Less than an epoch is repeated in seconds; more is work. A script has nobody to be asked.
  if (snapshot_->unsaved && snapshot_->progress.epochs >= 1 && !is_kept && script_.verbs.empty())
    dialogs_.leaving = std::move(go_on);
  else
    go_on();
}

void Lab::start_over(rbm::TrainingSettings settings) {
  leave_run([this, settings = std::move(settings)] { reset(settings); });
}

void Lab::reset(rbm::TrainingSettings settings, rbm::LoadedSource source) {
  shared_.wanted = std::move(settings);
  following_.awaited = session_->post(rbm::command::Reset{shared_.wanted, std::move(source)});
  following_.settings_taken = false;
}

void Lab::ask_for_file(FileDialog::Purpose purpose) {
  const std::string name = purpose == FileDialog::Purpose::ExportCurves ? "curves.csv" : dialogs_.file_name;
  if (purpose == FileDialog::Purpose::Open) kept_.recent.look();
  const bool saves = purpose != FileDialog::Purpose::Open && purpose != FileDialog::Purpose::BuildOn &&
                     purpose != FileDialog::Purpose::AddRuns;
  dialogs_.files.ask(purpose, preferences_.folder, saves ? name : "");
}

void Lab::draw_dialogs(Context& context) {
  const auto chosen = [&](FileDialog::Purpose purpose, const std::string& path) {
    const std::filesystem::path file(path);
    preferences_.folder = file.parent_path().string();
    switch (purpose) {
      case FileDialog::Purpose::TakeAway:
        take_away_to(path);
        break;
      case FileDialog::Purpose::AddRuns:
        kept_.shelf.ask({RunWish::Kind::Add, path});
        break;
      case FileDialog::Purpose::Open:
        open(path);
        break;
      case FileDialog::Purpose::BuildOn:
        screen_->controls.build_on(context, path);
        break;
      case FileDialog::Purpose::Save:
      case FileDialog::Purpose::SaveCheckpoint:
        remember_model(path);
        dialogs_.file_name = file.filename().string();
        session_->post(rbm::command::Save{path, purpose == FileDialog::Purpose::SaveCheckpoint});
        break;
      case FileDialog::Purpose::ExportCurves:
        tell(export_curves(path), "Exported " + path + ".");
        break;
    }
  };
  dialogs_.files.draw(chosen, {.height = [this] { return kept_.recent.height(); },
                               .draw =
                                   [this] {
                                     const auto path = kept_.recent.draw();
                                     if (path) leave_run([this, path] { open_model(*path, true); });
                                     return path.has_value();
                                   }});

  dialogs_.data.draw({.open_model =
                          [&](const std::string& path) {
                            remember_model(path);
                            dialogs_.file_name = std::filesystem::path(path).filename().string();
                            leave_run([this, path] { open_model(path, false); });
                          },
                      .train =
                          [&](rbm::TrainingSettings settings, rbm::LoadedSource source) {
                            leave_run([this, settings = std::move(settings), source = std::move(source)] {
                              reset(settings, source);
                              session_->post(rbm::command::Play{});
                            });
                          }});

  draw_take_away();
  draw_leaving_question(context.snapshot.progress.epochs);
  draw_closing_question();
}

void Lab::draw_leaving_question(double epochs) {
  if (dialogs_.leaving) ImGui::OpenPopup("###reset");
  if (!ui::begin_dialog("Reset###reset", ImGuiWindowFlags_AlwaysAutoResize)) return;
  ui::heading("Leave this run?");
  const std::string lost = "The model has learned for " +
                           std::to_string(static_cast<long>(std::floor(epochs))) +
                           " epochs and is neither saved nor kept.";
  ImGui::TextUnformatted(lost.c_str());
  ImGui::Dummy({0, ui::px(8)});
  if (ui::button("reset.confirm", "Leave it", "What it has learned is lost.", ui::Icon::Reset,
                 ui::Emphasis::Danger))
    std::exchange(dialogs_.leaving, nullptr)();
  ImGui::SameLine();
  if (ui::button("reset.save", "Save first", "Opens the dialog that saves all of the run; leave it then.",
                 ui::Icon::Save)) {
    dialogs_.leaving = nullptr;
    ask_for_file(FileDialog::Purpose::SaveCheckpoint);
  }
  ImGui::SameLine();
  if (ui::button("reset.cancel", "Stay", "Escape does the same.")) dialogs_.leaving = nullptr;
  if (!dialogs_.leaving) ImGui::CloseCurrentPopup();
  ImGui::EndPopup();
}

/// For the worker, when it keeps the run.
void Lab::remember_window() {
  const Corner& corner = shared_.menu.corner;
  if (beside_.view == shared_.view && beside_.painted_version == shared_.painted_version &&
      beside_.corner_version == corner.version())
    return;
  beside_.view = shared_.view;
  beside_.painted_version = shared_.painted_version;
  beside_.corner_version = corner.version();
  beside_.box->put({shared_.view->id, shared_.painted, {corner.kept().begin(), corner.kept().end()}});
}

const Preferences& Lab::present_preferences() {
  preferences_.width = window_.width();
  preferences_.height = window_.height();
  if (!options_.classroom) preferences_.classroom = shared_.lessons.classroom;
  return preferences_;
}

}  // namespace lab
