#include "app/panels/hold_board.hpp"

#include <algorithm>
#include <utility>

#include "core/model/pictures.hpp"
#include "core/model/units/visible_units.hpp"

namespace lab {
namespace {

constexpr std::size_t kMostEdits = 200;

bool holds(const std::vector<Hold>& list) {
  return std::ranges::any_of(list, [](Hold hold) { return hold != Hold::Free; });
}

}  // namespace

bool HoldBoard::holds_pixels() const {
  return holds(now_.pixels);
}

bool HoldBoard::holds_hidden() const {
  return holds(now_.hidden);
}

void HoldBoard::fit(const rbm::Model& model) {
  const rbm::ImageShape shape = rbm::picture_shape(model);
  fit(static_cast<std::size_t>(shape.width) * static_cast<std::size_t>(shape.height),
      static_cast<std::size_t>(model.hidden()), static_cast<int>(model.labels()));
}

void HoldBoard::fit(std::size_t pixels, std::size_t hidden, int labels) {
  if (pixels_ == pixels && hidden_ == hidden && now_.label < labels) return;
  Held wanted = now_;
  if (pixels_ != pixels) wanted.pixels.clear();
  if (hidden_ != hidden) wanted.hidden.clear();
  if (wanted.label >= labels) wanted.label = -1;
  pixels_ = pixels;
  hidden_ = hidden;
  undo_.clear();
  redo_.clear();
  editing_ = false;
  ++age_;
  if (wanted != now_) ++version_;
  now_ = std::move(wanted);
}

void HoldBoard::begin_edit() {
  if (editing_) return;
  editing_ = true;
  before_ = now_;
}

void HoldBoard::end_edit() {
  if (!std::exchange(editing_, false) || before_ == now_) return;
  undo_.push_back(std::move(before_));
  if (undo_.size() > kMostEdits) undo_.erase(undo_.begin());
  redo_.clear();
  ++edits_;
}

void HoldBoard::change(Held wanted) {
  if (wanted == now_) return;
  const bool alone = !editing_;
  if (alone) begin_edit();
  now_ = std::move(wanted);
  ++version_;
  if (alone) end_edit();
}

void HoldBoard::set_pixel(std::size_t at, Hold hold) {
  if (at >= pixels_ || pixel(at) == hold) return;
  Held wanted = now_;
  wanted.pixels.resize(pixels_, Hold::Free);
  wanted.pixels[at] = hold;
  change(std::move(wanted));
}

void HoldBoard::set_hidden(std::size_t unit, Hold hold) {
  if (unit >= hidden_ || hidden(unit) == hold) return;
  Held wanted = now_;
  wanted.hidden.resize(hidden_, Hold::Free);
  wanted.hidden[unit] = hold;
  change(std::move(wanted));
}

void HoldBoard::set_label(int label) {
  Held wanted = now_;
  wanted.label = label;
  change(std::move(wanted));
}

void HoldBoard::hold_ink(std::span<const float> ink) {
  if (ink.size() != pixels_) return;
  Held wanted = now_;
  wanted.pixels.resize(pixels_, Hold::Free);
  for (std::size_t i = 0; i < ink.size(); ++i) {
    if (ink[i] >= 0.5f) wanted.pixels[i] = Hold::On;
  }
  change(std::move(wanted));
}

void HoldBoard::free_pixels() {
  Held wanted = now_;
  std::ranges::fill(wanted.pixels, Hold::Free);
  change(std::move(wanted));
}

void HoldBoard::free_all() {
  if (any()) change({});
}

void HoldBoard::undo() {
  end_edit();
  if (undo_.empty()) return;
  redo_.push_back(std::exchange(now_, std::move(undo_.back())));
  undo_.pop_back();
  ++version_;
}

void HoldBoard::redo() {
  end_edit();
  if (redo_.empty()) return;
  undo_.push_back(std::exchange(now_, std::move(redo_.back())));
  redo_.pop_back();
  ++version_;
}

rbm::Result<rbm::Holds> HoldBoard::holds_of(const rbm::Model& model, std::span<const float> picture,
                                            rbm::ThreadPool& pool) const {
  rbm::Holds out;
  if (holds_pixels()) {
    const auto channels = static_cast<std::size_t>(rbm::picture_shape(model).channels);
    const bool has_states = !rbm::units_of(model).has_variances();
    // Without a picture real numbers are held at black.
    std::vector<float> known(static_cast<std::size_t>(rbm::picture_shape(model).pixels()), 0.0f),
        mask(known.size(), 0.0f);
    if (picture.size() == known.size()) std::ranges::copy(picture, known.begin());
    for (std::size_t i = 0; i < mask.size(); ++i) {
      const Hold hold = pixel(i / channels);
      if (hold == Hold::Free) continue;
      mask[i] = 1;
      if (has_states) known[i] = hold == Hold::On ? 1.0f : 0.0f;
    }
    auto pixels = rbm::hold_pixels(model, known, mask, pool);
    if (!pixels) return pixels;
    out = std::move(*pixels);
  }
  if (holds_hidden() && static_cast<rbm::Index>(now_.hidden.size()) == model.hidden()) {
    for (const Hold hold : now_.hidden) {
      out.hidden_mask.push_back(hold != Hold::Free ? 1 : 0);
      out.hidden_on.push_back(hold == Hold::On ? 1 : 0);
    }
  }
  if (now_.label < model.labels()) out.label = now_.label;
  return out;
}

}  // namespace lab
