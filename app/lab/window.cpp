#include "app/lab/window.hpp"

#define GLFW_INCLUDE_GLCOREARB
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#include <GLFW/glfw3.h>
#include <imgui_impl_glfw.h>
#include <imgui_impl_opengl3.h>
#include <stb_image_write.h>

#include <algorithm>
#include <atomic>
#include <cfloat>
#include <cstring>
#include <utility>

#include "app/ui/imgui.hpp"
#include "app/ui/key_queue.hpp"
#include "app/ui/pointer.hpp"
#include "app/ui/theme.hpp"
#include "core/run/interruption.hpp"

namespace lab {

struct Window::Input {
  std::vector<ui::Shortcut> keys;
  ui::KeyQueue held;
  std::vector<std::string> dropped;
  bool any = false;
};

namespace {

std::string glfw_error;  // the last one; GLFW is used from the main thread only

/// GLFW 3.3 on X11 can miss an event that another thread posts while the wait begins, so no wait is longer.
constexpr double kWaitSlice_s = 0.05;
std::atomic<bool> awake{false};

/// No larger than what the screen has free; the window's size is of before the screen's scale.
void fit_to_screen(int& width, int& height) {
  GLFWmonitor* screen = glfwGetPrimaryMonitor();
  if (screen == nullptr) return;
  int x = 0, y = 0, free_width = 0, free_height = 0;
  float scale_x = 1, scale_y = 1;
  glfwGetMonitorWorkarea(screen, &x, &y, &free_width, &free_height);
  glfwGetMonitorContentScale(screen, &scale_x, &scale_y);
  if (free_width <= 0 || free_height <= 0) return;
  width = std::min(width, static_cast<int>(static_cast<float>(free_width) / scale_x));
  height = std::min(height, static_cast<int>(static_cast<float>(free_height) / scale_y));
}

}  // namespace

// The callbacks are set before ImGui's, whose back-end calls them on. Own key handling because ImGui 1.86
// loses short taps.
struct Callbacks {
  static Window::Input& input(GLFWwindow* window) {
    return *static_cast<Window::Input*>(glfwGetWindowUserPointer(window));
  }
  static void key(GLFWwindow* window, int key, int, int action, int mods) {
    input(window).any = true;
    // Text comes as characters. Its keys count only with Ctrl.
    const bool is_text = key < ui::kKeyEscape && (mods & GLFW_MOD_CONTROL) == 0;
    if (action == GLFW_RELEASE || (action == GLFW_PRESS && !is_text))
      input(window).held.change(key, action == GLFW_PRESS);
    if (action == GLFW_RELEASE) return;
    input(window).keys.push_back({key == GLFW_KEY_KP_ENTER ? ui::kKeyEnter : key,
                                  (mods & GLFW_MOD_CONTROL) != 0, (mods & GLFW_MOD_SHIFT) != 0,
                                  (mods & GLFW_MOD_ALT) != 0});
  }
  static void drop(GLFWwindow* window, int count, const char** paths) {
    input(window).any = true;
    for (int i = 0; i < count; ++i) input(window).dropped.emplace_back(paths[i]);
  }
  static void touch(GLFWwindow* window) { input(window).any = true; }
  static void move(GLFWwindow* window, double x, double y) {
    input(window).any = true;
    ui::pointer().move({static_cast<float>(x), static_cast<float>(y)});
  }
  static void click(GLFWwindow* window, int button, int action, int) {
    input(window).any = true;
    action == GLFW_PRESS ? ui::pointer().press(button) : ui::pointer().release(button);
  }
};

static_assert(ui::kKeySpace == GLFW_KEY_SPACE && ui::kKeyZ == GLFW_KEY_Z && ui::kKeyF12 == GLFW_KEY_F12 &&
              ui::kKey9 == GLFW_KEY_9 && ui::kKeyUp == GLFW_KEY_UP && ui::kKeyDelete == GLFW_KEY_DELETE &&
              ui::kKeyEqual == GLFW_KEY_EQUAL && ui::kKeyLeftAlt == GLFW_KEY_LEFT_ALT &&
              ui::kKeyRightAlt == GLFW_KEY_RIGHT_ALT && GLFW_KEY_LAST < ui::KeyQueue::kKeys);

rbm::Result<Window> Window::open(int width, int height, bool fits_screen) {
  glfwSetErrorCallback([](int, const char* text) { glfw_error = text; });
  if (!glfwInit()) {
    return rbm::fail(rbm::ErrorCode::Unsupported,
                     "There is no display to open a window on (" + glfw_error +
                         "): set DISPLAY, or use app/run, which draws on a virtual one.");
  }
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
  glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
  glfwWindowHintString(GLFW_X11_CLASS_NAME, "rbm-lab");  // as the desktop entry has it
  glfwWindowHintString(GLFW_X11_INSTANCE_NAME, "rbm-lab");
  if (fits_screen) fit_to_screen(width, height);
  GLFWwindow* window = glfwCreateWindow(width, height, "RBM Lab", nullptr, nullptr);
  if (window == nullptr) {
    glfwTerminate();
    return rbm::fail(rbm::ErrorCode::Unsupported,
                     "This screen has no OpenGL 3.3 (" + glfw_error +
                         "): install a newer driver, or set LIBGL_ALWAYS_SOFTWARE=1.");
  }
  return Window(window);
}

Window::Window(GLFWwindow* window) : window_(window), input_(new Input) {
  glfwMakeContextCurrent(window_);
  glfwSetWindowUserPointer(window_, input_);
  glfwSetWindowSizeLimits(window_, 960, 600, GLFW_DONT_CARE, GLFW_DONT_CARE);
  glfwSetKeyCallback(window_, Callbacks::key);
  glfwSetDropCallback(window_, Callbacks::drop);
  glfwSetCharCallback(window_, [](GLFWwindow* w, unsigned) { Callbacks::touch(w); });
  glfwSetMouseButtonCallback(window_, Callbacks::click);
  glfwSetCursorPosCallback(window_, Callbacks::move);
  glfwSetScrollCallback(window_, [](GLFWwindow* w, double, double) { Callbacks::touch(w); });
  glfwSetFramebufferSizeCallback(window_, [](GLFWwindow* w, int, int) { Callbacks::touch(w); });
  glfwSetWindowRefreshCallback(window_, [](GLFWwindow* w) { Callbacks::touch(w); });
  glfwSetWindowFocusCallback(window_, [](GLFWwindow* w, int) { Callbacks::touch(w); });
  const char* renderer = reinterpret_cast<const char*>(glGetString(GL_RENDERER));
  software_ = renderer != nullptr &&
              (std::strstr(renderer, "llvmpipe") != nullptr || std::strstr(renderer, "softpipe") != nullptr ||
               std::strstr(renderer, "SwiftShader") != nullptr);
  glfwSwapInterval(software_ ? 0 : 1);

  ImGui::CreateContext();
  ImGui::GetIO().IniFilename = nullptr;
  // A view that is left comes again: its buffers stay, in place of going after a minute and coming back between others.
  ImGui::GetIO().ConfigMemoryCompactTimer = -1;
  ImGui_ImplGlfw_InitForOpenGL(window_, true);
  ImGui_ImplOpenGL3_Init("#version 330 core");
}

Window::Window(Window&& other) noexcept
    : window_(std::exchange(other.window_, nullptr)),
      input_(std::exchange(other.input_, nullptr)),
      hidden_(std::move(other.hidden_)),
      software_(other.software_) {}

Window::~Window() {
  if (window_ == nullptr) return;
  hidden_.reset();  // while there is a context
  ImGui_ImplOpenGL3_Shutdown();
  ImGui_ImplGlfw_Shutdown();
  ImGui::DestroyContext();
  glfwDestroyWindow(window_);
  glfwTerminate();
  delete input_;
}

bool Window::wait_events(double timeout_s) {
  input_->any = input_->held.is_waiting();
  glfwPollEvents();
  const double end_s = glfwGetTime() + timeout_s;
  // A signal is a wish to close, which is told once.
  while (!input_->any && !awake.exchange(false) && (rbm::caught_signal() == 0 || should_close())) {
    const double left_s = end_s - glfwGetTime();
    if (left_s <= 0) break;
    glfwWaitEventsTimeout(std::min(left_s, kWaitSlice_s));
  }
  return input_->any;
}

void Window::wake() {
  awake = true;
  glfwPostEmptyEvent();
}

void Window::begin_frame() {
  ui::prepare_fonts();
  ImGui_ImplOpenGL3_NewFrame();
  ImGui_ImplGlfw_NewFrame();
  input_->held.advance();
  ui::see_keys(input_->held);
  // A press is meant for what was under the mouse then, however far it has gone since.
  if (const auto pressed = ui::pointer().pressed_at()) ui::see_mouse_at(*pressed);
  ImGui::NewFrame();
}

void Window::end_frame() {
  ImGui::Render();
  render();
  glfwSwapBuffers(window_);
  ui::pointer().clear();
}

void Window::render() const {
  int w = 0, h = 0;
  glfwGetFramebufferSize(window_, &w, &h);
  glViewport(0, 0, w, h);
  ui::draw_frame();
}

namespace {

/// Rows come from OpenGL from the bottom up.
Pixels turned_over(Pixels pixels) {
  const auto row = static_cast<std::ptrdiff_t>(3) * pixels.width;
  for (int y = 0; 2 * y + 1 < pixels.height; ++y) {
    const auto upper = pixels.rgb.begin() + y * row;
    std::swap_ranges(upper, upper + row, pixels.rgb.begin() + (pixels.height - 1 - y) * row);
  }
  return pixels;
}

/// Out of the framebuffer that is bound for reading and so high.
Pixels read_pixels(int x, int y, int width, int height, int whole_height) {
  Pixels out{width, height,
             std::vector<unsigned char>(std::size_t{3} * static_cast<std::size_t>(width) *
                                        static_cast<std::size_t>(height))};
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glPixelStorei(GL_PACK_ROW_LENGTH, 0);
  glReadPixels(x, whole_height - y - height, width, height, GL_RGB, GL_UNSIGNED_BYTE, out.rgb.data());
  return turned_over(std::move(out));
}

}  // namespace

std::string png_of(const Pixels& pixels) {
  std::string png;
  const auto append = [](void* to, void* data, int size) {
    static_cast<std::string*>(to)->append(static_cast<char*>(data), static_cast<std::size_t>(size));
  };
  if (pixels.rgb.empty()) return png;
  (void)stbi_write_png_to_func(append, &png, pixels.width, pixels.height, 3, pixels.rgb.data(),
                               pixels.width * 3);
  return png;
}

Pixels Window::pixels(int x, int y, int width, int height) const {
  int whole_width = 0, whole_height = 0;
  glfwGetFramebufferSize(window_, &whole_width, &whole_height);
  render();  // again, because what was shown is not to be read back everywhere; this one is not shown
  glReadBuffer(GL_BACK);
  return read_pixels(x, y, width, height, whole_height);
}

void Window::begin_hidden_frame(int width, int height) {
  if (!hidden_) hidden_ = std::make_unique<gl::Framebuffer>();
  hidden_->allocate(width, height);
  ui::prepare_fonts();
  ImGui_ImplOpenGL3_NewFrame();
  ImGui_ImplGlfw_NewFrame();
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {static_cast<float>(width), static_cast<float>(height)};
  io.DisplayFramebufferScale = {1, 1};
  io.MousePos = {-FLT_MAX, -FLT_MAX};
  ImGui::NewFrame();
}

void Window::end_hidden_frame() {
  ImGui::Render();
  hidden_->begin();
  ui::draw_frame();
  hidden_->end();
}

Pixels Window::hidden_pixels(int x, int y, int width, int height) {
  hidden_->begin();
  Pixels out = read_pixels(x, y, width, height, hidden_->texture().height());
  hidden_->end();
  return out;
}

int Window::most_side() {
  int most = 0;
  glGetIntegerv(GL_MAX_TEXTURE_SIZE, &most);
  return most;
}

bool Window::is_down(int key) const {
  return glfwGetKey(window_, key) == GLFW_PRESS;
}

void Window::park_cursor() {
  glfwSetCursorPos(window_, 1, 1);
}

bool Window::should_close() const {
  return glfwWindowShouldClose(window_);
}
void Window::ask_to_close() {
  glfwSetWindowShouldClose(window_, GLFW_TRUE);
}
void Window::stay_open() {
  glfwSetWindowShouldClose(window_, GLFW_FALSE);
}
bool Window::visible() const {
  return !glfwGetWindowAttrib(window_, GLFW_ICONIFIED) && width() > 0 && height() > 0;
}
bool Window::focused() const {
  return glfwGetWindowAttrib(window_, GLFW_FOCUSED) != 0;
}

float Window::content_scale() const {
  float x = 1, y = 1;
  glfwGetWindowContentScale(window_, &x, &y);
  return x;
}

double Window::refresh_rate() const {
  GLFWmonitor* monitor = glfwGetPrimaryMonitor();
  const GLFWvidmode* mode = monitor != nullptr ? glfwGetVideoMode(monitor) : nullptr;
  return mode != nullptr && mode->refreshRate > 0 ? mode->refreshRate : 60;
}

int Window::width() const {
  int w = 0, h = 0;
  glfwGetWindowSize(window_, &w, &h);
  return w;
}
int Window::height() const {
  int w = 0, h = 0;
  glfwGetWindowSize(window_, &w, &h);
  return h;
}
void Window::resize(int width, int height) {
  glfwSetWindowSize(window_, width, height);
}

void Window::toggle_full_screen() {
  if (glfwGetWindowMonitor(window_) != nullptr) {
    glfwSetWindowMonitor(window_, nullptr, restore_[0], restore_[1], restore_[2], restore_[3],
                         GLFW_DONT_CARE);
    return;
  }
  GLFWmonitor* monitor = glfwGetPrimaryMonitor();
  const GLFWvidmode* mode = monitor != nullptr ? glfwGetVideoMode(monitor) : nullptr;
  if (mode == nullptr) return;
  glfwGetWindowPos(window_, &restore_[0], &restore_[1]);
  glfwGetWindowSize(window_, &restore_[2], &restore_[3]);
  glfwSetWindowMonitor(window_, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
}

std::optional<ui::Shortcut> Window::take_key() {
  if (input_->keys.empty()) return std::nullopt;
  const ui::Shortcut first = input_->keys.front();
  input_->keys.erase(input_->keys.begin());
  return first;
}
std::vector<std::string> Window::take_dropped() {
  return std::exchange(input_->dropped, {});
}

}  // namespace lab
