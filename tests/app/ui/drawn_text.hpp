// The texts of the last frame, taken from its draw commands: what is on the screen, whoever drew it, and where its
// region cuts it off.
#pragma once

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "app/ui/imgui.hpp"

namespace lab::test {

struct Glyph {
  ImVec2 min, max;
  unsigned code = '?';
};

/// Glyphs that were drawn one after the other on one line.
struct DrawnText {
  std::string text;
  std::vector<Glyph> glyphs;
  ImVec4 clip;  // what shows of it
};

inline std::string in_utf8(unsigned code) {
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) return {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 63))};
  return {static_cast<char>(0xE0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 63)),
          static_cast<char>(0x80 | (code & 63))};
}

/// Which character stands at which corner of the fonts' texture.
inline std::map<std::pair<float, float>, unsigned> characters() {
  std::map<std::pair<float, float>, unsigned> out;
  for (const ImFont* font : ImGui::GetIO().Fonts->Fonts) {
    for (const ImFontGlyph& glyph : font->Glyphs) out[{glyph.U0, glyph.V0}] = glyph.Codepoint;
  }
  return out;
}

/// After ImGui::Render. `known` from characters() of the same fonts.
inline std::vector<DrawnText> drawn_texts(const std::map<std::pair<float, float>, unsigned>& known) {
  std::vector<DrawnText> out;
  const ImDrawData* data = ImGui::GetDrawData();
  for (int n = 0; n < data->CmdListsCount; ++n) {
    const ImDrawList& list = *data->CmdLists[n];
    bool is_first = true;
    for (const ImDrawCmd& command : list.CmdBuffer) {
      if (command.UserCallback != nullptr) continue;
      for (unsigned i = 0; i + 6 <= command.ElemCount; i += 3) {
        const auto vertex = [&](unsigned k) -> const ImDrawVert& {
          const auto index = list.IdxBuffer[static_cast<int>(command.IdxOffset + i + k)];
          return list.VtxBuffer[static_cast<int>(index + command.VtxOffset)];
        };
        // A glyph is two triangles of one rectangle; fills and lines have one height of the texture.
        const ImDrawVert &a = vertex(0), &c = vertex(2);
        if (a.uv.y == c.uv.y || vertex(3).pos.x != a.pos.x || vertex(3).pos.y != a.pos.y) continue;
        const auto found = known.find({a.uv.x, a.uv.y});
        if (found == known.end()) continue;
        i += 3;
        const Glyph glyph{a.pos, c.pos, found->second};
        const float height = ImGui::GetFontSize();
        const bool goes_on = !is_first && !out.empty() && glyph.min.x >= out.back().glyphs.back().min.x &&
                             glyph.min.x - out.back().glyphs.back().max.x < 0.6f * height &&
                             glyph.min.y < out.back().glyphs.front().max.y + height / 3 &&
                             glyph.max.y > out.back().glyphs.front().min.y - height / 3;
        if (!goes_on) out.push_back({"", {}, command.ClipRect});
        is_first = false;
        out.back().text += in_utf8(glyph.code);
        out.back().glyphs.push_back(glyph);
      }
    }
  }
  return out;
}

/// So much of a letter is missed by nobody, in pixels.
constexpr float kSliver = 1.5f;

/// Part of the smaller rectangle that lies under the other.
inline float overlap(const Glyph& a, const Glyph& b) {
  const float w = std::min(a.max.x, b.max.x) - std::max(a.min.x, b.min.x);
  const float h = std::min(a.max.y, b.max.y) - std::max(a.min.y, b.min.y);
  if (w <= 0 || h <= 0) return 0;
  const auto area = [](const Glyph& g) { return (g.max.x - g.min.x) * (g.max.y - g.min.y); };
  return w * h / std::max(1.0f, std::min(area(a), area(b)));
}

/// Which edges of a region are those of one that scrolls that way: what they cut can be brought into view.
struct ScrolledEdges {
  bool left = false, right = false, top = false, bottom = false;
};
inline ScrolledEdges scrolled_edges(const ImVec4& clip) {
  ScrolledEdges out;
  const auto is_at = [](float a, float b) { return std::abs(a - b) < 2; };
  for (const ImGuiWindow* window : ImGui::GetCurrentContext()->Windows) {
    const ImRect& inner = window->InnerClipRect;
    if (!window->WasActive || !inner.Overlaps({clip.x, clip.y, clip.z, clip.w})) continue;
    out.left = out.left || (window->ScrollbarX && is_at(inner.Min.x, clip.x));
    out.right = out.right || (window->ScrollbarX && is_at(inner.Max.x, clip.z));
    out.top = out.top || (window->ScrollbarY && is_at(inner.Min.y, clip.y));
    out.bottom = out.bottom || (window->ScrollbarY && is_at(inner.Max.y, clip.w));
  }
  return out;
}

/// What is wrong with the texts of a frame, a line each: a letter that its region cuts, unless that scrolls, and two texts of
/// which a letter of one lies on a letter of the other.
inline std::vector<std::string> faults_of(const std::vector<DrawnText>& texts) {
  std::vector<std::string> out;
  struct Placed {
    Glyph glyph;
    std::size_t text;
  };
  std::vector<Placed> all;
  for (std::size_t n = 0; n < texts.size(); ++n) {
    bool is_cut = false;
    const ScrolledEdges scrolled = scrolled_edges(texts[n].clip);
    for (const Glyph& g : texts[n].glyphs) {
      const ImVec4& clip = texts[n].clip;
      const bool shows = g.max.x > clip.x && g.min.x < clip.z && g.max.y > clip.y && g.min.y < clip.w;
      if (!shows) continue;
      is_cut = is_cut || (g.min.x < clip.x - kSliver && !scrolled.left) ||
               (g.max.x > clip.z + kSliver && !scrolled.right) ||
               (g.min.y < clip.y - kSliver && !scrolled.top) ||
               (g.max.y > clip.w + kSliver && !scrolled.bottom);
      all.push_back({g, n});
    }
    if (is_cut) out.push_back("\"" + texts[n].text + "\" is cut off");
  }
  std::ranges::sort(all, {}, [](const Placed& p) { return p.glyph.min.x; });
  std::vector<std::pair<std::size_t, std::size_t>> told;
  for (std::size_t a = 0; a < all.size(); ++a) {
    for (std::size_t b = a + 1; b < all.size() && all[b].glyph.min.x < all[a].glyph.max.x; ++b) {
      const auto pair = std::minmax(all[a].text, all[b].text);
      if (pair.first == pair.second || overlap(all[a].glyph, all[b].glyph) < 0.2f) continue;
      if (std::ranges::find(told, std::pair<std::size_t, std::size_t>(pair)) != told.end()) continue;
      told.push_back(pair);
      out.push_back("\"" + texts[pair.first].text + "\" and \"" + texts[pair.second].text +
                    "\" lie on each other");
    }
  }
  return out;
}

}  // namespace lab::test
