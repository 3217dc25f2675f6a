// The trash of the desktop (freedesktop.org, "The FreeDesktop.org Trash specification 1.0"): what the user removes goes
// there, from where file managers put it back too. Nothing is ever deleted or copied. Any thread.
#pragma once

#include <string>

#include "core/result.hpp"

namespace rbm {

/// What was moved: where it was, and the two files of the trash.
struct Trashed {
  std::string path;        // absolute, before
  std::string file, info;  // in the trash: the thing itself, and what is told of it
};

/// Moves a file or folder into the trash of its file system: $XDG_DATA_HOME/Trash (~/.local/share/Trash), or, on another
/// file system, .Trash/UID or .Trash-UID at its top. Fails with a sentence where there can be none; it is then still
/// where it was.
Result<Trashed> move_to_trash(const std::string& path);

/// Moves it back. Fails with a sentence where something else has its place by now, or it is no longer in the trash.
Result<void> put_back(const Trashed& trashed);

}  // namespace rbm
