// HoldBoard: what the user holds: pixels of the picture, hidden units, the label, each on, off or free; with
// undo and redo of every edit. Plain computation; UI thread only.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/sampling/holds.hpp"

namespace lab {

enum class Hold : std::uint8_t { Free, Off, On };

/// Empty lists hold nothing.
struct Held {
  std::vector<Hold> pixels;  // of the picture, row-major, one for all channels
  std::vector<Hold> hidden;
  int label = -1;
  bool operator==(const Held&) const = default;
};

class HoldBoard {
 public:
  const Held& now() const { return now_; }
  bool holds_pixels() const;
  bool holds_hidden() const;
  bool any() const { return holds_pixels() || holds_hidden() || now_.label >= 0; }
  Hold pixel(std::size_t at) const { return at < now_.pixels.size() ? now_.pixels[at] : Hold::Free; }
  Hold hidden(std::size_t unit) const { return unit < now_.hidden.size() ? now_.hidden[unit] : Hold::Free; }
  std::uint64_t version() const { return version_; }  // changes with what is held

  /// Lets go of what another model does not have, and forgets all edits with it. `pixels` without channels.
  void fit(std::size_t pixels, std::size_t hidden, int labels);
  void fit(const rbm::Model& model);
  /// Changes when the edits are forgotten.
  std::uint64_t age() const { return age_; }

  /// Between them all changes are one edit; outside each change is one.
  void begin_edit();
  void end_edit();
  void set_pixel(std::size_t at, Hold hold);
  void set_hidden(std::size_t unit, Hold hold);
  void set_label(int label);
  /// One edit each: every pixel whose ink [pixels] is at least one half is held on, others are left; all
  /// pixels free; everything free.
  void hold_ink(std::span<const float> ink);
  void free_pixels();
  void free_all();

  /// Counts finished edits, so that their owner can join them with other edits in order.
  std::uint64_t edits() const { return edits_; }
  bool can_undo() const { return !undo_.empty(); }
  bool can_redo() const { return !redo_.empty(); }
  void undo();
  void redo();

  /// For chains. Pixels of units that are on or off have the state that they are held at; others, as real
  /// numbers, keep what `picture` has there. Fails as rbm::hold_pixels does.
  rbm::Result<rbm::Holds> holds_of(const rbm::Model& model, std::span<const float> picture,
                                   rbm::ThreadPool& pool) const;

 private:
  void change(Held wanted);

  Held now_, before_;
  std::vector<Held> undo_, redo_;
  std::size_t pixels_ = 0, hidden_ = 0;
  bool editing_ = false;
  std::uint64_t version_ = 0, edits_ = 0, age_ = 0;
};

}  // namespace lab
