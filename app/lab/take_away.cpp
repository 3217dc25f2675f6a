#include "app/lab/take_away.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "app/panels/inline_controls.hpp"
#include "app/ui/theme.hpp"

namespace lab {
namespace {

constexpr std::array<const char*, 3> kSizes{"1×", "2×", "3×"};
constexpr std::array<const char*, 4> kFilmLengths{"5 s", "10 s", "30 s", "60 s"};
constexpr std::array<double, 4> kFilmSeconds{5, 10, 30, 60};
constexpr std::string_view kPanelPrefix = "panel.";

}  // namespace

std::optional<ui::Rect> part_of_screen(const std::string& part, float width, float height) {
  if (part == "window") return ui::Rect{0, 0, width, height};
  for (const ui::ShownPanel& panel : ui::shown_panels()) {
    if (panel.id == part) return panel.rect;
  }
  return std::nullopt;
}

/// "filters.png" of "panel.filters".
std::string TakeAway::name(const char* ending) const {
  const std::string_view part = part_;
  return std::string(part.starts_with(kPanelPrefix) ? part.substr(kPanelPrefix.size()) : part) + ending;
}

void TakeAway::draw_part() {
  std::vector<const char*> titles{"Whole window"};
  std::vector<std::string> ids{"window"};
  for (const ui::ShownPanel& panel : ui::shown_panels()) {
    if (panel.title.empty()) continue;
    titles.push_back(panel.title.c_str());
    ids.push_back(panel.id);
  }
  const auto found = std::ranges::find(ids, part_);
  int at = found == ids.end() ? 0 : static_cast<int>(found - ids.begin());
  ui::row_combo("take.part", "Part", &at, titles,
                "What pictures and films show: the whole window or one of its panels.");
  part_ = ids[static_cast<std::size_t>(at)];
}

void TakeAway::draw_rows(int recorded, const Doing& doing) {
  const auto save = [&](Verb verb, const std::string& proposed) {
    close();
    doing.save(std::move(verb), proposed);
  };
  ui::heading("Picture and film");
  draw_part();
  const float labels = std::floor(ImGui::GetContentRegionAvail().x * 0.16f);
  const auto label = [&](const char* text) {
    const float left = ImGui::GetCursorPosX();
    ImGui::AlignTextToFramePadding();
    ui::text_dim(text);
    ImGui::SameLine(left + labels);
  };
  label("Size");
  ui::segmented("take.size", &size_, kSizes,
                "How many times as large as on the screen the picture is drawn, with sharp text.");
  ImGui::SameLine();
  if (ui::button("take.picture", "Save PNG",
                 "The picture says in itself which run it is of: open it here again.", ui::Icon::Image))
    save(verb::ExportPicture{"", size_ + 1, part_}, name(".png"));
  label("Length");
  ui::segmented("take.seconds", &seconds_, kFilmLengths,
                "How long the film is recorded, ten pictures a second.");
  ImGui::SameLine();
  const double length = kFilmSeconds[static_cast<std::size_t>(seconds_)];
  if (recorded >= 0) {
    if (ui::button("take.stop", "Stop the film", "Ends the recording now; what was recorded is kept.",
                   ui::Icon::Close))
      doing.stop_film();
  } else {
    if (ui::button("take.gif", "Record GIF",
                   "Filters that grow or chains that move, as they are on the screen."))
      save(verb::ExportFilm{"", length, part_}, name(".gif"));
    ImGui::SameLine();
    if (ui::button("take.mp4", "MP4", "The same through the program ffmpeg, where it is installed."))
      save(verb::ExportFilm{"", length, part_}, name(".mp4"));
  }
  ImGui::Dummy({0, ui::px(4)});
  ui::heading("Curves and numbers of the run");
  if (ui::button("take.csv", "Curves as CSV",
                 "All points of all curves, a line a point; in Compare those of the runs there.",
                 ui::Icon::Export))
    save(verb::ExportCurves{""}, "curves.csv");
  ImGui::SameLine();
  if (ui::button("take.svg", "Curves as SVG",
                 "All curves as a drawing for papers; in Compare those of the runs there.", ui::Icon::Export))
    save(verb::ExportCurves{""}, "curves.svg");
  ImGui::SameLine();
  if (ui::button("take.numbers", "Copy the numbers",
                 "Likelihood, errors and all settings as text, for the clipboard.")) {
    doing.copy_numbers();
    close();
  }
}

void TakeAway::draw(int recorded, const Doing& doing) {
  if (!is_open_) return;
  constexpr const char* kId = "###take_away";
  if (opening_) ImGui::OpenPopup(kId);
  opening_ = false;
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  const float width = std::min(ui::px(470), display.x - ui::px(40));
  ImGui::SetNextWindowPos({(display.x - width) / 2, display.y * 0.2f});
  ImGui::SetNextWindowSize({width, 0});
  if (!ui::begin_dialog(kId, ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove)) return;
  ui::push_font(ui::fonts().medium);
  ImGui::TextUnformatted("Take away");
  ui::pop_font();
  draw_rows(recorded, doing);
  ImGui::Dummy({0, ui::px(4)});
  if (ui::button("take.close", "Close", "Escape does the same.")) close();
  if (!is_open_) ImGui::CloseCurrentPopup();
  ImGui::EndPopup();
}

}  // namespace lab
