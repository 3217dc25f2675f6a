// GraphPanel: the network as it is: visible and hidden units as two rows of nodes with the weights between
// them, and one Gibbs chain whose half-steps flow along the edges. Small models are shown whole, of larger
// ones the strongest edges of the unit or the pixel that is hovered or held. UI thread only.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/panels/chain_runner.hpp"
#include "app/panels/context.hpp"
#include "app/ui/tiles.hpp"
#include "app/ui/widgets.hpp"

namespace lab {

/// An edge of the network.
struct Edge {
  int visible, hidden;
  float weight;
};
/// Models with at most so many weights are drawn whole.
inline constexpr rbm::Index kMostWholeEdges = 2000;
/// The `most` strongest edges by |W|, the strongest first: of visible unit `visible`, or of hidden unit
/// `hidden`, or of all where both are −1.
std::vector<Edge> strongest_edges(const rbm::Model& model, int visible, int hidden, int most);

class GraphPanel {
 public:
  void draw(Context& context);
  bool animating() const { return runner_.is_playing() || flowing_; }
  /// What tests ask for: "edges", "half_steps", "phase", "unit", "pixel".
  std::map<std::string, double> state() const;

 private:
  /// Where the nodes are, in screen pixels.
  struct Layout {
    ImVec2 visible_min, visible_max;  // of the row, or of the picture that stands for it
    ImVec2 hidden_min, hidden_max;
    float radius;        // of a hidden node
    int hidden_columns;  // nodes of one line of the hidden row
    bool has_picture;    // the visible units are pixels of a picture, not a row of discs
    float cell;          // of the picture
  };
  bool prepare(Context& context);
  void begin(Context& context);
  void draw_controls(Context& context);
  Layout lay_out(const rbm::Model& model, ImVec2 corner, ImVec2 size) const;
  ImVec2 visible_node(const Layout& l, const rbm::Model& model, int unit) const;
  ImVec2 hidden_node(const Layout& l, int unit) const;
  void go_by_keys(Context& context, const Layout& l, const ui::Focus& focus);
  void find_hovered(Context& context, const Layout& l);
  void choose_edges(const Context& context);
  void draw_edges(const Context& context, const Layout& l) const;
  void draw_flow(const Context& context, const Layout& l);
  void draw_nodes(const Context& context, const Layout& l);
  void draw_hint(const Context& context, const Layout& l) const;

  ChainRunner runner_;
  std::uint64_t painted_version_ = 0, seed_ = 1;
  int hovered_pixel_ = -1, kept_pixel_ = -1;
  int cursor_ = 0;  // the hidden unit that the keyboard is at
  std::vector<Edge> edges_;
  int edges_of_visible_ = -2, edges_of_hidden_ = -2;
  std::uint64_t edges_version_ = 0;
  double step_s_ = -10;  // when the last half-step was
  std::uint64_t seen_steps_ = 0;
  bool flowing_ = false;
  ui::TileWall picture_;
  rbm::Matrix pixels_, states_;
};

}  // namespace lab
