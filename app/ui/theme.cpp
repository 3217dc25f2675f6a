#include "app/ui/theme.hpp"

#include <algorithm>
#include <filesystem>
#include <span>
#include <string>

namespace lab::ui {
namespace {

constexpr ImU32 rgb(unsigned hex, unsigned alpha = 255) {
  return IM_COL32(hex >> 16 & 255, hex >> 8 & 255, hex & 255, alpha);
}

const Palette kDark{
    .background = rgb(0x0e1116),
    .panel = rgb(0x151a21),
    .panel_raised = rgb(0x202731),
    .border = rgb(0x28303b),
    .grid = rgb(0x222932),
    .text = rgb(0xe6e9ee),
    .text_dim = rgb(0xa3adba),
    .text_faint = rgb(0x717d8c),
    .accent = rgb(0x2f9e9a),
    .accent_hovered = rgb(0x3bb3ae),
    .accent_active = rgb(0x268783),
    .on_accent = rgb(0x06110f),
    .good = rgb(0x5cc98a),
    .warning = rgb(0xe5b454),
    .bad = rgb(0xef6a6a),
    .positive = rgb(0xf6962f),
    .negative = rgb(0x4da3e6),
    .series = {rgb(0x4fc4bf), rgb(0xf6962f), rgb(0x8ab4f8), rgb(0xd58bdd), rgb(0xe5d352), rgb(0x7fd18a),
               rgb(0xef7d7d), rgb(0xb6bfcc)},
};
const Palette kLight{
    .background = rgb(0xf1f3f6),
    .panel = rgb(0xffffff),
    .panel_raised = rgb(0xe9edf2),
    .border = rgb(0xd3d9e1),
    .grid = rgb(0xe4e8ee),
    .text = rgb(0x1a212b),
    .text_dim = rgb(0x4b5766),
    .text_faint = rgb(0x6b7787),
    .accent = rgb(0x137a77),
    .accent_hovered = rgb(0x0f8b87),
    .accent_active = rgb(0x0d6461),
    .on_accent = rgb(0xffffff),
    .good = rgb(0x1c8a4e),
    .warning = rgb(0x9a6700),
    .bad = rgb(0xc62f2f),
    .positive = rgb(0xc95f00),
    .negative = rgb(0x1f6fb8),
    .series = {rgb(0x0f7f7b), rgb(0xc95f00), rgb(0x2f62c4), rgb(0x97379f), rgb(0x857200), rgb(0x2d8240),
               rgb(0xbd3535), rgb(0x5d6876)},
};

Theme g_theme = Theme::Dark;
float g_scale = 1;
float g_loaded_scale = 0;  // of the fonts in the atlas
Fonts g_fonts;

constexpr const char* kRegular[] = {"/usr/share/fonts/opentype/inter/Inter-Regular.otf",
                                    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"};
constexpr const char* kMedium[] = {"/usr/share/fonts/opentype/inter/Inter-SemiBold.otf",
                                   "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"};
constexpr const char* kMono[] = {"/usr/share/fonts/truetype/jetbrains-mono/JetBrainsMono-Regular.ttf",
                                 "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"};

std::string first_existing(std::span<const char* const> paths) {
  std::error_code none;
  for (const char* path : paths) {
    if (std::filesystem::exists(path, none)) return path;
  }
  return {};
}

/// Latin, Greek, punctuation, super- and subscripts, letter-like signs, arrows, mathematical operators.
constexpr ImWchar kRanges[] = {0x0020, 0x017F, 0x0370, 0x03FF, 0x2010, 0x2027, 0x2030, 0x205E, 0x2070, 0x209F,
                               0x2100, 0x214F, 0x2190, 0x21FF, 0x2200, 0x22FF, 0x27E8, 0x27E9, 0};

ImFont* add_font(const std::string& path, const std::string& fallback, float size) {
  ImFontAtlas* atlas = ImGui::GetIO().Fonts;
  if (path.empty()) {
    ImFontConfig config;
    config.SizePixels = size;
    return atlas->AddFontDefault(&config);
  }
  ImFontConfig config;
  config.OversampleH = 2;
  config.OversampleV = 1;
  ImFont* font = atlas->AddFontFromFileTTF(path.c_str(), size, &config, kRanges);
  if (!fallback.empty() && fallback != path) {  // glyphs that the first font lacks
    config.MergeMode = true;
    atlas->AddFontFromFileTTF(fallback.c_str(), size, &config, kRanges);
  }
  return font;
}

void set_colours(ImGuiStyle& style) {
  const Palette& p = palette();
  const auto set = [&](ImGuiCol id, ImU32 colour) {
    style.Colors[id] = ImGui::ColorConvertU32ToFloat4(colour);
  };
  if (g_theme == Theme::Dark)
    ImGui::StyleColorsDark(&style);
  else
    ImGui::StyleColorsLight(&style);
  set(ImGuiCol_Text, p.text);
  set(ImGuiCol_TextDisabled, p.text_faint);
  set(ImGuiCol_WindowBg, p.background);
  set(ImGuiCol_ChildBg, 0);
  set(ImGuiCol_PopupBg, p.panel);
  set(ImGuiCol_Border, p.border);
  set(ImGuiCol_BorderShadow, 0);
  set(ImGuiCol_FrameBg, p.panel_raised);
  set(ImGuiCol_FrameBgHovered, g_theme == Theme::Dark ? rgb(0x2a333f) : rgb(0xdfe5ec));
  set(ImGuiCol_FrameBgActive, g_theme == Theme::Dark ? rgb(0x323c4a) : rgb(0xd3dbe4));
  set(ImGuiCol_Button, p.panel_raised);
  set(ImGuiCol_ButtonHovered, g_theme == Theme::Dark ? rgb(0x2c3643) : rgb(0xdde4eb));
  set(ImGuiCol_ButtonActive, g_theme == Theme::Dark ? rgb(0x374250) : rgb(0xcfd8e1));
  set(ImGuiCol_Header, faded(p.accent, 0.30f));
  set(ImGuiCol_HeaderHovered, faded(p.accent, 0.40f));
  set(ImGuiCol_HeaderActive, faded(p.accent, 0.55f));
  set(ImGuiCol_CheckMark, p.accent_hovered);
  set(ImGuiCol_SliderGrab, p.accent);
  set(ImGuiCol_SliderGrabActive, p.accent_hovered);
  set(ImGuiCol_Separator, p.border);
  set(ImGuiCol_ScrollbarBg, 0);
  set(ImGuiCol_ScrollbarGrab, p.border);
  set(ImGuiCol_TextSelectedBg, faded(p.accent, 0.45f));
  set(ImGuiCol_PlotHistogram, p.accent);
  set(ImGuiCol_ModalWindowDimBg, rgb(0x000000, 140));
}

void apply_style() {
  if (ImGui::GetCurrentContext() == nullptr) return;
  ImGuiStyle style;
  style.WindowPadding = {12, 12};
  style.FramePadding = {8, 4};
  style.ItemSpacing = {8, 6};
  style.ItemInnerSpacing = {6, 4};
  style.ScrollbarSize = 10;
  style.GrabMinSize = 10;
  style.WindowRounding = 8;
  style.ChildRounding = 6;
  style.PopupRounding = 6;
  style.FrameRounding = 4;
  style.GrabRounding = 3;
  style.ScrollbarRounding = 5;
  style.WindowBorderSize = style.PopupBorderSize = style.ChildBorderSize = 1;
  style.FrameBorderSize = 0;
  set_colours(style);
  style.ScaleAllSizes(g_scale);
  style.AntiAliasedLinesUseTex = true;
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

void prepare_fonts() {
  if (g_loaded_scale == g_scale) return;
  g_loaded_scale = g_scale;
  const std::string regular = first_existing(kRegular), medium = first_existing(kMedium),
                    mono = first_existing(kMono);
  ImGui::GetIO().Fonts->Clear();
  g_fonts.regular = add_font(regular, mono, px(15));
  g_fonts.small = add_font(regular, mono, px(13));
  g_fonts.title = add_font(medium, mono, px(16));
  g_fonts.mono = add_font(mono, regular, px(14));
  g_fonts.mono_small = add_font(mono, regular, px(12));
  rebuild_font_texture();
}

ImU32 faded(ImU32 colour, float alpha) {
  const auto a = static_cast<ImU32>(static_cast<float>(colour >> IM_COL32_A_SHIFT & 255) *
                                    std::clamp(alpha, 0.0f, 1.0f));
  return (colour & ~IM_COL32_A_MASK) | a << IM_COL32_A_SHIFT;
}

}  // namespace lab::ui
