#include "app/lab/file_dialog.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab {
namespace {

namespace fs = std::filesystem;

const char* title(FileDialog::Purpose purpose) {
  switch (purpose) {
    case FileDialog::Purpose::Open:
      return "Open a model, a checkpoint or data";
    case FileDialog::Purpose::BuildOn:
      return "Choose a model to build on";
    case FileDialog::Purpose::Save:
      return "Save the model";
    case FileDialog::Purpose::SaveCheckpoint:
      return "Save a checkpoint";
    case FileDialog::Purpose::ExportCurves:
      return "Export the curves";
    case FileDialog::Purpose::AddRuns:
      return "Add a run to the list";
    case FileDialog::Purpose::TakeAway:
      return "Take away";
  }
  return "";
}

const char* explanation(FileDialog::Purpose purpose) {
  switch (purpose) {
    case FileDialog::Purpose::Open:
      return "A model (.safetensors, .npz), or pictures, arrays and tables to train on; a folder of pictures "
             "as a whole.";
    case FileDialog::Purpose::BuildOn:
      return "A saved model (.safetensors, .npz): its hidden units are learned in place of the pixels.";
    case FileDialog::Purpose::Save:
      return "The averaged weights, as .safetensors or, for NumPy, .npz.";
    case FileDialog::Purpose::SaveCheckpoint:
      return "Everything that is needed to go on bit for bit, as .safetensors.";
    case FileDialog::Purpose::ExportCurves:
      return "All curve points as comma separated values (.csv), or all curves as a drawing (.svg).";
    case FileDialog::Purpose::AddRuns:
      return "A folder that rbm train --run has made, or one above several of them.";
    case FileDialog::Purpose::TakeAway:
      return "The ending of the name says what it becomes: .png; .gif or .mp4; .csv or .svg.";
  }
  return "";
}

bool is_wanted(FileDialog::Purpose purpose, const fs::path& path) {
  const std::string extension = path.extension().string();
  if (purpose == FileDialog::Purpose::Open) return true;
  if (purpose == FileDialog::Purpose::AddRuns) return false;  // folders alone
  if (purpose == FileDialog::Purpose::ExportCurves) return extension == ".csv" || extension == ".svg";
  if (purpose == FileDialog::Purpose::TakeAway)
    return extension == ".png" || extension == ".gif" || extension == ".mp4" || extension == ".csv" ||
           extension == ".svg";
  return extension == ".safetensors" || extension == ".npz";
}

}  // namespace

void FileDialog::ask(Purpose purpose, const std::string& folder, const std::string& name) {
  purpose_ = purpose;
  name_ = name;
  problem_.clear();
  open_ = opening_ = true;
  confirmed_ = overwrite_asked_ = missing_ = wants_keyboard_ = false;
  std::error_code failed;
  fs::path start = folder.empty() ? fs::current_path(failed) : fs::path(folder);
  if (!fs::is_directory(start, failed)) start = fs::current_path(failed);
  enter(start.string());
}

void FileDialog::enter(const std::string& folder) {
  folder_ = folder;
  list();
}

void FileDialog::list() {
  entries_.clear();
  std::error_code failed;
  for (fs::directory_iterator it(folder_, fs::directory_options::skip_permission_denied, failed), end;
       !failed && it != end; it.increment(failed)) {
    const fs::path& path = it->path();
    std::error_code unreadable;
    const bool is_folder = it->is_directory(unreadable);
    if (path.filename().string().starts_with(".") || (!is_folder && !is_wanted(purpose_, path))) continue;
    entries_.push_back({path.filename().string(), is_folder});
  }
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return a.is_folder != b.is_folder ? a.is_folder : a.name < b.name;
  });
  problem_ = failed ? "This folder cannot be read: choose another." : "";
}

std::string FileDialog::path() const {
  const fs::path name(name_);
  return name.is_absolute() ? name.string() : (fs::path(folder_) / name).string();
}

void FileDialog::draw(const std::function<void(Purpose, const std::string& path)>& chosen,
                      const Above& above) {
  if (!open_) return;
  const char* id = "File###file_dialog";
  if (opening_) ImGui::OpenPopup(id);
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  const float extra = purpose_ == Purpose::Open ? above.height() : 0;
  const ImVec2 size{std::min(ui::px(620), display.x - ui::px(40)),
                    std::min(ui::px(460) + extra, display.y - ui::px(40))};
  ImGui::SetNextWindowPos({(display.x - size.x) / 2, (display.y - size.y) / 2});
  ImGui::SetNextWindowSize(size);
  if (!ui::begin_dialog(id, ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove)) {
    return;
  }
  ui::heading(title(purpose_));
  ui::text_dim(explanation(purpose_));
  ImGui::Spacing();
  if (extra > 0 && above.draw()) open_ = false;
  draw_folder();
  draw_entries();
  const bool is_typing = draw_name();
  const Answer answer = draw_buttons();
  if (answer == Answer::Folder) {
    open_ = false;
    chosen(purpose_, folder_);
  }
  if ((answer == Answer::Path || confirmed_) && !name_.empty()) {
    if (may_choose()) {
      open_ = false;
      chosen(purpose_, path());
    } else {
      wants_keyboard_ = !is_typing && (confirmed_ || missing_);
    }
    confirmed_ = false;
  }
  if (!open_) ImGui::CloseCurrentPopup();
  ImGui::EndPopup();
}

void FileDialog::draw_folder() {
  if (ui::button("file.up", "Up", "The folder above this one.", ui::Icon::Undo))
    enter(fs::path(folder_).parent_path().string());
  ImGui::SameLine();
  ImGui::AlignTextToFramePadding();
  ui::text_dim(folder_.c_str());
}

/// What is in the folder. A folder that is clicked is entered; a file gives its name, twice is the answer.
void FileDialog::draw_entries() {
  const float below = ui::px(72);  // the name, and the buttons under it
  ui::begin_child("entries", {0, -below}, true);
  std::string enter_folder;
  for (std::size_t n = 0; n < entries_.size(); ++n) {
    const Entry& entry = entries_[n];
    const std::string label = entry.is_folder ? entry.name + "/" : entry.name;
    const std::string id = "file.entry." + std::to_string(n);
    const ui::Focus focus = ui::take_focus(id);
    const bool pressed = ImGui::Selectable(label.c_str(), entry.name == name_);
    ui::mark(id);
    ui::draw_focus(focus);
    if (pressed || focus.pressed) {
      if (entry.is_folder)
        enter_folder = (fs::path(folder_) / entry.name).string();
      else
        name_ = entry.name;
    }
    if (!entry.is_folder && ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left))
      confirmed_ = true;
  }
  if (entries_.empty())
    ui::text_dim(!problem_.empty() ? problem_.c_str()
                 : wants_folder()  ? "There is no folder in this one."
                                   : "There is no such file in this folder.");
  ImGui::EndChild();
  if (!enter_folder.empty()) enter(enter_folder);
}

/// True while the box has the keyboard.
bool FileDialog::draw_name() {
  std::array<char, 1024> text{};
  name_.copy(text.data(), text.size() - 1);
  ImGui::SetNextItemWidth(-1);
  if (opening_ || wants_keyboard_) ImGui::SetKeyboardFocusHere();
  const bool entered =
      ImGui::InputTextWithHint("##file.name", "Name of a file, or a whole path", text.data(), text.size(),
                               ImGuiInputTextFlags_AutoSelectAll | ImGuiInputTextFlags_EnterReturnsTrue);
  const bool is_typing = entered || ImGui::IsItemActive();
  // Enter took the keyboard away: the next frame's first letter is typed into the box again.
  if (entered) ImGui::SetKeyboardFocusHere(-1);
  if (name_ != text.data()) {
    name_ = text.data();
    overwrite_asked_ = missing_ = false;
  }
  ui::draw_rect(ImGui::GetWindowDrawList(), ImGui::GetItemRectMin(), ImGui::GetItemRectMax(),
                ui::palette().text_faint, ImGui::GetStyle().FrameRounding, 1);
  ui::mark("file.name", "The name of the file, or a whole path.");
  opening_ = wants_keyboard_ = false;
  return is_typing;
}

/// The buttons, and beside them why the last answer was not taken.
FileDialog::Answer FileDialog::draw_buttons() {
  const bool replaces = would_replace() && overwrite_asked_;
  const char* label = purpose_ == Purpose::Open           ? "Open"
                      : purpose_ == Purpose::BuildOn      ? "Build on it"
                      : wants_folder()                    ? "Add"
                      : replaces                          ? "Replace it"
                      : purpose_ == Purpose::ExportCurves ? "Export"
                                                          : "Save";
  Answer answer = Answer::None;
  if (ui::button("file.ok", label, "Enter does the same.", ui::Icon::None,
                 replaces ? ui::Emphasis::Danger : ui::Emphasis::Primary))
    answer = Answer::Path;
  ImGui::SameLine();
  if (purpose_ == Purpose::Open || wants_folder()) {
    if (ui::button("file.folder", "Use this folder",
                   wants_folder() ? "Adds the folder that is listed, or the runs in it."
                                  : "Opens the whole folder that is listed, as pictures to train on."))
      answer = Answer::Folder;
    ImGui::SameLine();
  }
  if (ui::button("file.cancel", "Cancel", "Escape does the same.")) open_ = false;
  ImGui::SameLine();
  ImGui::AlignTextToFramePadding();
  if (replaces) ui::text_dim("There is a file of this name already.");
  if (missing_) {
    ui::text_dim("There is no such file: choose one from the list.");
    ui::mark("file.missing");
  }
  return answer;
}

/// Whether the name is a file that saving would write over.
bool FileDialog::would_replace() const {
  std::error_code failed;
  return !opens() && fs::is_regular_file(path(), failed);
}

/// False where there is something to say first: that a file would be replaced (once), or that there is none.
bool FileDialog::may_choose() {
  if (would_replace() && !overwrite_asked_) {
    overwrite_asked_ = true;
    return false;
  }
  std::error_code failed;
  // A folder that is named is opened like a file, as data.
  const bool takes_folder = purpose_ == Purpose::Open || wants_folder();
  const bool is_there = (!wants_folder() && fs::is_regular_file(path(), failed)) ||
                        (takes_folder && fs::is_directory(path(), failed));
  missing_ = opens() && !is_there;
  return !missing_;
}

}  // namespace lab
