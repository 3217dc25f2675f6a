// Window: GLFW's window, its OpenGL context and ImGui's back-ends. Main thread only, except wake().
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/gl/framebuffer.hpp"
#include "app/ui/keys.hpp"
#include "core/result.hpp"

struct GLFWwindow;

namespace lab {

/// Red, green and blue, row by row from the top.
struct Pixels {
  int width = 0, height = 0;
  std::vector<unsigned char> rgb;
};
/// As the bytes of a PNG file; empty where there are none.
std::string png_of(const Pixels& pixels);

class Window {
 public:
  /// What a window may be asked to be: larger ones than any screen cost memory and time, and end in crashes of drivers.
  static constexpr bool is_size(int width, int height) {
    constexpr int kMost = 8192;
    return width >= 320 && height >= 240 && width <= kMost && height <= kMost;
  }
  /// Opens the window, at least OpenGL 3.3 core. Fails with a sentence where there is no display or the
  /// OpenGL is too old. `fits_screen`: it is no larger than the screen.
  static rbm::Result<Window> open(int width, int height, bool fits_screen);
  ~Window();
  Window(Window&& other) noexcept;
  Window& operator=(Window&&) = delete;

  /// Waits for input, a wake() or the time-out, and handles events. True if there was input.
  bool wait_events(double timeout_s);
  /// From any thread: ends a wait.
  static void wake();

  void begin_frame();
  void end_frame();  // renders and swaps
  /// A part of the last frame, in pixels from its upper left corner.
  Pixels pixels(int x, int y, int width, int height) const;
  /// In place of begin_frame() and end_frame(): a frame of another size, without a mouse, that nobody sees.
  void begin_hidden_frame(int width, int height);
  void end_hidden_frame();
  /// A part of the last hidden frame.
  Pixels hidden_pixels(int x, int y, int width, int height);
  /// The longest side that a hidden frame may have.
  static int most_side();

  /// Moves the mouse into the upper left corner, where it points at nothing.
  void park_cursor();

  bool should_close() const;
  void ask_to_close();
  void stay_open();      // takes the wish to close back
  bool visible() const;  // not minimised
  bool focused() const;
  bool software() const { return software_; }
  float content_scale() const;
  double refresh_rate() const;
  int width() const;
  int height() const;
  void resize(int width, int height);
  void toggle_full_screen();

  /// Whether a key (ui::Key) is down now.
  bool is_down(int key) const;
  /// The next shortcut that was pressed, if there is one; and the files dropped since the last call.
  std::optional<ui::Shortcut> take_key();
  std::vector<std::string> take_dropped();

 private:
  friend struct Callbacks;
  struct Input;
  explicit Window(GLFWwindow* window);
  void render() const;
  GLFWwindow* window_ = nullptr;
  Input* input_ = nullptr;  // owned; behind GLFW's user pointer
  std::unique_ptr<gl::Framebuffer> hidden_;
  bool software_ = false;
  int restore_[4] = {0, 0, 0, 0};
};

}  // namespace lab
