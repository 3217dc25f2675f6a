// A number that is typed in place of a slider, after Ctrl+click on it, or Enter
// with the keyboard at it. ImGui's own box drops the characters that it does
// not know and cuts what is too large, so that 0,05 would become 5 and then 1. UI thread only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lab::ui {

/// The number that a person means: with a point or a comma before its decimals, nothing else around it but blanks.
/// Nothing where it is none, or has both.
std::optional<double> number_of(std::string_view text);

/// Where a number is typed.
struct NumberBox {
  const char* id;
  const char* shown;  // the value as its control shows it, which the box begins with
  double low, high;   // what may be entered
  bool whole;
};

/// The number of this control is typed from the next frame on, as after Ctrl+click on it.
void type_number(const char* id);
/// True from the Ctrl+click on the control that comes next, whose width is set, until a number is entered or given up.
bool is_typed(const char* id);
/// Draws the box while is_typed(). The number once another one is entered; one that cannot be taken leaves the value as
/// it was, and a note says so for some seconds.
std::optional<double> typed_number(const NumberBox& box);
/// The note, if there is one for this control, below the last item.
void draw_refusal(const char* id);

}  // namespace lab::ui
