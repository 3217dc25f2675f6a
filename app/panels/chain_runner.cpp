#include "app/panels/chain_runner.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace lab {
namespace {

using rbm::BitMatrix;
using rbm::ErrorCode;
using rbm::Index;

rbm::Unexpected missing(const char* sentence) {
  return rbm::fail(ErrorCode::BadArgument, sentence);
}

void copy_row(const BitMatrix& from, Index from_row, BitMatrix& to, Index row) {
  for (Index c = 0; c < to.cols(); ++c) to.set(row, c, from.get(from_row, c));
}

void set_row(const std::uint8_t* grey, BitMatrix& to, Index row) {
  for (Index c = 0; c < to.cols(); ++c) to.set(row, c, grey[c] >= 128);
}

rbm::Result<BitMatrix> from_noise(BitMatrix states, const rbm::RandomKey& key) {
  for (Index r = 0; r < states.rows(); ++r) {
    for (Index c = 0; c < states.cols(); ++c) {
      states.set(r, c,
                 rbm::random_bits(key, static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(c)) >> 31);
    }
  }
  return states;
}

rbm::Result<BitMatrix> from_data(BitMatrix states, const rbm::Dataset* data, const rbm::RandomKey& key) {
  if (data == nullptr || data->count() == 0) return missing("The data are not loaded yet.");
  if (data->shape.pixels() != states.cols())
    return missing("The data have another number of pixels than the model.");
  for (Index r = 0; r < states.rows(); ++r) {
    set_row(data->image(rbm::random_below(key, static_cast<std::uint32_t>(r), 0,
                                          static_cast<std::uint32_t>(data->count()))),
            states, r);
  }
  return states;
}

rbm::Result<BitMatrix> from_digit(BitMatrix states, const rbm::Dataset* digits, int digit) {
  if (digits == nullptr || digits->count() == 0) return missing("The test digits are not loaded yet.");
  if (digits->shape.pixels() != states.cols())
    return missing("The test digits have another number of pixels than the model: start from data.");
  const Index row = std::clamp<Index>(digit, 0, digits->count() - 1);
  for (Index r = 0; r < states.rows(); ++r) set_row(digits->image(row), states, r);
  return states;
}

rbm::Result<BitMatrix> from_painted(BitMatrix states, std::span<const float> painted) {
  if (painted.empty()) return missing("Nothing is painted yet: press 6 and draw a digit.");
  if (static_cast<Index>(painted.size()) != states.cols())
    return missing("The drawing has another number of pixels than the model: draw it again.");
  for (Index r = 0; r < states.rows(); ++r) {
    for (Index c = 0; c < states.cols(); ++c) states.set(r, c, painted[static_cast<std::size_t>(c)] >= 0.5f);
  }
  return states;
}

rbm::Result<BitMatrix> from_training(BitMatrix states, const BitMatrix* training) {
  if (training == nullptr || training->rows() == 0)
    return missing("The training has no chains yet: press Space to train.");
  if (training->cols() != states.cols())
    return missing("The training's chains have another number of pixels than the model that is held.");
  for (Index r = 0; r < states.rows(); ++r) copy_row(*training, r % training->rows(), states, r);
  return states;
}

}  // namespace

rbm::Result<BitMatrix> starting_states(ChainStart start, const ChainSources& sources, Index chains,
                                       Index visible, std::uint64_t seed) {
  BitMatrix states(chains, visible);
  // Far from the steps that GibbsChains counts with the same seed and stream.
  const rbm::RandomKey key{seed, rbm::Stream::Window, std::uint64_t{1} << 40};
  switch (start) {
    case ChainStart::Noise:
      return from_noise(std::move(states), key);
    case ChainStart::Data:
      return from_data(std::move(states), sources.data, key);
    case ChainStart::Digit:
      return from_digit(std::move(states), sources.digits, sources.digit);
    case ChainStart::Painted:
      return from_painted(std::move(states), sources.painted);
    case ChainStart::Training:
      break;
  }
  return from_training(std::move(states), sources.training);
}

int StepClock::due(double now_s, double per_second) {
  owed_ = fresh_ ? 1 : owed_ + std::max(0.0, now_s - last_s_) * per_second;
  fresh_ = false;
  last_s_ = now_s;
  owed_ = std::min(owed_, std::max(1.0, 0.1 * per_second));
  const double whole = std::floor(owed_);
  owed_ -= whole;
  return static_cast<int>(whole);
}

StepCaption caption(rbm::Phase phase, std::uint64_t half_steps, bool drawn_again) {
  constexpr const char* kNextHidden = "Next: draw the hidden units from p(h|v).";
  constexpr const char* kNextVisible = "Next: draw a new picture from p(v|h).";
  if (half_steps == 0) return {"Start: only the picture v is given.", kNextHidden};
  if (phase == rbm::Phase::Hidden) {
    return {drawn_again ? "The same picture, drawn again: other hidden states."
                        : "Each hidden unit was drawn from p(h|v), given the picture.",
            kNextVisible};
  }
  return {drawn_again ? "The same hidden states, drawn again: another picture."
                      : "Each pixel was drawn from p(v|h), given the hidden units.",
          kNextHidden};
}

void ChainRunner::start(const BitMatrix& states, Index hidden, std::uint64_t seed) {
  chains_.emplace(states.rows(), states.cols(), hidden, seed);
  chains_->start(states);
  chains_->set_temperature(temperature_);
  chains_->clamp_labels_to(label_);
  remaining_ = 0;
  drawn_again_ = false;
  ++version_;
}

bool ChainRunner::fits(const rbm::Model& model) const {
  return has_chains() && chains_->visible().cols() == model.visible() &&
         chains_->hidden().cols() == model.hidden();
}

void ChainRunner::play() {
  playing_ = true;
  clock_.restart();
}

void ChainRunner::hold_label(int label) {
  label_ = label;
  if (chains_) chains_->clamp_labels_to(label);
}

void ChainRunner::set_temperature(float temperature) {
  temperature_ = temperature;
  if (chains_) chains_->set_temperature(temperature);
}

void ChainRunner::half_step(const rbm::Model& model, const rbm::Matrix& transposed, rbm::ThreadPool& pool) {
  if (!fits(model)) return;
  chains_->half_step(model, transposed, pool);
  drawn_again_ = false;
  ++version_;
}

void ChainRunner::full_step(const rbm::Model& model, const rbm::Matrix& transposed, rbm::ThreadPool& pool) {
  if (!fits(model)) return;
  chains_->full_steps(model, transposed, 1, pool);
  drawn_again_ = false;
  ++version_;
}

void ChainRunner::redraw(const rbm::Model& model, const rbm::Matrix& transposed, rbm::ThreadPool& pool) {
  if (!fits(model) || chains_->half_steps() == 0) return;
  chains_->redraw(model, transposed, pool);
  drawn_again_ = true;
  ++version_;
}

void ChainRunner::run(int full_steps) {
  playing_ = false;
  remaining_ = std::max(0, full_steps);
}

void ChainRunner::advance(const rbm::Model& model, const rbm::Matrix& transposed, rbm::ThreadPool& pool,
                          double now_s) {
  if (!fits(model) || !is_busy()) return;
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  const auto in_budget = [&] {
    return std::chrono::duration<double>(Clock::now() - begin).count() < kBudget_s;
  };
  if (remaining_ > 0 || flat_out_) {
    do {
      full_step(model, transposed, pool);
      if (remaining_ > 0 && --remaining_ == 0) break;
    } while (in_budget());
    return;
  }
  const bool by_halves = speed_ <= kHalfStepSpeed;
  int due = clock_.due(now_s, by_halves ? 2 * static_cast<double>(speed_) : static_cast<double>(speed_));
  for (; due > 0; --due) {
    by_halves ? half_step(model, transposed, pool) : full_step(model, transposed, pool);
    if (!in_budget()) break;
  }
}

}  // namespace lab
