#include "app/panels/chains_panel.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>

#include "app/panels/format_text.hpp"
#include "app/panels/inline_controls.hpp"
#include "app/ui/theme.hpp"
#include "core/model/pictures.hpp"
#include "core/model/units/visible_units.hpp"

namespace lab {
namespace {

constexpr std::array kCounts{25, 64, 100};
constexpr std::array kCountLabels{"25", "64", "100"};
constexpr std::array kShowLabels{"Samples", "Probabilities"}, kRealShowLabels{"Samples", "Means"};
constexpr std::array kSourceLabels{"Training's", "My own"};
constexpr float kPlotHeight = 84;
constexpr int kTileGap = 2;  // of the training's chains
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

}  // namespace

// --- state ---

void ChainsPanel::take_model(const Context& context) {
  if (hold_ && model_ != nullptr) return;
  model_ = context.snapshot.model;
  transposed_ = context.snapshot.transposed;
  data_free_energies_ = context.snapshot.data_free_energies;
  model_version_ = context.snapshot.model_version;
  if (!show_chosen_ && model_ != nullptr)
    show_ = static_cast<int>(rbm::hides_in_noise(*model_) ? Show::Probabilities : Show::Samples);
}

/// False while there is no model. Sees to it that there are chains of the model's shape.
bool ChainsPanel::prepare(Context& context) {
  take_model(context);
  if (model_ == nullptr || transposed_ == nullptr) return false;
  if (!runner_.fits(*model_)) begin(context, runner_.has_chains() ? start_ : ChainSource::Noise);
  if (!runner_.fits(*model_)) begin(context, ChainSource::Noise);
  return runner_.fits(*model_);
}

void ChainsPanel::begin(Context& context, ChainSource start) {
  const ChainSources sources{context.snapshot.validation && context.snapshot.validation->count() > 0
                                 ? context.snapshot.validation.get()
                                 : context.snapshot.train.get(),
                             test_images(context), digit_, context.shared.painted,
                             &context.snapshot.chain_states};
  auto states = starting_states(start, sources, chain_count_, *model_, seed_, context.pool);
  if (!states) {
    trouble_ = states.error().message;
    return;
  }
  trouble_.clear();
  start_ = start;
  runner_.start(*states, model_->hidden(), seed_++);
}

void ChainsPanel::measure(Context& context) {
  if (measured_version_ == runner_.version() && measured_model_ == model_version_) return;
  measured_version_ = runner_.version();
  measured_model_ = model_version_;
  ++measured_;
  const rbm::States& v = runner_.chains().states();
  free_energies_.resize(static_cast<std::size_t>(v.rows()));
  rbm::free_energies(*model_, v, free_energies_, scratch_, context.pool);
  plot_.update(
      data_free_energies_ ? std::span<const double>(*data_free_energies_) : std::span<const double>(),
      free_energies_);
}

void ChainsPanel::play_pause() {
  compact_source_ = 1;
  runner_.is_playing() ? runner_.pause() : runner_.play();
}

void ChainsPanel::half_step(Context& context) {
  if (!prepare(context)) return;
  runner_.pause();
  runner_.half_step(*model_, *transposed_, context.pool);
}

void ChainsPanel::full_step(Context& context) {
  if (!prepare(context)) return;
  runner_.pause();
  runner_.full_step(*model_, *transposed_, context.pool);
}

void ChainsPanel::redraw(Context& context) {
  if (!prepare(context)) return;
  runner_.pause();
  runner_.redraw(*model_, *transposed_, context.pool);
}

void ChainsPanel::restart(Context& context) {
  if (prepare(context)) begin(context, start_);
}

std::map<std::string, double> ChainsPanel::state() const {
  double mean = 0;
  for (double f : free_energies_) mean += f / static_cast<double>(free_energies_.size());
  const bool has = runner_.has_chains();
  return {{"playing", runner_.is_playing()},
          {"busy", runner_.is_busy()},
          {"chains", has ? static_cast<double>(runner_.chains().chains()) : 0},
          {"half_steps", has ? static_cast<double>(runner_.chains().half_steps()) : 0},
          {"phase", has && runner_.chains().phase() == rbm::Phase::Hidden},
          {"start", static_cast<double>(start_)},
          {"digit", digit_},
          {"temperature", temperature_},
          {"probabilities", show_ == static_cast<int>(Show::Probabilities)},
          {"held", hold_},
          {"version", static_cast<double>(runner_.version())},
          {"mean_free_energy", mean}};
}

// --- controls ---

void ChainsPanel::draw_transport(Context& context) {
  const bool playing = runner_.is_playing();
  const bool visible_next = runner_.chains().phase() == rbm::Phase::Hidden;
  const float gap = ui::px(6);
  if (ui::button("chains.play", playing ? "Pause" : "Play", "Lets all chains run, or stops them (G).",
                 playing ? ui::Icon::Pause : ui::Icon::Play,
                 playing ? ui::Emphasis::Normal : ui::Emphasis::Primary, {ui::px(96), 0})) {
    play_pause();
  }
  ImGui::SameLine(0, gap);
  if (ui::button("chains.half", visible_next ? "2  h → v" : "1  v → h",
                 "One half-step: draws the other layer of every chain (full stop key).",
                 visible_next ? ui::Icon::HalfDown : ui::Icon::HalfUp)) {
    half_step(context);
  }
  ImGui::SameLine(0, gap);
  if (ui::button("chains.full", "Full step",
                 "Draws h from v and then v from h; finishes a half-done step (/ key).", ui::Icon::Step)) {
    full_step(context);
  }
  ImGui::SameLine(0, gap);
  if (ui::icon_button("chains.redraw", ui::Icon::Dice,
                      "Draws the last half-step again from the same input: chance gives other states (R)."))
    redraw(context);
  ImGui::SameLine(0, gap);
  if (ui::icon_button("chains.restart", ui::Icon::Reset, "Starts all chains over (N).")) restart(context);
  same_line_if_fits(button_width("Run", false) + ui::px(110));
  if (ui::button("chains.run", "Run", "Takes so many full steps as fast as it can, then stops."))
    runner_.run(steps_to_run_);
  ImGui::SameLine(0, gap);
  int_box("chains.steps", &steps_to_run_, 1, 100000, ui::px(56),
          "How many full steps Run takes: drag, or Ctrl+click to type.");
  ImGui::SameLine(0, gap);
  ImGui::AlignTextToFramePadding();
  ui::text_dim("steps");
}

void ChainsPanel::draw_starts(Context& context) {
  struct Start {
    ChainSource start;
    const char *id, *label, *hint;
  };
  static constexpr std::array<Start, 5> kStarts{{
      {ChainSource::Noise, "chains.start.noise", "Noise",
       "Pixels by chance, each for itself: how far does the model come?"},
      {ChainSource::Data, "chains.start.data", "Data", "Another random validation image for every chain."},
      {ChainSource::Digit, "chains.start.digit", "One image",
       "All chains start at one test image and drift apart by chance."},
      {ChainSource::Painted, "chains.start.painted", "Painting", "All chains start at your drawing (6)."},
      {ChainSource::Training, "chains.start.training", "Training's",
       "Goes on from the chains that training keeps for its gradient."},
  }};
  ImGui::AlignTextToFramePadding();
  ui::text_dim("Start from");
  for (const Start& start : kStarts) {
    same_line_if_fits(button_width(start.label, false));
    if (ui::button(start.id, start.label, start.hint, ui::Icon::None,
                   start.start == start_ ? ui::Emphasis::Normal : ui::Emphasis::Quiet)) {
      begin(context, start.start);
    }
  }
  if (start_ == ChainSource::Digit) draw_digit_choice(context);
}

void ChainsPanel::draw_digit_choice(Context& context) {
  const rbm::Dataset* images = test_images(context);
  const int last = images != nullptr ? static_cast<int>(images->count()) - 1 : 0;
  same_line_if_fits(ui::px(64) + ImGui::GetFrameHeight() + ui::px(6));
  if (int_box("chains.digit", &digit_, 0, std::max(0, last), ui::px(64),
              "Number of the test image: drag, or Ctrl+click to type."))
    begin(context, ChainSource::Digit);
  ImGui::SameLine(0, ui::px(6));
  if (ui::icon_button("chains.digit.dice", ui::Icon::Dice, "Another test image.")) {
    digit_ = static_cast<int>(rbm::random_below({seed_, rbm::Stream::Window, std::uint64_t{1} << 41}, 0, 0,
                                                static_cast<std::uint32_t>(last + 1)));
    begin(context, ChainSource::Digit);
  }
}

void ChainsPanel::draw_settings(Context& context) {
  const float slider = ui::px(136);
  ImGui::BeginDisabled(flat_out_);
  if (inline_slider("chains.speed", &speed_, ChainRunner::kSlowest, ChainRunner::kFastest, "%.1f steps/s",
                    slider, true, "Full steps per second while playing; up to 4 every half-step is shown."))
    runner_.set_speed(speed_);
  ImGui::EndDisabled();
  ImGui::SameLine(0, ui::px(6));
  if (ui::toggle("chains.fast", "Flat out", &flat_out_, "As many steps in each frame as fit into 8 ms."))
    runner_.set_flat_out(flat_out_);
  same_line_if_fits(slider);
  if (inline_slider(
          "chains.temperature", &temperature_, 0.1f, 4, "T = %.2f", slider, true,
          "Temperature of these chains only: below 1 they settle into the deepest valleys, above they "
          "roam; 1 is the model itself."))
    runner_.set_temperature(temperature_);
  same_line_if_fits(segmented_width(kCountLabels));
  int count = static_cast<int>(std::ranges::find(kCounts, chain_count_) - kCounts.begin());
  if (ui::segmented("chains.count", &count, kCountLabels, "How many chains run side by side.")) {
    chain_count_ = kCounts[static_cast<std::size_t>(count)];
    begin(context, start_);
  }
  if (model_->labels() > 0) {
    same_line_if_fits(ui::px(110));
    auto label = static_cast<float>(runner_.held_label());
    const ShortText name =
        label_name(context.snapshot.train.get(), std::max<rbm::Index>(0, runner_.held_label()));
    char format[48];
    std::snprintf(format, sizeof format, "%s%s", label < 0 ? "any label" : "label ",
                  label < 0 ? "" : name.text);
    // The text is a format: a name may hold a percent sign.
    std::replace(format, format + sizeof format, '%', ' ');
    if (inline_slider(
            "chains.label", &label, -1, static_cast<float>(model_->labels() - 1), format, ui::px(110), false,
            "The label that every chain keeps, so that the model draws that class; at the left end each "
            "chain draws its own."))
      runner_.hold_label(static_cast<int>(std::lround(label)));
  }
  same_line_if_fits(toggle_width("Hold model"));
  ui::toggle("chains.hold", "Hold model", &hold_,
             "The chains keep to the present model while training goes on, in place of following it.");
}

ChainPictures ChainsPanel::pictures(Context& context, bool hidden, int most) const {
  return {runner_,
          *model_,
          free_energies_,
          data_free_energies_ ? std::span<const double>(*data_free_energies_) : std::span<const double>(),
          measured_,
          show_ == static_cast<int>(Show::Probabilities),
          hidden,
          most,
          context.pool};
}

void ChainsPanel::draw(Context& context) {
  char subtitle[64] = "";
  const bool ready = prepare(context);
  shown_ = true;
  if (ready) {
    runner_.advance(*model_, *transposed_, context.pool, context.now_s);
    measure(context);
    const std::uint64_t halves = runner_.chains().half_steps();
    std::snprintf(subtitle, sizeof subtitle, "after %s%s steps", halves == 1 ? "" : grouped(halves / 2).text,
                  halves % 2 ? "½" : "");
  }
  const ImVec2 size = begin_roomy("chains.room", {ui::px(500), ui::px(500)});
  ui::begin_panel("chains", "Gibbs chains", size, subtitle);
  if (!ready) {
    ui::empty_state(
        "No model yet",
        "Chains run on the model that training makes; it is there as soon as the data are loaded.");
    ui::end_panel();
    ImGui::EndChild();
    return;
  }
  ui::panel_title_controls(toggle_width("Show h") + ui::px(12) + segmented_width(kShowLabels));
  ui::toggle("chains.hidden.toggle", "Show h", &show_hidden_,
             "Shows the hidden units of every chain beside its picture.");
  ImGui::SameLine(0, ui::px(12));
  show_chosen_ |=
      ui::segmented("chains.show", &show_, rbm::units_of(*model_).stores_numbers() ? kRealShowLabels : kShowLabels,
                    "Samples are the states that the chain goes on from; probabilities, or means, are what "
                    "they were drawn with.");
  ui::panel_content();
  draw_transport(context);
  draw_starts(context);
  draw_settings(context);
  draw_step_caption(runner_, trouble_.c_str());
  ImGui::Dummy({0, ui::px(2)});
  const float plot = ui::px(kPlotHeight);
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const int unit = walls_.draw(pictures(context, show_hidden_, chain_count_),
                               {room.x, std::max(ui::px(80), room.y - plot - ui::px(8))});
  if (unit >= 0) context.shared.hovered_unit_next = unit;
  const int hovered = walls_.hovered_chain();
  const bool hovers = hovered >= 0 && hovered < static_cast<int>(free_energies_.size());
  plot_.draw("chains.free_energies", {room.x, plot},
             hovers ? free_energies_[static_cast<std::size_t>(hovered)] : kNaN,
             "Grey: free energies of the validation images; outline: of these chains. Chains that mix well "
             "end up where "
             "the data are.");
  ui::end_panel();
  ImGui::EndChild();
}

// --- Watch ---

/// Chains that fit at one and a half times their size.
int ChainsPanel::fitting(ImVec2 room) const {
  const rbm::ImageShape shape = rbm::picture_shape(*model_);
  const float pitch_x = ui::px(1.5f) * static_cast<float>(shape.width + kTileGap);
  const float pitch_y = ui::px(1.5f) * static_cast<float>(shape.height + kTileGap);
  return std::max(1, static_cast<int>(room.x / pitch_x)) * std::max(1, static_cast<int>(room.y / pitch_y));
}

void ChainsPanel::draw_training_chains(const rbm::Snapshot& snapshot, ImVec2 room) {
  const rbm::Matrix& chains = snapshot.chain_pictures;
  const rbm::ImageShape shape = rbm::picture_shape(*snapshot.model);
  if (chains.rows() == 0) {
    ui::empty_state("No chains yet", snapshot.updates > 0
                                         ? "They come in a moment."
                                         : "Training makes them at its first update: press Space.");
    return;
  }
  const int count = std::min(fitting(room), static_cast<int>(chains.rows()));
  if (drawn_training_ != snapshot.version || drawn_training_count_ != count) {
    training_wall_.shape(
        {.tile_width = shape.width,
         .tile_height = shape.height,
         .channels = shape.channels,
         .count = count,
         .columns = ui::TileWall::best_columns(count, shape.width, shape.height, kTileGap, room),
         .gap = kTileGap,
         .map = ui::ColourMap::Ink});
    for (int chain = 0; chain < count; ++chain) training_wall_.put(chain, chains.row(chain));
    drawn_training_ = snapshot.version;
    drawn_training_count_ = count;
  }
  training_wall_.draw(
      "watch.chains",
      {.size = room,
       .integer_scale = false,
       .hint = rbm::hides_in_noise(*snapshot.model)
                   ? "Fantasy particles: what the hidden states of training's chains expect of the pixels, "
                     "E[v|h]."
                   : "Fantasy particles: the states of the chains that give training its negative phase."});
}

void ChainsPanel::draw_compact(Context& context) {
  const bool own = compact_source_ == 1;
  const bool ready = prepare(context);
  shown_ = own;
  ui::begin_panel("watch.chains.panel", "Chains", {0, 0});
  if (!ready) {
    ui::empty_state("No model yet", "It is there as soon as the data are loaded.");
    ui::end_panel();
    return;
  }
  const float frame = ImGui::GetFrameHeight(), source = segmented_width(kSourceLabels) + ui::px(6);
  const bool has_source = ImGui::GetContentRegionAvail().x > source + frame + ui::px(64);
  ui::panel_title_controls(frame + (has_source ? source : 0));
  if (has_source) {
    ui::segmented("watch.chains.source", &compact_source_, kSourceLabels,
                  "The chains that training keeps for its gradient, or your own from the Chains view.");
    ImGui::SameLine(0, ui::px(6));
  }
  if (ui::icon_button("watch.chains.play", runner_.is_playing() ? ui::Icon::Pause : ui::Icon::Play,
                      "Lets your own chains run, or stops them (G).", runner_.is_playing()))
    play_pause();
  ui::panel_content();
  const ImVec2 room = ImGui::GetContentRegionAvail();
  if (!own) {
    draw_training_chains(context.snapshot, room);
  } else {
    runner_.advance(*model_, *transposed_, context.pool, context.now_s);
    measure(context);
    walls_.draw(pictures(context, false, fitting({room.x, room.y - ImGui::GetTextLineHeight()})), room);
  }
  ui::end_panel();
}

}  // namespace lab
