// The only way to Dear ImGui: this header includes it and bridges its versions, 1.86 to the newest. The one
// place that reads IMGUI_VERSION_NUM. UI thread only.
#pragma once

#include <imgui.h>

#include <cstdint>

namespace lab::ui {

/// An OpenGL texture name as the type that this version's Image wants.
ImTextureID texture_id(unsigned gl_texture);

/// Child window with or without a border; always close with ImGui::EndChild().
bool begin_child(const char* id, ImVec2 size, bool border = false, ImGuiWindowFlags flags = 0);

/// Textured rectangle with nearest sampling (from 1.92.8 on the back-end would filter linearly otherwise).
/// Corners in screen pixels.
void draw_texture(ImDrawList* list, unsigned gl_texture, ImVec2 min, ImVec2 max, ImVec2 uv_min = {0, 0},
                  ImVec2 uv_max = {1, 1}, ImU32 tint = IM_COL32_WHITE);

/// A large opaque rectangle, behind what the list draws later: the target is cleared there, which software OpenGL does
/// several times as fast as it shades. Corners in whole screen pixels.
void fill_opaque(ImDrawList* list, ImVec2 min, ImVec2 max, ImU32 colour);

/// AddRect and AddPolyline, whose argument order changed silently in 1.92.8.
void draw_rect(ImDrawList* list, ImVec2 min, ImVec2 max, ImU32 colour, float rounding, float thickness);
void draw_polyline(ImDrawList* list, const ImVec2* points, int count, ImU32 colour, bool closed,
                   float thickness);

/// After ImGui::Render(): clears the bound target to the theme's background and draws the frame on it.
void draw_frame();

/// Before a frame in which a button was pressed: versions before 1.87 see only where the mouse is by now.
void see_mouse_at(ImVec2 at);

class KeyQueue;
/// Before a frame: versions before 1.87 see only which keys are down by now, and miss short taps.
void see_keys(const KeyQueue& keys);

/// The next item may be overlapped by later ones (buttons over a texture).
void allow_overlap();

/// After the fonts of the atlas were replaced: versions before 1.92 must build and upload it again.
void rebuild_font_texture();

/// A font of the theme at its size; pop with pop_font().
void push_font(ImFont* font);
void pop_font();

/// Version of ImGui as text, for the about line and golden pictures.
const char* imgui_version();

}  // namespace lab::ui
