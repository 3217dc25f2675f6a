// Texts inside PNG files: chunks of the kind iTXt (PNG specification, third edition, 11.3.3.3), which every program that
// shows pictures leaves alone. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>

namespace rbm {

/// A PNG with these texts, by their keywords (1 to 79 Latin letters, no space at either end), as UTF-8; to_utf8() is
/// applied to the texts. What is no PNG comes back as it is.
std::string with_png_texts(std::string png, const std::map<std::string, std::string>& texts);

/// The texts of a PNG that were written so; those whose checksum does not fit, and compressed ones, are left out. None
/// of what is no PNG.
std::map<std::string, std::string> png_texts(std::span<const std::uint8_t> png);

}  // namespace rbm
