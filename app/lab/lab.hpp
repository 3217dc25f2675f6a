// Lab: the program with its window. Main thread only.
#pragma once

#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <optional>

#include "app/lab/command_input.hpp"
#include "app/lab/data_dialog.hpp"
#include "app/lab/file_dialog.hpp"
#include "app/lab/film.hpp"
#include "app/lab/frame_pace.hpp"
#include "app/lab/kept_offer.hpp"
#include "app/lab/lessons.hpp"
#include "app/lab/options.hpp"
#include "app/lab/preferences_file.hpp"
#include "app/lab/recent_runs.hpp"
#include "app/lab/run_replay.hpp"
#include "app/lab/run_shelf.hpp"
#include "app/lab/screen.hpp"
#include "app/lab/script.hpp"
#include "app/lab/state_file.hpp"
#include "app/lab/take_away.hpp"
#include "app/lab/window.hpp"
#include "app/lab/window_state.hpp"
#include "core/run/curves_svg.hpp"
#include "core/session/session.hpp"

namespace lab {

class Lab {
 public:
  Lab(const Options& options, Window window, Preferences preferences, std::string preferences_path,
      std::vector<Verb> script);
  ~Lab();
  /// Runs until the window is closed; the program's exit status.
  int run();

 private:
  struct Handlers;
  void take_news();
  void frame();
  void handle_input();
  void run_action(ActionId id);
  void play_script();
  bool perform(const Verb& verb);
  bool has_settled(double& frame) const;
  void change_setting(const verb::ChangeSetting& change);
  void change_back(std::optional<rbm::TrainingSettings> settings, const char* what);
  void go_on_from_moment();
  void follow_lesson(Context& context);
  void queue(ActionId id);
  void run_queued();
  float draw_line(float x, float y, float width);
  void draw_dialogs(Context& context);
  void leave_run(std::function<void()> go_on);
  void draw_leaving_question(double epochs);
  bool may_close();
  void draw_closing_question();
  void ask_for_file(FileDialog::Purpose purpose);
  void start_over(rbm::TrainingSettings settings);
  void reset(rbm::TrainingSettings settings, rbm::LoadedSource source = {});
  void open(const std::string& path);
  void remember_model(const std::string& path);
  void open_model(const std::string& path, bool plays, const std::string& view = "");
  const Preferences& present_preferences();
  void follow_runs();
  void replay(const std::string& path, const std::string& key, const std::string& title);
  bool has_replayed(const std::string& path, double& began);
  void replay_chosen();
  void compare_moment();
  rbm::Result<void> save_png(const std::string& path, const Pixels& pixels, const std::string& part);
  rbm::Result<void> save_window(const std::string& path);
  rbm::Result<void> take_picture(const verb::ExportPicture& wanted);
  std::vector<rbm::NamedCurves> curves_in_view() const;
  rbm::Result<void> export_curves(const std::string& path);
  rbm::Result<void> start_film(const verb::ExportFilm& wanted);
  void draw_hidden_frame(int width, int height);
  void follow_film();
  void stop_film();
  void tell(const rbm::Result<void>& done, const std::string& what);
  void draw_take_away();
  void take_away_to(const std::string& path);
  bool open_picture(const std::string& path);
  void take_commands();
  void remember_window();
  void restore_window(Context& context);
  FrameCause frame_cause(bool input) const;
  double next_frame_delay(bool input) const;
  bool takes_news();
  bool is_training() const;
  bool is_slow() const;
  bool is_animating() const;
  Context context();
  double now_s() const;

  /// What is on its way out of the window.
  struct Taking {
    TakeAway menu;
    std::optional<Verb> asked, ready;  // waits for the name of a file, and for the end of the frame
    std::unique_ptr<Film> film;        // that is being recorded, …
    verb::ExportFilm filmed;           // … as was wanted
    double begun_s = 0;
    double settled = -1;  // the frame from which on a picture shows what was done before it
  };
  /// What is open over the screen.
  struct Dialogs {
    FileDialog files;
    DataDialog data;
    Taking taking;
    std::function<void()> leaving;                // what ends the run, and waits for an answer
    std::string file_name = "model.safetensors";  // proposed for saving
  };
  /// From which snapshot on the controls show the worker's settings in place of the user's.
  struct Following {
    std::uint64_t seen_version = 0;
    std::uint64_t awaited = 0;        // the command whose settings the controls are to show
    std::uint64_t lesson_set_up = 0;  // the last command before the step of a lesson began
    bool settings_taken = false;
    bool has_news = true;  // the present frame: Context
    rbm::command::Watch watch;  // the last one that was posted
  };
  struct Playback {
    std::deque<Verb> verbs;                  // still to be done
    double wait_until = -1;                  // a moment in seconds, or a frame; -1: not waiting
    std::optional<CommandInput> input = {};  // from where more of them come
  };
  /// The wish to close: what was asked of the worker, and what went wrong.
  struct Closing {
    std::optional<std::uint64_t> number;  // the Keep that is waited for
    std::uint64_t answered = 0;           // commands up to this number had their answers before
    std::string failure;                  // why it is asked; empty: it is not
    bool is_decided = false;              // the answer was to close
  };
  /// What goes with the run into its file, and what came with the one that is opened.
  struct Beside {
    std::shared_ptr<WindowStateBox> box = std::make_shared<WindowStateBox>();
    const View* view = nullptr;  // of what is in the box
    std::uint64_t painted_version = 0, corner_version = 0;
    std::future<WindowState> opened;
  };
  /// The runs that windows kept: the last one is offered, all are listed.
  struct Kept {
    KeptOffer offer;
    RecentRuns recent;
    RunShelf shelf;
    RunReplay replay;
  };

  Options options_;
  Window window_;
  Preferences preferences_;
  PreferencesFile preferences_file_;
  std::unique_ptr<rbm::Session> session_;
  rbm::ThreadPool pool_{1};  // what-if maths of the window
  std::shared_ptr<const rbm::Snapshot> snapshot_;
  Following following_;
  Shared shared_;
  std::unique_ptr<Screen> screen_;
  Dialogs dialogs_;
  Kept kept_;
  Lessons lessons_;
  Closing closing_;
  StateFile state_;
  std::future<rbm::Result<rbm::Dataset>> test_digits_;
  std::vector<ActionId> queued_;  // actions asked for during a frame
  Playback script_;
  Beside beside_;
  FramePace pace_;
};

}  // namespace lab
