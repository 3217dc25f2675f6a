// WhyPanel: asks a picture why it is as it is: the hidden units for and against a pixel, what one unit does,
// what makes the picture surprising, and how familiar it is. The picture is the painting, an unseen image, or
// one that was sent here. UI thread only.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/panels/context.hpp"
#include "app/panels/explained.hpp"
#include "app/panels/lit_wall.hpp"
#include "app/panels/signed_units.hpp"
#include "app/panels/why_unit.hpp"
#include "app/ui/tiles.hpp"
#include "core/evaluation/pixel_evidence.hpp"

namespace lab {

class WhyPanel {
 public:
  void draw(Context& context);
  /// What tests ask for: "pixel", "unit", "free_energy", "of_data", "of_noise", "source" …
  std::map<std::string, double> state() const;

 private:
  enum class Source { Painting, Image, Sent };
  /// Where a panel is, from the view's corner.
  struct Place {
    ImVec2 at, size;
  };
  struct Layout {
    Place pictures, wall, list, unit;
  };
  static Layout layout(ImVec2 room);
  bool find_picture(Context& context);
  const char* what_is_lit() const;
  void draw_source(Context& context);
  void draw_pictures(Context& context, ImVec2 size);
  void draw_three(Context& context, float side_width);
  void put_pictures(int without);
  void draw_familiarity() const;
  void ask_about(const ui::TileHit& hit);
  void draw_list(Context& context, ImVec2 size);
  void draw_pixel_list(Context& context);
  void draw_surprise_list(Context& context);
  void fill_lists(int most);
  int shown_unit(const Context& context) const;

  /// Which picture is explained.
  struct Chosen {
    Source source = Source::Painting;
    int image = 0;
    std::uint64_t sent_version = 0;
    std::vector<float> picture;
    std::string name;
    rbm::Index gaps = 0;        // cells of it that are missing
    std::uint64_t version = 0;  // changes with the picture
  };
  /// What is asked of it.
  struct Question {
    int pixel = -1;       // the one whose units are listed
    bool pinned = false;  // by a click; else the last one under the mouse
    int list = 1;         // 0: this pixel, 1: this surprise
  };
  /// The lists on the screen, and of what they are.
  struct Lists {
    std::array<SignedUnits::List, 2> units;
    std::uint64_t version = 0, explained = 0;
    int pixel = -2, list = -1, most = 0;
    rbm::PixelEvidence evidence;
    std::vector<float> parts;  // of every unit, for the wall
    std::string refused;
  };

  Explained explained_;
  Chosen chosen_;
  Question question_;
  Lists lists_;
  std::array<ui::TileWall, 3> pictures_;  // v, what the model makes of it, the dislike map
  float dislike_range_ = 1;
  std::uint64_t put_version_ = 0;
  int put_without_ = -1;
  bool shows_without_ = true;
  SignedUnits units_;
  LitWall wall_;
  WhyUnit unit_;
};

}  // namespace lab
