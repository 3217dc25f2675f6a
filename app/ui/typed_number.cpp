#include "app/ui/typed_number.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab::ui {
namespace {

constexpr double kNote_s = 6;
/// ImGui gives a box the keyboard some frames after it was asked to.
constexpr int kMostFramesWithoutKeyboard = 4;

/// One number at a time is typed, as there is one keyboard.
struct Typing {
  std::string id;  // of the control; empty: none
  std::array<char, 64> text{};
  bool is_new = false;
  int frames_without_keyboard = 0;

  std::string refused_id, refusal;
  double refused_s = 0;
};
Typing typing;

std::string plain(double number) {
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.7g", number);
  return text.data();
}

/// The bounds of numbers with decimals are single precision: 0.7 is no more than 0.7.
bool is_within(double number, const NumberBox& box) {
  if (box.whole) return number >= box.low && number <= box.high && std::floor(number) == number;
  const auto single = static_cast<float>(number);
  return single >= static_cast<float>(box.low) && single <= static_cast<float>(box.high);
}

/// The number if it may be entered, or a note.
std::optional<double> taken(const NumberBox& box) {
  const std::optional<double> number = number_of(typing.text.data());
  if (number && is_within(*number, box)) return number;
  typing.refused_id = box.id;
  typing.refusal = std::string("“") + typing.text.data() + "” is not taken: give a " +
                   (box.whole ? "whole number" : "number") + " from " + plain(box.low) + " to " +
                   plain(box.high) + ".";
  typing.refused_s = ImGui::GetTime();
  return std::nullopt;
}

}  // namespace

std::optional<double> number_of(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return std::nullopt;
  std::string number(text.substr(first, text.find_last_not_of(kBlanks) + 1 - first));
  if (number.find('.') != std::string::npos && number.find(',') != std::string::npos) return std::nullopt;
  std::ranges::replace(number, ',', '.');
  const char *begin = number.data(), *end = begin + number.size();
  if (*begin == '+' && number.size() > 1 && begin[1] != '-') ++begin;
  double out = 0;
  const auto [stopped, error] = std::from_chars(begin, end, out);
  if (error != std::errc() || stopped != end || !std::isfinite(out)) return std::nullopt;
  return out;
}

void type_number(const char* id) {
  typing.id = id;
  typing.is_new = true;
  typing.refused_id.clear();
}

bool is_typed(const char* id) {
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 max{min.x + ImGui::CalcItemWidth(), min.y + ImGui::GetFrameHeight()};
  if (ImGui::GetIO().KeyCtrl && ImGui::IsMouseClicked(0) && ImGui::IsWindowHovered() &&
      ImGui::IsMouseHoveringRect(min, max) && typing.id != id)
    type_number(id);
  return typing.id == id;
}

std::optional<double> typed_number(const NumberBox& box) {
  if (typing.is_new) {
    std::snprintf(typing.text.data(), typing.text.size(), "%s", box.shown);
    ImGui::SetKeyboardFocusHere();
    typing.frames_without_keyboard = 0;
  }
  typing.is_new = false;
  std::array<char, 96> name;
  std::snprintf(name.data(), name.size(), "##%s.typed", box.id);
  push_font(fonts().mono);
  const bool entered =
      ImGui::InputText(name.data(), typing.text.data(), typing.text.size(),
                       ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
  pop_font();
  const bool has_ended = entered || ImGui::IsItemDeactivated();
  if (!has_ended && (ImGui::IsItemActive() || ++typing.frames_without_keyboard < kMostFramesWithoutKeyboard))
    return std::nullopt;
  typing.id.clear();
  // What was not changed is not entered: the control may show fewer digits than the value has.
  if (!has_ended || std::string_view(typing.text.data()) == box.shown) return std::nullopt;
  return taken(box);
}

void draw_refusal(const char* id) {
  if (typing.refused_id != id) return;
  if (ImGui::GetTime() - typing.refused_s > kNote_s) return typing.refused_id.clear();
  const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
  ImGui::SetNextWindowPos({min.x, max.y + px(4)});
  ImGui::BeginTooltip();
  ImGui::PushStyleColor(ImGuiCol_Text, palette().warning);
  ImGui::TextUnformatted(typing.refusal.c_str());
  ImGui::PopStyleColor();
  ImGui::EndTooltip();
}

}  // namespace lab::ui
