// EditOrder: in which order two lists of edits, each with an undo of its own, were made: so that one undo
// takes back what was done last in either of them. A plain value; one thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace lab {

class EditOrder {
 public:
  /// Once after everything that may have edited: how many edits each list has counted so far.
  void note(std::array<std::uint64_t, 2> edits) {
    for (std::size_t list = 0; list < 2; ++list) {
      for (; seen_[list] < edits[list]; ++seen_[list]) {
        done_.push_back(list);
        undone_.clear();
      }
    }
  }
  /// List `list` has begun anew, and counts from `edits` on.
  void forget(std::size_t list, std::uint64_t edits) {
    std::erase(done_, list);
    std::erase(undone_, list);
    seen_[list] = edits;
  }
  /// The list whose last edit is to be taken back, or done again; none where there is nothing.
  std::optional<std::size_t> take_back() { return move(done_, undone_); }
  std::optional<std::size_t> do_again() { return move(undone_, done_); }
  bool can_take_back() const { return !done_.empty(); }
  bool can_do_again() const { return !undone_.empty(); }

 private:
  static std::optional<std::size_t> move(std::vector<std::size_t>& from, std::vector<std::size_t>& to) {
    if (from.empty()) return std::nullopt;
    to.push_back(from.back());
    from.pop_back();
    return to.back();
  }
  std::vector<std::size_t> done_, undone_;
  std::array<std::uint64_t, 2> seen_{};
};

}  // namespace lab
