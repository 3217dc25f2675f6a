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
#include "app/panels/why_list.hpp"
#include "app/panels/why_unit.hpp"
#include "app/ui/tiles.hpp"

namespace lab {

class WhyPanel {
 public:
  void draw(Context& context);
  /// True while what is shown is of an earlier model than that of a run that stands still.
  bool animating() const { return has_picture_ && explained_.is_behind(); }
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
  int shown_unit(const Context& context) const;

  /// Which picture is explained.
  struct Chosen {
    Source source = Source::Painting;
    bool by_hand = false;  // else what there is
    int image = 0;
    std::uint64_t sent_version = 0;
    std::vector<float> picture;
    std::string name;
    rbm::Index gaps = 0;        // cells of it that are missing
    std::uint64_t version = 0;  // changes with the picture
  };
  Explained explained_;
  Chosen chosen_;
  bool has_picture_ = false;
  bool loudest_is_chosen_ = false;  // of the units listed
  WhyQuestion question_;
  std::array<ui::TileWall, 3> pictures_;  // v, what the model makes of it, the dislike map
  float dislike_range_ = 1;
  std::uint64_t put_version_ = 0;
  int put_without_ = -1;
  bool shows_without_ = true;
  WhyList list_;
  LitWall wall_;
  WhyUnit unit_;
};

}  // namespace lab
