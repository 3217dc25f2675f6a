// Lesson: a text that leads through the program step by step, as a teacher writes it in a file NAME.lesson. Plain
// values and their parser; any thread.
//
//   title TEXT              of the card
//   minutes N               how long it takes
//   about TEXT              one sentence for the card
//   step                    begins a step; the lines below belong to it
//   say TEXT                what the learner reads; a further such line goes on
//   view ID                 the view that the step begins in; without it, the one that is there
//   point CONTROL …         what is lit while the rest is dimmed, by its name in the state file; a name that ends in *
//                           stands for all that begin so
//   do VERB …               what the step sets up: an action, stroke, unit, preset or set line of a script (script.hpp)
//   want FACT COMPARISON    what the learner must do (lesson_facts.hpp); several: all of them
//   then TEXT               what is read once that is done
//
// COMPARISON is: is X, at least N, at most N, between A and B, grows N (since the step began), changes. A step without
// a want is only read. Empty lines and lines that start with # are left out. The name without a number in front, which
// orders the files of a folder, is the lesson's: 10-half-steps.lesson is half-steps.
#pragma once

#include <string>
#include <vector>

#include "app/lab/script.hpp"
#include "core/result.hpp"

namespace lab {

enum class Comparison { Is, AtLeast, AtMost, Between, Grows, Changes };

/// What the learner must do, as a fact that must come true.
struct Want {
  std::string fact;
  Comparison how = Comparison::Is;
  double low = 0, high = 0;  // of AtLeast, AtMost and Grows the first; of Is, where the text is a number
  std::string text;          // of Is
};

struct LessonStep {
  std::string say, then;
  std::string view;  // empty: any
  std::vector<std::string> point;
  std::vector<Verb> setup;
  std::vector<Want> wants;
};

struct Lesson {
  std::string id, title, about;
  double minutes = 0;
  std::vector<LessonStep> steps;  // at least one
};

/// The error names the file, the line and what to write there.
rbm::Result<Lesson> parse_lesson(const std::string& text, const std::string& path);
rbm::Result<Lesson> load_lesson(const std::string& path);

struct FoundLessons {
  std::vector<Lesson> lessons;        // in the order of the folders, and of the file names in each
  std::vector<std::string> troubles;  // a sentence for every file that is no lesson
};
/// Of several lessons of one name the last one stays, so that a teacher's folder goes over the program's.
FoundLessons find_lessons(const std::vector<std::string>& folders);

/// The folders of the lessons that come with the program, of the user's own ($XDG_DATA_HOME/rbm-lab/lessons), and this
/// one where it is not empty.
std::vector<std::string> lesson_folders(const std::string& further);

/// Whether the comparison holds for a fact that is `now` and was `before` when the step began.
struct FactValue {
  double number = 0;  // NaN for a text
  std::string text;   // of a number empty
};
bool holds(const Want& want, const FactValue& now, const FactValue& before);

}  // namespace lab
