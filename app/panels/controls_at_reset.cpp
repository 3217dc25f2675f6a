// The part of the controls whose changes wait for a reset: data, units, sizes, seed.
#include <algorithm>
#include <array>
#include <cmath>
#include <random>

#include "app/panels/controls_panel.hpp"
#include "app/panels/format_text.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"
#include "core/model/units/visible_units.hpp"

namespace lab {
namespace {

/// Where ui's form rows begin their control.
constexpr float kLabelShare = 0.46f;

constexpr std::array kVisible{"Binary", "Gaussian"};
static_assert(kVisible.size() == rbm::kVisibleTypes.size());
constexpr std::array kWhitenings{"As they are", "Standardized", "Whitened (ZCA)"};

const char* badge(bool differs) {
  return differs ? "waits" : nullptr;
}

}  // namespace

bool ControlsPanel::draw_units(const rbm::TrainingSettings& in_force) {
  bool edited = false;
  int visible = static_cast<int>(draft_.visible);
  if (ui::row_combo(
          "train.visible", "Pixels are", &visible, kVisible,
          "Binary units are on or off, for digits and drawings; Gaussian ones are real numbers, for colours "
          "and photographs. Applies at the next reset.",
          badge(draft_.visible != in_force.visible))) {
    draft_.visible = static_cast<rbm::VisibleType>(visible);
    edited = true;
  }
  if (rbm::units_of(draft_.visible).is_real()) {
    int whitening = static_cast<int>(draft_.whitening);
    if (ui::row_combo(
            "train.whitening", "Prepared", &whitening, kWhitenings,
            "What becomes of pictures before they are learned: whitening takes out what neighbouring pixels "
            "have in common, and filters become edges. Applies at the next reset.",
            badge(draft_.whitening != in_force.whitening))) {
      draft_.whitening = static_cast<rbm::Whitening>(whitening);
      edited = true;
    }
  }
  return edited;
}

bool ControlsPanel::draw_at_reset(const rbm::TrainingSettings& in_force) {
  bool edited = false;
  if (ui::row_text("train.data", "Data set", &data_text_,
                   "mnist, photographs, bars-and-stripes:4, shifter:8, or the path of a folder of pictures, "
                   "a picture, or an "
                   "IDX, CIFAR-10, .npy, .npz or CSV file. Applies at the next reset.",
                   badge(draft_.data != in_force.data))) {
    draft_.data = data_text_;
    edited = true;
  }
  if (ui::row_text("train.on", "On top of", &on_text_,
                   "File of a saved model: its hidden units are learned in place of the pixels, and "
                   "everything shown is "
                   "led down to pixels again. Empty: none. Applies at the next reset.",
                   badge(draft_.on != in_force.on))) {
    build_on(on_text_, draft_, pixels_);
    edited = true;
  }
  if (draft_.on.empty()) edited |= draw_units(in_force);
  edited |= ui::row_int(
      "train.hidden", "Hidden units", &draft_.hidden, 1, std::max(4096, draft_.hidden),
      "More units can say more and need more data and time: 100 to 1000 for digits. Applies at the "
      "next reset.",
      badge(draft_.hidden != in_force.hidden), true);
  edited |= ui::row_int(
      "train.batch_size", "Batch", &draft_.batch, 1, std::max(2000, draft_.batch),
      "Images per update: 10 to 100; larger is steadier, but learns less per image. Applies at the "
      "next reset.",
      badge(draft_.batch != in_force.batch), true);
  edited |= ui::row_int(
      "train.chains", "Chains", &draft_.chains, 1, std::max(2000, draft_.chains),
      "Chains that PCD keeps: 100 is usual, more make the gradient steadier; CD has one per image "
      "of the batch. Applies at the next reset.",
      badge(draft_.chains != in_force.chains), true);
  edited |= ui::row_int(
      "train.validation", "Validation", &draft_.validation, 0, std::max(30000, draft_.validation),
      "Images that are never trained on, to tell over-fitting: 1000 to 10000. Applies at the next "
      "reset.",
      badge(draft_.validation != in_force.validation));
  if (draft_.method == rbm::Method::Tempering) {
    edited |=
        ui::row_int("train.temperatures", "Temperatures", &draft_.temperatures, 2, 64,
                    "Replicas of each chain, from independent pixels to the model: neighbours should change "
                    "places in a quarter of the tries. Applies at the next reset.",
                    badge(draft_.temperatures != in_force.temperatures));
  }
  edited |=
      ui::row_toggle("train.labels", "Label units", &draft_.labels,
                     "Learns images and labels together: the model then names what you paint and draws the "
                     "digit it is told to. Applies at the next reset.",
                     badge(draft_.labels != in_force.labels));
  if (!draft_.labels) draft_.discriminative = 0;
  edited |= draw_seed(badge(draft_.seed != in_force.seed));
  edited |= ui::row_float(
      "train.initial_sd", "Initial spread", &draft_.initial_sd, 0, 0.5f, "%.3f",
      "Standard deviation of the first weights: 0.01 is usual; at 0 all hidden units stay alike. "
      "Applies at the next reset.",
      badge(draft_.initial_sd != in_force.initial_sd), true);
  return edited;
}

bool ControlsPanel::draw_seed(const char* waits) {
  bool edited = false;
  // The die stands left of the box, so that all boxes keep one edge.
  const ImVec2 line = ImGui::GetCursorPos();
  const float frame = ImGui::GetFrameHeight();
  ImGui::SetCursorPosX(line.x + std::floor(ImGui::GetContentRegionAvail().x * kLabelShare) - frame -
                       ui::px(4));
  if (ui::icon_button("train.dice", ui::Icon::Dice, "Picks another seed. Applies at the next reset.")) {
    draft_.seed = std::random_device{}() % 1'000'000;
    seed_text_ = std::to_string(draft_.seed);
    edited = true;
  }
  ImGui::SetCursorPos(line);
  if (!ui::row_text("train.seed", "Seed", &seed_text_,
                    "Every random number follows from it: same seed, same run. Applies at the next reset.",
                    waits))
    return edited;
  const auto seed = parse_seed(seed_text_);
  if (!seed) {
    trouble_ = seed.error().message;
    seed_text_ = std::to_string(draft_.seed);
    return edited;
  }
  draft_.seed = *seed;
  return true;
}

}  // namespace lab
