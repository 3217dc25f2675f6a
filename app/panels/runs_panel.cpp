#include "app/panels/runs_panel.hpp"

#include <algorithm>
#include <cmath>

#include "app/panels/format_text.hpp"
#include "app/panels/inline_controls.hpp"
#include "app/panels/replay_line.hpp"
#include "app/ui/theme.hpp"

namespace lab {
namespace {

constexpr const char* kNothingKept =
    "This window was started with --keep none, so it neither keeps runs nor lists them. Start it without "
    "that option, or "
    "with --keep DIR.";
constexpr const char* kNoRuns =
    "The window keeps its run every half minute; it is then listed here, with those of earlier windows. A "
    "folder of rbm "
    "train --run DIR is listed once it was opened or added.";

}  // namespace

void RunsPanel::draw(Context& context) {
  RunsInView& runs = context.shared.runs;
  runs.is_shown = true;
  ui::begin_panel("panel.runs", "Runs", {0, 0}, "kept by windows, and folders of rbm train --run");
  draw_controls(context);
  shown_ = runs.rows.size();
  starred_ = static_cast<std::size_t>(std::ranges::count(runs.rows, true, &RunRow::is_starred));
  chosen_ = runs.chosen.size();
  if (runs.rows.empty()) {
    if (!runs.is_on)
      ui::empty_state("Runs are not kept", kNothingKept);
    else
      ui::empty_state(runs.is_known ? "No runs yet" : "Looking",
                      runs.is_known ? kNoRuns : "The list is being read.");
    draw_notice(runs);
    ui::end_panel();
    return;
  }
  const float replay = replay_line_height(runs.replay, ImGui::GetContentRegionAvail().x);
  table_.draw(context, (runs.notice.empty() ? 0 : ImGui::GetFrameHeight() + ui::px(6)) +
                           (replay > 0 ? replay + ui::px(12) : 0));
  if (replay > 0) ImGui::SetCursorPosY(ImGui::GetCursorPosY() + ui::px(6));
  draw_replay_line(runs);
  draw_notice(runs);
  ui::end_panel();
}

void RunsPanel::draw_controls(Context& context) {
  RunsInView& runs = context.shared.runs;
  if (!runs.is_on) return;
  std::erase_if(runs.chosen,
                [&](const std::string& key) { return runs.is_known && runs.find(key) == nullptr; });
  const std::string compare =
      runs.chosen.empty() ? "Compare" : "Compare " + std::to_string(runs.chosen.size());
  ui::panel_title_controls(button_width("Add a folder", true) + button_width(compare.c_str(), false) +
                           ImGui::GetStyle().ItemSpacing.x);
  if (ui::button("runs.add", "Add a folder",
                 "Lists the run in a folder that rbm train --run has made, or all in the folders below it.",
                 ui::Icon::Open))
    runs.wishes.push_back({RunWish::Kind::ChooseFolder});
  same_line_if_fits(button_width(compare.c_str(), false));
  const bool are_chosen = runs.chosen.size() > 1;
  if (ui::button(
          "runs.compare", compare.c_str(),
          "Shows the chosen runs over each other: curves, settings and filters. Choose two or more by their "
          "boxes.",
          ui::Icon::None, are_chosen ? ui::Emphasis::Primary : ui::Emphasis::Normal)) {
    if (const View* view = find_view("compare")) context.run(show_view(*view));
  }
  ui::panel_content();
}

void RunsPanel::draw_notice(RunsInView& runs) {
  if (runs.notice.empty()) return;
  const float width = runs.can_put_back ? button_width("Put back", true) + ui::px(8) : 0;
  const ImVec2 at = ImGui::GetCursorPos(), screen = ImGui::GetCursorScreenPos();
  const float room = ImGui::GetContentRegionAvail().x;
  ui::draw_fitted(ImGui::GetWindowDrawList(),
                  {screen.x, std::floor(screen.y + (ImGui::GetFrameHeight() - ImGui::GetFontSize()) / 2)},
                  room - width, ui::palette().text_dim, runs.notice.c_str());
  if (!runs.can_put_back) return;
  ImGui::SetCursorPos({at.x + room - width + ui::px(8), at.y});
  if (ui::button("runs.put_back", "Put back", "Takes the run out of the trash again.", ui::Icon::Undo))
    runs.wishes.push_back({RunWish::Kind::PutBack});
}

std::map<std::string, double> RunsPanel::state() const {
  return {{"rows", static_cast<double>(shown_)},
          {"starred", static_cast<double>(starred_)},
          {"chosen", static_cast<double>(chosen_)}};
}

}  // namespace lab
