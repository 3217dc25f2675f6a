#include "app/ui/theme.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <utility>

namespace lab::ui {
namespace {

constexpr ImU32 rgb(unsigned hex) {
  return IM_COL32(hex >> 16 & 255U, hex >> 8 & 255U, hex & 255U, 255);
}

// Every text colour has a contrast of at least 4.5 to the panel (WCAG 2 AA); a test holds them to it.
constexpr Palette kDark{
    .background = rgb(0x0e1116),
    .panel = rgb(0x151a21),
    .panel_raised = rgb(0x212832),
    .border = rgb(0x2a323d),
    .grid = rgb(0x1f262f),
    .text = rgb(0xe6e9ee),
    .text_dim = rgb(0xa6b0bd),
    .text_faint = rgb(0x7f8b9b),
    .accent = rgb(0x35b3ad),
    .accent_hovered = rgb(0x52cac4),
    .accent_active = rgb(0x2a918c),
    .on_accent = rgb(0x04120f),
    .good = rgb(0x5cc98a),
    .warning = rgb(0xe5b454),
    .bad = rgb(0xf07070),
    .positive = rgb(0xf6962f),
    .negative = rgb(0x4fa6ea),
    .series = {rgb(0x4cc9c2), rgb(0xf6a04d), rgb(0x8ab4f8), rgb(0xdb93e2), rgb(0xe3d262), rgb(0x86d68f),
               rgb(0xf28787), rgb(0xb6bfcc)},
};
constexpr Palette kLight{
    .background = rgb(0xeff2f5),
    .panel = rgb(0xffffff),
    .panel_raised = rgb(0xe8ecf1),
    .border = rgb(0xd2d8e0),
    .grid = rgb(0xebeef2),
    .text = rgb(0x1a212b),
    .text_dim = rgb(0x4b5766),
    .text_faint = rgb(0x5f6b7a),
    .accent = rgb(0x0e7572),
    .accent_hovered = rgb(0x0b8480),
    .accent_active = rgb(0x0a5d5a),
    .on_accent = rgb(0xffffff),
    .good = rgb(0x1a7843),
    .warning = rgb(0x8a5b00),
    .bad = rgb(0xc22d2d),
    .positive = rgb(0xc95f00),
    .negative = rgb(0x1f6fb8),
    .series = {rgb(0x0d817d), rgb(0xc55d00), rgb(0x2f62c4), rgb(0x97379f), rgb(0x7d6b00), rgb(0x2d8240),
               rgb(0xbd3535), rgb(0x5d6876)},
};

// What ImGui's own widgets need beside the palette: hovered and held fields and buttons.
struct Shades {
  ImU32 hovered, held, scrollbar, dim;
};
constexpr Shades kDarkShades{rgb(0x2b343f), rgb(0x36414e), rgb(0x333d49), IM_COL32(4, 6, 9, 150)};
constexpr Shades kLightShades{rgb(0xdde3ea), rgb(0xcfd7e0), rgb(0xc3ccd6), IM_COL32(30, 38, 48, 90)};

Theme g_theme = Theme::Dark;
float g_scale = 1;
float g_loaded_scale = 0;  // of the fonts in the atlas
const ImGuiContext* g_styled = nullptr;
Fonts g_fonts;
std::string g_own_font;

/// The first of the paths that exists; empty if none does.
std::string first_existing(std::initializer_list<const char*> paths) {
  std::error_code none;
  for (const char* path : paths) {
    if (std::filesystem::exists(path, none)) return path;
  }
  return {};
}

struct FontFiles {
  std::string regular, medium, mono, symbols, mono_symbols;
};

/// Where Debian, Fedora and Arch keep them; where none is installed, the one that comes along.
FontFiles find_fonts() {
  FontFiles files;
  files.symbols = first_existing({"/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
                                  "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
                                  "/usr/share/fonts/TTF/DejaVuSans.ttf", g_own_font.c_str()});
  files.mono_symbols = first_existing({"/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
                                       "/usr/share/fonts/dejavu-sans-mono-fonts/DejaVuSansMono.ttf",
                                       "/usr/share/fonts/TTF/DejaVuSansMono.ttf", g_own_font.c_str()});
  files.regular = first_existing({"/usr/share/fonts/opentype/inter/Inter-Regular.otf",
                                  "/usr/share/fonts/truetype/inter/Inter-Regular.ttf",
                                  "/usr/share/fonts/rsms-inter-fonts/Inter-Regular.otf",
                                  "/usr/share/fonts/inter/Inter-Regular.otf"});
  files.medium = first_existing({"/usr/share/fonts/opentype/inter/Inter-SemiBold.otf",
                                 "/usr/share/fonts/truetype/inter/Inter-SemiBold.ttf",
                                 "/usr/share/fonts/rsms-inter-fonts/Inter-SemiBold.otf",
                                 "/usr/share/fonts/inter/Inter-SemiBold.otf"});
  files.mono = first_existing({"/usr/share/fonts/truetype/jetbrains-mono/JetBrainsMono-Regular.ttf",
                               "/usr/share/fonts/jetbrains-mono-fonts/JetBrainsMono-Regular.otf",
                               "/usr/share/fonts/TTF/JetBrainsMono-Regular.ttf"});
  if (files.regular.empty()) files.regular = files.symbols;
  if (files.medium.empty()) files.medium = files.regular;
  if (files.mono.empty()) files.mono = files.mono_symbols;
  return files;
}

/// Latin, Greek, punctuation, super- and subscripts, letter-like signs, arrows, mathematical operators, angle
/// brackets.
constexpr ImWchar kRanges[] = {0x0020, 0x017F, 0x0370, 0x03FF, 0x2010, 0x2027, 0x2030, 0x205E, 0x2070, 0x209F,
                               0x2100, 0x214F, 0x2190, 0x21FF, 0x2200, 0x22FF, 0x27E8, 0x27E9, 0};

/// A font of the first path; glyphs that it lacks come from the later ones.
ImFont* add_font(std::initializer_list<const std::string*> paths, float size, bool is_mono) {
  ImFontAtlas* atlas = ImGui::GetIO().Fonts;
  ImFontConfig config;
  config.OversampleH = is_mono || size >= 24 ? 1 : 2;
  config.OversampleV = 1;
  config.PixelSnapH = is_mono;  // digits that change keep their place
  config.RasterizerMultiply = 1.08f;
  ImFont* font = nullptr;
  for (const std::string* path : paths) {
    if (path->empty()) continue;
    ImFont* loaded = atlas->AddFontFromFileTTF(path->c_str(), size, &config, kRanges);
    if (loaded == nullptr) continue;
    font = loaded;
    config.MergeMode = true;
    config.OversampleH = 1;
  }
  if (font != nullptr) return font;
  ImFontConfig own;
  own.SizePixels = size;
  return atlas->AddFontDefault(&own);
}

void set_fields(ImGuiStyle& style) {
  style.WindowPadding = {12, 12};
  style.FramePadding = {8, 4};
  style.ItemSpacing = {8, 6};
  style.ItemInnerSpacing = {6, 4};
  style.CellPadding = {6, 4};
  style.ScrollbarSize = 10;
  style.GrabMinSize = 8;
  style.WindowRounding = 8;
  style.ChildRounding = 6;
  style.PopupRounding = 6;
  style.FrameRounding = 5;
  style.GrabRounding = 4;
  style.ScrollbarRounding = 5;
  style.WindowBorderSize = style.PopupBorderSize = style.ChildBorderSize = 1;
  style.FrameBorderSize = 0;
  style.DisabledAlpha = 0.45f;
}

void set_colours(ImGuiStyle& style) {
  const Palette& p = palette();
  const Shades& shades = g_theme == Theme::Dark ? kDarkShades : kLightShades;
  const auto set = [&](ImGuiCol id, ImU32 colour) {
    style.Colors[id] = ImGui::ColorConvertU32ToFloat4(colour);
  };
  // The rest, tables and tabs that this program has none of, stays as ImGui has it.
  g_theme == Theme::Dark ? ImGui::StyleColorsDark(&style) : ImGui::StyleColorsLight(&style);
  set(ImGuiCol_Text, p.text);
  set(ImGuiCol_TextDisabled, p.text_faint);
  set(ImGuiCol_WindowBg, p.background);
  set(ImGuiCol_ChildBg, 0);
  set(ImGuiCol_PopupBg, g_theme == Theme::Dark ? p.panel_raised : p.panel);
  set(ImGuiCol_Border, p.border);
  set(ImGuiCol_BorderShadow, 0);
  set(ImGuiCol_FrameBg, p.panel_raised);
  set(ImGuiCol_FrameBgHovered, shades.hovered);
  set(ImGuiCol_FrameBgActive, shades.hovered);
  set(ImGuiCol_Button, p.panel_raised);
  set(ImGuiCol_ButtonHovered, shades.hovered);
  set(ImGuiCol_ButtonActive, shades.held);
  set(ImGuiCol_Header, faded(p.accent, 0.22f));
  set(ImGuiCol_HeaderHovered, faded(p.accent, 0.30f));
  set(ImGuiCol_HeaderActive, faded(p.accent, 0.42f));
  set(ImGuiCol_CheckMark, p.accent);
  set(ImGuiCol_SliderGrab, p.accent);
  set(ImGuiCol_SliderGrabActive, p.accent_hovered);
  set(ImGuiCol_Separator, p.border);
  set(ImGuiCol_SeparatorHovered, p.accent);
  set(ImGuiCol_SeparatorActive, p.accent_hovered);
  set(ImGuiCol_ScrollbarBg, 0);
  set(ImGuiCol_ScrollbarGrab, shades.scrollbar);
  set(ImGuiCol_ScrollbarGrabHovered, p.text_faint);
  set(ImGuiCol_ScrollbarGrabActive, p.text_dim);
  set(ImGuiCol_TextSelectedBg, faded(p.accent, 0.40f));
  set(ImGuiCol_PlotHistogram, p.accent);
  set(ImGuiCol_ModalWindowDimBg, shades.dim);
}

void apply_style() {
  g_styled = ImGui::GetCurrentContext();
  if (g_styled == nullptr) return;
  ImGuiStyle style;
  set_fields(style);
  set_colours(style);
  style.ScaleAllSizes(g_scale);
  ImGui::GetStyle() = style;
}

}  // namespace

const Palette& palette() {
  return g_theme == Theme::Dark ? kDark : kLight;
}
const Fonts& fonts() {
  return g_fonts;
}
Theme theme() {
  return g_theme;
}
float scale() {
  return g_scale;
}

void set_theme(Theme theme) {
  g_theme = theme;
  apply_style();
}

void set_scale(float scale) {
  g_scale = std::clamp(scale, 1.0f, 3.0f);
  apply_style();
}

void set_own_font(std::string path) {
  g_own_font = std::move(path);
}

void prepare_fonts() {
  if (g_styled != ImGui::GetCurrentContext()) apply_style();
  ImFontAtlas* atlas = ImGui::GetIO().Fonts;
  if (g_loaded_scale == g_scale && !atlas->Fonts.empty()) return;
  g_loaded_scale = g_scale;
  static const FontFiles files = find_fonts();
  const auto size = [](float at_scale_1) { return std::floor(px(at_scale_1) + 0.5f); };
  atlas->Clear();
  g_fonts.regular = add_font({&files.regular, &files.mono, &files.symbols}, size(15), false);
  g_fonts.small = add_font({&files.regular, &files.mono, &files.symbols}, size(13), false);
  g_fonts.medium = add_font({&files.medium, &files.mono, &files.symbols}, size(15), false);
  g_fonts.title = add_font({&files.medium, &files.mono, &files.symbols}, size(17), false);
  g_fonts.mono = add_font({&files.mono, &files.mono_symbols, &files.regular}, size(14), true);
  g_fonts.mono_small = add_font({&files.mono, &files.mono_symbols, &files.regular}, size(12), true);
  rebuild_font_texture();
}

ImU32 faded(ImU32 colour, float alpha) {
  const float a = static_cast<float>(colour >> IM_COL32_A_SHIFT & 255U) * std::clamp(alpha, 0.0f, 1.0f);
  return (colour & ~IM_COL32_A_MASK) | static_cast<ImU32>(a + 0.5f) << IM_COL32_A_SHIFT;
}

}  // namespace lab::ui
