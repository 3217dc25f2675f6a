#include "app/ui/imgui.hpp"

#include "app/gl/framebuffer.hpp"
#include "app/ui/key_queue.hpp"
#include "app/ui/keys.hpp"
#include "app/ui/theme.hpp"

#include <imgui_impl_opengl3.h>

#include <cmath>

namespace lab::ui {
namespace {

gl::Rgb opaque(ImU32 colour) {
  const ImVec4 parts = ImGui::ColorConvertU32ToFloat4(colour);
  return {parts.x, parts.y, parts.z};
}

/// The command's clip rectangle, from the upper left corner of what is drawn, in its colour.
void clear_clip_rectangle(const ImDrawList*, const ImDrawCmd* command) {
  const ImDrawData& data = *ImGui::GetDrawData();
  const auto pixel = [](float at, float scale) { return static_cast<int>(std::lround(at * scale)); };
  const ImVec2 origin = data.DisplayPos, scale = data.FramebufferScale;
  const int left = pixel(command->ClipRect.x - origin.x, scale.x),
            top = pixel(command->ClipRect.y - origin.y, scale.y),
            right = pixel(command->ClipRect.z - origin.x, scale.x),
            bottom = pixel(command->ClipRect.w - origin.y, scale.y), height = pixel(data.DisplaySize.y, scale.y);
  if (right <= left || bottom <= top) return;
  const auto colour = static_cast<ImU32>(reinterpret_cast<std::uintptr_t>(command->UserCallbackData));
  gl::clear_rectangle(left, height - bottom, right - left, bottom - top, opaque(colour));
}

}  // namespace

ImTextureID texture_id(unsigned gl_texture) {
#if IMGUI_VERSION_NUM >= 19140
  return static_cast<ImTextureID>(gl_texture);
#else
  return reinterpret_cast<ImTextureID>(static_cast<std::intptr_t>(gl_texture));
#endif
}

bool begin_child(const char* id, ImVec2 size, bool border, ImGuiWindowFlags flags) {
  return ImGui::BeginChild(id, size, border, flags);
}

void draw_texture(ImDrawList* list, unsigned gl_texture, ImVec2 min, ImVec2 max, ImVec2 uv_min, ImVec2 uv_max,
                  ImU32 tint) {
#if IMGUI_VERSION_NUM >= 19280
  list->AddCallback(ImGui::GetPlatformIO().DrawCallback_SetSamplerNearest, nullptr);
  list->AddImage(texture_id(gl_texture), min, max, uv_min, uv_max, tint);
  list->AddCallback(ImGui::GetPlatformIO().DrawCallback_SetSamplerLinear, nullptr);
#else
  list->AddImage(texture_id(gl_texture), min, max, uv_min, uv_max, tint);
#endif
}

void fill_opaque(ImDrawList* list, ImVec2 min, ImVec2 max, ImU32 colour) {
  list->PushClipRect(min, max, true);
  list->AddCallback(clear_clip_rectangle, reinterpret_cast<void*>(static_cast<std::uintptr_t>(colour)));
  list->PopClipRect();
}

void draw_rect(ImDrawList* list, ImVec2 min, ImVec2 max, ImU32 colour, float rounding, float thickness) {
#if IMGUI_VERSION_NUM >= 19280
  list->AddRect(min, max, colour, rounding, thickness);
#else
  list->AddRect(min, max, colour, rounding, 0, thickness);
#endif
}

void draw_polyline(ImDrawList* list, const ImVec2* points, int count, ImU32 colour, bool closed,
                   float thickness) {
  const ImDrawFlags flags = closed ? ImDrawFlags_Closed : 0;
#if IMGUI_VERSION_NUM >= 19280
  list->AddPolyline(points, count, colour, thickness, flags);
#else
  list->AddPolyline(points, count, colour, flags, thickness);
#endif
}

void draw_frame() {
  gl::clear(opaque(palette().background));
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

void see_mouse_at([[maybe_unused]] ImVec2 at) {
#if IMGUI_VERSION_NUM < 18700
  ImGui::GetIO().MousePos = at;
#endif
}

void see_keys([[maybe_unused]] const KeyQueue& keys) {
#if IMGUI_VERSION_NUM < 18700
  ImGuiIO& io = ImGui::GetIO();
  for (int key = 0; key < KeyQueue::kKeys; ++key) io.KeysDown[key] = keys.is_down(key);
  const auto either = [&](int left, int right) { return keys.is_down(left) || keys.is_down(right); };
  io.KeyShift = either(kKeyLeftShift, kKeyRightShift);
  io.KeyCtrl = either(kKeyLeftControl, kKeyRightControl);
  io.KeyAlt = either(kKeyLeftAlt, kKeyRightAlt);
#endif
}

void allow_overlap() {
#if IMGUI_VERSION_NUM >= 18970
  ImGui::SetNextItemAllowOverlap();
#endif
}

void push_font(ImFont* font) {
#if IMGUI_VERSION_NUM >= 19200
  ImGui::PushFont(font, font != nullptr ? font->LegacySize : 0.0f);
#else
  ImGui::PushFont(font);
#endif
}
void pop_font() {
  ImGui::PopFont();
}

const char* imgui_version() {
  return IMGUI_VERSION;
}

void rebuild_font_texture() {
  ImGuiIO& io = ImGui::GetIO();
#if IMGUI_VERSION_NUM < 19200
  // Without a window (tests) there is no back-end, and before the first frame there is no texture to replace:
  // the back-end makes it then by itself. Build() forgets the texture, so it is looked for before.
  const bool had_texture = io.Fonts->TexID != ImTextureID{};
  io.Fonts->Build();
  if (io.BackendRendererUserData == nullptr || !had_texture) return;
  ImGui_ImplOpenGL3_DestroyFontsTexture();
  ImGui_ImplOpenGL3_CreateFontsTexture();
#elif !defined(IMGUI_DISABLE_OBSOLETE_FUNCTIONS)
  // The back-end makes glyphs as they are needed; without one (tests) all are made now.
  if (io.BackendRendererUserData == nullptr) io.Fonts->Build();
#endif
}

}  // namespace lab::ui
