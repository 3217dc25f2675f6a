// Every view of the screen against stored pictures, with a model whose bits are the same on every machine.
//
// Two kinds of pictures lie in tests/app/golden/pictures:
// - ID.png: what a tile wall shows, at its own resolution. Compared byte for byte: these are data, coloured
//   by our own shader.
// - imgui-VERSION/VIEW.png: the whole frame, 1280 × 800. Text and lines are ImGui's, so each version has its
//   own (where there are none, only the data are compared), and another OpenGL may round differently, which
//   moves an edge by up to one pixel: each pixel is compared with the 3 × 3 around its place, both ways, and
//   blocks of 16 × 16 pixels may differ by kTolerance on average. Mesa's two software rasterizers agree to
//   1.6; a panel that moved by three pixels or a letter that is missing is beyond it.
//
// A failure leaves the picture that came out in golden-actual/ of the working directory. Look at it; where it
// is right, record the pictures again:
//   RBM_RECORD_GOLDEN=1 LIBGL_ALWAYS_SOFTWARE=1 xvfb-run -a build/ci/tests/golden_tests -tc='panels:*'
#include <doctest/doctest.h>

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#include <stb_image.h>
#include <stb_image_write.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "app/panels/filter_wall.hpp"
#include "app/panels/lit_wall.hpp"
#include "tests/app/golden/hidden_window.hpp"
#include "tests/app/small_lab.hpp"

namespace {

using namespace lab;
using lab::test::HiddenWindow;
using lab::test::SmallLab;

constexpr int kWidth = 1280, kHeight = 800, kBlock = 16;
/// Levels of 255, mean over a block and its three channels.
constexpr double kTolerance = 2;

struct Picture {
  int width = 0, height = 0, channels = 0;
  std::vector<unsigned char> bytes;
  bool same_shape(const Picture& other) const {
    return width == other.width && height == other.height && channels == other.channels;
  }
};

std::filesystem::path stored_folder() {
  return std::filesystem::path(RBM_SOURCE_DIR) / "tests/app/golden/pictures";
}

bool recording() {
  const char* set = std::getenv("RBM_RECORD_GOLDEN");
  return set != nullptr && std::string(set) == "1";
}

void write(const std::filesystem::path& path, const Picture& p) {
  std::filesystem::create_directories(path.parent_path());
  stbi_write_png_compression_level = 20;
  REQUIRE(stbi_write_png(path.c_str(), p.width, p.height, p.channels, p.bytes.data(), p.width * p.channels));
}

/// An empty picture when there is none at `path`.
Picture read(const std::filesystem::path& path, int channels) {
  Picture p{.channels = channels};
  int found = 0;
  stbi_uc* pixels = stbi_load(path.c_str(), &p.width, &p.height, &found, channels);
  if (pixels != nullptr) p.bytes.assign(pixels, pixels + p.width * p.height * channels);
  stbi_image_free(pixels);
  return p;
}

/// How far the pixel (x, y) of `a` is from the most similar one at or beside that place in `b`: the mean over
/// the channels.
double distance(const Picture& a, const Picture& b, int x, int y) {
  const auto* own = &a.bytes[static_cast<std::size_t>((y * a.width + x) * a.channels)];
  int least = 255 * a.channels;
  for (int ny = std::max(0, y - 1); ny <= std::min(b.height - 1, y + 1); ++ny) {
    for (int nx = std::max(0, x - 1); nx <= std::min(b.width - 1, x + 1); ++nx) {
      const auto* other = &b.bytes[static_cast<std::size_t>((ny * b.width + nx) * b.channels)];
      int sum = 0;
      for (int c = 0; c < a.channels; ++c) sum += std::abs(int{own[c]} - other[c]);
      least = std::min(least, sum);
    }
  }
  return least / static_cast<double>(a.channels);
}

/// The largest mean distance of a block, of what is there from what was and the other way round, and where.
struct Difference {
  double worst = 0;
  int x = 0, y = 0;
};
Difference largest_difference(const Picture& a, const Picture& b) {
  Difference out;
  for (int y0 = 0; y0 < a.height; y0 += kBlock) {
    for (int x0 = 0; x0 < a.width; x0 += kBlock) {
      const int x1 = std::min(a.width, x0 + kBlock), y1 = std::min(a.height, y0 + kBlock);
      double gone = 0, came = 0;
      for (int y = y0; y < y1; ++y) {
        for (int x = x0; x < x1; ++x) {
          gone += distance(a, b, x, y);
          came += distance(b, a, x, y);
        }
      }
      const double mean = std::max(gone, came) / ((x1 - x0) * (y1 - y0));
      if (mean > out.worst) out = {mean, x0, y0};
    }
  }
  return out;
}

enum class Compare { Exactly, ByBlocks };

/// Compares with the picture stored under `name`, or stores it.
void check_picture(const std::string& name, const Picture& found, Compare how) {
  const std::filesystem::path stored = stored_folder() / (name + ".png");
  if (recording()) return write(stored, found);
  const Picture wanted = read(stored, found.channels);
  std::string trouble;
  if (wanted.bytes.empty()) {
    trouble = "there is no such picture";
  } else if (!wanted.same_shape(found)) {
    trouble = "it was " + std::to_string(wanted.width) + " × " + std::to_string(wanted.height) + ", now " +
              std::to_string(found.width) + " × " + std::to_string(found.height);
  } else if (how == Compare::Exactly) {
    const auto [at, _] = std::ranges::mismatch(wanted.bytes, found.bytes);
    const auto pixel = static_cast<int>(at - wanted.bytes.begin()) / found.channels;
    if (at != wanted.bytes.end())
      trouble = "the first other pixel is (" + std::to_string(pixel % found.width) + ", " +
                std::to_string(pixel / found.width) + ")";
  } else if (const Difference d = largest_difference(wanted, found); d.worst > kTolerance) {
    trouble = "the block at (" + std::to_string(d.x) + ", " + std::to_string(d.y) + ") differs by " +
              std::to_string(d.worst) + " levels on average";
  }
  if (trouble.empty()) return;
  const std::filesystem::path actual =
      std::filesystem::absolute(std::filesystem::path("golden-actual") / (name + ".png"));
  write(actual, found);
  FAIL_CHECK(stored.string(), ": ", trouble, "; see ", actual.string());
}

/// The name of the texture that a draw command uses, 0 if it is not one of the first few thousand.
GLuint texture_of(const ImDrawCmd& command) {
  for (GLuint name = 1; name < 4096; ++name) {
    if (command.GetTexID() == ui::texture_id(name)) return name;
  }
  return 0;
}

Picture read_texture(GLuint name) {
  Picture p{.channels = 4};
  glBindTexture(GL_TEXTURE_2D, name);
  glGetTexLevelParameteriv(GL_TEXTURE_2D, 0, GL_TEXTURE_WIDTH, &p.width);
  glGetTexLevelParameteriv(GL_TEXTURE_2D, 0, GL_TEXTURE_HEIGHT, &p.height);
  p.bytes.resize(static_cast<std::size_t>(p.width * p.height * p.channels));
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glGetTexImage(GL_TEXTURE_2D, 0, GL_RGBA, GL_UNSIGNED_BYTE, p.bytes.data());
  return p;
}

/// The smallest control around a point.
std::string control_at(ImVec2 at) {
  std::string name;
  float least = std::numeric_limits<float>::max();
  for (const auto& [id, r] : ui::registered()) {
    const bool inside = at.x >= r.x && at.y >= r.y && at.x <= r.x + r.w && at.y <= r.y + r.h;
    if (inside && r.w * r.h < least) least = r.w * r.h, name = id;
  }
  return name;
}

/// What the tile walls of the last frame show: control → texture. Taken from the frame's own draw commands,
/// so that a wall that is coloured but not drawn is missed.
std::map<std::string, Picture> walls() {
  const ImDrawData* data = ImGui::GetDrawData();
  // A shape comes first, drawn with a pixel of the fonts' texture.
  const ImTextureID fonts = data->CmdLists[0]->CmdBuffer.front().GetTexID();
  std::map<std::string, Picture> out;
  for (int n = 0; n < data->CmdListsCount; ++n) {
    const ImDrawList* list = data->CmdLists[n];
    for (const ImDrawCmd& command : list->CmdBuffer) {
      if (command.ElemCount < 6 || command.UserCallback != nullptr || command.GetTexID() == fonts) continue;
      const auto vertex = [&](unsigned i) {
        return list
            ->VtxBuffer[static_cast<int>(list->IdxBuffer[static_cast<int>(command.IdxOffset + i)] +
                                         command.VtxOffset)]
            .pos;
      };
      const ImVec2 a = vertex(0), c = vertex(2);
      const GLuint name = texture_of(command);
      REQUIRE(name != 0);
      std::string id = control_at({(a.x + c.x) / 2, (a.y + c.y) / 2});
      CHECK_MESSAGE(!id.empty(), "a picture outside of every control");
      while (out.contains(id)) id += "+";
      out.emplace(id, read_texture(name));
    }
  }
  return out;
}

/// Draws a view until it rests and compares its frame and its walls, whose names in order are `expected`; of
/// another model than that of most cases they are stored under a prefix.
void check_view(HiddenWindow& window, SmallLab& lab, const char* view, const std::string& name,
                const std::string& expected, const std::string& prefix = "") {
  lab.shared.view = find_view(view);
  Picture frame{.width = kWidth, .height = kHeight, .channels = 3, .bytes = {}};
  for (int i = 0; i < 4; ++i) frame.bytes = window.bare_frame([&] { lab.draw(); });
  CHECK(ui::shared_id() == "");
  std::string names;
  for (const auto& [id, picture] : walls()) {
    names += (names.empty() ? "" : " ") + id;
    check_picture(prefix + id, picture, Compare::Exactly);
  }
  CHECK(names == expected);
  const std::string folder = std::string("imgui-") + ui::imgui_version();
  if (recording() || std::filesystem::exists(stored_folder() / folder))
    check_picture(folder + "/" + name, frame, Compare::ByBlocks);
  else
    MESSAGE("there are no whole frames of ", folder, ": only the data are compared");
  CHECK(glGetError() == GL_NO_ERROR);
}

TEST_CASE("panels: watch") {
  HiddenWindow window(kWidth, kHeight);
  SmallLab lab;
  check_view(window, lab, "watch", "watch",
             "strip.texture watch.chains watch.filters watch.reconstructions.0.0 watch.reconstructions.1.0 "
             "watch.reconstructions.2.0");
}

TEST_CASE("panels: watch, in the light theme") {
  HiddenWindow window(kWidth, kHeight);
  ui::set_theme(ui::Theme::Light);
  SmallLab lab;
  lab.shared.view = find_view("watch");
  Picture frame{.width = kWidth, .height = kHeight, .channels = 3, .bytes = {}};
  for (int i = 0; i < 4; ++i) frame.bytes = window.bare_frame([&] { lab.draw(); });
  const std::string folder = std::string("imgui-") + ui::imgui_version();
  if (recording() || std::filesystem::exists(stored_folder() / folder))
    check_picture(folder + "/watch-light", frame, Compare::ByBlocks);
}

TEST_CASE("panels: filters, with a unit inspected") {
  HiddenWindow window(kWidth, kHeight);
  SmallLab lab;
  lab.shared.selected_unit = 7;
  check_view(window, lab, "filters", "filters", "filters.wall unit.filter unit.images");
}

TEST_CASE("panels: a wall of filters waits for a frame with news, unless it is empty or of another run") {
  HiddenWindow window(kWidth, kHeight);
  SmallLab lab;
  FilterWall filters;
  LitWall lit;
  const auto draw_lit = [&](Context& context) { lit.draw(context, "lit", {}, {640, 480}); };
  const auto draw_filters = [&](Context& context) { filters.draw(context); };
  for (const std::function<void(Context&)>& draw :
       {std::function<void(Context&)>(draw_filters), {draw_lit}}) {
    const auto shown = [&](bool has_news) {
      lab.has_news = has_news;
      Context context = lab.context();
      return window.frame([&] { draw(context); });
    };
    const auto learn = [&] {
      auto weights = std::make_shared<rbm::Matrix>(*lab.snapshot.weights.filters);
      std::fill_n(weights->row(0), 300, lab.snapshot.weights.version % 2 == 0 ? 3.0f : -3.0f);
      lab.snapshot.weights.filters = std::move(weights);
      ++lab.snapshot.weights.version;
    };
    (void)shown(false);  // fonts are made
    const auto first = shown(false);
    learn();
    CHECK(shown(false) == first);
    (void)shown(true);  // the scale's numbers follow a frame later
    const auto second = shown(true);
    CHECK(second != first);
    learn();
    CHECK(shown(false) == second);
    ++lab.snapshot.run;
    CHECK(shown(false) != second);
  }
}

TEST_CASE("panels: hidden units") {
  HiddenWindow window(kWidth, kHeight);
  SmallLab lab;
  check_view(window, lab, "hidden", "hidden", "hidden.texture");
}

TEST_CASE("panels: reconstructions") {
  HiddenWindow window(kWidth, kHeight);
  SmallLab lab;
  check_view(window, lab, "reconstructions", "reconstructions",
             "reconstructions.0.0 reconstructions.0.1 reconstructions.1.0 reconstructions.1.1 "
             "reconstructions.2.0 reconstructions.2.1 strip.texture");
}

TEST_CASE("panels: chains, seven steps from noise") {
  HiddenWindow window(kWidth, kHeight);
  SmallLab lab;
  Context context = lab.context();
  for (int i = 0; i < 7; ++i) lab.screen.panels.of<ChainsPanel>().full_step(context);
  check_view(window, lab, "chains", "chains", "chains.large.v chains.strip");
}

TEST_CASE("panels: the wall of chains, seven steps from noise") {
  HiddenWindow window(kWidth, kHeight);
  SmallLab lab;
  Context context = lab.context();
  ChainsPanel& chains = lab.screen.panels.of<ChainsPanel>();
  chains.show_wall(true);
  for (int i = 0; i < 7; ++i) chains.full_step(context);
  check_view(window, lab, "chains", "chains-wall", "chains.hidden chains.wall");
}

TEST_CASE("panels: one update, after its last phase") {
  HiddenWindow window(kWidth, kHeight);
  SmallLab lab;
  lab.shared.view = find_view("update");
  Context context = lab.context();
  window.bare_frame([&] { lab.draw(); });
  for (int phase = 1; phase < SlowMotion::kPhases; ++phase) lab.screen.panels.of<UpdatePanel>().next(context);
  for (int i = 0; i < 20; ++i, lab.now_s += 0.2) window.bare_frame([&] { lab.draw(); });
  check_view(
      window, lab, "update", "update",
      "update.after update.batch update.before update.chains update.change update.data update.hidden.data "
      "update.hidden.model update.model");
}

TEST_CASE("panels: paint, with a crude two and a dream of it") {
  HiddenWindow window(kWidth, kHeight);
  SmallLab lab;
  lab.paint_two();
  lab.screen.panels.of<PaintPanel>().dream_play_pause();
  lab.shared.view = find_view("paint");
  // Twelve steps a second; never two in a frame, which a slow machine may not finish in one.
  for (int i = 0; i < 20; ++i, lab.now_s += 0.05) window.bare_frame([&] { lab.draw(); });
  check_view(window, lab, "paint", "paint",
             "paint.canvas paint.difference paint.dream.moments paint.dream.picture paint.reconstruction "
             "paint.seen paint.units.0 paint.units.1");
}

TEST_CASE("panels: two heights, after a hundred steps") {
  HiddenWindow window(kWidth, kHeight);
  SmallLab lab;
  Context context = lab.context();
  lab.screen.panels.of<HeightsPanel>().step(context, 100);
  check_view(window, lab, "heights", "heights", "");
}

TEST_CASE("panels: exact") {
  HiddenWindow window(kWidth, kHeight);
  SmallLab lab(lab::test::exact_snapshot());
  check_view(window, lab, "exact", "exact", "exact.states", "small-world.");
}

TEST_CASE("panels: exact, of a model that is too large") {
  HiddenWindow window(kWidth, kHeight);
  SmallLab lab;
  lab.shared.presets = rbm::all_presets();
  check_view(window, lab, "exact", "exact-too-large", "");
}

TEST_CASE("panels: curves") {
  HiddenWindow window(kWidth, kHeight);
  SmallLab lab;
  check_view(window, lab, "curves", "curves", "");
}

TEST_CASE("panels: health") {
  HiddenWindow window(kWidth, kHeight);
  SmallLab lab;
  check_view(window, lab, "health", "health", "");
}

}  // namespace
