// PreferencesFile: keeps what the window remembers on disk while it lives, so that no end of it takes away what was
// chosen: written beside the window's thread soon after a change, one write at a time. One thread.
#pragma once

#include <future>
#include <string>

#include "app/lab/preferences.hpp"

namespace lab {

class PreferencesFile {
 public:
  /// `as_read`: what the file holds, or the defaults that stand for it.
  PreferencesFile(std::string path, const Preferences& as_read);
  /// Begins to write them where they have changed, a second after the last write began. Fails once for each reason why
  /// one failed.
  rbm::Result<void> follow(const Preferences& now, double now_s);
  /// True until a change has arrived: another call is wanted.
  bool is_behind() const { return seen_ != begun_ || writing_.valid(); }
  /// Writes what the file does not have yet, and waits for it. A folder that cannot be written must not keep the program
  /// from ending.
  void finish(const Preferences& now);

 private:
  void begin();

  std::string path_;
  Preferences seen_, begun_;
  double begun_s_ = 0;
  std::future<rbm::Result<void>> writing_;
  std::string told_;  // of the last one that failed
};

}  // namespace lab
