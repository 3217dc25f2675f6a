// TakeAway: the menu "Take away", from which pictures, curves, films and numbers of what is on the screen go into files or
// the clipboard. Says as verbs of scripts what is wanted; the window does it. UI thread only.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "app/lab/script.hpp"
#include "app/ui/widgets.hpp"

namespace lab {

/// The rectangle of a part of the last frame: "window", or a panel's id; nothing where it is not on the screen.
std::optional<ui::Rect> part_of_screen(const std::string& part, float width, float height);

class TakeAway {
 public:
  void open() { opening_ = is_open_ = true; }
  void close() { is_open_ = false; }
  bool is_open() const { return is_open_; }

  struct Doing {
    std::function<void(Verb verb, const std::string& name)> save;  // asks for a file, with this name proposed
    std::function<void()> copy_numbers;
    std::function<void()> stop_film;
  };
  /// Draws the menu while it is open. `recorded` is how many frames a film has that is being recorded, or −1.
  void draw(int recorded, const Doing& doing);

 private:
  void draw_part();
  void draw_rows(int recorded, const Doing& doing);
  std::string name(const char* ending) const;

  bool is_open_ = false, opening_ = false;
  std::string part_ = "window";
  int size_ = 0;     // of the picture: times, less one
  int seconds_ = 0;  // of the film, by its choice
};

}  // namespace lab
