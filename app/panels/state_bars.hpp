// StateBars: the most probable states of a small model as tiny pictures, each under a pair of bars: how
// probable it is under the model, and in the data. UI thread only.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "app/panels/context.hpp"
#include "app/ui/tiles.hpp"

namespace lab {

class StateBars {
 public:
  /// With its own title row, in the given room of the present window. The report is of the model in the snapshot.
  void draw(Context& context, const std::shared_ptr<const rbm::ExactReport>& report, ImVec2 at, ImVec2 size);
  /// All states that were drawn, or would be in more room, in the order of the bars.
  std::span<const rbm::StateProbability> listed() const { return states_; }

 private:
  struct Layout {
    ImVec2 corner;               // of the first bar's top left
    float pitch = 1;             // from state to state
    float pixel = 1;             // screen pixels of one pixel of a picture
    float bottom = 0, room = 1;  // of the bars: their foot and their greatest height
    int count = 0;
    double most = 1;  // the probability of a bar of that height
  };
  void arrange(const std::shared_ptr<const rbm::ExactReport>& report);
  int find_pointed(const Layout& layout, const ui::Focus& focus);
  void offer_state(Context& context, int pointed);
  void put_pictures(const rbm::ImageShape& shape, int count);
  Layout lay_out(const rbm::ImageShape& shape, ImVec2 corner, ImVec2 size) const;
  void draw_title(int shown, ImVec2 at, float width);
  void draw_axis(const Layout& layout, float right) const;
  void draw_bars(const Layout& layout, int hovered) const;
  void draw_pictures(const Layout& layout, const rbm::ImageShape& shape);

  int order_ = 0;
  int cursor_ = 0;  // the state that the keyboard is at
  std::shared_ptr<const rbm::ExactReport> arranged_;  // what states_ is made of, and how
  int arranged_order_ = -1;
  std::vector<rbm::StateProbability> states_;
  bool has_pictures_ = false;  // of states_
  std::size_t data_states_ = 0;
  ui::TileWall wall_;
  std::vector<float> picture_;
};

}  // namespace lab
