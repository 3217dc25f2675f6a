// Colours, fonts and spacing: the one place they are decided. UI thread only.
#pragma once

#include <string>

#include "app/ui/imgui.hpp"

namespace lab::ui {

enum class Theme { Dark, Light };

/// Colours by role. Positive and negative weights are orange and blue, which also colour-blind people tell
/// apart.
struct Palette {
  ImU32 background, panel, panel_raised, border, grid;
  ImU32 text, text_dim, text_faint;
  ImU32 accent, accent_hovered, accent_active, on_accent;
  ImU32 good, warning, bad;
  ImU32 positive, negative;
  ImU32 series[8];  // curves, distinguishable in this order
};

struct Fonts {
  ImFont* regular = nullptr;     // 15 px at scale 1
  ImFont* small = nullptr;       // 13 px
  ImFont* medium = nullptr;      // 15 px, heavier: titles of panels
  ImFont* title = nullptr;       // 17 px, heavier
  ImFont* mono = nullptr;        // 14 px, where numbers change
  ImFont* mono_small = nullptr;  // 12 px
};

const Palette& palette();
const Fonts& fonts();
Theme theme();
float scale();

/// Lengths are written at scale 1 and go through this.
inline float px(float at_scale_1) {
  return at_scale_1 * scale();
}

/// Applies to ImGui's style at once; fonts of a new scale are loaded before the next frame by
/// prepare_fonts().
void set_theme(Theme theme);
void set_scale(float scale);  // clamped to [1, 3]
/// Loads fonts when the scale or ImGui's context is a new one; call before ImGui::NewFrame. Inter and
/// JetBrains Mono where they are installed, else DejaVu, else the font of set_own_font(), else ImGui's own.
void prepare_fonts();
/// A file with all signs that are shown, for systems without those fonts. Before the first prepare_fonts().
void set_own_font(std::string path);

/// colour with its alpha multiplied.
ImU32 faded(ImU32 colour, float alpha);

}  // namespace lab::ui
