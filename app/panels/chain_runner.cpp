#include "app/panels/chain_runner.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "core/model/pictures.hpp"
#include "core/model/units/visible_units.hpp"

namespace lab {
namespace {

using rbm::BitMatrix;
using rbm::ErrorCode;
using rbm::Index;
using rbm::States;

rbm::Unexpected missing(const char* sentence) {
  return rbm::fail(ErrorCode::BadArgument, sentence);
}

/// One picture for every chain, chosen by `number(chain)`.
template <class Number>
rbm::Result<States> from_pictures(const rbm::Dataset& pictures, Index chains, const rbm::Model& model,
                                  rbm::ThreadPool& pool, Number&& number) {
  rbm::Matrix rows(chains, pictures.shape.pixels());
  for (Index r = 0; r < chains; ++r) pictures.row(number(r), rows.row(r));
  return rbm::states_from_pictures(model, rows, pool);
}

rbm::Result<States> from_painted(std::span<const float> painted, Index chains, const rbm::Model& model,
                                 rbm::ThreadPool& pool) {
  if (painted.empty()) return missing("Nothing is painted yet: press 6 and draw a digit.");
  if (static_cast<Index>(painted.size()) != rbm::picture_shape(model).pixels())
    return missing("The drawing has another number of pixels than the model: draw it again.");
  rbm::Matrix rows(chains, static_cast<Index>(painted.size()));
  for (Index r = 0; r < chains; ++r) std::ranges::copy(painted, rows.row(r));
  return rbm::states_from_pictures(model, rows, pool);
}

rbm::Result<States> from_training(const States* training, Index chains, const rbm::Model& model) {
  if (training == nullptr || training->rows() == 0)
    return missing("The training has no chains yet: press Space to train.");
  if (training->cols() != model.visible() || training->is_real != rbm::units_of(model).stores_numbers())
    return missing("The training's chains have other visible units than the model that is held.");
  States states;
  states.is_real = training->is_real;
  rbm::resize(states, chains, training->cols());
  for (Index r = 0; r < chains; ++r) rbm::copy_row(*training, r % training->rows(), states, r);
  return states;
}

}  // namespace

rbm::Result<States> starting_states(ChainSource start, const ChainSources& sources, Index chains,
                                    const rbm::Model& model, std::uint64_t seed, rbm::ThreadPool& pool) {
  // Far from the steps that GibbsChains counts with the same seed and stream.
  const rbm::RandomKey key{seed, rbm::Stream::Window, std::uint64_t{1} << 40};
  const Index pixels = rbm::picture_shape(model).pixels();
  switch (start) {
    case ChainSource::Noise: {
      States states = rbm::empty_states(rbm::units_of(model), chains, model.visible());
      rbm::units_of(model).draw_noise(model, key, states, pool);
      return states;
    }
    case ChainSource::Data: {
      const rbm::Dataset* data = sources.data;
      if (data == nullptr || data->count() == 0) return missing("The data are not loaded yet.");
      if (data->shape.pixels() != pixels)
        return missing("The data have another number of pixels than the model.");
      const auto count = static_cast<std::uint32_t>(data->count());
      return from_pictures(*data, chains, model, pool, [&](Index chain) {
        return Index{rbm::random_below(key, static_cast<std::uint32_t>(chain), 0, count)};
      });
    }
    case ChainSource::Digit: {
      const rbm::Dataset* digits = sources.digits;
      if (digits == nullptr || digits->count() == 0) return missing("The test images are not loaded yet.");
      if (digits->shape.pixels() != pixels)
        return missing("The test images have another number of pixels than the model: start from data.");
      const Index row = std::clamp<Index>(sources.digit, 0, digits->count() - 1);
      return from_pictures(*digits, chains, model, pool, [&](Index) { return row; });
    }
    case ChainSource::Painted:
      return from_painted(sources.painted, chains, model, pool);
    case ChainSource::Training:
      break;
  }
  return from_training(sources.training, chains, model);
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

void ChainRunner::start(const States& states, Index hidden, std::uint64_t seed) {
  chains_.emplace(states.rows(), states.cols(), hidden, seed);
  chains_->start(states);
  set_temperature(1);
  apply_holds();
  remaining_ = 0;
  watch(std::min(watched_, states.rows() - 1));
}

void ChainRunner::watch(Index chain) {
  watched_ = chain;
  moments_.clear();
  if (chains_) stepped(false);
}

/// After a step, or a start: what is kept of it.
void ChainRunner::stepped(bool redrawn) {
  drawn_again_ = redrawn;
  if (!redrawn) flipped_.clear();
  ++version_;
  if (chains_->phase() != rbm::Phase::Visible) return;
  const States& v = chains_->states();
  const rbm::Matrix& expected = chains_->visible_probabilities();
  if (redrawn && !moments_.empty()) moments_.pop_back();
  if (moments_.size() == kMoments) moments_.pop_front();
  ChainMoment& moment = moments_.emplace_back();
  moment.half_steps = chains_->half_steps();
  for (Index i = 0; i < v.cols(); ++i) {
    moment.state.push_back(v.at(watched_, i));
    moment.expected.push_back(expected.rows() == v.rows() ? expected(watched_, i) : v.at(watched_, i));
  }
}

/// Of the layer that was drawn last, as far as its units have states.
std::vector<std::uint8_t> ChainRunner::watched_states() const {
  std::vector<std::uint8_t> out;
  const bool hidden = chains_->phase() == rbm::Phase::Hidden;
  if (!hidden && chains_->states().is_real) return out;
  const BitMatrix& bits = hidden ? chains_->hidden() : chains_->visible();
  for (Index i = 0; i < bits.cols(); ++i) out.push_back(bits.get(watched_, i) ? 1 : 0);
  return out;
}

void ChainRunner::anneal() {
  annealing_left_ = kAnnealingSteps;
  temperature_ = kHottest;
  if (chains_) chains_->set_temperature(temperature_);
}

/// After a full step.
void ChainRunner::cool() {
  if (annealing_left_ == 0) return;
  --annealing_left_;
  temperature_ = std::pow(kHottest, static_cast<float>(annealing_left_) / kAnnealingSteps);
  chains_->set_temperature(temperature_);
}

bool ChainRunner::fits(const rbm::Model& model) const {
  return has_chains() && chains_->states().cols() == model.visible() &&
         chains_->states().is_real == rbm::units_of(model).stores_numbers() &&
         chains_->hidden().cols() == model.hidden();
}

void ChainRunner::play() {
  playing_ = true;
  clock_.restart();
}

void ChainRunner::hold_label(int label) {
  label_ = label;
  if (chains_) apply_holds();
}

void ChainRunner::hold(const rbm::Holds& holds) {
  holds_ = holds;
  if (!chains_) return;
  apply_holds();
  ++version_;
}

/// A label that is held by itself goes before that of the holds. Holds of another model's units wait for its
/// start.
void ChainRunner::apply_holds() {
  const auto fits = [](std::size_t held, rbm::Index units) {
    return held == 0 || static_cast<rbm::Index>(held) == units;
  };
  const bool fit = fits(holds_.visible_mask.size(), chains_->states().cols()) &&
                   (holds_.visible_mask.empty() || holds_.visible.is_real == chains_->states().is_real) &&
                   fits(holds_.hidden_mask.size(), chains_->hidden().cols());
  chains_->hold(fit ? holds_ : rbm::Holds{});
  if (label_ >= 0 || !fit) chains_->clamp_labels_to(label_);
}

void ChainRunner::set_temperature(float temperature) {
  temperature_ = temperature;
  annealing_left_ = 0;
  if (chains_) chains_->set_temperature(temperature);
}

void ChainRunner::half_step(const rbm::Model& model, const rbm::Matrix& transposed, rbm::ThreadPool& pool) {
  if (!fits(model)) return;
  chains_->half_step(model, transposed, pool);
  stepped(false);
  if (chains_->phase() == rbm::Phase::Visible) cool();
}

void ChainRunner::full_step(const rbm::Model& model, const rbm::Matrix& transposed, rbm::ThreadPool& pool) {
  if (!fits(model)) return;
  chains_->full_steps(model, transposed, 1, pool);
  stepped(false);
  if (chains_->phase() == rbm::Phase::Visible) cool();
}

void ChainRunner::redraw(const rbm::Model& model, const rbm::Matrix& transposed, rbm::ThreadPool& pool) {
  if (!fits(model) || chains_->half_steps() == 0) return;
  flipped_ = watched_states();
  chains_->redraw(model, transposed, pool);
  const std::vector<std::uint8_t> now = watched_states();
  for (std::size_t i = 0; i < now.size(); ++i) flipped_[i] ^= now[i];
  stepped(true);
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
