// Values without a character on a command line, for every program alike.
#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string>

namespace lab {

/// A sentence where an option or a file of this command was given an empty value among `words`, as a shell makes one of a
/// variable that is not set: nothing of what the options take. Nothing otherwise. Options that failed to be parsed are
/// looked at, too.
std::string empty_value(const CLI::App& command, std::span<char* const> words);

}  // namespace lab
