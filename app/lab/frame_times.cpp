#include "app/lab/frame_times.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "app/lab/preferences.hpp"
#include "app/lab/screen.hpp"
#include "app/panels/send_menu.hpp"
#include "app/ui/theme.hpp"
#include "core/data/dataset.hpp"
#include "core/session/session.hpp"

namespace lab {
namespace {

constexpr int kWarmUp = 10;                  // frames in which a view makes what it shows
constexpr std::uint64_t kFirstUpdate = 200;  // then there is something to see
constexpr int kLongestWait_ms = 100;

double thread_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// An ImGui that draws nowhere.
struct Nowhere {
  Nowhere(int width, int height) {
    ImGui::CreateContext();
    ImGui::GetIO().IniFilename = nullptr;
    ImGui::GetIO().DisplaySize = {static_cast<float>(width), static_cast<float>(height)};
    ui::set_theme(ui::Theme::Dark);
    ui::set_scale(1);
  }
  ~Nowhere() { ImGui::DestroyContext(); }
  Nowhere(const Nowhere&) = delete;
  Nowhere& operator=(const Nowhere&) = delete;
};

class Bench {
 public:
  Bench(const rbm::TrainingSettings& settings, int width, int height)
      : nowhere_(width, height), session_(settings, true) {
    shared_.wanted = settings;
    shared_.presets = rbm::all_presets();
    if (auto digits = rbm::load_dataset("mnist:test"))
      shared_.test = std::make_shared<const rbm::Dataset>(std::move(*digits));
  }

  /// Until the run has begun.
  rbm::Result<void> begin() {
    for (;;) {
      take_next(nullptr);
      if (snapshot_ != nullptr && !snapshot_->messages.fault.empty())
        return rbm::fail(rbm::ErrorCode::BadArgument, snapshot_->messages.fault);
      if (snapshot_ != nullptr && snapshot_->model != nullptr && snapshot_->progress.updates >= kFirstUpdate)
        break;
    }
    shared_.wanted = snapshot_->settings;
    shared_.selected_unit = 0;
    frame();  // makes the canvas of the model's pictures
    return {};
  }

  FrameTime measure(const View& view, int frames) {
    shared_.view = &view;
    std::vector<double> times;
    for (int n = -kWarmUp; n < frames; ++n) {
      take_next(snapshot_.get());
      const double from = thread_seconds();
      frame();
      if (n >= 0) times.push_back(1e3 * (thread_seconds() - from));
      if (n == -kWarmUp) enliven(view.id);
    }
    std::ranges::sort(times);
    return {view.id, times[times.size() / 2], times[times.size() * 95 / 100], times.back()};
  }

 private:
  /// A newer snapshot than the last one, if there is one soon.
  void take_next(const rbm::Snapshot* last) {
    for (int waited = 0; waited < kLongestWait_ms; waited += 2) {
      snapshot_ = session_.snapshot();
      if (snapshot_ != nullptr && snapshot_.get() != last) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }

  void frame() {
    ImGui::GetIO().DeltaTime = 1.0f / 60;
    ui::prepare_fonts();
    ImGui::NewFrame();
    ui::begin_frame();
    shared_.hovered = {};
    Context now = context();
    screen_.draw(now, preferences_);
    ImGui::Render();
    if (watched_ == shared_.watch) return;
    watched_ = shared_.watch;
    session_.post(watched_);
  }

  Context context() {
    return {*snapshot_,
            shared_,
            pool_,
            wall_seconds(),
            [this](rbm::command::Command command) { session_.post(std::move(command)); },
            [](ActionId) {},
            [](const rbm::TrainingSettings&) {}};
  }

  /// A painting to answer: an image that was sent there.
  void enliven(const std::string& view) {
    const rbm::Dataset& data = *snapshot_->data.train;
    if (view != "paint" || data.shape != rbm::picture_shape(*snapshot_->model)) return;
    std::vector<float> picture(static_cast<std::size_t>(data.shape.pixels()));
    data.row(0, picture.data());
    Context now = context();
    send(now, Destination::Paint, picture, "training image 0");
  }

  Nowhere nowhere_;
  rbm::Session session_;
  rbm::ThreadPool pool_{1};
  Shared shared_;
  rbm::command::Watch watched_;
  Preferences preferences_;
  Screen screen_;
  std::shared_ptr<const rbm::Snapshot> snapshot_;
};

}  // namespace

rbm::Result<std::vector<FrameTime>> measure_frames(const rbm::TrainingSettings& settings, int width,
                                                   int height, int frames) {
  Bench bench(settings, width, height);
  if (auto begun = bench.begin(); !begun) return rbm::Unexpected{begun.error()};
  std::vector<FrameTime> out;
  for (const View& view : views()) out.push_back(bench.measure(view, std::max(1, frames)));
  return out;
}

}  // namespace lab
