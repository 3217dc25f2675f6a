// Answers: what became of the commands, by their numbers. Owned by the worker.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace rbm {

/// What became of a command.
struct Answer {
  std::uint64_t number = 0;  // Session::post() gave it
  bool ok = true;            // false: it was refused and changed nothing
  std::string sentence;      // why it was refused, or what was done; may be empty
};

class Answers {
 public:
  /// One answer for the commands `first` to `last`: those that coalesced share it.
  void add(std::uint64_t first, std::uint64_t last, bool ok, const std::string& sentence) {
    for (std::uint64_t number = first; number <= last; ++number) {
      if (recent_.size() == kKept) recent_.erase(recent_.begin());
      recent_.push_back({number, ok, sentence});
    }
    ahead_[first] = last;
    for (auto next = ahead_.begin(); next != ahead_.end() && next->first == all_to_ + 1;) {
      all_to_ = next->second;
      next = ahead_.erase(next);
    }
  }
  /// Every command up to this number has its answer.
  std::uint64_t all_to() const { return all_to_; }
  /// The last ones, in the order in which they were given.
  const std::vector<Answer>& recent() const { return recent_; }

 private:
  static constexpr std::size_t kKept = 64;
  std::vector<Answer> recent_;
  std::map<std::uint64_t, std::uint64_t> ahead_;  // first → last, of those answered before an earlier one
  std::uint64_t all_to_ = 0;
};

}  // namespace rbm
