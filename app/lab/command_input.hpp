// CommandInput: lines that other programs send to the running window, on standard input. Nothing is ever waited for, and
// how the input is opened stays as it is: a terminal is shared with the shell. Main thread only.
#pragma once

#include <string>
#include <vector>

namespace lab {

class CommandInput {
 public:
  /// Reads from this descriptor, which stays its owner's.
  explicit CommandInput(int descriptor) : descriptor_(descriptor) {}

  struct Line {
    int number;  // from 1
    std::string text;
  };
  /// The whole lines that have come since the last call, and at the end of the input what stands behind the last line
  /// feed. Lines longer than any verb are cut there.
  std::vector<Line> take();
  bool has_ended() const { return ended_; }

 private:
  void add_line(std::vector<Line>& out, std::string text);

  int descriptor_;
  std::string begun_;  // of a line whose end has not come yet
  int lines_ = 0;
  bool ended_ = false;
};

}  // namespace lab
