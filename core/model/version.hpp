// The program's version, as CMakeLists.txt states it: in --version, in models and checkpoints. Any thread.
#pragma once

#include <string_view>

namespace rbm {

/// "1.0.0"
std::string_view version();

}  // namespace rbm
