// DataDialog: what a file or folder holds, before anything is trained on it: number, size and labels of the
// images, some of them, what was noted while they were read, and how they would be learned. UI thread only;
// reads in another.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "app/ui/tiles.hpp"
#include "core/learning/suggested_settings.hpp"
#include "core/run/loaded_source.hpp"

namespace lab {

class DataDialog {
 public:
  struct Answers {
    std::function<void(const std::string& path)> open_model;  // it was a model all along
    /// `source` is what the settings name, read already.
    std::function<void(rbm::TrainingSettings settings, rbm::LoadedSource source)> train;
  };

  /// Reads a path in the background. `wanted` are the settings that the data's own are made from.
  void look_at(const std::string& path, const rbm::TrainingSettings& wanted);
  bool is_open() const { return open_; }
  /// True while frames must go on, because the reading may end. Of one that was abandoned nothing is shown.
  bool is_busy() const { return reading_.valid(); }
  void confirm() { confirmed_ = true; }  // Enter
  void cancel();                         // Escape

  /// Draws while open; calls one of `answers` once.
  void draw(const Answers& answers);

 private:
  struct Found {
    bool is_model = false;
    std::shared_ptr<const rbm::Dataset> data;  // null: a model, or the trouble
    std::shared_ptr<const rbm::Dataset> examples = nullptr;  // its first rows as they are looked at
    std::string trouble = {};
  };
  static Found read(const std::string& path, const rbm::SourceOptions& options);
  void begin_reading();
  void abandon_reading();
  void take(Found found, const Answers& answers);
  void draw_facts();
  void draw_examples(ImVec2 room);
  void draw_choices();

  bool open_ = false, opening_ = false, confirmed_ = false;
  std::string path_;
  rbm::TrainingSettings wanted_, settings_;  // as they were, and as the data would be learned
  rbm::Decided decided_;                     // what the user chose here
  rbm::SourceOptions read_with_;             // of the last reading
  std::future<Found> reading_;
  std::vector<std::future<Found>> abandoned_;  // the end of a reading that nobody waits for
  Found found_;
  ui::TileWall examples_;
};

}  // namespace lab
