// How what is on the screen goes into files, and how a picture that was taken away leads back to its run.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>

#include "app/lab/lab.hpp"
#include "app/lab/numbers_text.hpp"
#include "app/ui/theme.hpp"
#include "core/data/png_text.hpp"
#include "core/files/input_file.hpp"
#include "core/files/output_file.hpp"
#include "core/learning/settings_text.hpp"
#include "core/run/curves_svg.hpp"
#include "core/run/curves_text.hpp"

namespace lab {
namespace {

constexpr float kLargestScale = 3;
constexpr int kSettlingFrames = 3;  // of ImGui, until sizes that follow from others are right
/// Within so many bytes from a picture's start its texts stand.
constexpr std::uint64_t kTextsWithin = 1 << 20;

/// A rectangle in whole pixels, within a frame of this size.
struct PixelRect {
  int x, y, width, height;
};
PixelRect whole_pixels(const ui::Rect& rect, int width, int height) {
  const int x = std::clamp(static_cast<int>(std::lround(rect.x)), 0, width),
            y = std::clamp(static_cast<int>(std::lround(rect.y)), 0, height);
  return {x, y, std::clamp(static_cast<int>(std::lround(rect.w)), 0, width - x),
          std::clamp(static_cast<int>(std::lround(rect.h)), 0, height - y)};
}

rbm::Unexpected no_such_part(const std::string& part) {
  std::string known;
  for (const ui::ShownPanel& panel : ui::shown_panels()) known += ", " + panel.id;
  return rbm::fail(
      rbm::ErrorCode::BadArgument,
      "There is no \"" + part + "\" on the screen: the parts that are there are window" + known + ".");
}

std::string ending_of(const std::string& path) {
  return std::filesystem::path(path).extension().string();
}

}  // namespace

/// With what tells its run.
rbm::Result<void> Lab::save_png(const std::string& path, const Pixels& pixels, const std::string& part) {
  const std::string png = png_of(pixels);
  if (png.empty()) return rbm::cannot_write(path);
  return rbm::write_file(path, rbm::with_png_texts(png, picture_texts(*snapshot_, shared_.view->id, part)));
}

/// The whole window as it was drawn last, with the mouse's traces.
rbm::Result<void> Lab::save_window(const std::string& path) {
  return save_png(path, window_.pixels(0, 0, window_.width(), window_.height()), "window");
}

void Lab::draw_hidden_frame(int width, int height) {
  window_.begin_hidden_frame(width, height);
  ui::begin_frame();
  Context ctx = context();
  screen_->draw(ctx, preferences_, [this](float x, float y, float w) { return draw_line(x, y, w); });
  window_.end_hidden_frame();
}

/// The screen is laid out anew at the larger scale, so that text is as sharp as pictures are; nobody sees it.
rbm::Result<void> Lab::take_picture(const verb::ExportPicture& wanted) {
  if (ending_of(wanted.path) != ".png")
    return rbm::fail(rbm::ErrorCode::BadArgument,
                     wanted.path + " is no name of a picture: let it end in .png.", wanted.path);
  const float scale = ui::scale(), larger = scale * static_cast<float>(wanted.times);
  const int width = window_.width() * wanted.times, height = window_.height() * wanted.times;
  if (larger > kLargestScale + 0.01f || std::max(width, height) > Window::most_side())
    return rbm::fail(
        rbm::ErrorCode::BadArgument,
        "A picture " + std::to_string(wanted.times) +
            " times as large as this window is too large: make everything smaller (Ctrl+-), or take it "
            "fewer times as large.");
  ui::set_scale(larger);
  for (int n = 0; n < kSettlingFrames; ++n) draw_hidden_frame(width, height);
  const auto part = part_of_screen(wanted.part, static_cast<float>(width), static_cast<float>(height));
  rbm::Result<void> done = no_such_part(wanted.part);
  if (part) {
    const PixelRect at = whole_pixels(*part, width, height);
    done = save_png(wanted.path, window_.hidden_pixels(at.x, at.y, at.width, at.height), wanted.part);
  }
  ui::set_scale(scale);
  // Controls are where they were again, for whoever looks for them before the next frame.
  draw_hidden_frame(window_.width(), window_.height());
  pace_.owe(kSettlingFrames);
  return done;
}

/// Those of this window's run; in Compare those of the runs that are compared there.
std::vector<rbm::NamedCurves> Lab::curves_in_view() const {
  std::vector<rbm::NamedCurves> out;
  if (shared_.view == find_view("compare"))
    for (const std::string& key : shared_.runs.chosen)
      if (const RunRow* row = shared_.runs.find(key)) out.push_back({row->title, row->facts->curves});
  if (!out.empty()) return out;
  const auto& curves = snapshot_->monitoring.curves;
  if (curves != nullptr && !curves->empty())
    out.push_back({snapshot_->settings.data + ", " + std::to_string(snapshot_->settings.hidden) +
                       " hidden units, update " + std::to_string(snapshot_->progress.updates),
                   *curves});
  return out;
}

rbm::Result<void> Lab::export_curves(const std::string& path) {
  const std::vector<rbm::NamedCurves> runs = curves_in_view();
  if (runs.empty())
    return rbm::fail(rbm::ErrorCode::BadArgument, "There are no curves yet: train for a while first.");
  if (ending_of(path) == ".svg") {
    const std::string title = runs.size() == 1 ? runs.front().name : std::to_string(runs.size()) + " runs";
    return rbm::write_file(path, rbm::curves_svg(runs, title));
  }
  if (ending_of(path) == ".csv")
    return rbm::write_file(path,
                           runs.size() == 1 ? rbm::curves_csv(runs.front().points) : rbm::curves_csv(runs));
  return rbm::fail(rbm::ErrorCode::BadArgument,
                   path + " does not say what the curves become: give a name with .csv or .svg.", path);
}

rbm::Result<void> Lab::start_film(const verb::ExportFilm& wanted) {
  Taking& taking = dialogs_.taking;
  if (taking.film != nullptr)
    return rbm::fail(rbm::ErrorCode::BadArgument,
                     "A film is being recorded: wait for its end, or stop it (F10).");
  const auto part =
      part_of_screen(wanted.part, static_cast<float>(window_.width()), static_cast<float>(window_.height()));
  if (!part) return no_such_part(wanted.part);
  const PixelRect at = whole_pixels(*part, window_.width(), window_.height());
  auto begun = Film::begin(wanted.path, at.width, at.height);
  if (!begun) return rbm::Unexpected{begun.error()};
  taking.film = *std::move(begun);
  taking.filmed = wanted;
  taking.begun_s = now_s();
  return {};
}

/// Takes the next frame of the film when it is due; ends it in time, and where its part has gone or changed its size.
void Lab::follow_film() {
  Taking& taking = dialogs_.taking;
  if (taking.film == nullptr) return;
  const double length = std::ceil(taking.filmed.seconds * Film::kFramesPerSecond),
               now = std::floor((now_s() - taking.begun_s) * Film::kFramesPerSecond) + 1;
  // A slow window misses frames, for which this one stands: the film lasts as long as what it shows.
  const int due = static_cast<int>(std::min(now, length)) - taking.film->frames();
  if (due <= 0) return;
  const auto part = part_of_screen(taking.filmed.part, static_cast<float>(window_.width()),
                                   static_cast<float>(window_.height()));
  const PixelRect at = part ? whole_pixels(*part, window_.width(), window_.height()) : PixelRect{};
  if (at.width != taking.film->width() || at.height != taking.film->height()) return stop_film();
  const auto added = taking.film->add(window_.pixels(at.x, at.y, at.width, at.height).rgb, due);
  if (!added) {
    tell(added, "");
    taking.film.reset();
  } else if (taking.film->frames() >= length) {
    stop_film();
  }
}

void Lab::stop_film() {
  Taking& taking = dialogs_.taking;
  const std::unique_ptr<Film> film = std::move(taking.film);
  if (film == nullptr) return;
  if (film->frames() == 0) {
    shared_.message =
        taking.filmed.path + " was not written: its part of the screen went before the first picture.";
    return;
  }
  const auto done = film->finish();
  shared_.message = done ? "Saved the film " + taking.filmed.path + ", " + std::to_string(film->frames()) +
                               (film->frames() == 1 ? " picture." : " pictures.")
                         : done.error().message;
}

/// Says in the status line what came of it, and to a script that failed on standard error, too.
void Lab::tell(const rbm::Result<void>& done, const std::string& what) {
  shared_.message = done ? what : done.error().message;
  if (!done && !script_.verbs.empty()) std::fprintf(stderr, "rbm-lab: %s\n", done.error().message.c_str());
}

void Lab::draw_take_away() {
  Taking& taking = dialogs_.taking;
  taking.menu.draw(taking.film ? taking.film->frames() : -1,
                   {.save =
                        [&](Verb verb, const std::string& name) {
                          taking.asked = std::move(verb);
                          dialogs_.files.ask(FileDialog::Purpose::TakeAway, preferences_.folder, name);
                        },
                    .copy_numbers =
                        [&] {
                          ImGui::SetClipboardText(numbers_text(*snapshot_).c_str());
                          shared_.message = "Copied the numbers of this run.";
                        },
                    .stop_film = [&] { stop_film(); }});
}

/// The file that was asked for is known: done after this frame, when no dialog is on the screen any more.
void Lab::take_away_to(const std::string& path) {
  Taking& taking = dialogs_.taking;
  if (!taking.asked) return;
  std::visit(
      [&](auto& verb) {
        if constexpr (requires { verb.path = path; }) verb.path = path;
      },
      *taking.asked);
  taking.ready = std::exchange(taking.asked, std::nullopt);
}

/// A picture that this program made: opens its run where that is still kept, else begins it anew from its seed. False
/// where it is none.
bool Lab::open_picture(const std::string& path) {
  const auto start = rbm::read_file_start(path, kTextsWithin);
  if (!start) return false;
  const PictureOrigin origin = origin_of(rbm::png_texts(*start));
  if (origin.settings.empty()) return false;
  auto settings = rbm::settings_from_json_text(origin.settings);
  if (!settings || !rbm::validate(*settings)) return false;
  std::error_code failed;
  const std::string shows = "This picture shows update " + origin.update + " of " + origin.data + ": ";
  const View* view = find_view(origin.view);
  if (!origin.run.empty() && std::filesystem::is_regular_file(origin.run, failed)) {
    leave_run([this, origin, shows] {
      open_model(origin.run, false, origin.view);
      shared_.message = shows + "its run is opened as it was kept last.";
    });
  } else {
    leave_run([this, settings = *std::move(settings), shows, view] {
      reset(settings);
      if (view != nullptr) shared_.view = view;
      shared_.message = shows + "its run is not kept any more and begins anew from its seed.";
    });
  }
  return true;
}

/// What other programs say on standard input, behind what is still to be done.
void Lab::take_commands() {
  if (!script_.input) return;
  for (const CommandInput::Line& line : script_.input->take()) {
    if (!is_verb_line(line.text)) continue;
    auto verb = parse_verb(line.text);
    if (verb)
      script_.verbs.push_back(*std::move(verb));
    else
      std::fprintf(stderr, "rbm-lab: standard input, line %d: %s.\n", line.number,
                   verb.error().message.c_str());
  }
}

}  // namespace lab
