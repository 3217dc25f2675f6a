// Data of a few small pictures for tests of sessions.
#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/learning/settings.hpp"

namespace rbm::oracle {

/// A folder with a small IDX file of 4×4 bars, removed at the end.
struct SmallData {
  std::filesystem::path folder =
      std::filesystem::temp_directory_path() /
      ("rbm_session_test_" + std::to_string(std::chrono::steady_clock::now().time_since_epoch().count()));
  std::string images = (folder / "bars-images-idx3-ubyte").string();

  SmallData() {
    std::filesystem::create_directories(folder);
    std::ofstream out(images, std::ios::binary);
    const unsigned count = 240, side = 4;
    const auto big = [&](unsigned n) {
      for (int shift = 24; shift >= 0; shift -= 8) out.put(static_cast<char>(n >> shift));
    };
    big(0x803), big(count), big(side), big(side);
    for (unsigned i = 0; i < count; ++i) {
      for (unsigned p = 0; p < side * side; ++p)
        out.put((i % 15 + 1) >> (p % side) & 1 ? static_cast<char>(255) : '\0');
    }
  }
  void add_labels() const {
    std::ofstream out(folder / "bars-labels-idx1-ubyte", std::ios::binary);
    out.write("\0\0\x08\x01\0\0\0\xf0", 8);
    for (int i = 0; i < 240; ++i) out.put(static_cast<char>(i % 2));
  }
  ~SmallData() {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
  TrainingSettings settings() const {
    TrainingSettings s;
    s.data = images;
    s.hidden = 6;
    s.batch = 20;
    s.chains = 20;
    s.validation = 40;
    s.threads = 1;
    s.binarization = Binarization::Threshold;
    return s;
  }
};

}  // namespace rbm::oracle
