// Communicator: the processes that compute one thing together, each with a rank from 0 on. All of them go through the
// same steps with the same data, and meet in the functions below, which every rank calls in the same order: one that
// stays away leaves the others waiting. A process by itself is rank 0 of 1, and every meeting is over at once. One
// thread at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

namespace rbm {

class Communicator {
 public:
  virtual ~Communicator() = default;
  virtual int rank() const = 0;
  virtual int size() const = 0;
  /// The first one alone prints and writes files.
  bool is_first() const { return rank() == 0; }
  bool is_alone() const { return size() == 1; }

  /// `bytes` is cut into one piece a rank, which ends before ends[rank]; each rank comes with its own piece and leaves
  /// with all of them. Pieces are multiples of 4 bytes.
  virtual void gather(std::span<std::byte> bytes, std::span<const std::size_t> ends) = 0;
  /// Piece s of `out` goes to rank s, where it becomes the piece of this rank in `in`. Both are cut as in gather().
  virtual void exchange(std::span<const std::byte> out, std::span<const std::size_t> out_ends,
                        std::span<std::byte> in, std::span<const std::size_t> in_ends) = 0;
  /// One rank after the other calls work(), with `bytes` as the one before has left them; all leave with those of the last.
  /// So a long sum has the order that one process gives it. A multiple of 4 bytes.
  virtual void relay(std::span<std::byte> bytes, const std::function<void()>& work) = 0;
  /// The largest of the ranks' values, and that of the first one.
  virtual double largest(double value) = 0;
  virtual double of_first(double value) = 0;

  /// Once, at the end: returns when all ranks are there.
  virtual void finish() = 0;
  /// Ends all ranks, wherever they are, with this status.
  [[noreturn]] virtual void abandon(int status) = 0;
};

/// A process by itself.
Communicator& one_process();

/// The ranks of this program: one process, unless its main has told otherwise.
Communicator& world();
/// Once, before anything is computed; `ranks` lives until the program ends.
void set_world(Communicator& ranks);

}  // namespace rbm
