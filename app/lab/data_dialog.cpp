#include "app/lab/data_dialog.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"
#include "core/learning/training_data.hpp"
#include "core/model/model_file.hpp"
#include "core/model/units/visible_units.hpp"
#include "core/run/run_folder.hpp"

namespace lab {
namespace {

constexpr int kMostExamples = 160;
constexpr std::size_t kMostNotes = 3, kMostClasses = 10;

/// "airplane 500, cat 500 …"
std::string classes(const rbm::Dataset& data) {
  std::vector<std::size_t> counts(256, 0);
  for (std::uint8_t label : data.labels) ++counts[label];
  std::string out;
  std::size_t shown = 0;
  for (std::size_t label = 0; label < counts.size(); ++label) {
    if (counts[label] == 0) continue;
    if (shown++ == kMostClasses) return out + " …";
    if (!out.empty()) out += ", ";
    out += label < data.label_names.size() ? data.label_names[label] : std::to_string(label);
    out += " " + std::to_string(counts[label]);
  }
  return out;
}

/// "600 images of 28 × 28 grey pixels.", "150 rows of 4 numbers."
std::string size_of(const rbm::Dataset& data) {
  const std::string count = std::to_string(data.count()), width = std::to_string(data.shape.width);
  if (data.is_categorical()) {
    std::size_t states = 0;
    for (const auto& of_column : data.state_names) states += of_column.size();
    return count + " rows of " + width + " columns, with " + std::to_string(states) + " states in all.";
  }
  if (data.shape.height == 1 && data.shape.channels == 1) return count + " rows of " + width + " numbers.";
  return count + " images of " + width + " × " + std::to_string(data.shape.height) + ' ' +
         (data.is_real()             ? "real numbers."
          : data.shape.channels == 3 ? "pixels in colour."
                                     : "grey pixels.");
}

/// What a list offers, and what it says about it.
std::vector<const char*> titles_of(std::span<const rbm::Choice> choices) {
  std::vector<const char*> out;
  for (const rbm::Choice& choice : choices) out.push_back(choice.title);
  return out;
}
std::string sentences_of(std::span<const rbm::Choice> choices) {
  std::string out;
  for (const rbm::Choice& choice : choices)
    out += std::string(out.empty() ? "" : " ") + choice.title + ": " + choice.explanation;
  return out;
}

}  // namespace

DataDialog::Found DataDialog::read(const std::string& path, const rbm::SourceOptions& options) {
  if (rbm::is_run_folder(path) || rbm::is_model_file(path)) return {.is_model = true};
  auto data = rbm::load_dataset(path, options);
  if (!data) return {.trouble = data.error().message};
  auto examples = rbm::shown(rbm::first_rows(*data, kMostExamples));
  if (!examples) return {.trouble = examples.error().message};
  return {.data = std::make_shared<const rbm::Dataset>(std::move(*data)),
          .examples = std::make_shared<const rbm::Dataset>(std::move(*examples))};
}

void DataDialog::look_at(const std::string& path, const rbm::TrainingSettings& wanted) {
  abandon_reading();
  path_ = path;
  decided_ = {};
  wanted_ = settings_ = wanted;
  wanted_.source = settings_.source = {};
  found_ = {};
  confirmed_ = false;
  open_ = opening_ = true;
  begin_reading();
}

void DataDialog::begin_reading() {
  read_with_ = settings_.source;
  reading_ = std::async(std::launch::async,
                        [path = path_, options = settings_.source] { return read(path, options); });
}

void DataDialog::abandon_reading() {
  if (reading_.valid()) abandoned_.push_back(std::move(reading_));
}

void DataDialog::cancel() {
  open_ = false;
  abandon_reading();
}

void DataDialog::take(Found found, const Answers& answers) {
  // Where it is the choices that do not fit, they stay on the screen, to be changed again.
  if (found_.data && !found.data) {
    found_.trouble = std::move(found.trouble);
    return;
  }
  found_ = std::move(found);
  if (found_.is_model) {
    open_ = false;
    answers.open_model(path_);
    return;
  }
  if (!found_.data) return;
  const rbm::Dataset& data = *found_.data;
  const rbm::SourceOptions source = settings_.source;
  settings_ = rbm::suggested_for(data, wanted_, decided_);
  settings_.data = path_;
  settings_.source = source;
  const rbm::ImageShape& shape = found_.examples->shape;
  examples_.shape({.tile_width = shape.width,
                   .tile_height = shape.height,
                   .channels = shape.channels,
                   .count = static_cast<int>(found_.examples->count()),
                   .columns = 1,
                   .gap = 1,
                   .map = ui::ColourMap::Ink});
}

void DataDialog::draw(const Answers& answers) {
  const auto is_ready = [](const std::future<Found>& f) {
    return f.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  };
  std::erase_if(abandoned_, is_ready);
  if (!open_) return;
  if (reading_.valid() && is_ready(reading_)) take(reading_.get(), answers);
  if (!reading_.valid() && found_.data && settings_.source != read_with_) begin_reading();
  const char* id = "Data###data_dialog";
  if (opening_ && open_) ImGui::OpenPopup(id);
  opening_ = false;
  const bool reading = reading_.valid() || found_.is_model, shown = found_.data != nullptr;
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  // A refusal is a sentence, and as high as that.
  const float height = reading || shown ? std::min(ui::px(560), display.y - ui::px(40)) : 0;
  ImGui::SetNextWindowPos({display.x / 2, display.y / 2}, ImGuiCond_Always, {0.5f, 0.5f});
  ImGui::SetNextWindowSize({std::min(ui::px(680), display.x - ui::px(40)), height});
  if (!ui::begin_dialog(id, ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove)) return;
  const bool usable = !reading && shown && found_.trouble.empty();
  ui::heading(shown ? found_.data->name.c_str() : reading ? "Reading …" : "This cannot be learned");
  if (shown) {
    draw_facts();
    const float below = ui::px(206);
    draw_examples(
        {ImGui::GetContentRegionAvail().x, std::max(ui::px(60), ImGui::GetContentRegionAvail().y - below)});
    draw_choices();
  } else {
    ImGui::PushTextWrapPos(0);
    ui::text_dim(reading ? path_.c_str() : found_.trouble.c_str());
    ImGui::PopTextWrapPos();
    const float left = ImGui::GetContentRegionAvail().y - ImGui::GetFrameHeight() - ui::px(28);
    ImGui::Dummy({0, reading ? std::max(0.0f, left) : ui::px(6)});
  }
  ImGui::Dummy({0, ui::px(2)});
  ImGui::BeginDisabled(!usable);
  const bool pressed =
      ui::button("data.train", "Train on it", "Starts over on these data. Enter does the same.",
                 ui::Icon::Play, ui::Emphasis::Primary);
  ImGui::EndDisabled();
  ImGui::SameLine();
  if (ui::button("data.cancel", "Cancel", "Escape does the same.")) cancel();
  const bool is_read_so = settings_.source == read_with_;  // nothing was typed since
  if (usable && is_read_so && (pressed || confirmed_)) {
    open_ = false;
    answers.train(settings_, {path_, read_with_, found_.data});
  }
  if (!reading && is_read_so) confirmed_ = false;  // an early Enter waits for the end of the reading
  if (!open_) {
    ImGui::CloseCurrentPopup();
    found_ = {};  // the run keeps what it needs
  }
  ImGui::EndPopup();
}

void DataDialog::draw_facts() {
  const rbm::Dataset& data = *found_.data;
  ImGui::TextUnformatted(size_of(data).c_str());
  ImGui::PushTextWrapPos(0);
  ui::text_dim(data.labels.empty() ? "No labels." : ("Labels: " + classes(data) + ".").c_str());
  ImGui::PushStyleColor(ImGuiCol_Text, ui::palette().warning);
  if (!found_.trouble.empty()) {
    ImGui::TextUnformatted(found_.trouble.c_str());
  } else {
    for (std::size_t i = 0; i < std::min(kMostNotes, data.notes.size()); ++i)
      ImGui::TextUnformatted(data.notes[i].c_str());
  }
  ImGui::PopStyleColor();
  ImGui::PopTextWrapPos();
  ImGui::Dummy({0, ui::px(4)});
}

/// The first images, as large as fit.
void DataDialog::draw_examples(ImVec2 room) {
  const rbm::Dataset& data = *found_.examples;
  ui::TileSpec spec = examples_.spec();
  const float pitch = std::max(ui::px(36), static_cast<float>(spec.tile_width + spec.gap));
  const int across = std::max(1, static_cast<int>(room.x / pitch)),
            down = std::max(1, static_cast<int>(room.y / pitch));
  const int count = std::min(across * down, static_cast<int>(data.count()));
  if (spec.columns != across || spec.count != count) {
    spec.columns = across;
    spec.count = count;
    examples_.shape(spec);
    std::vector<float> row(static_cast<std::size_t>(data.shape.pixels()));
    for (int n = 0; n < count; ++n) {
      data.row(n, row.data());
      examples_.put(n, row.data());
    }
  }
  examples_.draw(
      "data.examples",
      {.size = room,
       .integer_scale = false,
       .centred = false,
       .hint = found_.data->is_categorical() ? "The first rows: a column for each of theirs, a cell for each "
                                               "of its states."
                                             : "The first images, as they were read."});
}

/// How they would be read and learned.
void DataDialog::draw_choices() {
  rbm::SourceOptions source = settings_.source;
  // What was a picture when it was read may have been cut smaller since.
  if (rbm::is_picture(found_.data->shape) || source.size > 0 || source.patch > 0) {
    ImGui::Dummy({0, ImGui::GetFrameHeight()});
    ui::row_int("data.size", "Resize to", &source.size, 0, 128,
                "Side to which images are cropped and resized; 0 leaves them as they are.", nullptr, false,
                "off");
    ui::row_int("data.patch", "Cut patches of", &source.patch, 0, 64,
                "Side of patches cut at random places; 0 takes whole images.", nullptr, false, "off");
  } else {
    ui::row_text("data.columns", "Columns", &source.columns,
                 "Only these columns of a CSV table: names, or numbers from 1 as in 1,3-7. Empty takes all.");
    ui::row_text("data.missing", "Missing cells hold", &source.missing,
                 "The number that stands for a missing one, as -1 or 999 do; empty cells and nan always do.");
    ui::row_text("data.range", "Black to white", &source.range,
                 "The two numbers that become 0 and 1, as in 0:16. Empty tells them from the data.");
  }
  int units = static_cast<int>(settings_.visible);
  if (ui::row_combo("data.units", "Learn as", &units, titles_of(rbm::choices_of(settings_.visible)),
                    sentences_of(rbm::choices_of(settings_.visible)).c_str())) {
    wanted_.visible = settings_.visible = static_cast<rbm::VisibleType>(units);
    decided_.visible = true;
    settings_ = rbm::with_suggested_units(*found_.data, settings_, decided_);
  }
  if (rbm::units_of(settings_.visible).learns() == rbm::DataForm::Scaled) {
    int whitening = static_cast<int>(settings_.whitening);
    if (ui::row_combo(
            "data.whitening", "Prepared", &whitening, titles_of(rbm::choices_of(settings_.whitening)),
            "Whitening takes out what neighbouring pixels have in common: filters of small patches become "
            "edges. Standardizing suits whole pictures.")) {
      wanted_.whitening = settings_.whitening = static_cast<rbm::Whitening>(whitening);
      decided_.visible = decided_.whitening = true;
      wanted_.visible = settings_.visible;
      settings_ = rbm::with_suggested_units(*found_.data, settings_, decided_);
    }
  } else {
    ImGui::Dummy({0, ImGui::GetFrameHeight()});
  }
  settings_.source = source;  // what cannot be read with says so, and can be changed again
}

}  // namespace lab
