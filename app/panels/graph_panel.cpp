#include "app/panels/graph_panel.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/panels/format_text.hpp"
#include "app/panels/inline_controls.hpp"
#include "app/panels/picture_tile.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"
#include "core/model/units/visible_units.hpp"

namespace lab {
namespace {

constexpr int kMostEdges = 120;        // of one unit of a large model
constexpr double kFlow_s = 0.7;        // how long a half-step flows
constexpr float kGraphSpeed = 0.6f;    // full steps per second while it plays
constexpr rbm::Index kMostDiscs = 64;  // more visible units are pixels of a picture

}  // namespace

std::vector<Edge> strongest_edges(const rbm::Model& model, int visible, int hidden, int most) {
  std::vector<Edge> out;
  const auto add = [&](rbm::Index i, rbm::Index j) {
    out.push_back({static_cast<int>(i), static_cast<int>(j), model.weights(i, j)});
  };
  if (visible >= 0) {
    for (rbm::Index j = 0; j < model.hidden(); ++j) add(visible, j);
  } else if (hidden >= 0) {
    for (rbm::Index i = 0; i < model.visible(); ++i) add(i, hidden);
  } else {
    for (rbm::Index i = 0; i < model.visible(); ++i) {
      for (rbm::Index j = 0; j < model.hidden(); ++j) add(i, j);
    }
  }
  std::ranges::sort(out, [](const Edge& a, const Edge& b) {
    const float of_a = std::abs(a.weight), of_b = std::abs(b.weight);
    if (of_a != of_b) return of_a > of_b;
    return a.visible != b.visible ? a.visible < b.visible : a.hidden < b.hidden;
  });
  out.resize(std::min(out.size(), static_cast<std::size_t>(std::max(0, most))));
  return out;
}

std::map<std::string, double> GraphPanel::state() const {
  const bool has = runner_.has_chains();
  return {{"edges", static_cast<double>(edges_.size())},
          {"half_steps", has ? static_cast<double>(runner_.chains().half_steps()) : 0},
          {"phase", has && runner_.chains().phase() == rbm::Phase::Hidden},
          {"playing", runner_.is_playing()},
          {"pixel", kept_pixel_},
          {"hovered_pixel", hovered_pixel_}};
}

/// The chain starts at the painting, else at an unseen image, else at noise; and anew when another one is
/// painted.
void GraphPanel::begin(Context& context) {
  const rbm::Model& model = *context.snapshot.model;
  ChainSources sources{};
  sources.painted = context.shared.painted;
  sources.digits = test_images(context);
  const ChainSource wanted[] = {ChainSource::Painted, ChainSource::Digit, ChainSource::Noise};
  for (const ChainSource source : wanted) {
    auto states = starting_states(source, sources, 1, model, seed_, context.pool);
    if (!states) continue;
    const auto holds = context.shared.held.holds_of(model, context.shared.painted, context.pool);
    runner_.hold(holds && !context.shared.painted.empty() ? *holds : rbm::Holds{});
    runner_.start(*states, model.hidden(), seed_++);
    break;
  }
  runner_.set_speed(kGraphSpeed);
  painted_version_ = context.shared.painted_version;
  seen_steps_ = 0;
}

bool GraphPanel::prepare(Context& context) {
  if (!context.has_model() || !context.snapshot.weights.transposed) return false;
  if (!runner_.fits(*context.snapshot.model) || painted_version_ != context.shared.painted_version)
    begin(context);
  return runner_.fits(*context.snapshot.model);
}

void GraphPanel::draw(Context& context) {
  const bool ready = prepare(context);
  char subtitle[112] = "";
  if (ready) {
    runner_.advance(*context.snapshot.model, *context.snapshot.weights.transposed, context.pool,
                    context.now_s);
    if (runner_.chains().half_steps() != seen_steps_) step_s_ = context.now_s;
    seen_steps_ = runner_.chains().half_steps();
    const rbm::Model& m = *context.snapshot.model;
    std::snprintf(subtitle, sizeof subtitle, "%s visible, %s hidden units",
                  grouped(static_cast<std::uint64_t>(m.visible())).text,
                  grouped(static_cast<std::uint64_t>(m.hidden())).text);
  }
  const ImVec2 size = begin_roomy("graph.room", {ui::px(300), ui::px(260)});
  ui::begin_panel("graph", "Graph", size, subtitle);
  if (!ready) {
    ui::empty_state("No model yet", "The network is drawn as soon as the data are loaded.");
  } else {
    draw_controls(context);
    const ImVec2 room = ImGui::GetContentRegionAvail(), corner = ImGui::GetCursorScreenPos();
    const ui::Focus focus = ui::take_focus("graph.nodes");
    ImGui::InvisibleButton("graph.nodes", room);
    ui::mark("graph.nodes",
             "Hover a unit for its strongest weights: orange speaks for, blue against; a click keeps it.",
             ui::Tip::StatusLineOnly);
    const Layout l = lay_out(*context.snapshot.model, corner, room);
    find_hovered(context, l);
    ui::draw_focus(focus);
    if (focus.here) go_by_keys(context, l, focus);
    choose_edges(context);
    draw_edges(context, l);
    draw_flow(context, l);
    draw_nodes(context, l);
    draw_hint(context, l);
  }
  ui::end_panel();
  ImGui::EndChild();
}

void GraphPanel::draw_controls(Context& context) {
  const rbm::Model& model = *context.snapshot.model;
  const rbm::Matrix& transposed = *context.snapshot.weights.transposed;
  const float gap = ui::px(6);
  const bool playing = runner_.is_playing(), visible_next = runner_.chains().phase() == rbm::Phase::Hidden;
  if (ui::button("graph.play", playing ? "Pause" : "Play", "Lets the chain run slowly, or stops it.",
                 playing ? ui::Icon::Pause : ui::Icon::Play, ui::Emphasis::Normal, {ui::px(96), 0}))
    playing ? runner_.pause() : runner_.play();
  ImGui::SameLine(0, gap);
  if (ui::button("graph.half", visible_next ? "2  h → v" : "1  v → h",
                 "One half-step: what is on in one row decides the other row.",
                 visible_next ? ui::Icon::HalfDown : ui::Icon::HalfUp)) {
    runner_.pause();
    runner_.half_step(model, transposed, context.pool);
  }
  ImGui::SameLine(0, gap);
  if (ui::icon_button("graph.restart", ui::Icon::Reset, "Back to the painting, or to an unseen image."))
    begin(context);
  const StepCaption words = caption(runner_.chains().phase(), runner_.chains().half_steps(), false);
  same_line_if_fits(ImGui::CalcTextSize(words.done).x + gap);
  ImGui::AlignTextToFramePadding();
  ui::text_dim(words.done);
}

GraphPanel::Layout GraphPanel::lay_out(const rbm::Model& model, ImVec2 corner, ImVec2 size) const {
  Layout l{};
  l.has_picture = model.visible() > kMostDiscs && model.below == nullptr && model.states == nullptr;
  const float margin = ui::px(16), text = ImGui::GetTextLineHeight() + ui::px(4);
  const float left = corner.x + margin, right = corner.x + size.x - margin, width = right - left;
  // Hidden units in as many lines as keep them apart.
  const auto hidden = static_cast<float>(model.hidden());
  const float pitch = std::clamp(std::sqrt(width * 0.16f * size.y / hidden), ui::px(6), ui::px(44));
  l.hidden_columns = std::max(1, std::min(static_cast<int>(model.hidden()), static_cast<int>(width / pitch)));
  const auto count = static_cast<int>(model.hidden()),
             rows = (count + l.hidden_columns - 1) / l.hidden_columns;
  l.hidden_columns = (count + rows - 1) / rows;  // all lines about as full as each other
  const auto lines = static_cast<float>(rows);
  l.radius = std::min(0.4f * width / static_cast<float>(l.hidden_columns), ui::px(14));
  l.radius = std::min(l.radius, 0.42f * pitch);
  l.hidden_min = {left, corner.y + text};
  l.hidden_max = {right, corner.y + text + lines * pitch};
  l.visible_min = {left, corner.y + size.y - ui::px(44) - text};
  l.visible_max = {right, corner.y + size.y - text};
  if (!l.has_picture) return l;
  const float high = std::floor(0.46f * size.y);
  l.cell = std::floor(
      std::min(high / static_cast<float>(model.shape.height), width / static_cast<float>(model.shape.width)));
  l.cell = std::max(1.0f, l.cell);
  const float w = l.cell * static_cast<float>(model.shape.width),
              h = l.cell * static_cast<float>(model.shape.height);
  l.visible_min = {std::floor(corner.x + (size.x - w) / 2), std::floor(corner.y + size.y - text - h)};
  l.visible_max = {l.visible_min.x + w, l.visible_min.y + h};
  return l;
}

ImVec2 GraphPanel::visible_node(const Layout& l, const rbm::Model& model, int unit) const {
  if (l.has_picture) {
    const int cell = unit / model.shape.channels;
    return {l.visible_min.x + (static_cast<float>(cell % model.shape.width) + 0.5f) * l.cell,
            l.visible_min.y + (static_cast<float>(cell / model.shape.width) + 0.5f) * l.cell};
  }
  const float pitch = (l.visible_max.x - l.visible_min.x) / static_cast<float>(model.visible());
  return {l.visible_min.x + (static_cast<float>(unit) + 0.5f) * pitch,
          (l.visible_min.y + l.visible_max.y) / 2};
}

ImVec2 GraphPanel::hidden_node(const Layout& l, int unit) const {
  const float pitch = (l.hidden_max.x - l.hidden_min.x) / static_cast<float>(l.hidden_columns);
  const auto lines =
      static_cast<float>((runner_.chains().hidden().cols() + l.hidden_columns - 1) / l.hidden_columns);
  const float line = (l.hidden_max.y - l.hidden_min.y) / lines;
  return {l.hidden_min.x + (static_cast<float>(unit % l.hidden_columns) + 0.5f) * pitch,
          l.hidden_min.y + (static_cast<float>(unit / l.hidden_columns) + 0.5f) * line};
}

/// From hidden unit to hidden unit; Enter keeps one.
void GraphPanel::go_by_keys(Context& context, const Layout& l, const ui::Focus& focus) {
  cursor_ = focus.over_wall(cursor_, l.hidden_columns, static_cast<int>(context.snapshot.model->hidden()));
  context.shared.hovered.next = cursor_;
  if (!focus.pressed) return;
  kept_pixel_ = -1;
  context.shared.selected_unit = context.shared.selected_unit == cursor_ ? -1 : cursor_;
}

void GraphPanel::find_hovered(Context& context, const Layout& l) {
  hovered_pixel_ = -1;
  if (!ImGui::IsItemHovered()) return;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const rbm::Model& model = *context.snapshot.model;
  const auto near = [&](ImVec2 node, float reach) {
    return std::abs(node.x - mouse.x) <= reach && std::abs(node.y - mouse.y) <= reach;
  };
  const bool clicked = ImGui::IsItemClicked();
  const float reach = std::max(l.radius + ui::px(1), ui::px(4));
  for (int j = 0; j < model.hidden(); ++j) {
    if (!near(hidden_node(l, j), reach)) continue;
    context.shared.hovered.next = j;
    if (clicked) {
      kept_pixel_ = -1;
      context.shared.selected_unit = context.shared.selected_unit == j ? -1 : j;
    }
    return;
  }
  const float of_pixel = l.has_picture ? l.cell / 2 : std::max(ui::px(6), l.radius);
  for (int i = 0; i < model.visible(); ++i) {
    if (!near(visible_node(l, model, i), of_pixel)) continue;
    hovered_pixel_ = i;
    if (clicked) kept_pixel_ = kept_pixel_ == i ? -1 : i;
    return;
  }
}

/// What is hovered goes before what is kept; a small model has all its edges where neither is.
void GraphPanel::choose_edges(const Context& context) {
  const rbm::Model& model = *context.snapshot.model;
  if (kept_pixel_ >= model.visible()) kept_pixel_ = -1;
  int visible = hovered_pixel_, hidden = visible >= 0 ? -1 : context.shared.hovered.unit;
  if (visible < 0 && hidden < 0) visible = kept_pixel_;
  if (visible < 0 && hidden < 0) hidden = context.shared.selected_unit;
  if (hidden >= model.hidden()) hidden = -1;
  if (edges_version_ == context.snapshot.weights.version && edges_of_visible_ == visible &&
      edges_of_hidden_ == hidden)
    return;
  edges_version_ = context.snapshot.weights.version;
  edges_of_visible_ = visible;
  edges_of_hidden_ = hidden;
  const bool whole = model.weights.size() <= kMostWholeEdges;
  const bool asked = visible >= 0 || hidden >= 0;
  edges_ = asked || whole ? strongest_edges(model, visible, hidden,
                                            asked ? kMostEdges : static_cast<int>(kMostWholeEdges))
                          : std::vector<Edge>();
}

void GraphPanel::draw_edges(const Context& context, const Layout& l) const {
  if (edges_.empty()) return;
  const rbm::Model& model = *context.snapshot.model;
  const ui::Palette& colours = ui::palette();
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float most = std::max(1e-6f, std::abs(edges_.front().weight));
  // The weakest first, so that the strongest lie on top.
  for (std::size_t n = edges_.size(); n-- > 0;) {
    const Edge& edge = edges_[n];
    const float share = std::abs(edge.weight) / most;
    list->AddLine(
        visible_node(l, model, edge.visible), hidden_node(l, edge.hidden),
        ui::faded(edge.weight > 0 ? colours.positive : colours.negative, 0.06f + 0.6f * share * share),
        std::max(1.0f, ui::px(2.5f) * share));
  }
}

/// The half-step that was last: dots from the units that are on, along the edges that are shown.
void GraphPanel::draw_flow(const Context& context, const Layout& l) {
  const double since = (context.now_s - step_s_) / kFlow_s;
  flowing_ = since >= 0 && since < 1 && runner_.chains().half_steps() > 0;
  if (!flowing_ || edges_.empty()) return;
  const rbm::GibbsChains& chain = runner_.chains();
  const bool up = chain.phase() == rbm::Phase::Hidden;
  const rbm::Model& model = *context.snapshot.model;
  const ui::Palette& colours = ui::palette();
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float most = std::max(1e-6f, std::abs(edges_.front().weight));
  const auto t = static_cast<float>(up ? since : 1 - since);
  for (const Edge& edge : edges_) {
    const bool on = up ? chain.states().at(0, edge.visible) > 0 : chain.hidden().get(0, edge.hidden);
    const float share = std::abs(edge.weight) / most;
    if (!on || share < 0.1f) continue;
    const ImVec2 a = visible_node(l, model, edge.visible), b = hidden_node(l, edge.hidden);
    list->AddCircleFilled({a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)}, ui::px(1.5f + 2 * share),
                          edge.weight > 0 ? colours.positive : colours.negative);
  }
}

void GraphPanel::draw_nodes(const Context& context, const Layout& l) {
  const rbm::GibbsChains& chain = runner_.chains();
  const rbm::Model& model = *context.snapshot.model;
  const ui::Palette& colours = ui::palette();
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Shared& shared = context.shared;
  const auto disc = [&](ImVec2 at, float radius, bool on, bool marked, bool held) {
    list->AddCircleFilled(at, radius, on ? colours.text : colours.panel);
    list->AddCircle(at, radius,
                    marked ? colours.accent_hovered
                    : on   ? colours.text
                           : colours.text_faint,
                    0, marked ? ui::px(2.5f) : 1.0f);
    if (held) list->AddCircle(at, radius + ui::px(2), colours.accent, 0, ui::px(1.5f));
  };
  for (int j = 0; j < model.hidden(); ++j) {
    disc(hidden_node(l, j), l.radius, chain.hidden().get(0, j),
         j == shared.selected_unit || j == shared.hovered.unit,
         shared.held.hidden(static_cast<std::size_t>(j)) != Hold::Free);
  }
  const int marked = hovered_pixel_ >= 0 ? hovered_pixel_ : kept_pixel_;
  if (!l.has_picture) {
    const float pitch = (l.visible_max.x - l.visible_min.x) / static_cast<float>(model.visible());
    const float radius = std::min(0.42f * pitch, ui::px(14));
    for (int i = 0; i < model.visible(); ++i)
      disc(visible_node(l, model, i), radius, chain.states().at(0, i) > 0, i == marked, false);
    return;
  }
  unpack(chain.states(), states_);
  rbm::to_pictures(model, states_, pixels_, context.pool);
  put_picture(picture_, rbm::picture_shape(model), pixels_.row(0), ui::ColourMap::Ink, 0, 1);
  // See-through, so that the ends of the edges show.
  picture_.paint(list, l.visible_min, l.visible_max);
  ui::draw_rect(list, l.visible_min, l.visible_max, colours.border, 0, 1);
  const float most = edges_.empty() ? 1 : std::max(1e-6f, std::abs(edges_.front().weight));
  for (const Edge& edge : edges_) {
    const float share = std::abs(edge.weight) / most;
    list->AddCircleFilled(
        visible_node(l, model, edge.visible), std::max(1.0f, 0.42f * l.cell * share),
        ui::faded(edge.weight > 0 ? colours.positive : colours.negative, 0.35f + 0.65f * share));
  }
  if (marked < 0) return;
  const int cell = marked / model.shape.channels;
  outline_pixel(l.visible_min, l.cell, cell % model.shape.width, cell / model.shape.width,
                colours.accent_hovered, ui::px(2));
}

void GraphPanel::draw_hint(const Context& context, const Layout& l) const {
  const ui::Palette& colours = ui::palette();
  ImDrawList* list = ImGui::GetWindowDrawList();
  char text[120];
  ui::push_font(ui::fonts().small);
  const float line = ImGui::GetTextLineHeight();
  list->AddText({l.hidden_min.x, l.hidden_min.y - line - ui::px(2)}, colours.text_dim, "h: full = on");
  if (edges_of_visible_ >= 0)
    std::snprintf(text, sizeof text, "v: the %zu strongest weights of visible unit %d", edges_.size(),
                  edges_of_visible_);
  else if (edges_of_hidden_ >= 0)
    std::snprintf(text, sizeof text, "v: the %zu strongest weights of hidden unit %d", edges_.size(),
                  edges_of_hidden_);
  else if (edges_.empty())
    std::snprintf(text, sizeof text,
                  "v: hover a hidden unit or a pixel to see its strongest weights; click to keep it");
  else
    std::snprintf(text, sizeof text, "v: all %s weights; orange is positive, blue negative",
                  grouped(edges_.size()).text);
  list->AddText({context.has_model() ? l.hidden_min.x : 0, l.visible_max.y + ui::px(4)}, colours.text_dim,
                text);
  ui::pop_font();
}

}  // namespace lab
