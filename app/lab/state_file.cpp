#include "app/lab/state_file.hpp"

#include <nlohmann/json.hpp>

#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"
#include "core/files/output_file.hpp"
#include "core/learning/settings_text.hpp"

namespace lab {
namespace {

constexpr double kInterval_s = 0.05;

const char* text(rbm::RunState state) {
  switch (state) {
    case rbm::RunState::Loading:
      return "Loading";
    case rbm::RunState::Running:
      return "Running";
    case rbm::RunState::Paused:
      return "Paused";
    case rbm::RunState::Faulted:
      return "Faulted";
  }
  return "";
}

/// All of them, by their keys.
nlohmann::json settings_of(const rbm::TrainingSettings& settings) {
  return nlohmann::json::parse(rbm::to_json_text(settings));
}

}  // namespace

void StateFile::see_drawn(std::string_view view, double now_s) {
  if (drawn_view_ != view) drawn_since_s_ = now_s;
  drawn_view_ = view;
}

void StateFile::update(const Context& context, Screen& screen, std::uint64_t frame, int width, int height,
                       bool force) {
  behind_ = !path_.empty() && !force && context.now_s - last_s_ < kInterval_s;
  if (path_.empty() || behind_) return;
  last_s_ = context.now_s;
  const rbm::Snapshot& s = context.snapshot;
  nlohmann::json widgets = nlohmann::json::object();
  for (const auto& [id, rect] : ui::registered()) widgets[id] = {rect.x, rect.y, rect.w, rect.h};
  nlohmann::json state{{"frame", frame},
                       {"applied", s.applied},
                       {"state", text(s.state)},
                       {"updates", s.progress.updates},
                       {"epochs", s.progress.epochs},
                       {"seconds", s.progress.seconds},
                       {"at_s", s.progress.at_s},
                       {"images_per_second", s.progress.images_per_second},
                       {"view", context.shared.view->id},
                       {"drawn", {{"view", drawn_view_}, {"since_s", drawn_since_s_}}},
                       {"theme", ui::theme() == ui::Theme::Dark ? "dark" : "light"},
                       {"scale", ui::scale()},
                       {"fault", s.messages.fault},
                       {"notice", s.messages.notice},
                       {"kept", {{"updates", s.kept.updates}, {"failed", s.kept.failed}}},
                       {"moments", {{"bytes", s.monitoring.timeline.bytes}}},
                       {"message", context.shared.message},
                       {"help", screen.help.is_open()},
                       {"lesson",
                        {{"id", context.shared.lessons.running},
                         {"step", context.shared.lessons.step},
                         {"steps", context.shared.lessons.steps},
                         {"done", context.shared.lessons.step_done}}},
                       {"focused", ui::focused()},
                       {"selected_unit", context.shared.selected_unit},
                       {"settings", settings_of(s.settings)},
                       {"wanted", settings_of(context.shared.wanted)},
                       {"curves_points", s.monitoring.curves ? s.monitoring.curves->size() : 0},
                       {"window", {{"width", width}, {"height", height}}},
                       {"widgets", widgets}};
  for (const View& view : views()) {
    if (view.state != nullptr) state[view.id] = view.state(screen.panels);
  }
  // Tests read again what they could not read now; a state that cannot be written is not worth stopping for.
  (void)rbm::write_file(path_, state.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace lab
