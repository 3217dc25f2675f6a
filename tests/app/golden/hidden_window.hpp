// A window that nobody sees, with an OpenGL 3.3 core context: for what only the graphics card (or Mesa) does.
#pragma once

#include <doctest/doctest.h>

#define GLFW_INCLUDE_GLCOREARB
#include <GLFW/glfw3.h>
#include <imgui_impl_opengl3.h>

#include <vector>

#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab::test {

class HiddenWindow {
 public:
  explicit HiddenWindow(int width = 320, int height = 240) : width_(width), height_(height) {
    // Once and for all cases: Xvfb starts over when its last client leaves, and refuses the next one
    // meanwhile.
    static const bool connected = glfwInit() == GLFW_TRUE;
    REQUIRE_MESSAGE(connected, "no display: run under xvfb-run");
    glfwWindowHint(GLFW_VISIBLE, GLFW_FALSE);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    window_ = glfwCreateWindow(width, height, "test", nullptr, nullptr);
    REQUIRE_MESSAGE(window_ != nullptr, "no OpenGL 3.3");
    glfwMakeContextCurrent(window_);
    ImGui::CreateContext();
    ImGui::GetIO().IniFilename = nullptr;
    ImGui_ImplOpenGL3_Init("#version 330 core");
    ui::set_theme(ui::Theme::Dark);
    ui::set_scale(1);
  }
  ~HiddenWindow() {
    ImGui_ImplOpenGL3_Shutdown();
    ImGui::DestroyContext();
    glfwDestroyWindow(window_);
  }
  HiddenWindow(const HiddenWindow&) = delete;
  HiddenWindow& operator=(const HiddenWindow&) = delete;

  /// One frame whose window, without padding, `draw` fills; its RGB pixels row by row from the top.
  template <class Draw>
  std::vector<unsigned char> frame(Draw&& draw) {
    return bare_frame([&] {
      ImGui::SetNextWindowPos({0, 0});
      ImGui::SetNextWindowSize(ImGui::GetIO().DisplaySize);
      ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
      ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0);
      ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
      ImGui::Begin(
          "test", nullptr,
          ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings);
      ImGui::PopStyleVar(3);
      draw();
      ImGui::End();
    });
  }
  /// One frame for what makes its own window; its pixels.
  template <class Draw>
  std::vector<unsigned char> bare_frame(Draw&& draw) {
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = {static_cast<float>(width_), static_cast<float>(height_)};
    io.DeltaTime = 1.0f / 60;
    io.MousePos = {-1000, -1000};
    ui::prepare_fonts();
    ImGui_ImplOpenGL3_NewFrame();
    ImGui::NewFrame();
    ui::begin_frame();
    draw();
    ImGui::Render();
    glViewport(0, 0, width_, height_);
    ui::draw_frame();
    return read();
  }

 private:
  std::vector<unsigned char> read() const {
    const auto row = static_cast<std::size_t>(width_) * 3;
    std::vector<unsigned char> upside_down(row * static_cast<std::size_t>(height_)), out;
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadPixels(0, 0, width_, height_, GL_RGB, GL_UNSIGNED_BYTE, upside_down.data());
    for (int y = height_ - 1; y >= 0; --y) {
      const auto at = upside_down.begin() + static_cast<std::ptrdiff_t>(row) * y;
      out.insert(out.end(), at, at + static_cast<std::ptrdiff_t>(row));
    }
    return out;
  }

  GLFWwindow* window_ = nullptr;
  int width_, height_;
};

}  // namespace lab::test
