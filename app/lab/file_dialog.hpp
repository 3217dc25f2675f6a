// FileDialog: a small modal to choose a file to open or a name to save under. UI thread only.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace lab {

class FileDialog {
 public:
  enum class Purpose { Open, BuildOn, Save, SaveCheckpoint, ExportCurves, AddRuns, TakeAway };

  /// Shows the dialog with a proposed path (folder and name).
  void ask(Purpose purpose, const std::string& folder, const std::string& name);
  bool is_open() const { return open_; }
  void confirm() { confirmed_ = true; }  // Enter
  void cancel() { open_ = false; }       // Escape

  /// What else may be opened, drawn above the folders: its height, and a row that opens something and is then true.
  struct Above {
    std::function<float()> height;
    std::function<bool()> draw;
  };
  /// Draws while open; calls `chosen` once, when the user has decided. `above` shows only where something is opened.
  void draw(const std::function<void(Purpose, const std::string& path)>& chosen, const Above& above);

 private:
  struct Entry {
    std::string name;
    bool is_folder;
  };
  bool opens() const { return purpose_ == Purpose::Open || purpose_ == Purpose::BuildOn || wants_folder(); }
  bool wants_folder() const { return purpose_ == Purpose::AddRuns; }
  enum class Answer { None, Path, Folder };  // what was pressed: the path that is named, the folder shown

  void list();
  void enter(const std::string& folder);
  std::string path() const;
  bool would_replace() const;
  bool may_choose();

  void draw_folder();
  void draw_entries();
  bool draw_name();
  Answer draw_buttons();

  bool open_ = false, opening_ = false, confirmed_ = false, overwrite_asked_ = false, missing_ = false;
  bool wants_keyboard_ = false;  // the box of the name, in the next frame
  Purpose purpose_ = Purpose::Open;
  std::string folder_, name_, problem_;
  std::vector<Entry> entries_;
};

}  // namespace lab
