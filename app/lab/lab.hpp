// Lab: the program with its window. Main thread only.
#pragma once

#include <deque>
#include <future>
#include <memory>
#include <optional>

#include "app/lab/data_dialog.hpp"
#include "app/lab/file_dialog.hpp"
#include "app/lab/options.hpp"
#include "app/lab/preferences.hpp"
#include "app/lab/screen.hpp"
#include "app/lab/script.hpp"
#include "app/lab/state_file.hpp"
#include "app/lab/window.hpp"
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
  void frame();
  void handle_input();
  void run_action(ActionId id);
  void play_script();
  bool perform(const Verb& verb);
  void draw_dialogs(Context& context);
  void ask_for_file(FileDialog::Purpose purpose);
  void start_over(rbm::TrainingSettings settings);
  void reset(rbm::TrainingSettings settings, rbm::LoadedSource source = {});
  void open(const std::string& path);
  void save_preferences_now();
  double next_frame_delay(bool input) const;
  bool is_training() const;
  bool is_animating() const;
  Context context();
  double now_s() const;

  Options options_;
  Window window_;
  Preferences preferences_;
  std::string preferences_path_;
  std::unique_ptr<rbm::Session> session_;
  rbm::ThreadPool pool_{1};  // what-if maths of the window
  std::shared_ptr<const rbm::Snapshot> snapshot_;
  std::uint64_t seen_version_ = 0;
  Shared shared_;
  rbm::command::Watch posted_watch_;
  std::unique_ptr<Screen> screen_;
  FileDialog files_;
  DataDialog data_;
  StateFile state_;
  std::future<rbm::Result<rbm::Dataset>> test_digits_;

  std::vector<ActionId> queued_;  // actions asked for during a frame
  std::deque<Verb> script_;
  double script_wait_until_s_ = -1;
  bool settings_taken_ = false;
  std::optional<rbm::TrainingSettings> asking_reset_;  // what waits for an answer
  std::uint64_t awaited_ = 0;                          // the command whose settings the controls are to show
  std::uint64_t frame_ = 0;
  double last_frame_s_ = 0, last_input_s_ = -10;
  int frames_owed_ = 3;  // after input ImGui needs a few frames to settle
  std::string file_name_ = "model.safetensors";
};

}  // namespace lab
