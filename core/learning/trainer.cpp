#include "core/learning/trainer.hpp"

#include <cmath>

#include "core/learning/first_model.hpp"
#include "core/learning/training_data.hpp"
#include "core/math/shares.hpp"
#include "core/model/labels.hpp"
#include "core/model/units/visible_units.hpp"
#include "core/parallel/communicator.hpp"

namespace rbm {
namespace {

/// The state to fall back to is checked and copied this often: rarely enough to cost nothing.
constexpr std::uint64_t kGoodStateInterval = 100;

/// No unit of a useful model needs a parameter of this size: σ is 0 or 1 to float precision long before.
/// Beyond it the run has diverged.
constexpr float kLargestParameter = 1000;

bool in_bounds(const Eigen::VectorXf& x) {
  return x.allFinite() && (x.size() == 0 || x.cwiseAbs().maxCoeff() < kLargestParameter);
}

bool holds_part(const Model& model) {
  return !model.weights.is_whole();
}

bool in_bounds(const Matrix& x) {
  return x.held().size() == 0 || x.held().cwiseAbs().maxCoeff<Eigen::PropagateNaN>() < kLargestParameter;
}

/// Whether an update does with the columns of some hidden units alone: nothing reads the weights but half-steps, nor sums
/// over the hidden units of a gradient.
bool goes_by_columns(const TrainingSettings& settings, const Model& model, const Dataset& train) {
  const auto estimator = kind_of(settings.method).make();
  return !train.has_missing() && !estimator->reads_all_weights() && !estimator->learns() &&
         settings.clip <= 0 && !Update::learns_variances(settings, model);
}

/// The model of which each of several ranks holds its own columns of the weights, where that is enough; else the model as
/// it is.
Model held_of(Model model, const TrainingSettings& settings, const Dataset& train,
              const Communicator& ranks) {
  if (!can_be_shared(model.visible(), ranks) || !can_be_shared(model.hidden(), ranks)) return model;
  if (!goes_by_columns(settings, model, train)) return model;
  model.weights = own_columns(model.weights, ranks);
  return model;
}

}  // namespace

Result<void> check_fits(const TrainingSettings& settings, const Dataset& train) {
  if (settings.batch > train.count()) {
    return fail(ErrorCode::BadArgument,
                "A mini-batch of " + std::to_string(settings.batch) + " is larger than the training set of " +
                    std::to_string(train.count()) + " images: choose a smaller batch.");
  }
  const VisibleUnits& units = units_of(settings.visible);
  if (units.stores_numbers() != train.is_real() ||
      (units.learns() == DataForm::Categories) != (train.states != nullptr)) {
    return fail(ErrorCode::BadArgument,
                train.name + " holds " +
                    (train.states != nullptr ? "categories"
                     : train.is_real()       ? "real numbers"
                                             : "bytes") +
                    ", which are not what these visible units learn: make it with training_data().");
  }
  if (settings.labels && train.labels.empty()) {
    return fail(ErrorCode::BadArgument,
                train.name + " has no labels: turn label units off, or use data with labels.");
  }
  return check_method(settings, train);
}

Trainer::Trainer(const TrainingSettings& settings, Rows train, Communicator& ranks)
    : Trainer(settings, train, first_model(settings, *train), ranks) {}

Trainer::Trainer(const TrainingSettings& settings, Rows train, Model model, Communicator& ranks)
    : ranks_(ranks),
      settings_(settings),
      batches_(train, settings.batch, settings.seed),
      parameters_{.model = held_of(std::move(model), settings, *train, ranks),
                  .average = {},
                  .transposed = {},
                  .rounded = {}},
      data_mean_(state_means(*train, settings.binarization)),
      base_(units_of(parameters_.model).base_of(visible_statistics(*train, settings.binarization))),
      update_(settings, parameters_.model, data_mean_,
              parameters_.model.labels() > 0 ? label_shares(train->labels, parameters_.model.labels())
                                             : Eigen::VectorXf()) {
  Model& own = parameters_.model;
  RBM_ASSERT(validate(settings_).has_value() && own.visible() == train->shape.pixels());
  settings_.hidden = static_cast<int>(own.hidden());
  settings_.labels = own.labels() > 0;
  settings_.visible = own.visible_type;
  RBM_ASSERT(check_fits(settings_, *train).has_value());
  parameters_.average = own;
  chains_.visible.is_real = units_of(own).stores_numbers();
  size_batch();
  prepare();
  use_method();
  update_.configure(settings_, own, *estimator_);
  size_chains();
  keep_good_state();
}

Result<void> Trainer::step(ThreadPool& pool, UpdateTrace* trace) {
  parameters_.prepare(arithmetic(), pool);
  present_batch(pool);
  if (data().has_missing()) missing_.sum_out(model(), batch_, pool);
  if (trace != nullptr) begin_trace(*trace);
  if (estimator_->reads_all_weights()) gather(pool);
  estimator_->run(context(trace != nullptr ? &trace->path : nullptr), batch_, chains_, pool);
  UpdateNorms norms;
  const bool is_finite = update_.apply(settings_, updates_, batch_, chains_, *estimator_, arithmetic(),
                                       parameters_, ask_norms_ ? &norms : nullptr, pool);
  if (ask_norms_) relative_change_ = norms.weights > 0 ? std::sqrt(norms.change / norms.weights) : 0;
  ask_norms_ = false;
  is_whole_ = pool.ranks().is_alone() || holds_part(model());
  ++updates_;
  if (trace != nullptr) finish_trace(*trace);

  // A parameter that is not finite shows in the statistics of the very next pass over it, a runaway one in the biases
  // first.
  const Model& model = parameters_.model;
  if (!rbm::in_bounds(model.visible_bias) || !rbm::in_bounds(model.hidden_bias) || !is_finite)
    return restore_good_state();
  if (updates_ % kGoodStateInterval == 0) {
    gather(pool);
    if (!in_bounds() || chains_ran_away()) return restore_good_state();
    keep_good_state();
  }
  return {};
}

void Trainer::begin_trace(UpdateTrace& trace) const {
  trace = {.update = updates_ + 1,
           .settings = settings_,
           .rate = learning_rate_at(settings_, updates_),
           .rows = batch_rows_,
           .batch = batch_.visible,
           .labels = batch_.labels};
  trace.before = model().weights;
  if (!settings_.centred) return;
  trace.visible_offset = update_.visible_offset();
  trace.hidden_offset = update_.hidden_offset();
  trace.visible_share = settings_.labels ? 1 - settings_.discriminative : 1;
}

/// Once the statistics are as the gradient has used them, and the weights have changed.
void Trainer::finish_trace(UpdateTrace& trace) const {
  trace.is_exact = !chains_.averages.empty();
  const PhaseStatistics data = update_.data_statistics(settings_, batch_), model_side = chains_.statistics();
  trace.is_rounded = sums_in_16_bits(data, model_side, arithmetic());
  trace.data = traced(data);
  trace.model = traced(model_side);
  trace.after = model().weights;
}

/// The data's side of an update: the states of its rows, and p(h | v) or p(h | v, y).
void Trainer::present_batch(ThreadPool& pool) {
  const auto rows = batches_.rows(updates_);
  batch_rows_.assign(rows.begin(), rows.end());
  if (batch_.visible.is_real) {
    batches_.values(updates_, batch_.visible.values);
  } else {
    batches_.states(updates_, settings_.binarization, batch_.visible.bits, pool);
  }
  for (std::size_t r = 0; r < batch_.labels.size(); ++r) batch_.labels[r] = data().labels[batch_rows_[r]];
  if (data().has_missing()) missing_.present(batches_, context(), batch_rows_, batch_, pool);
  transpose_states(batch_, pool);
  if (passes_with_batch()) return;
  const RoundedWeights* sums = parameters_.rounded_for(arithmetic());
  const ShortMatrix* rounded = sums != nullptr ? &sums->weights : nullptr;
  // Chains that are not kept start from a sample of the hidden units; the others need their probabilities only.
  BitMatrix* starts = kind_of(settings_.method).keeps_chains ? nullptr : &chains_.hidden_states;
  const Model& model = parameters_.model;
  const RandomKey key{settings_.seed, Stream::PositiveHidden, updates_};
  if (model.labels() == 0) {
    hidden_pass(model, batch_.visible, 1.0f, key,
                {.probabilities = &batch_.hidden,
                 .states = starts,
                 .rounded = rounded,
                 .own_probabilities = holds_part(model)},
                batch_.weighted, pool);
    return;
  }
  hidden_pass(model, batch_.visible, 1.0f, key, {.inputs = &batch_.inputs, .rounded = rounded},
              batch_.weighted, pool);
  hidden_given_labels(model, batch_.inputs, batch_.labels, 1.0f, batch_.hidden, pool);
  if (starts != nullptr) sample_bernoulli(batch_.hidden, key, *starts, pool);
}

/// What the half-steps read where no update has made it: Wᵀ, for methods of every arithmetic, where there is room.
void Trainer::prepare() {
  ThreadPool alone(1, &ranks_);
  parameters_.prepare(holds_part(model()) ? arithmetic() : Arithmetic::Single, alone);
}

/// The mini-batch as states, or as numbers.
void Trainer::size_batch() {
  const Index batch = settings_.batch, visible = model().visible(), hidden = model().hidden();
  batch_ = {};
  batch_.visible.is_real = chains_.visible.is_real || settings_.binarization == Binarization::None;
  resize(batch_.visible, batch, visible);
  if (!batch_.visible.is_real) batch_.transposed.resize(visible, batch);
  batch_.hidden.resize(batch, hidden);
  batch_rows_.reserve(static_cast<std::size_t>(batch));
  if (model().labels() == 0) return;
  batch_.inputs.resize(batch, hidden);
  batch_.labels.resize(static_cast<std::size_t>(batch));
}

/// A new estimator: what an earlier one kept fits a model that is gone.
void Trainer::use_method() {
  estimator_ = kind_of(settings_.method).make();
  chains_.averages = {};
  batch_.averages = {};
  if (data().has_missing())
    missing_.begin(kind_of(settings_.method).missing, data(), model(), settings_.batch);
  estimator_->begin(context());
}

/// The one that is wanted, where method and states can have it.
Arithmetic Trainer::arithmetic() const {
  const bool has_choice =
      kind_of(settings_.method).reads("arithmetic") && !chains_.visible.is_real && !data().has_missing();
  return has_choice ? settings_.arithmetic : Arithmetic::Single;
}

/// Whether the estimator makes p(h | v) of the batch on its way.
bool Trainer::passes_with_batch() const {
  return kind_of(settings_.method).passes_with_batch && !batch_.visible.is_real && !chains_.visible.is_real &&
         model().labels() == 0;
}

ChainContext Trainer::context(std::vector<States>* path) {
  return {.settings = settings_,
          .model = parameters_.model,
          .transposed = parameters_.transposed,
          .base = base_,
          .update = updates_,
          .rounded = parameters_.rounded_for(arithmetic()),
          .batch = passes_with_batch() ? &batch_ : nullptr,
          .path = path,
          .observed = missing_.absent()};
}

void Trainer::size_chains() {
  const Index chains = kind_of(settings_.method).keeps_chains ? settings_.chains : settings_.batch;
  if (chains_.visible.rows() == chains) return;
  resize(chains_.visible, chains, model().visible());
  if (!chains_.visible.is_real) chains_.transposed.resize(model().visible(), chains);
  chains_.hidden_states.resize(chains, model().hidden());
  chains_.hidden.resize(chains, model().hidden());
  if (settings_.labels) chains_.labels.resize(static_cast<std::size_t>(chains));
  start_chains();
}

void Trainer::start_chains() {
  chains_.age = 0;
  // As independent units with the data's means, not at zero: that is where the first model is (W ≈ 0).
  const RandomKey key{settings_.seed, Stream::InitialChains, 2 * updates_};
  ThreadPool alone(1);
  States& v = chains_.visible;
  units_of(model()).draw_first(base_, data_mean_, key, v, alone);
  for (std::size_t c = 0; c < chains_.labels.size(); ++c)
    chains_.labels[c] = static_cast<std::uint8_t>(random_below(key, static_cast<std::uint32_t>(c),
                                                               static_cast<std::uint32_t>(v.cols()),
                                                               static_cast<std::uint32_t>(model().labels())));
  draw_hidden_of_chains();
}

void Trainer::draw_hidden_of_chains() {
  ThreadPool alone(1, &ranks_);
  hidden_pass(model(), chains_.visible, 1.0f, {settings_.seed, Stream::InitialChains, 2 * updates_ + 1},
              {.states = &chains_.hidden_states}, chains_.weighted, alone);
}

void Trainer::set_chains(const States& visible) {
  States& v = chains_.visible;
  RBM_ASSERT(visible.rows() == v.rows() && visible.cols() == v.cols() && visible.is_real == v.is_real);
  v = visible;
  estimator_->set_chains(visible);
  draw_hidden_of_chains();
}

void Trainer::configure(const TrainingSettings& settings) {
  RBM_ASSERT(!needs_reset(settings, settings_) && validate(settings).has_value());
  RBM_ASSERT(!holds_part(model()) || goes_by_columns(settings, model(), data()));
  if (settings.average > 0 && settings_.average <= 0) parameters_.average = parameters_.model;
  const bool other_method = settings.method != settings_.method;
  settings_ = settings;
  const bool real = chains_.visible.is_real || settings_.binarization == Binarization::None;
  if (batch_.visible.is_real != real) size_batch();
  if (other_method) {
    prepare();
    use_method();
  }
  update_.configure(settings_, model(), *estimator_);
  size_chains();
}

/// The state in one list: what a checkpoint, a good state and the check of its bounds go through.
void Trainer::visit_state(StateVisitor& visit) {
  visit_parameters(parameters_.model, Kept::Parameters, visit);
  visit_parameters(parameters_.average, Kept::Average, visit);
  update_.visit_state(visit);
  visit(chains_.visible.is_real ? "run/chain_values" : "run/chain_visible", Kept::Anew, chains_.visible);
  visit("run/chain_hidden", Kept::Anew, chains_.hidden_states);
  visit("run/chain_labels", Kept::Anew, chains_.labels);
  missing_.visit_state(visit);
  estimator_->visit_state(visit);
}

namespace {

template <class T>
constexpr bool kIsNumbers = std::is_same_v<T, Matrix> || std::is_same_v<T, Eigen::VectorXf>;

bool is_restored(Kept kept) {
  return kept == Kept::Parameters || kept == Kept::Average;
}
bool is_zeroed(Kept kept) {
  return kept == Kept::Moments || kept == Kept::Squares;
}

}  // namespace

bool Trainer::in_bounds() {
  bool all = true;
  VisitingState check([&all]<class T>(std::string_view, Kept kept, T& array) {
    if constexpr (kIsNumbers<T>) all = all && (kept != Kept::Parameters || rbm::in_bounds(array));
  });
  visit_state(check);
  return ranks_.largest(all ? 0 : 1) == 0;
}

/// Numbers may grow far beyond the data's while every parameter is still a sensible one: at this many deviations from
/// the data's mean, on average over all units and chains, nothing is learned any more.
bool Trainer::chains_ran_away() const {
  constexpr double kMostDeviations = 10;
  if (!units_of(model()).has_variances()) return false;
  const auto v = chains_.visible.values.view();
  const BitMatrix* observed = missing_.absent();
  double sum = 0;
  for (Index i = 0; i < v.cols(); ++i) {
    float square = (v.col(i).array() - data_mean_[i]).square().mean();
    for (Index r = 0; observed != nullptr && r < v.rows(); ++r) {
      // An absent unit is 0, which is no distance.
      if (!observed->get(r, i)) square -= data_mean_[i] * data_mean_[i] / static_cast<float>(v.rows());
    }
    sum += double{square * std::exp(-base_.log_variance[i])};
  }
  const double mean = sum / static_cast<double>(v.cols());
  return !(mean < kMostDeviations * kMostDeviations);
}

/// Parameters, averages and moments of the weights' shape, where they are held whole; the rest every rank has.
void Trainer::gather(ThreadPool& pool) {
  if (is_whole_) return;
  VisitingState visit([&]<class T>(std::string_view, Kept kept, T& array) {
    if constexpr (std::is_same_v<T, Matrix>) {
      const bool is_shared = array.rows() == model().visible() && array.cols() == model().hidden();
      if (is_shared && kept != Kept::Anew) gather_columns(array, pool);
    }
  });
  visit_state(visit);
  is_whole_ = true;
}

void Trainer::keep_good_state() {
  std::size_t matrices = 0, vectors = 0;
  VisitingState keep([&]<class T>(std::string_view, Kept kept, T& array) {
    const auto put = [](auto& kept_arrays, std::size_t place, const auto& value) {
      if (kept_arrays.size() <= place) kept_arrays.resize(place + 1);
      kept_arrays[place] = value;
    };
    if (!is_restored(kept)) return;
    if constexpr (std::is_same_v<T, Matrix>) put(good_.matrices, matrices++, array);
    if constexpr (std::is_same_v<T, Eigen::VectorXf>) put(good_.vectors, vectors++, array);
  });
  visit_state(keep);
  good_.updates = updates_;
}

Result<void> Trainer::restore_good_state() {
  const std::uint64_t failed = updates_;
  std::size_t matrices = 0, vectors = 0;
  VisitingState restore([&]<class T>(std::string_view, Kept kept, T& array) {
    if constexpr (std::is_same_v<T, Matrix>) {
      if (is_restored(kept)) array = good_.matrices[matrices++];
      if (is_zeroed(kept)) array.set_zero();
    } else if constexpr (std::is_same_v<T, Eigen::VectorXf>) {
      if (is_restored(kept)) array = good_.vectors[vectors++];
      if (is_zeroed(kept)) array.setZero();
    }
  });
  visit_state(restore);
  updates_ = good_.updates;
  is_whole_ = true;
  parameters_.weights_set();
  prepare();
  update_.set_offsets(model());
  estimator_->begin(context());
  start_chains();
  return fail(ErrorCode::NotFinite, "Training diverged at update " + std::to_string(failed) +
                                        " and is back at update " + std::to_string(updates_) +
                                        ": lower the learning rate (now " +
                                        std::to_string(learning_rate_at(settings_, failed)) +
                                        (settings_.momentum > 0 ? ") or the momentum." : ")."));
}

}  // namespace rbm
