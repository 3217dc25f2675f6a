// Files that the tests of core/data read: a temporary folder, PNGs, .npy bytes.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/data/readers.hpp"

namespace files {

/// A new folder, removed with everything in it at the end of the test.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "rbm-data-XXXXXX").string();
    RBM_ASSERT(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string path(const std::string& name = {}) const { return name.empty() ? path_ : path_ + "/" + name; }
  /// Writes a file, its folders included; the path.
  std::string write(const std::string& name, const std::string& bytes) const {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << bytes;
    return path(name);
  }

 private:
  std::string path_;
};

/// A PNG whose pixel (x, y, c) is value(x, y, c).
template <class Value>
std::string png(int width, int height, int channels, Value value);
std::string encode_png(int width, int height, int channels, const std::vector<std::uint8_t>& pixels);

template <class Value>
std::string png(int width, int height, int channels, Value value) {
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) pixels.push_back(static_cast<std::uint8_t>(value(x, y, c)));
    }
  }
  return encode_png(width, height, channels, pixels);
}
inline std::string png(int width, int height, int channels, int grey) {
  return png(width, height, channels, [grey](int, int, int) { return grey; });
}

/// The start of a PNG that declares a size and holds nothing.
inline std::string png_header(std::uint32_t width, std::uint32_t height) {
  std::string out("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", 16);
  for (std::uint32_t side : {width, height}) {
    for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(side >> shift));
  }
  return out + std::string("\x08\x02\0\0\0CRC!", 9);
}

/// An array file as numpy.save writes it.
inline std::string npy(const std::string& descr, const std::string& shape, const std::string& data,
                       bool fortran = false) {
  std::string header = "{'descr': '" + descr + "', 'fortran_order': " + (fortran ? "True" : "False") +
                       ", 'shape': " + shape + ", }";
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';
  std::string out("\x93NUMPY\x01\x00", 8);
  out.push_back(static_cast<char>(header.size() & 0xff));
  out.push_back(static_cast<char>(header.size() >> 8));
  return out + header + data;
}

template <class T>
std::string raw(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

inline rbm::Bytes bytes(const std::string& text) {
  return {text.begin(), text.end()};
}

/// Whether an error is one sentence that names the path and holds `part`.
inline bool says(const rbm::Error& error, const std::string& path, const std::string& part) {
  const std::string& text = error.message;
  return text.find(path) != std::string::npos && text.find(part) != std::string::npos &&
         text.ends_with('.') && text.find('\n') == std::string::npos;
}

}  // namespace files
