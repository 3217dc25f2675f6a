// The gradient itself: the averages of a small model under its own distribution, by summing over all states of the
// smaller layer. There are no chains that could miss a mode: what stands in their place for whoever looks at chains are
// independent samples, drawn from the same sums.
#include <algorithm>
#include <cmath>

#include "core/data/dataset.hpp"
#include "core/learning/average_cases.hpp"
#include "core/learning/estimators/estimator.hpp"
#include "core/learning/unit_rows.hpp"
#include "core/model/enumeration.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

/// A millisecond for an update of a table; a tenth of a second for one of digits.
constexpr Index kMostUnits = 16;
/// Of rows with missing cells, each of which is a sum of its own.
constexpr Index kMostUnitsWithMissing = 10;

class ExactAverages final : public Estimator {
 public:
  void run(const ChainContext& context, const LearningPhase&, Chains& chains, ThreadPool& pool) override {
    // A model with a parameter that is not finite has none; the update that made it so has said it.
    const auto found = model_averages(context.model, pool, {}, &log_weights_);
    if (!found) return;
    chains.age = 0;
    chains.averages = as_cases(context.model, *found);
    draw(context, chains, pool);
    note_states(context.path, chains.visible);
  }

  bool reads_all_weights() const override { return true; }

 private:
  /// Every chain a state of the enumerated layer by its probability, and the other layer given that.
  void draw(const ChainContext& context, Chains& chains, ThreadPool& pool) {
    const Model& model = context.model;
    const std::uint64_t seed = context.settings.seed, draw = context.update * kStepsPerUpdate;
    const RandomKey key{seed, Stream::ChainHidden, draw};
    const double largest = *std::ranges::max_element(log_weights_);
    double sum = 0;
    for (double& log : log_weights_) log = sum += std::exp(log - largest);
    const bool over_hidden = enumerates_hidden(model);
    const std::size_t states =
        log_weights_.size() / static_cast<std::size_t>(std::max<Index>(1, model.labels()));
    numbers_.resize(static_cast<std::size_t>(chains.visible.rows()));
    for (std::size_t c = 0; c < numbers_.size(); ++c) {
      const double point = sum * double{uniform(key, static_cast<std::uint32_t>(c), 0)};
      const auto place = std::ranges::upper_bound(log_weights_, point) - log_weights_.begin();
      const auto number =
          static_cast<std::size_t>(std::min<std::ptrdiff_t>(place, std::ssize(log_weights_) - 1));
      numbers_[c] = number % states;
      if (model.labels() > 0) chains.labels[c] = static_cast<std::uint8_t>(number / states);
    }
    if (over_hidden) {
      for (std::size_t c = 0; c < numbers_.size(); ++c) {
        for (Index j = 0; j < model.hidden(); ++j)
          chains.hidden_states.set(static_cast<Index>(c), j, (numbers_[c] >> j & 1) != 0);
      }
      units_of(model).draw(model, context.transposed, chains.hidden_states, {},
                           {seed, Stream::ChainVisible, draw}, chains.visible, nullptr, pool);
    } else {
      put_visible(model, chains.visible);
      draw_hidden(model, {seed, Stream::ChainHidden, draw + 1}, chains, pool);
    }
    transpose_states(chains, pool);
  }

  void put_visible(const Model& model, States& v) {
    Eigen::VectorXd state(model.visible());
    const VisibleBase layer = model.visible_base();
    for (std::size_t c = 0; c < numbers_.size(); ++c) {
      units_of(model).state_of_number(layer, numbers_[c], state.data());
      const auto row = static_cast<Index>(c);
      for (Index i = 0; i < model.visible(); ++i) {
        if (v.is_real)
          v.values(row, i) = static_cast<float>(state[i]);
        else
          v.bits.set(row, i, state[i] != 0);
      }
    }
  }

  std::vector<double> log_weights_;  // of all states; then their running sums
  std::vector<std::uint64_t> numbers_;
};

/// Of the layer of visible units that learns such data.
double log_states(const TrainingSettings& settings, const Dataset& data) {
  VisibleBase layer(Eigen::VectorXf::Zero(data.shape.pixels()), {}, data.states);
  if (units_of(settings.visible).learns() == DataForm::Categories && layer.states == nullptr) {
    const auto states = states_in(data);
    if (!states) return HUGE_VAL;
    layer.states = *states;
  }
  return units_of(settings.visible).log_states(layer);
}

Result<void> check(const TrainingSettings& settings, const Dataset& data) {
  if (data.has_missing() && settings.labels)
    return fail(
        ErrorCode::BadArgument,
        "Label units learn of rows with missing cells with the methods cd and pcd: choose one of them, or "
        "leave such rows out with --complete.");
  const double visible = log_states(settings, data);
  const Index units = data.has_missing() ? kMostUnitsWithMissing : kMostUnits;
  if (enumerable_units(settings.hidden, visible) <= units) return {};
  const std::string most = std::to_string(units), hidden = std::to_string(settings.hidden);
  const std::string found = std::isfinite(visible)
                                ? "the smaller layer, and here are " + std::to_string(data.shape.pixels()) +
                                      " visible and " + hidden + " hidden units"
                                : "the hidden layer, and here are " + hidden + " hidden units";
  return fail(ErrorCode::BadArgument, "The method exact sums over all states of " + found +
                                          ": take at most " + most + " hidden units" +
                                          (data.has_missing() ? " where cells are missing" : "") +
                                          ", or the method pcd or tempering.");
}

/// Tables, where an update takes a millisecond or so: of numbers the visible units cost nothing.
bool suits(const TrainingSettings& settings, const Dataset& data) {
  constexpr double kMostNumbers = 1 << 18;
  if (is_picture(data.shape) || !check(settings, data)) return false;
  const double visible = log_states(settings, data);
  if (!std::isfinite(visible)) return true;
  const auto units = static_cast<double>(enumerable_units(settings.hidden, visible));
  const auto labels =
      static_cast<double>(settings.labels ? std::max<Index>(1, std::ssize(data.label_names)) : 1);
  return std::exp2(units) * labels * static_cast<double>(data.shape.pixels() + settings.hidden) <=
         kMostNumbers;
}

}  // namespace

const MethodKind kExactAverages{
    .id = Method::Exact,
    .name = "exact",
    .title = "Exact",
    .explanation =
        "The gradient itself, by summing over all states of up to 16 hidden or visible units: no "
        "chains, no lost modes.",
    .start = "There are no chains: the model's side is summed over all states of its smaller layer.",
    .moves =
        "Every state counts with its probability. The pictures are drawn from that sum, to be looked at.",
    .keeps_chains = false,
    .own_settings = {},
    .learns_labels = true,
    .crosses_modes = true,
    .missing = MissingTreatment::SummedOut,
    .check = check,
    .suits = suits,
    .make = [] { return std::unique_ptr<Estimator>(std::make_unique<ExactAverages>()); }};

}  // namespace rbm
