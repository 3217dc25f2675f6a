// What the commands print. Names and texts of files may hold anything: what does something to a terminal is shown, not
// sent. A terminal or a pipe that is gone never ends the work. One thread.
#pragma once

#include <fmt/format.h>

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace lab::cli {

/// Whether anything is printed and told at all, which it is where nobody says otherwise: of several processes that do one
/// thing, one speaks.
void speak(bool wanted);

/// To stdout, lines and all.
void print(std::string_view text);
/// To stderr, as one line: "Note: …" and "rbm: …".
void tell(std::string_view line);

template <class... Values>
void say(fmt::format_string<Values...> format, Values&&... values) {
  print(fmt::format(format, std::forward<Values>(values)...));
}

/// Words of files may be any bytes, JSON is UTF-8: others are replaced. `indent` as in nlohmann::json::dump().
std::string as_text(const nlohmann::json& json, int indent = -1);

/// The exit status of a command that has done what it could and found no answer: the numbers would mislead.
inline constexpr int kNoAnswer = 3;
/// The exit status of a command that does not fail; 0 where none was given.
void leave_status(int status);
int left_status();

/// Writes out what is still held back; false once anything could not be printed.
bool finish_printing();

}  // namespace lab::cli
