#include "app/panels/map_panel.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "app/panels/format_text.hpp"
#include "app/panels/inline_controls.hpp"
#include "app/panels/picture_tile.hpp"
#include "app/panels/send_menu.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab {
namespace {

constexpr rbm::Index kImages = 1000;
constexpr int kChains = 6;
constexpr std::size_t kTrail = 60;    // places of a chain that are kept
constexpr double kMapInterval_s = 2;  // between two maps while the model learns
constexpr float kWalkSpeed = 6;       // full steps per second
constexpr std::array kStarts{"Painting", "Images", "Noise"};

ImU32 class_colour(int label) {
  const ui::Palette& colours = ui::palette();
  // Eight colours of curves and two of text: ten classes, which their letters tell apart, too.
  const int n = label % 10;
  return n < 8 ? colours.series[n] : n == 8 ? colours.text : colours.text_dim;
}

void draw_diamond(ImVec2 p, float r, ImU32 colour) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 diamond[] = {{p.x, p.y - r}, {p.x + r, p.y}, {p.x, p.y + r}, {p.x - r, p.y}};
  list->AddConvexPolyFilled(diamond, 4, colour);
  ui::draw_polyline(list, diamond, 4, ui::palette().text, true, ui::px(1.5f));
}

/// Text whose left end has its middle here, on a plate that keeps it legible over the points.
void draw_label(ImVec2 at, const char* text) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 size = ImGui::CalcTextSize(text), corner{at.x, at.y - ImGui::GetTextLineHeight() / 2};
  list->AddRectFilled({corner.x - ui::px(2), corner.y}, {corner.x + size.x + ui::px(2), corner.y + size.y},
                      ui::faded(ui::palette().background, 0.85f), ui::px(3));
  list->AddText(corner, ui::palette().text, text);
}

std::shared_ptr<const rbm::Dataset> owner_of(const Context& context, const rbm::Dataset* data) {
  if (data == context.shared.test.get()) return context.shared.test;
  return context.snapshot.data.validation;
}

}  // namespace

std::map<std::string, double> MapPanel::state() const {
  return {{"points", static_cast<double>(map_.images.size())},
          {"maps", static_cast<double>(maps_)},
          {"walkers", static_cast<double>(movers_.trails.size())},
          {"half_steps", runner_.has_chains() ? static_cast<double>(runner_.chains().half_steps()) : 0},
          {"playing", runner_.is_playing()},
          {"painted", static_cast<double>(movers_.painted.size())},
          {"hovered", hovered_},
          {"chains", static_cast<double>(guests_.chains.size())},
          {"dream", static_cast<double>(guests_.dream.size())}};
}

/// Asks for a map of the newest model where the one on the screen is of an older one, and takes what was
/// made.
void MapPanel::take_map(Context& context) {
  if (making_.map.valid()) {
    if (making_.map.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return;
    rbm::CodeMap map = making_.map.get();
    if (data_ == making_.data) rbm::keep_directions(map_, map);
    map_ = std::move(map);
    data_ = making_.data;
    ++maps_;
  }
  const rbm::Dataset* images = test_images(context);
  if (images == nullptr || !context.snapshot.weights.transposed) return;
  const bool fits = map_.axes.mean.size() == context.snapshot.model->hidden() && data_.get() == images;
  const bool due = making_.weights_version != context.snapshot.weights.version &&
                   context.now_s >= making_.asked_s + kMapInterval_s;
  if (fits && !due) return;
  making_.weights_version = context.snapshot.weights.version;
  making_.asked_s = context.now_s;
  making_.data = owner_of(context, images);
  making_.map = std::async(std::launch::async, [model = context.snapshot.model, data = making_.data] {
    rbm::ThreadPool pool(1);
    return rbm::code_map(*model, *data, kImages, pool);
  });
}

void MapPanel::begin(Context& context) {
  const rbm::Model& model = *context.snapshot.model;
  ChainSources sources{};
  sources.painted = context.shared.painted;
  sources.data = test_images(context);
  constexpr std::array kOf{ChainSource::Painted, ChainSource::Data, ChainSource::Noise};
  auto states =
      starting_states(kOf[static_cast<std::size_t>(start_)], sources, kChains, model, seed_, context.pool);
  if (!states) states = starting_states(ChainSource::Noise, sources, kChains, model, seed_, context.pool);
  if (!states) return;
  const auto holds = context.shared.held.holds_of(model, context.shared.painted, context.pool);
  runner_.hold(start_ == 0 && holds && !context.shared.painted.empty() ? *holds : rbm::Holds{});
  runner_.set_speed(kWalkSpeed);
  runner_.start(*states, model.hidden(), seed_++);
  begun_painting_ = context.shared.painted_version;
  movers_.trails.assign(kChains, {});
  movers_.chains = 0;
}

void MapPanel::advance(Context& context) {
  const rbm::Model& model = *context.snapshot.model;
  const bool repainted = start_ == 0 && begun_painting_ != context.shared.painted_version;
  if (!runner_.fits(model) || repainted) begin(context);
  if (!runner_.fits(model)) return;
  runner_.advance(model, *context.snapshot.weights.transposed, context.pool, context.now_s);
}

/// Where states are on the present map.
std::vector<ImVec2> MapPanel::place(Context& context, const rbm::States& states) const {
  rbm::Matrix hidden;
  rbm::hidden_probabilities(*context.snapshot.model, states, hidden, context.pool);
  const rbm::Matrix at = map_.place(hidden);
  std::vector<ImVec2> out;
  for (rbm::Index r = 0; r < at.rows(); ++r) out.push_back({at(r, 0), at(r, 1)});
  return out;
}

/// Where the chains of the view Chains and the dream are.
void MapPanel::place_guests(Context& context, const ChainRunner* chains, const Dream* dream) {
  const rbm::Model& model = *context.snapshot.model;
  if (map_.axes.mean.size() != model.hidden()) return;
  const bool has_chains = shows_chains_ && chains != nullptr && chains->fits(model);
  if (!has_chains) {
    guests_.chains.clear();
  } else if (guests_.chains.empty() || guests_.chains_map != maps_ ||
             guests_.chains_version != chains->version()) {
    guests_.chains = place(context, chains->chains().states());
    guests_.chains_map = maps_;
    guests_.chains_version = chains->version();
  }
  if (dream == nullptr || !dream->fits(model)) {
    guests_.dream.clear();
  } else if (guests_.dream.empty() || guests_.dream_map != maps_ || guests_.dream_step != dream->steps() ||
             guests_.dream_started != context.shared.painted_version) {
    guests_.dream = place(context, dream->states());
    guests_.dream_map = maps_;
    guests_.dream_step = dream->steps();
    guests_.dream_started = context.shared.painted_version;
  }
}

/// Where everything that moves of its own is on the present map.
void MapPanel::place_movers(Context& context) {
  const rbm::Snapshot& s = context.snapshot;
  if (map_.axes.mean.size() != s.model->hidden()) return;
  const bool new_map = movers_.map != maps_;
  movers_.map = maps_;
  if (new_map || movers_.chains != runner_.version()) {
    // On a new map old places mean nothing.
    if (new_map) movers_.trails.assign(movers_.trails.size(), {});
    movers_.chains = runner_.version();
    std::vector<ImVec2> now;
    if (runner_.fits(*s.model)) now = place(context, runner_.chains().states());
    for (std::size_t n = 0; n < std::min(now.size(), movers_.trails.size()); ++n) {
      movers_.trails[n].push_back(now[n]);
      if (movers_.trails[n].size() > kTrail) movers_.trails[n].pop_front();
    }
  }
  const auto pixels = static_cast<std::size_t>(rbm::picture_shape(*s.model).pixels());
  if (context.shared.painted.size() != pixels) movers_.painted.clear();
  if (context.shared.painted.size() == pixels &&
      (new_map || movers_.painting != context.shared.painted_version)) {
    rbm::Matrix picture(1, static_cast<rbm::Index>(pixels));
    std::ranges::copy(context.shared.painted, picture.row(0));
    movers_.painted = place(context, rbm::states_from_pictures(*s.model, picture, context.pool));
  }
  movers_.painting = context.shared.painted_version;
  if (!shows_training_ || s.chains.states.cols() != s.model->visible()) {
    movers_.training.clear();
  } else if (new_map || movers_.snapshot != s.version || movers_.training.empty()) {
    movers_.training = place(context, s.chains.states);
    movers_.snapshot = s.version;
  }
}

void MapPanel::draw(Context& context, const ChainRunner* chains, const Dream* dream) {
  char subtitle[96] = "";
  const bool ready = context.has_model() && context.snapshot.weights.transposed;
  if (ready) {
    take_map(context);
    advance(context);
    place_movers(context);
    place_guests(context, chains, dream);
  }
  const bool has_map = ready && map_.axes.mean.size() == context.snapshot.model->hidden() && data_ != nullptr;
  if (has_map)
    std::snprintf(subtitle, sizeof subtitle,
                  "%zu unseen images by hidden code; two directions hold %.0f\u00a0%% of its variance",
                  map_.images.size(), 100 * map_.share);
  const ImVec2 size = begin_roomy("map.room", {ui::px(300), ui::px(220)});
  ui::begin_panel("map", "Map", size, subtitle);
  if (!ready) {
    ui::empty_state("No model yet",
                    "The map is made of the hidden codes of unseen images, as soon as there is a model.");
  } else if (!has_map) {
    ui::empty_state(
        test_images(context) == nullptr ? "No unseen images" : "The map is being made",
        test_images(context) == nullptr
            ? "The map shows images that the model was not trained on: hold some back as validation images."
            : "1,000 images are looked at by the hidden units; it takes a moment.");
  } else {
    draw_controls(context);
    draw_map(context);
  }
  ui::end_panel();
  ImGui::EndChild();
}

void MapPanel::draw_controls(Context& context) {
  const float gap = ui::px(6);
  const bool playing = runner_.is_playing();
  if (ui::button("map.play", playing ? "Pause" : "Walk",
                 "Lets six Gibbs chains move through the map, or stops them.",
                 playing ? ui::Icon::Pause : ui::Icon::Play,
                 playing ? ui::Emphasis::Normal : ui::Emphasis::Primary, {ui::px(96), 0}))
    playing ? runner_.pause() : runner_.play();
  ImGui::SameLine(0, gap);
  if (ui::icon_button("map.restart", ui::Icon::Reset, "All six chains back to where they start."))
    begin(context);
  same_line_if_fits(segmented_width(kStarts));
  if (ui::segmented("map.start", &start_, kStarts,
                    "Where the chains start: all at your painting, at six unseen images, or at noise."))
    begin(context);
  same_line_if_fits(toggle_width("Your chains"));
  ui::toggle("map.chains", "Your chains", &shows_chains_,
             "Shows where the chains of the view Chains are, as circles; G lets them run there.");
  same_line_if_fits(toggle_width("Training's chains"));
  ui::toggle("map.training", "Training's chains", &shows_training_,
             "Shows where the chains are that the training keeps for its gradient.");
}

MapPanel::Frame MapPanel::frame(ImVec2 corner, ImVec2 size) const {
  Frame f{.min = corner, .size = size};
  float right = 0, top = 0;
  for (rbm::Index r = 0; r < map_.places.rows(); ++r) {
    f.left = std::min(f.left, map_.places(r, 0));
    right = std::max(right, map_.places(r, 0));
    f.bottom = std::min(f.bottom, map_.places(r, 1));
    top = std::max(top, map_.places(r, 1));
  }
  const float margin_x = 0.06f * std::max(1e-3f, right - f.left),
              margin_y = 0.06f * std::max(1e-3f, top - f.bottom);
  f.left -= margin_x;
  f.bottom -= margin_y;
  f.width = right - f.left + margin_x;
  f.height = top - f.bottom + margin_y;
  return f;
}

void MapPanel::draw_map(Context& context) {
  const ImVec2 room = ImGui::GetContentRegionAvail(), corner = ImGui::GetCursorScreenPos();
  const ImVec2 size{room.x, std::max(ui::px(120), room.y)};
  const ui::Focus focus = ui::take_focus("map.points");
  ImGui::InvisibleButton("map.points", size);
  ui::mark("map.points",
           "Every letter is an unseen image of that class. Hover one to see it, right-click to send it on.",
           ui::Tip::StatusLineOnly);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 max{corner.x + size.x, corner.y + size.y};
  list->AddRectFilled(corner, max, ui::palette().background, ui::px(3));
  const Frame f = frame(corner, size);
  list->PushClipRect(corner, max, true);
  draw_points(f);
  draw_guests(f);
  draw_movers(f);
  list->PopClipRect();
  ui::draw_focus(focus);
  hover(context, f, focus);
}

void MapPanel::draw_points(const Frame& f) const {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const bool has_labels = !data_->labels.empty();
  ui::push_font(ui::fonts().mono_small);
  const ImVec2 half{ImGui::CalcTextSize("0").x / 2, ImGui::GetTextLineHeight() / 2};
  for (std::size_t n = 0; n < map_.images.size(); ++n) {
    const auto row = static_cast<rbm::Index>(n);
    const ImVec2 at = f.at(map_.places(row, 0), map_.places(row, 1));
    if (!has_labels) {
      list->AddCircleFilled(at, ui::px(2), ui::faded(ui::palette().text_dim, 0.8f), 8);
      continue;
    }
    const int label = data_->labels[map_.images[n]];
    const ShortText name = label_name(data_.get(), label);
    // One character, which may be of several bytes.
    const char* end = name.text + 1;
    while ((static_cast<unsigned char>(*end) & 0xC0U) == 0x80U) ++end;
    list->AddText({at.x - half.x, at.y - half.y}, ui::faded(class_colour(label), 0.85f), name.text, end);
  }
  ui::pop_font();
}

/// Chains as circles, the dream with its step.
void MapPanel::draw_guests(const Frame& f) const {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ui::Palette& colours = ui::palette();
  for (const ImVec2 at : guests_.chains)
    list->AddCircle(f.at(at.x, at.y), ui::px(5), colours.text, 0, ui::px(2));
  for (const ImVec2 at : guests_.dream) {
    const ImVec2 p = f.at(at.x, at.y);
    draw_diamond(p, ui::px(6), colours.warning);
    draw_label({p.x + ui::px(10), p.y}, ("dream, step " + std::to_string(guests_.dream_step)).c_str());
  }
}

void MapPanel::draw_movers(const Frame& f) const {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ui::Palette& colours = ui::palette();
  for (const ImVec2 at : movers_.training) {
    const ImVec2 p = f.at(at.x, at.y);
    const float r = ui::px(3);
    ui::draw_rect(list, {p.x - r, p.y - r}, {p.x + r, p.y + r}, colours.warning, 0, ui::px(1.5f));
  }
  for (const std::deque<ImVec2>& trail : movers_.trails) {
    for (std::size_t n = 1; n < trail.size(); ++n) {
      const ImVec2 a = f.at(trail[n - 1].x, trail[n - 1].y), b = f.at(trail[n].x, trail[n].y);
      const float age = static_cast<float>(n) / static_cast<float>(trail.size());
      list->AddLine(a, b, ui::faded(colours.text, 0.1f + 0.5f * age * age), ui::px(1.5f));
    }
    if (trail.empty()) continue;
    const ImVec2 now = f.at(trail.back().x, trail.back().y);
    list->AddCircleFilled(now, ui::px(5), colours.accent);
    list->AddCircle(now, ui::px(5), colours.text, 0, ui::px(1.5f));
  }
  for (const ImVec2 at : movers_.painted) {
    const ImVec2 p = f.at(at.x, at.y);
    draw_diamond(p, ui::px(8), colours.good);
    draw_label({p.x + ui::px(12), p.y}, "your painting");
  }
}

/// The image that is nearest to the mouse, if it is near; with the keyboard here, the one to which the arrows go.
void MapPanel::hover(Context& context, const Frame& f, const ui::Focus& focus) {
  hovered_ = -1;
  const bool hovers = ImGui::IsItemHovered();
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  float best = ui::px(10) * ui::px(10);
  for (std::size_t n = 0; hovers && n < map_.images.size(); ++n) {
    const auto row = static_cast<rbm::Index>(n);
    const ImVec2 at = f.at(map_.places(row, 0), map_.places(row, 1));
    const float away = (at.x - mouse.x) * (at.x - mouse.x) + (at.y - mouse.y) * (at.y - mouse.y);
    if (away >= best) continue;
    best = away;
    hovered_ = static_cast<int>(map_.images[n]);
  }
  if (focus.here && !map_.images.empty()) {
    cursor_ = std::clamp(cursor_ + focus.steps, 0, static_cast<int>(map_.images.size()) - 1);
    hovered_ = static_cast<int>(map_.images[static_cast<std::size_t>(cursor_)]);
    const ImVec2 at = f.at(map_.places(cursor_, 0), map_.places(cursor_, 1));
    ImGui::GetWindowDrawList()->AddCircle(at, ui::px(9), ui::palette().accent_hovered, 0, ui::px(2));
    ImGui::SetNextWindowPos({at.x + ui::px(14), at.y + ui::px(14)});
  }
  std::span<const float> picture;
  const std::string name = "unseen image " + std::to_string(hovered_);
  if (hovered_ >= 0) {
    const rbm::ImageShape& shape = data_->shape;
    pixels_.resize(static_cast<std::size_t>(shape.pixels()));
    data_->row(hovered_, pixels_.data());
    picture = pixels_;
    put_picture(thumbnail_, shape, pixels_.data(), ui::ColourMap::Ink, 0, 1);
    const float width = ui::px(84),
                height = width * static_cast<float>(shape.height) / static_cast<float>(shape.width);
    ImGui::BeginTooltip();
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    ImGui::Dummy({width, height});
    thumbnail_.paint(ImGui::GetWindowDrawList(), corner, {corner.x + width, corner.y + height});
    ui::text_dim(name.c_str());
    if (!data_->labels.empty()) {
      const ShortText label = label_name(data_.get(), data_->labels[static_cast<std::size_t>(hovered_)]);
      ui::text_dim((std::string("labelled ") + label.text).c_str());
    }
    ImGui::EndTooltip();
  }
  offer_to_send(context, "map.send", picture, name);
}

}  // namespace lab
