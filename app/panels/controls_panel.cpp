#include "app/panels/controls_panel.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "app/panels/format_text.hpp"
#include "app/ui/theme.hpp"
#include "core/data/readers.hpp"
#include "core/model/units/visible_units.hpp"

namespace lab {
namespace {

// Upper ends of the sliders are what is sensible; a larger value from the command line or a file moves its
// own end.
constexpr int kMostInSlider = 1'000'000;

constexpr std::array kMethods{"CD", "PCD", "FPCD", "Tempering"};
constexpr std::array kOptimizers{"SGD", "Nesterov", "Adam"};
constexpr std::array kStarts{"The images", "Noise"};
constexpr std::array kBinarizations{"Threshold at 128", "Resample", "Grey values"};

/// A small label and a number, in half of the width.
void figure(const char* label, const char* value, float x, float width) {
  const float start = ImGui::GetCursorPosX();
  ImGui::SameLine(start + x);
  ui::push_font(ui::fonts().small);
  ui::text_dim(label);
  ui::pop_font();
  ui::push_font(ui::fonts().mono_small);
  ImGui::SameLine(start + x + width - ImGui::CalcTextSize(value).x);
  ImGui::TextUnformatted(value);
  ui::pop_font();
}

/// A heading of a group of rows: small, so that all rows fit a screen of 800 pixels.
void group(const char* text) {
  ui::push_font(ui::fonts().small);
  ImGui::PushStyleColor(ImGuiCol_Text, ui::palette().accent_hovered);
  ImGui::TextUnformatted(text);
  ImGui::PopStyleColor();
  ui::pop_font();
}

bool is_built_in(const std::string& data) {
  return data == "mnist" || data == "photographs" || rbm::is_synthetic(data);
}

/// A preset brings its data along, unless the user has data of their own; a synthetic set is what its preset
/// is about.
bool keeps_data(const rbm::TrainingSettings& own, const rbm::TrainingSettings& preset) {
  return !is_built_in(own.data) && !rbm::is_synthetic(preset.data);
}

int as_int(std::uint64_t value) {
  return static_cast<int>(std::min<std::uint64_t>(value, kMostInSlider));
}

}  // namespace

void ControlsPanel::follow(const Shared& shared) {
  if (has_draft_ && seen_ == shared.wanted) return;
  draft_ = seen_ = shared.wanted;
  seed_text_ = std::to_string(draft_.seed);
  data_text_ = draft_.data;
  on_text_ = draft_.on;
  has_draft_ = true;
}

void ControlsPanel::draw(Context& context) {
  follow(context.shared);
  const int waiting = waiting_for_reset(context.snapshot.settings, context.shared.wanted);
  ui::begin_panel("training", "Training", {0, 0});
  draw_run_row(context);
  draw_progress(context.snapshot);

  const float footer = ImGui::GetFrameHeight() + ui::px(12);
  ui::begin_child("form", {0, ImGui::GetContentRegionAvail().y - footer});
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ui::px(8), ui::px(3)});
  bool edited = false;
  group("Applies now");
  draw_preset(context);
  edited |= draw_gradient();
  edited |= draw_regularization();
  ui::row_toggle("train.rare", "More settings", &show_rare_, "Shows what is seldom needed.");
  if (show_rare_) edited |= draw_rare();
  ImGui::Dummy({0, ui::px(8)});
  group("Applies at reset");
  edited |= draw_at_reset(context.snapshot.settings);
  if (!trouble_.empty()) {
    ImGui::PushTextWrapPos(0);
    ImGui::PushStyleColor(ImGuiCol_Text, ui::palette().warning);
    ImGui::TextUnformatted(trouble_.c_str());
    ImGui::PopStyleColor();
    ImGui::PopTextWrapPos();
  }
  ImGui::PopStyleVar();
  ImGui::EndChild();
  if (edited) commit(context);
  draw_footer(context, waiting);
  ui::end_panel();
}

void ControlsPanel::commit(Context& context) {
  trouble_.clear();
  switch (take_edit(draft_, context.shared.wanted, trouble_)) {
    case Edit::None:
    case Edit::AppliesAtReset:
      break;
    case Edit::Rejected:
      has_draft_ = false;  // shows what is in force again
      return;
    case Edit::AppliesNow:
      context.post(rbm::command::Configure{context.shared.wanted});
      break;
  }
  seen_ = context.shared.wanted;
}

void ControlsPanel::draw_run_row(Context& context) {
  const bool running = context.snapshot.state == rbm::RunState::Running;
  const bool ready = context.has_model();
  const float gap = ui::px(6), small = ImGui::GetFrameHeight();
  const float width = ImGui::GetContentRegionAvail().x - 2 * (small + gap);
  ImGui::BeginDisabled(!ready);
  if (ui::button("train.play", running ? "Pause" : "Play",
                 running ? "Pauses after the present mini-batch (Space)." : "Trains on (Space).",
                 running ? ui::Icon::Pause : ui::Icon::Play,
                 running ? ui::Emphasis::Normal : ui::Emphasis::Primary, {width, 0})) {
    context.run(ActionId::PlayPause);
  }
  ImGui::SameLine(0, gap);
  if (ui::icon_button("train.batch", ui::Icon::Step, "Trains on one mini-batch, then pauses (B)."))
    context.run(ActionId::StepBatch);
  ImGui::SameLine(0, gap);
  if (ui::icon_button("train.epoch", ui::Icon::StepFar,
                      "Trains to the end of the present epoch, then pauses (E)."))
    context.run(ActionId::StepEpoch);
  ImGui::EndDisabled();
  ImGui::Dummy({0, ui::px(2)});
}

void ControlsPanel::draw_progress(const rbm::Snapshot& snapshot) {
  char epoch[32];
  std::snprintf(epoch, sizeof epoch, "%.2f", snapshot.epochs);
  const float gap = ui::px(14), half = (ImGui::GetContentRegionAvail().x - gap) / 2;
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, ui::px(3)});
  ImGui::NewLine();
  figure("Updates", grouped(snapshot.updates).text, 0, half);
  figure("Epoch", epoch, half + gap, half);
  ImGui::NewLine();
  figure("Images/s", rate(snapshot.images_per_second).text, 0, half);
  figure("Time", duration(snapshot.seconds).text, half + gap, half);
  ImGui::PopStyleVar();
  ImGui::Dummy({0, ui::px(3)});
}

bool ControlsPanel::draw_gradient() {
  bool edited = false;
  int method = static_cast<int>(draft_.method);
  if (ui::row_combo(
          "train.method", "Method", &method, kMethods,
          "PCD keeps its chains from update to update and learns the better density; CD starts them at "
          "the data: good features, poor dreams. FPCD stirs the chains with fast weights; Tempering lets "
          "them change places with replicas at higher temperatures. Applies now.")) {
    draft_.method = static_cast<rbm::Method>(method);
    edited = true;
  }
  edited |=
      ui::row_int("train.k", "Gibbs steps k", &draft_.k, 1, std::max(100, draft_.k),
                  "Steps of each chain per update: 1 is usual; 5 to 25 help late in training, when large "
                  "weights make the chains mix slowly. Applies now.",
                  nullptr, true);
  edited |=
      ui::row_float("train.learning_rate", "Learning rate", &draft_.learning_rate, 1e-4f,
                    std::max(1.0f, draft_.learning_rate), "%.4f",
                    "Size of an update: 0.01 to 0.3 for digits. If the error leaps up, lower it; ‖ΔW‖/‖W‖ "
                    "should be near 0.001. Applies now.",
                    nullptr, true);
  int decay = as_int(draft_.decay_updates);
  if (ui::row_int("train.decay_updates", "Decay over", &decay, 0, kMostInSlider,
                  "Updates over which the rate falls linearly to its final part: 10000 to 100000; 0 keeps it "
                  "constant. Applies now.",
                  nullptr, true)) {
    draft_.decay_updates = static_cast<std::uint64_t>(decay);
    edited = true;
  }
  edited |=
      ui::row_float("train.momentum", "Momentum", &draft_.momentum, 0, 0.99f, "%.2f",
                    "Part of the last step that carries on: 0.5 to 0.9 with CD; 0 with PCD, whose chains "
                    "are moved by the weights' own motion. Applies now.");
  edited |=
      ui::row_toggle("train.centred", "Centred gradient", &draft_.centred,
                     "Subtracts the mean activities from the statistics: faster and steadier; leave it on. "
                     "Applies now.");
  if (draft_.method == rbm::Method::Fpcd) {
    edited |= ui::row_float(
        "train.fast_rate", "Fast rate", &draft_.fast_rate, 0, 1.0f, "%.3f",
        "Learning rate of the fast weights that stir the chains: as large as the first learning "
        "rate is usual; 0 makes it PCD. Applies now.");
  }
  if (draft_.labels) {
    edited |= ui::row_float("train.discriminative", "Discriminative", &draft_.discriminative, 0, 1.0f, "%.2f",
                            "Share of the gradient that only tells labels apart: 0 learns images and labels "
                            "alike; 0.97 with thirty "
                            "times the learning rate names digits best. Applies now.");
  }
  return edited;
}

void ControlsPanel::draw_preset(Context& context) {
  const auto& presets = context.shared.presets;
  std::vector<const char*> titles{"Own settings"};
  int chosen = 0;
  for (const rbm::Preset& preset : presets) {
    titles.push_back(preset.title.c_str());
    rbm::TrainingSettings same = preset.settings;
    same.seed = draft_.seed;
    same.threads = draft_.threads;
    if (keeps_data(draft_, preset.settings)) same.data = draft_.data, same.source = draft_.source;
    if (same == draft_) chosen = static_cast<int>(titles.size()) - 1;
  }
  const std::string hint = chosen == 0 ? "Settings for a purpose; choosing one starts over with them."
                                       : presets[static_cast<std::size_t>(chosen) - 1].description;
  if (!ui::row_combo("train.preset", "Preset", &chosen, titles, hint.c_str()) || chosen == 0) return;
  rbm::TrainingSettings settings = presets[static_cast<std::size_t>(chosen) - 1].settings;
  settings.seed = draft_.seed;
  settings.threads = draft_.threads;
  if (keeps_data(draft_, settings)) settings.data = draft_.data, settings.source = draft_.source;
  context.start_over(std::move(settings));
}

bool ControlsPanel::draw_rare() {
  bool edited = false;
  int optimizer = static_cast<int>(draft_.optimizer);
  if (ui::row_combo(
          "train.optimizer", "Optimizer", &optimizer, kOptimizers,
          "How a gradient becomes a step. Adam is a poor choice for PCD: its steps do not shrink with the "
          "noise, which costs 20 nats on digits. Applies now.")) {
    draft_.optimizer = static_cast<rbm::Optimizer>(optimizer);
    edited = true;
  }
  edited |= ui::row_float(
      "train.l1", "L1 decay", &draft_.l1, 0, 0.1f, "%.5f",
      "Pulls weights to exactly zero: 0, or 0.00001 to 0.001 for sparse, local filters. Applies "
      "now.",
      nullptr, true);
  edited |=
      ui::row_float("train.max_norm", "Max norm", &draft_.max_norm, 0, std::max(20.0f, draft_.max_norm),
                    "%.1f", "Largest norm of the weights of one hidden unit: 0 is no limit. Applies now.");
  edited |= ui::row_float(
      "train.sparsity_cost", "Sparsity cost", &draft_.sparsity_cost, 0, 1.0f, "%.3f",
      "How strongly hidden units are pulled to the target activity: 0 is not at all. Applies now.");
  if (draft_.sparsity_cost > 0) {
    edited |= ui::row_float(
        "train.sparsity_target", "Target activity", &draft_.sparsity_target, 0.001f, 0.5f, "%.3f",
        "Share of the images that a hidden unit is to be on for: 0.01 to 0.1. Applies now.", nullptr, true);
  }
  edited |= ui::row_float(
      "train.clip", "Clip gradient", &draft_.clip, 0, std::max(100.0f, draft_.clip), "%.2f",
      "Largest norm of the weights' gradient; a larger one is shortened: 0 is no limit. Applies "
      "now.");
  if (draft_.method == rbm::Method::Cd) {
    int start = static_cast<int>(draft_.start);
    if (ui::row_combo(
            "train.start", "Chains start at", &start, kStarts,
            "Where CD's chains start: at the images, or at noise, which wants a large k. Applies now.")) {
      draft_.start = static_cast<rbm::ChainStart>(start);
      edited = true;
    }
  }
  if (rbm::units_of(draft_.visible).is_real()) {
    edited |= ui::row_int(
        "train.langevin_steps", "Langevin steps", &draft_.langevin_steps, 0, 100,
        "Small steps with noise in place of the exact draw of the pixels: 0 draws exactly. Applies "
        "now.");
    if (draft_.langevin_steps > 0)
      edited |= ui::row_float(
          "train.langevin_step", "Langevin size", &draft_.langevin_step, 0.01f, 1.0f, "%.2f",
          "Size of such a step in units of σ²; chains spread by 1 / (1 − size / 2) too much. Applies "
          "now.");
  }
  edited |=
      ui::row_int("train.threads", "Threads", &draft_.threads, 0, std::max(64, draft_.threads),
                  "Threads that train: 0 is one per core; the result is the same for any number. Applies "
                  "now.");
  return edited;
}

bool ControlsPanel::draw_regularization() {
  bool edited = false;
  edited |= ui::row_float(
      "train.l2", "L2 decay", &draft_.l2, 0, 0.1f, "%.5f",
      "Keeps weights small, not biases: 0, or 0.00001 to 0.01, start at 0.0001. Applies now.", nullptr, true);
  edited |=
      ui::row_float("train.average", "Weight average", &draft_.average, 0, 0.9999f, "%.4f",
                    "You see and save a running mean of the weights: 0.99 to 0.9999 take out the noise; 0 is "
                    "the weights themselves. Applies now.");
  if (rbm::units_of(draft_.visible).has_variances()) {
    edited |= ui::row_float(
        "train.variance_rate", "Variance rate", &draft_.variance_rate, 0, 1.0f, "%.3f",
        "Learning rate of the pixels' log σ² as a part of the weights': 0 leaves the noise at the "
        "data's own, which keeps filters sharp; up to 0.1 learns it. Applies now.");
  }
  if (rbm::units_of(draft_.visible).is_real()) return edited;
  int binarization = static_cast<int>(draft_.binarization);
  if (ui::row_combo(
          "train.binarization", "Pixels become", &binarization, kBinarizations,
          "How grey values become on and off: drawn anew at each presentation (best), cut at 128, or "
          "used as probabilities. Applies now.")) {
    draft_.binarization = static_cast<rbm::Binarization>(binarization);
    edited = true;
  }
  return edited;
}

void ControlsPanel::draw_footer(Context& context, int waiting) {
  ImGui::Dummy({0, ui::px(2)});
  const ResetLabel label = reset_label(waiting);
  if (ui::button("train.reset", label.text,
                 "Starts over from small random weights, with the settings that wait for a reset (Ctrl+R).",
                 ui::Icon::Reset, waiting > 0 ? ui::Emphasis::Primary : ui::Emphasis::Normal,
                 {ImGui::GetContentRegionAvail().x, 0})) {
    context.run(ActionId::Reset);
  }
}

}  // namespace lab
