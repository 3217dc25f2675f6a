// ImGui without a window: frames that are laid out and take input, but are drawn nowhere.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "app/ui/pointer.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab::test {

class NullWindow {
 public:
  explicit NullWindow(ImVec2 size = {800, 600}, float scale = 1) : size_(size) {
    ImGui::CreateContext();
    ImGui::GetIO().IniFilename = nullptr;
    ui::set_theme(ui::Theme::Dark);
    ui::set_scale(scale);
    mouse_to({-1000, -1000});
    ui::pointer().clear();
  }
  ~NullWindow() {
    ImGui::DestroyContext();
    ui::set_scale(1);
  }
  NullWindow(const NullWindow&) = delete;
  NullWindow& operator=(const NullWindow&) = delete;

  /// One frame whose window `draw` fills.
  template <class Draw>
  void frame(Draw&& draw) {
    bare_frame([&] {
      ImGui::SetNextWindowPos({0, 0});
      ImGui::SetNextWindowSize(size_);
      ImGui::Begin(
          "test", nullptr,
          ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings);
      draw();
      ImGui::End();
    });
  }
  /// One frame for what makes its own window.
  template <class Draw>
  void bare_frame(Draw&& draw) {
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = size_;
    io.DeltaTime = 1.0f / 60;
    io.MousePos = ui::pointer().pressed_at().value_or(mouse_);  // as the window does it
    io.MouseDown[0] = left_;
    io.MouseDown[1] = right_;
    io.MouseWheel = wheel_;
    wheel_ = 0;
    ui::prepare_fonts();
    ImGui::NewFrame();
    ui::begin_frame();
    draw();
    ImGui::Render();
    ui::pointer().clear();
  }
  template <class Draw>
  void frames(int count, Draw&& draw) {
    for (int i = 0; i < count; ++i) frame(draw);
  }

  void resize(ImVec2 size) { size_ = size; }
  void mouse_to(ImVec2 at) {
    mouse_ = at;
    ui::pointer().move(at);
  }
  void left(bool down) { button(0, left_, down); }
  void right(bool down) { button(1, right_, down); }
  void wheel(float notches) { wheel_ = notches; }

  /// The rectangle of a control that the last frame registered.
  static ui::Rect rect(std::string_view id) {
    const auto found = ui::registered().find(id);
    REQUIRE_MESSAGE(found != ui::registered().end(), "no control ", std::string(id));
    return found->second;
  }
  static ImVec2 middle(std::string_view id) {
    const ui::Rect r = rect(id);
    return {r.x + r.w / 2, r.y + r.h / 2};
  }

  /// Press and release on a control, with the frames that ImGui needs in between.
  template <class Draw>
  void click(std::string_view id, Draw&& draw) {
    frames(2, draw);
    mouse_to(middle(id));
    frames(2, draw);
    left(true);
    frames(2, draw);
    left(false);
    frames(2, draw);
  }

 private:
  static void button(int number, bool& is_down, bool down) {
    if (is_down != down) down ? ui::pointer().press(number) : ui::pointer().release(number);
    is_down = down;
  }

  ImVec2 size_, mouse_{};
  bool left_ = false, right_ = false;
  float wheel_ = 0;
};

}  // namespace lab::test
