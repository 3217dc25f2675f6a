// MetricsFile: the curves of a run in a file that grows with them, so that it can be followed while the run lasts. CSV,
// or JSON lines by the ending .jsonl. Owned by one thread.
#pragma once

#include <cstdint>
#include <string>

#include "core/files/appended_file.hpp"
#include "core/run/curve_point.hpp"

namespace rbm {

class MetricsFile {
 public:
  /// For a run that stands after this update. At 0 what is in the file goes; else the run goes on in it, and points
  /// after that update, which it comes to again, go. Fails where the file holds something else than curves.
  static Result<MetricsFile> open(const std::string& path, std::uint64_t update);

  /// Writes a point, with those that found no room before. What fails is kept until the next time.
  Result<void> add(const CurvePoint& point);
  /// Tries to write what found no room.
  Result<void> flush();

  /// "--metrics x.png" names no such file: a sentence that says so.
  static Result<void> check_ending(const std::string& path);

 private:
  MetricsFile(AppendedFile file, bool is_json) : file_(std::move(file)), is_json_(is_json) {}

  AppendedFile file_;
  bool is_json_;
  std::string waiting_;  // lines that are not written yet
};

}  // namespace rbm
