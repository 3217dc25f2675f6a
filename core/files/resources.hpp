// Where the files lie that come with the program: assets and shaders. Any thread.
#pragma once

#include <string>
#include <vector>

namespace rbm {

/// The folders that are searched for share/rbm-lab, in this order: those above the program, or above the library or
/// Python module that holds this code (…/bin/rbm → …, and a build tree's programs find the one of the build tree), at
/// most five up; then the parents of $XDG_DATA_DIRS/rbm-lab.
std::vector<std::string> resource_candidates(const std::string& name);

/// The first of them that exists; where none does the first candidate, so that a message can name it.
std::string resource_folder(const std::string& name);

}  // namespace rbm
