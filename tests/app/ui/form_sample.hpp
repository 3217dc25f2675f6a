// One of each control, for the tests of controls.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "app/ui/widgets.hpp"

namespace lab::test {

inline constexpr std::array kChoices{"CD", "PCD", "Tempering"};

/// One of each control, and how often each answered true.
struct Form {
  bool on = false, row_on = false, disabled = false;
  int choice = 0, picked = 1, row_picked = 0, count = 10, hidden = 100;
  float rate = 0.01f;
  std::string text = "mnist";
  int pressed = 0, icon_pressed = 0, toggled = 0, chosen = 0, committed_int = 0, committed_float = 0,
      committed_text = 0, row_toggled = 0, row_combos = 0;

  void draw() {
    if (disabled) ImGui::BeginDisabled();
    pressed += ui::button("form.button", "Go", "Starts.", ui::Icon::Play, ui::Emphasis::Primary);
    icon_pressed += ui::icon_button("form.icon", ui::Icon::Reset, "Starts over.");
    toggled += ui::toggle("form.toggle", "On", &on, "Switches.");
    chosen += ui::segmented("form.segments", &choice, kChoices, "Chooses.");
    ImGui::SetNextItemWidth(150);
    ui::combo("form.combo", &picked, kChoices, "Picks.");
    row_combos += ui::row_combo("form.row_combo", "Method", &row_picked, kChoices, "Picks.", "waits");
    committed_int += ui::row_int("form.int", "Count", &count, 0, 100, "Counts.");
    committed_int += ui::row_int("form.hidden", "Hidden units", &hidden, 1, 4096, "Units.", "waits", true);
    committed_float +=
        ui::row_float("form.float", "Rate", &rate, 0.0001f, 1, "%.4f", "How fast.", nullptr, true);
    row_toggled += ui::row_toggle("form.row_toggle", "Centred", &row_on, "Centres.");
    committed_text += ui::row_text("form.text", "Data", &text, "Where from.");
    ui::readout("Updates", "12");
    ui::heading("Section", "right");
    if (disabled) ImGui::EndDisabled();
  }
};

inline const std::vector<std::string> kControls{
    "form.button", "form.icon",   "form.toggle", "form.segments",   "form.combo", "form.row_combo",
    "form.int",    "form.hidden", "form.float",  "form.row_toggle", "form.text"};

}  // namespace lab::test
