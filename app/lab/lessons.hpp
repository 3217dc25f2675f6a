// Lessons: the lessons there are, the one that runs, and the line that offers the first one. UI thread only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/lab/lesson_run.hpp"
#include "app/lab/preferences.hpp"

namespace lab {

class Lessons {
 public:
  /// Of these folders.
  explicit Lessons(const std::vector<std::string>& folders) : found_(find_lessons(folders)) {}

  const std::vector<std::string>& troubles() const { return found_.troubles; }
  /// By its name, or from a file whose name ends in .lesson. Fails with the names that there are, or with what is wrong
  /// in the file.
  rbm::Result<void> start(const std::string& name);
  LessonRun* running() { return run_.get(); }

  /// The next step, where what this one wants is done: false elsewhere.
  bool go_on(Preferences& preferences);
  /// The strip of the lesson that runs, else the line that offers the first one, where that is still to be answered;
  /// returns the height that it takes. Answers and finished lessons go into the preferences.
  float draw_line(Preferences& preferences, float x, float y, float width, bool offers);
  /// After everything else of a frame.
  void draw_light() const;
  /// For the view of lessons.
  std::vector<LessonCard> cards(const Preferences& preferences) const;
  /// Says where the running lesson is, and what it uses of the window.
  void tell(LessonsInView& view) const;

 private:
  float draw_offer(Preferences& preferences, float x, float y, float width);
  void finish(Preferences& preferences);
  void reveal_what_is_meant();

  /// Which part of which step was last brought into view.
  struct Meant {
    std::string lesson;
    std::size_t step = 0;
    bool is_done = false;
    bool operator==(const Meant&) const = default;
  };

  FoundLessons found_;
  Meant meant_;
  std::unique_ptr<LessonRun> run_;
};

}  // namespace lab
