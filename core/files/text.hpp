// Text of files and file names, which may be any bytes: as UTF-8 that keeps them, and as what may stand on a terminal.
// Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

namespace rbm {

/// Any bytes as well-formed UTF-8, and back: from_utf8(to_utf8(x)) == x. Well-formed text stays as it is, but for the
/// characters U+EF80 to U+EFFF of the private use area, which stand for the bytes 0x80 to 0xff that are part of none.
std::string to_utf8(std::string_view bytes);
std::string from_utf8(std::string_view text);

/// Text that does nothing to a terminal: control characters and those that turn the direction of writing as \u001b,
/// bytes that are no UTF-8 as \xff. With `lines`, line feeds stay.
std::string printable(std::string_view text, bool lines = false);

/// What a message shows of a text of any length: its first 60 bytes, and "…" where that is not all.
std::string shortened(std::string_view text);

}  // namespace rbm
