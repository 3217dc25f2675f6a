#include "app/panels/run_state.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "app/panels/format_text.hpp"
#include "app/panels/speed_control.hpp"
#include "app/ui/theme.hpp"

namespace lab {
namespace {

struct RunFigure {
  const char* label;
  ShortText value;
  const char* hint;
};

ShortText number(const char* format, double value) {
  ShortText out;
  std::snprintf(out.text, sizeof out.text, format, value);
  return out;
}

/// A small label and a number at the other end of `width`.
void draw_run_figure(const RunFigure& figure, ImVec2 at, float width) {
  const ui::Palette& p = ui::palette();
  ImDrawList* list = ImGui::GetWindowDrawList();
  ui::push_font(ui::fonts().small);
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy({width, ImGui::GetTextLineHeight()});
  ui::mark(std::string("run.") + figure.label, figure.hint);
  list->AddText(at, p.text_dim, figure.label);
  ui::pop_font();
  ui::push_font(ui::fonts().mono_small);
  const ImVec2 size = ImGui::CalcTextSize(figure.value.text);
  list->AddText({std::floor(at.x + width - size.x), at.y}, p.text, figure.value.text);
  ui::pop_font();
}

void draw_title(const rbm::Snapshot& snapshot) {
  const RunLook look = run_look(snapshot);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float room = ImGui::GetContentRegionAvail().x, height = ImGui::GetFrameHeight();
  ImDrawList* list = ImGui::GetWindowDrawList();
  draw_run_sign(list, {at.x + ui::px(5), at.y + height / 2}, snapshot.state, look.colour);
  char right[48] = "";
  if (snapshot.state == rbm::RunState::Loading)
    std::snprintf(right, sizeof right, "%.0f\u00a0%%", 100 * snapshot.loading_share);
  else if (std::isfinite(snapshot.progress.share_done))
    std::snprintf(right, sizeof right, "%.0f\u00a0%%", std::floor(100 * snapshot.progress.share_done));
  ui::push_font(ui::fonts().mono_small);
  const float width = ImGui::CalcTextSize(right).x;
  list->AddText({at.x + room - width, std::floor(at.y + (height - ImGui::GetFontSize()) / 2)},
                ui::palette().text_dim, right);
  ui::pop_font();
  ui::push_font(ui::fonts().medium);
  ui::draw_fitted(list, {at.x + ui::px(16), std::floor(at.y + (height - ImGui::GetFontSize()) / 2)},
                  room - ui::px(22) - width, ui::palette().text, look.text);
  ui::pop_font();
  ImGui::Dummy({room, height});
  ui::mark("run.state", "What the run is doing, and how much of its planned updates is done.");
}

void draw_buttons(Context& context) {
  const bool running = context.snapshot.state == rbm::RunState::Running;
  const float gap = ui::px(6), small = ImGui::GetFrameHeight();
  const float width = ImGui::GetContentRegionAvail().x - 2 * (small + gap);
  ImGui::BeginDisabled(!context.has_model());
  if (ui::button("train.play", running ? "Pause" : "Play",
                 running ? "Pauses after the present mini-batch (Space)." : "Trains on (Space).",
                 running ? ui::Icon::Pause : ui::Icon::Play,
                 running ? ui::Emphasis::Normal : ui::Emphasis::Primary, {width, 0})) {
    context.run(ActionId::PlayPause);
  }
  ImGui::SameLine(0, gap);
  if (ui::icon_button("train.batch", ui::Icon::Step, "Trains on one mini-batch, then pauses (B)."))
    context.run(ActionId::StepBatch);
  ImGui::SameLine(0, gap);
  if (ui::icon_button("train.epoch", ui::Icon::StepFar,
                      "Trains to the end of the present epoch, then pauses (E)."))
    context.run(ActionId::StepEpoch);
  draw_speed(context, ImGui::GetContentRegionAvail().x);
  ImGui::EndDisabled();
}

/// A thin bar, filled by the share of the planned updates that is done; without a plan there is none.
void draw_share(const rbm::Snapshot& snapshot) {
  const float height = ui::px(5), room = ImGui::GetContentRegionAvail().x;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::Dummy({room, height + ui::px(2)});
  const double share = snapshot.progress.share_done;
  if (!std::isfinite(share)) return;
  ui::mark("run.share", "Done so far, of the updates over which the learning rate falls.");
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float y = at.y + ui::px(1), filled = room * static_cast<float>(std::clamp(share, 0.0, 1.0));
  list->AddRectFilled({at.x, y}, {at.x + room, y + height}, ui::palette().panel_raised, height / 2);
  if (share > 0)
    list->AddRectFilled({at.x, y}, {at.x + std::max(filled, height), y + height}, ui::palette().accent,
                        height / 2);
}

void draw_numbers(const rbm::Snapshot& snapshot) {
  const rbm::RunProgress& progress = snapshot.progress;
  const double per_update = std::max(1, snapshot.settings.batch);
  const std::uint64_t planned = snapshot.settings.decay_updates;
  const std::array<RunFigure, 8> figures{{
      {"Updates/s", rate(progress.images_per_second / per_update), "Updates of the weights in a second."},
      {"Images/s", rate(progress.images_per_second), "Training images in a second."},
      {"Updates", grouped(progress.updates), "Updates of the weights so far, one for each mini-batch."},
      {"Planned", planned > 0 ? grouped(planned) : ShortText{"open end"},
       "Updates over which the learning rate falls: the run is finished then."},
      {"Epoch", number("%.2f", progress.epochs), "How often the training images have been gone through."},
      {"Rate", number("%.4g", progress.learning_rate), "The learning rate of the next update."},
      {"Time", duration(progress.seconds), "Time of training so far, without pauses."},
      {"Left", duration(progress.seconds_left),
       "Time until the planned updates are done, at the present speed."},
  }};
  const float gap = ui::px(14), room = ImGui::GetContentRegionAvail().x;
  const std::size_t columns = room >= ui::px(230) ? 2 : 1;
  const float width = columns == 1 ? room : std::floor((room - gap) / 2);
  ui::push_font(ui::fonts().small);
  const float line = ImGui::GetTextLineHeight() + ui::px(3);
  ui::pop_font();
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  for (std::size_t n = 0; n < figures.size(); ++n) {
    const auto column = static_cast<float>(n % columns), row = static_cast<float>(n / columns);
    draw_run_figure(figures[n], {origin.x + column * (width + gap), origin.y + row * line}, width);
  }
  ImGui::SetCursorScreenPos(origin);
  ImGui::Dummy({room, static_cast<float>(figures.size() / columns) * line});
}

}  // namespace

RunLook run_look(const rbm::Snapshot& snapshot) {
  const ui::Palette& colours = ui::palette();
  switch (snapshot.state) {
    case rbm::RunState::Loading:
      return {"Loading", colours.warning};
    case rbm::RunState::Running:
      return {snapshot.progress.is_over ? "Training past its end" : "Training", colours.good};
    case rbm::RunState::Paused:
      return {snapshot.progress.is_over        ? "Finished"
              : snapshot.progress.updates == 0 ? "Ready"
                                               : "Paused",
              colours.text_dim};
    case rbm::RunState::Faulted:
      return {"Stopped", colours.bad};
  }
  return {"", colours.text_dim};
}

void draw_run_sign(ImDrawList* list, ImVec2 centre, rbm::RunState state, ImU32 colour) {
  const float radius = ui::px(4);
  if (state == rbm::RunState::Faulted) {
    list->AddRectFilled({centre.x - radius, centre.y - radius}, {centre.x + radius, centre.y + radius},
                        colour);
  } else if (state == rbm::RunState::Running) {
    list->AddCircleFilled(centre, radius, colour);
  } else {
    list->AddCircle(centre, radius, colour, 0, ui::px(1.5f));
  }
}

const char* run_advice(const rbm::Snapshot& snapshot) {
  const rbm::RunProgress& progress = snapshot.progress;
  if (snapshot.model == nullptr || snapshot.state == rbm::RunState::Faulted) return nullptr;
  if (snapshot.state == rbm::RunState::Paused && progress.updates == 0)
    return "Space or Play begins to train.";
  if (!progress.is_over) return nullptr;
  return progress.learning_rate == 0
             ? "Finished: the rate has fallen to 0, and nothing changes any more. A longer decay trains on."
             : "Finished as planned; more updates go on at the final rate.";
}

void draw_run_head(Context& context) {
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ui::px(8), ui::px(4)});
  draw_title(context.snapshot);
  draw_buttons(context);
  draw_share(context.snapshot);
  ImGui::PopStyleVar();
}

void draw_run_figures(const rbm::Snapshot& snapshot) {
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ui::px(8), ui::px(4)});
  draw_numbers(snapshot);
  if (const char* advice = run_advice(snapshot)) {
    ui::push_font(ui::fonts().small);
    ImGui::PushTextWrapPos(0);
    ui::text_dim(advice);
    ImGui::PopTextWrapPos();
    ui::pop_font();
  }
  ImGui::PopStyleVar();
}

}  // namespace lab
