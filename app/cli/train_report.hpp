// TrainReport: what `rbm train` says while it runs and at its end: a line a point for people, nothing, or a JSON object
// a line for programs. One thread.
#pragma once

#include <string>
#include <vector>

#include "core/run/patience.hpp"
#include "core/run/run.hpp"

namespace lab::cli {

class TrainReport {
 public:
  enum class Kind { Text, Quiet, Json };

  explicit TrainReport(Kind kind);

  /// What was chosen that nobody asked for; nothing where it is to be quiet.
  void note(const std::string& words);
  /// After an update at which a point of the curves was made, with all that will be known of it.
  void point(const rbm::Run& run);
  /// What holds at the end, before files are written. `patience` is null where the run had a length only.
  void end(const rbm::Run& run, bool is_interrupted, const rbm::Patience* patience);
  /// The files that were written after that.
  void saved(const std::vector<std::string>& files);

 private:
  void print_text(const rbm::Run& run);
  void print_json(const rbm::Run& run);

  Kind kind_;
  bool is_terminal_, told_collapse_ = false, told_trouble_ = false;
};

}  // namespace lab::cli
