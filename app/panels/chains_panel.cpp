#include "app/panels/chains_panel.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "app/panels/format_text.hpp"
#include "app/panels/inline_controls.hpp"
#include "app/panels/state_picture.hpp"
#include "app/ui/plot.hpp"
#include "app/ui/theme.hpp"
#include "core/model/pictures.hpp"
#include "core/model/units/visible_units.hpp"

namespace lab {
namespace {

constexpr std::array kChainCounts{25, 64, 100};
constexpr std::array kCountLabels{"25", "64", "100"};
constexpr std::array kShowLabels{"Samples", "Probabilities"}, kRealShowLabels{"Samples", "Means"};
constexpr std::array kModeLabels{"One", "Wall"};
constexpr std::array kSourceLabels{"Training", "Your own"};
constexpr float kPlotHeight = 84;
/// Where there is less room it scrolls; it is never wider than its place, and a narrow one has no room for a subtitle.
constexpr float kLeastWidth = 380, kLeastHeight = 560, kSubtitleWidth = 520;

}  // namespace

void ChainsPanel::take_model(const Context& context) {
  if (choices_.hold_model && followed_.model != nullptr) return;
  followed_.model = context.snapshot.model;
  followed_.transposed = context.snapshot.weights.transposed;
  followed_.data_free_energies = context.snapshot.monitoring.data_free_energies;
  followed_.version = context.snapshot.weights.version;
  if (!look_.show_chosen && followed_.model != nullptr)
    look_.show =
        static_cast<int>(rbm::hides_in_noise(*followed_.model) ? Show::Probabilities : Show::Samples);
}

/// False while there is no model. Sees to it that there are chains of the model's shape.
bool ChainsPanel::prepare(Context& context) {
  take_model(context);
  if (followed_.model == nullptr || followed_.transposed == nullptr) return false;
  if (!runner_.fits(*followed_.model))
    begin(context, runner_.has_chains() ? choices_.start : ChainSource::Noise);
  if (!runner_.fits(*followed_.model)) begin(context, ChainSource::Noise);
  follow_painting(context);
  if (sent_version_ != context.shared.for_chains.version) begin(context, ChainSource::Painted);
  holds_.follow(context, *followed_.model, runner_);
  return runner_.fits(*followed_.model);
}

const ChainRunner* ChainsPanel::go_on(Context& context) {
  if (!runner_.has_chains() || !prepare(context)) return nullptr;
  shown_ = true;
  runner_.advance(*followed_.model, *followed_.transposed, context.pool, context.now_s);
  return &runner_;
}

void ChainsPanel::begin(Context& context, ChainSource start) {
  const ChainSources sources{context.snapshot.data.validation && context.snapshot.data.validation->count() > 0
                                 ? context.snapshot.data.validation.get()
                                 : context.snapshot.data.train.get(),
                             test_images(context), choices_.digit,
                             // A picture that was sent here stands for the painting once.
                             sent_version_ != context.shared.for_chains.version
                                 ? context.shared.for_chains.picture
                                 : context.shared.painted,
                             &context.snapshot.chains.states};
  // Where no chains were before, they begin at noise first.
  if (start == ChainSource::Painted) sent_version_ = context.shared.for_chains.version;
  auto states = starting_states(start, sources, choices_.chains, *followed_.model, seed_, context.pool);
  if (!states) {
    trouble_ = states.error().message;
    return;
  }
  trouble_.clear();
  choices_.start = start;
  painted_version_ = context.shared.painted_version;
  runner_.start(*states, followed_.model->hidden(), seed_++);
}

/// Chains that started from the painting follow the canvas.
void ChainsPanel::follow_painting(Context& context) {
  if (choices_.start != ChainSource::Painted || painted_version_ == context.shared.painted_version) return;
  painted_version_ = context.shared.painted_version;
  begin(context, ChainSource::Painted);
}

void ChainsPanel::measure(Context& context) {
  if (measured_.states_version == runner_.version() && measured_.model_version == followed_.version) return;
  measured_.states_version = runner_.version();
  measured_.model_version = followed_.version;
  ++measured_.count;
  const rbm::States& v = runner_.chains().states();
  measured_.free_energies.resize(static_cast<std::size_t>(v.rows()));
  rbm::free_energies(*followed_.model, v, measured_.free_energies, measured_.scratch, context.pool);
  plot_.update(followed_.data(), measured_.free_energies);
  // Another chain, or another start of it, has a trace of its own.
  const auto chain = static_cast<std::uint64_t>(runner_.watched());
  large_.follow(pictures(context, true, choices_.chains), (chain << 40) + seed_);
}

std::vector<float> ChainsPanel::large_picture(rbm::ThreadPool& pool) const {
  const bool has = followed_.model != nullptr && runner_.fits(*followed_.model);
  return has ? shown_picture(*followed_.model, runner_.chains().states(), runner_.watched(), pool)
             : std::vector<float>();
}

void ChainsPanel::play_pause() {
  look_.compact_source = 1;
  runner_.is_playing() ? runner_.pause() : runner_.play();
}

void ChainsPanel::half_step(Context& context) {
  if (!prepare(context)) return;
  runner_.pause();
  runner_.half_step(*followed_.model, *followed_.transposed, context.pool);
}

void ChainsPanel::full_step(Context& context) {
  if (!prepare(context)) return;
  runner_.pause();
  runner_.full_step(*followed_.model, *followed_.transposed, context.pool);
}

void ChainsPanel::redraw(Context& context) {
  if (!prepare(context)) return;
  runner_.pause();
  runner_.redraw(*followed_.model, *followed_.transposed, context.pool);
}

void ChainsPanel::restart(Context& context) {
  if (prepare(context)) begin(context, choices_.start);
}

std::map<std::string, double> ChainsPanel::state() const {
  double mean = 0;
  for (double f : measured_.free_energies) mean += f / static_cast<double>(measured_.free_energies.size());
  const bool has = runner_.has_chains();
  return {{"playing", runner_.is_playing()},
          {"busy", runner_.is_busy()},
          {"chains", has ? static_cast<double>(runner_.chains().chains()) : 0},
          {"half_steps", has ? static_cast<double>(runner_.chains().half_steps()) : 0},
          {"phase", has && runner_.chains().phase() == rbm::Phase::Hidden},
          {"drawn_again", runner_.drawn_again()},
          {"start", static_cast<double>(choices_.start)},
          {"digit", choices_.digit},
          {"temperature", runner_.temperature()},
          {"annealing", runner_.is_annealing()},
          {"wall", look_.mode == static_cast<int>(Mode::Wall)},
          {"flipped", static_cast<double>(std::ranges::count(runner_.flipped(), 1))},
          {"moments", static_cast<double>(runner_.moments().size())},
          {"probabilities", look_.show == static_cast<int>(Show::Probabilities)},
          {"held", choices_.hold_model},
          {"version", static_cast<double>(runner_.version())},
          {"mean_free_energy", mean}};
}

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
    runner_.run(choices_.steps_to_run);
  ImGui::SameLine(0, gap);
  int_box("chains.steps", &choices_.steps_to_run, 1, 100000, ui::px(56),
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
      {ChainSource::Painted, "chains.start.painted", "Painting",
       "All chains start at your drawing (6), and again whenever it changes."},
      {ChainSource::Training, "chains.start.training", "Training",
       "Goes on from the chains that training keeps for its gradient."},
  }};
  ImGui::AlignTextToFramePadding();
  ui::text_dim("Start from");
  for (const Start& start : kStarts) {
    same_line_if_fits(button_width(start.label, false));
    if (ui::button(start.id, start.label, start.hint, ui::Icon::None,
                   start.start == choices_.start ? ui::Emphasis::Normal : ui::Emphasis::Quiet)) {
      begin(context, start.start);
    }
  }
  if (choices_.start == ChainSource::Digit) draw_digit_choice(context);
}

void ChainsPanel::draw_digit_choice(Context& context) {
  const rbm::Dataset* images = test_images(context);
  const int last = images != nullptr ? static_cast<int>(images->count()) - 1 : 0;
  same_line_if_fits(ui::px(64) + ImGui::GetFrameHeight() + ui::px(6));
  if (int_box("chains.digit", &choices_.digit, 0, std::max(0, last), ui::px(64),
              "Number of the test image: drag, or Ctrl+click to type."))
    begin(context, ChainSource::Digit);
  ImGui::SameLine(0, ui::px(6));
  if (ui::icon_button("chains.digit.dice", ui::Icon::Dice, "Another test image.")) {
    choices_.digit = static_cast<int>(rbm::random_below({seed_, rbm::Stream::Window, std::uint64_t{1} << 41},
                                                        0, 0, static_cast<std::uint32_t>(last + 1)));
    begin(context, ChainSource::Digit);
  }
}

void ChainsPanel::draw_settings(Context& context) {
  const float slider = ui::px(136);
  ImGui::BeginDisabled(choices_.flat_out);
  if (inline_slider("chains.speed", &choices_.speed, ChainRunner::kSlowest, ChainRunner::kFastest,
                    "%.1f steps/s", slider, true,
                    "Full steps per second while playing; up to 4 every half-step is shown."))
    runner_.set_speed(choices_.speed);
  ImGui::EndDisabled();
  ImGui::SameLine(0, ui::px(6));
  if (ui::toggle("chains.fast", "Full speed", &choices_.flat_out,
                 "As many steps in each frame as fit into 8\u00a0ms."))
    runner_.set_flat_out(choices_.flat_out);
  same_line_if_fits(slider + ui::px(6) + button_width("Anneal", false));
  temperature_.draw(runner_, slider);
  if (is_wall()) {
    same_line_if_fits(segmented_width(kCountLabels));
    int count = static_cast<int>(std::ranges::find(kChainCounts, choices_.chains) - kChainCounts.begin());
    if (ui::segmented("chains.count", &count, kCountLabels, "How many chains run side by side.")) {
      choices_.chains = kChainCounts[static_cast<std::size_t>(count)];
      begin(context, choices_.start);
    }
  }
  if (followed_.model->labels() > 0)
    choose_held_label(runner_, followed_.model->labels(), context.snapshot.data.train.get());
  same_line_if_fits(toggle_width("Keep this model"));
  ui::toggle("chains.hold", "Keep this model", &choices_.hold_model,
             "The chains keep to the present model while training goes on, in place of following it.");
}

ChainPictures ChainsPanel::pictures(Context& context, bool hidden, int most) const {
  return {runner_,
          *followed_.model,
          measured_.free_energies,
          followed_.data(),
          measured_.count,
          look_.show == static_cast<int>(Show::Probabilities),
          hidden,
          most,
          context.pool};
}

void ChainsPanel::draw(Context& context) {
  std::string subtitle;
  const bool ready = prepare(context);
  shown_ = true;
  if (ready) {
    runner_.advance(*followed_.model, *followed_.transposed, context.pool, context.now_s);
    measure(context);
    subtitle = steps_text(runner_.chains().half_steps());
  }
  const bool is_short = ImGui::GetContentRegionAvail().y < ui::px(kLeastHeight);
  const ImVec2 size = begin_roomy("chains.room", {ui::px(kLeastWidth), ui::px(kLeastHeight)});
  ui::begin_panel("chains", is_wall() ? "Gibbs chains" : "A Gibbs chain", size,
                  size.x > ui::px(kSubtitleWidth) ? subtitle.c_str() : "");
  if (!ready) {
    ui::empty_state(
        "No model yet",
        "Chains run on the model that training makes; it is there as soon as the data are loaded.");
    ui::end_panel();
    ImGui::EndChild();
    return;
  }
  draw_title();
  ui::panel_content();
  draw_transport(context);
  if (is_short) {
    // The pictures first: what is less needed is scrolled to.
    const float below = controls_height_ + ImGui::GetStyle().ItemSpacing.y;
    ui::begin_child("chains.stage", {0, ImGui::GetContentRegionAvail().y - below});
    draw_stage(context);
    ImGui::EndChild();
  }
  const float top = ImGui::GetCursorPosY();
  if (is_short) draw_step_caption(runner_, trouble_.c_str());
  draw_starts(context);
  draw_settings(context);
  if (!is_short) draw_step_caption(runner_, trouble_.c_str());
  holds_.draw(context, !is_wall());
  ImGui::Dummy({0, ui::px(2)});
  controls_height_ = ImGui::GetCursorPosY() - top;
  if (!is_short) draw_stage(context);
  ui::end_panel();
  ImGui::EndChild();
}

void ChainsPanel::draw_stage(Context& context) {
  is_wall() ? draw_wall(context) : draw_large(context);
}

void ChainsPanel::draw_title() {
  const bool wall = is_wall();
  ui::panel_title_controls(segmented_width(kModeLabels) + ui::px(12) + segmented_width(kShowLabels) +
                           (wall ? toggle_width("Show h") + ui::px(12) : 0));
  if (wall) {
    ui::toggle("chains.hidden.toggle", "Show h", &look_.hidden,
               "Shows the hidden units of every chain beside its picture.");
    ImGui::SameLine(0, ui::px(12));
  }
  look_.show_chosen |=
      ui::segmented("chains.show", &look_.show,
                    rbm::units_of(*followed_.model).stores_numbers() ? kRealShowLabels : kShowLabels,
                    "Samples are the states that the chain goes on from; probabilities, or means, are what "
                    "they were drawn with.");
  ImGui::SameLine(0, ui::px(12));
  ui::segmented(
      "chains.mode", &look_.mode, kModeLabels,
      "One chain as large as fits, or all of them side by side; a click on one of the wall shows it large.");
}

void ChainsPanel::draw_large(Context& context) {
  const LargeChain::Hit hit = large_.draw(pictures(context, true, 1), context.shared.selected_unit,
                                          context.shared.hovered.unit, ImGui::GetContentRegionAvail());
  if (hit.unit >= 0) context.shared.hovered.next = hit.unit;
  if (hit.clicked) context.shared.selected_unit = hit.unit;
  holds_.draw_over(context, *followed_.model, runner_, hit.on_picture, hit.corner, hit.size);
  const bool may_send = hit.on_picture && !holds_.is_tool();
  offer_chain(context, *followed_.model, runner_, may_send ? static_cast<int>(runner_.watched()) : -1);
}

void ChainsPanel::draw_wall(Context& context) {
  const float plot = ui::px(kPlotHeight);
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const int unit = walls_.draw(pictures(context, look_.hidden, choices_.chains),
                               {room.x, std::max(ui::px(80), room.y - plot - ui::px(8))});
  if (unit >= 0) context.shared.hovered.next = unit;
  const int hovered = walls_.hovered_chain();
  const bool hovers = hovered >= 0 && hovered < static_cast<int>(measured_.free_energies.size());
  if (hovers && walls_.was_clicked()) {
    runner_.watch(hovered);
    show_wall(false);
  }
  offer_chain(context, *followed_.model, runner_, hovered);
  plot_.draw("chains.free_energies", {room.x, plot},
             hovers ? measured_.free_energies[static_cast<std::size_t>(hovered)] : ui::kNoNumber,
             "Grey: free energies of the validation images; outline: of these chains. Chains that mix well "
             "end up where the data are.");
}

void ChainsPanel::draw_compact(Context& context) {
  const bool own = look_.compact_source == 1;
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
    ui::segmented("watch.chains.source", &look_.compact_source, kSourceLabels,
                  "The chains that training keeps for its gradient, or your own from the Chains view.");
    ImGui::SameLine(0, ui::px(6));
  }
  if (ui::icon_button("watch.chains.play", runner_.is_playing() ? ui::Icon::Pause : ui::Icon::Play,
                      "Lets your own chains run, or stops them (G).", runner_.is_playing()))
    play_pause();
  ui::panel_content();
  const ImVec2 room = ImGui::GetContentRegionAvail();
  if (!own) {
    training_.draw(context, room);
  } else {
    runner_.advance(*followed_.model, *followed_.transposed, context.pool, context.now_s);
    measure(context);
    const ImVec2 without_bar{room.x, room.y - ImGui::GetTextLineHeight()};
    walls_.draw(pictures(context, false, fitting_chains(*followed_.model, without_bar)), room);
  }
  ui::end_panel();
}

}  // namespace lab
