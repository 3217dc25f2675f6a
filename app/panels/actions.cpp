#include "app/panels/actions.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "app/panels/views.hpp"

namespace lab {
namespace {

using ui::Icon;

constexpr const char* kTraining = "Training";
constexpr const char* kViewsGroup = "Views";
constexpr const char* kGibbs = "Gibbs sampling";
constexpr const char* kPainting = "Painting";
constexpr const char* kProgram = "Program";

constexpr ui::Shortcut ctrl(int key) {
  return {.key = key, .ctrl = true};
}

// What is no view, in the order of ActionId.
constexpr auto kOwnActions = std::to_array<Action>({
    {ActionId::PlayPause,
     "play",
     "Play or pause",
     kTraining,
     {ui::kKeySpace},
     "Starts training, or pauses it after the present mini-batch.",
     Icon::Play},
    {ActionId::StepBatch,
     "step.batch",
     "Train one batch",
     kTraining,
     {ui::kKeyB},
     "Trains on one mini-batch, then pauses.",
     Icon::Step},
    {ActionId::StepEpoch,
     "step.epoch",
     "Train one epoch",
     kTraining,
     {ui::kKeyE},
     "Trains to the end of the present epoch, then pauses.",
     Icon::StepFar},
    {ActionId::NextPhase,
     "update.next",
     "Next phase of an update",
     kTraining,
     {ui::kKeyU},
     "Shows one update phase by phase; after the last phase the next update is made.",
     Icon::Step},
    {ActionId::LastPhase,
     "update.back",
     "The phase before",
     kTraining,
     {.key = ui::kKeyU, .shift = true},
     "Back to the phase of the update before this one.",
     Icon::Undo},
    {ActionId::Reset, "reset", "Start over", kTraining, ctrl(ui::kKeyR),
     "Starts over from small random weights, with the settings that wait for a reset.", Icon::Reset},
    {ActionId::LookBack,
     "rewind.back",
     "A moment earlier",
     kTraining,
     {ui::kKeyLeftBracket},
     "Looks back at the moment of the run that was kept before this one.",
     Icon::Undo},
    {ActionId::LookForward,
     "rewind.forward",
     "A moment later",
     kTraining,
     {ui::kKeyRightBracket},
     "Looks at the next moment that was kept, and after the last one at the run as it is now.",
     Icon::Redo},
    {ActionId::LookLive,
     "rewind.live",
     "Back to now",
     kTraining,
     {ui::kKeyL},
     "Ends looking back: shows the run as it is now.",
     Icon::Play},
    {ActionId::GoOnFromHere,
     "rewind.go_on",
     "Go on from a moment",
     kTraining,
     {.key = ui::kKeyL, .shift = true},
     "Goes on from the moment that is looked back at, bit for bit, as a run of its own.",
     Icon::Chain},
    {ActionId::CompareMoment,
     "runs.moment",
     "Compare this moment",
     kTraining,
     {ui::kKeyC},
     "Puts the run as it is shown, now or at the moment that is looked back at, into Compare, beside others.",
     Icon::Plus},
    {ActionId::ReplayRun,
     "runs.replay",
     "Replay a run",
     kTraining,
     {.key = ui::kKeyR, .ctrl = true, .shift = true},
     "Makes the run that is ticked in Runs, else this one, again from its seed, and says whether it has the "
     "same bits; or stops that.",
     Icon::Redo},

    {ActionId::Save, "save", "Save the model", kProgram, ctrl(ui::kKeyS),
     "Saves the averaged model as .safetensors or .npz.", Icon::Save},
    {ActionId::SaveCheckpoint,
     "save.checkpoint",
     "Save a checkpoint",
     kProgram,
     {.key = ui::kKeyS, .ctrl = true, .shift = true},
     "Saves everything that is needed to go on training bit for bit.",
     Icon::Save},
    {ActionId::Open, "open", "Open", kProgram, ctrl(ui::kKeyO),
     "Opens a model, a checkpoint, or data to train on; dropping it on the window does the same.",
     Icon::Open},
    {ActionId::BuildOn, "build.on", "Build on a model", kProgram, ctrl(ui::kKeyB),
     "Chooses a saved model whose hidden units are learned in place of the pixels.", Icon::Open},
    {ActionId::ExportCurves, "export.curves", "Export the curves", kProgram, ctrl(ui::kKeyE),
     "Writes all curves of this run as CSV.", Icon::Export},
    {ActionId::Bracket,
     "curves.bracket",
     "Bracket the log-likelihood",
     kTraining,
     {.key = ui::kKeyB, .shift = true},
     "Anneals the model in both directions, with more steps than at other points: where the run stands at a "
     "point of the curves for that one, else for the next. Training waits meanwhile.",
     Icon::None},
    {ActionId::ExportPicture,
     "export.picture",
     "Save a picture",
     kProgram,
     {ui::kKeyF12},
     "Saves the window as a PNG file in the present folder.",
     Icon::Image},
    {ActionId::TakeAway,
     "take.away",
     "Take away",
     kProgram,
     {ui::kKeyF10},
     "Pictures of any panel, films, curves and numbers, into files or the clipboard.",
     Icon::Export},

    {ActionId::GibbsPlay,
     "gibbs.play",
     "Run or pause the chains",
     kGibbs,
     {ui::kKeyG},
     "Lets all chains run, or stops them.",
     Icon::Play},
    {ActionId::GibbsHalf,
     "gibbs.half",
     "Half-step",
     kGibbs,
     {ui::kKeyPeriod},
     "Draws the other layer: v → h, then h → v.",
     Icon::HalfUp},
    {ActionId::GibbsFull,
     "gibbs.full",
     "Full step",
     kGibbs,
     {ui::kKeySlash},
     "Draws h from v and then v from h.",
     Icon::Step},
    {ActionId::GibbsRedraw,
     "gibbs.redraw",
     "Draw again",
     kGibbs,
     {ui::kKeyR},
     "Repeats the last half-step from the same input: chance gives other states.",
     Icon::Dice},
    {ActionId::GibbsRestart,
     "gibbs.restart",
     "Start the chains anew",
     kGibbs,
     {ui::kKeyN},
     "Starts all chains over from the chosen start.",
     Icon::Reset},

    {ActionId::PaintUndo, "paint.undo", "Undo", kPainting, ctrl(ui::kKeyZ),
     "Takes back the last stroke; outside of Paint the last change of a setting.", Icon::Undo},
    {ActionId::PaintRedo, "paint.redo", "Redo", kPainting, ctrl(ui::kKeyY),
     "Does again what was taken back; so does Ctrl+Shift+Z.", Icon::Redo},
    {ActionId::PaintClear,
     "paint.clear",
     "Clear the canvas",
     kPainting,
     {ui::kKeyDelete},
     "Wipes the canvas; undo brings it back.",
     Icon::Clear},
    {ActionId::PaintDigit,
     "paint.digit",
     "A random test digit",
     kPainting,
     {ui::kKeyD},
     "Puts a random test digit, never trained on, on the canvas.",
     Icon::Dice},
    {ActionId::PaintDream,
     "paint.dream",
     "Dream on, or pause",
     kPainting,
     {ui::kKeyM},
     "A Gibbs chain goes on from the drawing.",
     Icon::Chain},

    {ActionId::ThemeToggle,
     "theme.toggle",
     "Dark or light",
     kProgram,
     {ui::kKeyF9},
     "Changes between the dark and the light theme.",
     Icon::Sun},
    {ActionId::ScaleUp, "scale.up", "Larger", kProgram, ctrl(ui::kKeyEqual),
     "Makes everything a step larger, up to 3×.", Icon::Plus},
    {ActionId::ScaleDown, "scale.down", "Smaller", kProgram, ctrl(ui::kKeyMinus),
     "Makes everything a step smaller, down to 1×.", Icon::Minus},
    {ActionId::ToggleSides,
     "sides.toggle",
     "Hide or show the sides",
     kProgram,
     {ui::kKeyF8},
     "Gives the whole width to the view in the middle.",
     Icon::Maximise},
    {ActionId::FullScreen,
     "fullscreen",
     "Full screen",
     kProgram,
     {ui::kKeyF11},
     "Fills the screen, or goes back to a window.",
     Icon::Maximise},
    {ActionId::Help,
     "help",
     "Help",
     kProgram,
     {ui::kKeyF1},
     "Lists all keys and mouse gestures, and says what an RBM is.",
     Icon::Help},
    {ActionId::Quit, "quit", "Quit", kProgram, ctrl(ui::kKeyQ), "Closes the program.", Icon::Close},
});

// In the order of ActionId, so that action() is a look-up; a test checks it.
const std::vector<Action>& table() {
  static const std::vector<Action> all = [] {
    static std::vector<std::string> names;
    for (const View& view : views()) names.push_back(std::string("view.") + view.id);
    std::vector<Action> out(kOwnActions.begin(), kOwnActions.end());
    for (std::size_t n = 0; n < views().size(); ++n) {
      const View& view = views()[n];
      out.push_back(
          {show_view(n), names[n].c_str(), view.title, kViewsGroup, view.key, view.hint, view.icon});
    }
    return out;
  }();
  return all;
}

}  // namespace

ActionId show_view(const View& view) {
  return show_view(static_cast<std::size_t>(&view - views().data()));
}

std::span<const Action> actions() {
  return table();
}

const Action& action(ActionId id) {
  return table()[static_cast<std::size_t>(id)];
}

const Action* find_action(std::string_view name) {
  const auto found = std::ranges::find_if(table(), [&](const Action& a) { return name == a.name; });
  return found == table().end() ? nullptr : &*found;
}

const Action* find_action(const ui::Shortcut& shortcut) {
  if (shortcut.key == ui::kKeyNone) return nullptr;
  // Half of the world's programs have redo there.
  if (shortcut == ui::Shortcut{.key = ui::kKeyZ, .ctrl = true, .shift = true})
    return &action(ActionId::PaintRedo);
  const auto found = std::ranges::find(table(), shortcut, &Action::shortcut);
  return found == table().end() ? nullptr : &*found;
}

}  // namespace lab
