// The controls of the program: thin, consistent forms of ImGui's. Each takes a stable id ("train.play") that
// names it for tests and scripts, and a one-sentence hint shown as its tooltip and in the status line. UI
// thread only.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "app/ui/imgui.hpp"
#include "app/ui/keys.hpp"

namespace lab::ui {

/// Drawn as vectors, so that they need no icon font and are sharp at any scale.
enum class Icon {
  None,
  Play,
  Pause,
  Step,
  StepFar,
  Reset,
  Save,
  Open,
  Undo,
  Redo,
  Clear,
  Brush,
  Eraser,
  Dice,
  Plus,
  Minus,
  Sun,
  Moon,
  Help,
  Close,
  Warning,
  Maximise,
  Restore,
  Export,
  HalfUp,
  HalfDown,
  Image,
  Chain,
  Search,
  Pin,
  Star,
  StarFull,
};
void draw_icon(ImDrawList* list, Icon icon, ImVec2 centre, float size, ImU32 colour);

/// Every control that shows in this frame: id → rectangle in window pixels, without what is scrolled out of
/// sight. Cleared by begin_frame(). Read by tests and the script.
struct Rect {
  float x, y, w, h;
  bool operator==(const Rect&) const = default;
};
/// After ImGui::NewFrame.
void begin_frame();
const std::map<std::string, Rect, std::less<>>& registered();
/// The first id of this frame under which two controls stand at different places, empty if none: a mistake of
/// the program, because a click by id or the keyboard's focus then finds only one of them. Read by tests.
const std::string& shared_id();

/// Where a hint shows: as a tooltip when the mouse rests, where it covers the least of other controls; over pictures and
/// curves, which a tooltip would cover, in the status line.
enum class Tip { Rest, StatusLineOnly };
/// Registers the last ImGui item (for custom widgets), and shows its hint when hovered.
void mark(std::string_view id, std::string_view hint = {}, Tip tip = Tip::Rest);
/// The hint of the control under the mouse or with the keyboard's focus; empty if none.
const std::string& hovered_hint();
/// The same for the status line: without what a tooltip says.
const std::string& status_hint();

/// The keyboard's way to every control: Tab and Shift+Tab go to the next and the one before, Enter or Space
/// presses it, the arrow keys change its value, Shift+Enter opens the menu of a picture, Escape leaves. True when
/// the key was used up. ImGui's own navigation is not used: it claims Space, Tab and the arrows for itself, and
/// 1.86 loses short taps.
bool focus_key(const Shortcut& key);
/// Once a frame: whether Enter has a meaning of the program's own, as once a step of a lesson is done. A control that
/// has the focus when that begins leaves Enter to it, Space not, until Tab is pressed: what it was there for is done.
/// One that Tab has just reached takes Enter as ever.
void want_enter(bool is_wanted);
/// In this frame, by a control with the focus in which something is begun that Enter ends.
void keep_enter();
/// For controls that others draw themselves: takes part in that order under `id`, once per frame and before
/// its item; then draw_focus() after the item. `pressed`, `steps` (arrow keys, negative is left or down) and the same
/// as a way over a table are what came in since the last frame.
struct Focus {
  bool here = false, pressed = false;
  bool asked = false;  // for the menu of a picture
  int steps = 0, across = 0, down = 0;

  /// Where the arrow keys lead from `cell` of a wall of `count` cells in rows of `columns`.
  int over_wall(int cell, int columns, int count) const;
};
Focus take_focus(std::string_view id);
void draw_focus(const Focus& focus);
/// The control that is drawn next is the first of the view; of several calls in a frame the last one holds.
void mark_focus_start();
/// Nothing has the focus; the next Tab gives it to the first control of the view.
void focus_from_start();
/// The control that the keyboard is at; empty if none.
const std::string& focused();
/// True in the frame in which the menu of the picture under the mouse is asked for, by its right button, or of the one
/// that has the focus, by Shift+Enter: after it was drawn.
bool menu_asked();

/// Scrolls in the next frames to where this control shows, if it is drawn; the one that the keyboard goes to does so by
/// itself. A scrolled room whose panels hold the controls asks for it right after it began.
void reveal(std::string_view id);
void scroll_to_revealed();

enum class Emphasis { Normal, Primary, Quiet, Danger };

bool button(const char* id, const char* label, const char* hint, Icon icon = Icon::None,
            Emphasis emphasis = Emphasis::Normal, ImVec2 size = {0, 0});
bool icon_button(const char* id, Icon icon, const char* hint, bool active = false, float size = 0);
bool toggle(const char* id, const char* label, bool* value, const char* hint);
/// A row of exclusive choices drawn as one bar. True when the choice changed.
bool segmented(const char* id, int* choice, std::span<const char* const> labels, const char* hint);
bool combo(const char* id, int* choice, std::span<const char* const> labels, const char* hint);

/// A press area of the full width with a title, a short note at the title's right end, and a sentence below it, which
/// wraps; as high as that takes.
bool card(const char* id, const char* title, const char* note, const char* text, bool chosen,
          const char* hint);
/// Its height for this width.
float card_height(const char* text, float width);

/// Labelled rows of a form: label left, control right, both on one line. `badge` is a short note in the
/// control
/// ("changed"), may be null. They return true when the value is committed (not on every key stroke). Numbers
/// are dragged, or typed after Ctrl+click. `zero` is what 0 reads as where it is no number of that kind.
bool row_int(const char* id, const char* label, int* value, int low, int high, const char* hint,
             const char* badge = nullptr, bool logarithmic = false, const char* zero = nullptr);
bool row_float(const char* id, const char* label, float* value, float low, float high, const char* format,
               const char* hint, const char* badge = nullptr, bool logarithmic = false);
bool row_combo(const char* id, const char* label, int* choice, std::span<const char* const> labels,
               const char* hint, const char* badge = nullptr);
bool row_toggle(const char* id, const char* label, bool* value, const char* hint,
                const char* badge = nullptr);
/// A row that shows a value and opens or closes a list below it, which its owner draws; true when it is pressed.
bool row_list(const char* id, const char* label, const char* value, bool is_open, const char* hint);
/// A text box row; true when Enter was pressed or focus left after a change.
bool row_text(const char* id, const char* label, std::string* value, const char* hint,
              const char* badge = nullptr);

/// Small heading with a thin line; a heading with quiet text at the right end.
void heading(const char* text, const char* right = nullptr);
/// "label  value" with the value in the mono font; returns nothing, takes the full line.
void readout(const char* label, const char* value, const char* hint = nullptr);
/// Text in theme colours.
void text_dim(const char* text);
void text_mono(const char* text, ImU32 colour = 0);
/// Centred explanation in an empty region: what is missing and what fills it.
void empty_state(const char* title, const char* explanation);
/// A coloured bar with an icon across the full width; returns true when its close button is pressed.
bool banner(const char* id, const char* text, bool is_error);

/// Text that ends in an ellipsis where it is wider than `room`.
void draw_fitted(ImDrawList* list, ImVec2 at, float room, ImU32 colour, const char* text);

/// A dialog over all else, by the name after ### under which it was opened; ImGui::EndPopup() ends it. Of a panel's
/// colour, so that fields and buttons stand out from it as they do there.
bool begin_dialog(const char* id, ImGuiWindowFlags flags);

/// A panel: framed child with a title row. Content between begin and end, which is always called.
bool begin_panel(const char* id, const char* title, ImVec2 size, const char* subtitle = nullptr);
void end_panel();
/// A panel of this frame, for pictures of it alone; they nest, the outer one comes last.
struct ShownPanel {
  std::string id, title;
  Rect rect{};
};
std::span<const ShownPanel> shown_panels();
/// Moves the cursor to the title row's right end, for controls of the given total width, or below the title where they
/// would lie on it; back to the content with panel_content().
void panel_title_controls(float width);
/// The width that there is beside the title.
float panel_title_room();
void panel_content();

/// A draggable bar between two regions; changes *ratio within [low, high]; double click resets to `initial`.
/// vertical: the bar stands upright.
bool splitter(const char* id, bool vertical, float length, float* ratio, float low, float high, float initial,
              float extent);

}  // namespace lab::ui
