#include "app/cli/bench_measure.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "core/learning/training_data.hpp"
#include "core/math/kernels.hpp"
#include "core/model/labels.hpp"
#include "core/parallel/communicator.hpp"

namespace lab::cli {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// Calls `work` again and again for about so long, all ranks as often as the first one; calls a second.
template <class Work>
double calls_per_second(double seconds, rbm::ThreadPool& pool, const Work& work) {
  const Clock::time_point begin = Clock::now();
  std::uint64_t calls = 0;
  double elapsed = 0;
  for (std::uint64_t until = 1; elapsed < seconds; until = calls + std::max<std::uint64_t>(1, calls / 8)) {
    for (; calls < until; ++calls) work();
    elapsed = pool.ranks().of_first(seconds_since(begin));
  }
  return static_cast<double>(calls) / elapsed;
}

rbm::TrainingSettings settings_of(const BenchConfig& config, rbm::Arithmetic arithmetic, int threads) {
  rbm::TrainingSettings s;
  s.hidden = config.hidden;
  s.method = config.method;
  s.k = config.k;
  s.batch = s.chains = config.batch;
  s.learning_rate = 0.05f;
  s.l2 = 1e-4f;
  s.binarization = rbm::Binarization::Threshold;
  s.threads = threads;
  s.arithmetic = arithmetic;
  if (config.gaussian) {
    s.visible = rbm::VisibleType::Gaussian;
    s.learning_rate = 0.001f;
    s.variance_rate = 0.1f;
    s.validation = 0;
  }
  return s;
}

double density(const rbm::BitMatrix& states) {
  rbm::Index on = 0;
  for (rbm::Index r = 0; r < states.rows(); ++r) on += states.count(r);
  return static_cast<double>(on) /
         static_cast<double>(std::max<rbm::Index>(1, states.rows() * states.cols()));
}

rbm::Result<void> train(rbm::Trainer& trainer, std::uint64_t updates, rbm::ThreadPool& pool) {
  for (std::uint64_t t = 0; t < updates; ++t) {
    if (auto done = trainer.step(pool); !done) return done;
  }
  return {};
}

/// Visible states of one phase of the gradient, and p(h | v) of them.
struct Phase {
  rbm::BitMatrix states, transposed;
  rbm::Matrix hidden;

  rbm::PhaseStatistics statistics() const { return {.bits_transposed = &transposed, .hidden = &hidden}; }
};

/// What half-steps write.
struct DrawnStates {
  rbm::Matrix visible_values, hidden_values;
  rbm::BitMatrix visible, hidden;
};

/// Differences and offsets of any size: how long centring takes does not depend on them.
struct Centring {
  Eigen::VectorXf visible_difference, hidden_difference, visible_offset, hidden_offset;

  Centring(rbm::Index visible, rbm::Index hidden)
      : visible_difference(Eigen::VectorXf::Constant(visible, 0.01f)),
        hidden_difference(Eigen::VectorXf::Constant(hidden, 0.01f)),
        visible_offset(visible_difference),
        hidden_offset(hidden_difference) {}
  void join(rbm::WeightUpdate& rule) const {
    rule.visible_difference = visible_difference.data();
    rule.hidden_difference = hidden_difference.data();
    rule.visible_offset = visible_offset.data();
    rule.hidden_offset = hidden_offset.data();
  }
};

/// The states, statistics and results of one update, outside of any trainer.
struct UpdateOfParts {
  const rbm::Trainer& trainer;
  rbm::ThreadPool& pool;
  rbm::Matrix weights, transposed, average, gradient;
  rbm::RoundedWeights rounded;  // for 16-bit sums
  Phase data, chain;
  rbm::BitMatrix hidden;    // of the chain
  rbm::Matrix data_values;  // of the data's half-step
  DrawnStates drawn;
  rbm::RandomKey key{1, rbm::Stream::Synthetic, 0};
  rbm::WeightUpdate rule{.learning_rate = 1e-6f, .l2 = 1e-4f, .average_rate = 0.001f};
  Centring centring;

  UpdateOfParts(const rbm::Trainer& of, rbm::ThreadPool& with)
      : trainer(of),
        pool(with),
        weights(of.model().weights),
        average(of.averaged().weights),
        centring(of.model().visible(), of.model().hidden()) {
    const rbm::Index p = of.model().visible(), q = of.model().hidden();
    transposed.resize(q, p);
    gradient.resize(p, q);
    rbm::transpose(weights, transposed, pool);
    if (in_16_bits()) rbm::round_weights(weights, transposed, rounded, pool);
    rule.arithmetic = of.settings().arithmetic;
    data.states.resize(static_cast<rbm::Index>(of.batch_rows().size()), p);
    rbm::states_of(of.data(), of.batch_rows(), of.settings().binarization, key, data.states, pool);
    chain.states = of.chain_states().bits;
    rbm::transpose(data.states, data.transposed);
    rbm::transpose(chain.states, chain.transposed);
    data.hidden = of.batch_hidden();
    data_values.resize(data.states.rows(), q);
    const rbm::Index chains = chain.states.rows();
    chain.hidden.resize(chains, q);
    hidden.resize(chains, q);
    rbm::layer_pass(chain.states, weights, hidden_bias(), 1.0f, key,
                    {.probabilities = &chain.hidden, .states = &hidden}, pool);
    drawn.visible.resize(chains, p);
    drawn.hidden.resize(chains, q);
    drawn.hidden_values.resize(chains, q);
    drawn.visible_values.resize(chains, p);
    if (of.settings().centred) centring.join(rule);
  }

  bool in_16_bits() const { return trainer.settings().arithmetic == rbm::Arithmetic::Fixed16; }
  const float* hidden_bias() const { return trainer.model().hidden_bias.data(); }
  const float* visible_bias() const { return trainer.model().visible_bias.data(); }

  /// The three half-steps of an update (positive, down, up) with as much of their ends as is asked for.
  enum class End { Inputs, Probabilities, States };
  void half_steps(End end) {
    ++key.step;
    const bool states = end == End::States, sigmoids = end != End::Inputs;
    const auto outputs = [&](rbm::Matrix& values, rbm::BitMatrix* sampled, const rbm::ShortMatrix& of) {
      return rbm::LayerOutputs{.inputs = sigmoids ? nullptr : &values,
                               .probabilities = sigmoids ? &values : nullptr,
                               .states = states ? sampled : nullptr,
                               .rounded = in_16_bits() ? &of : nullptr};
    };
    const bool is_cd = trainer.settings().method == rbm::Method::Cd;
    const auto data_outputs = outputs(data_values, is_cd ? &drawn.hidden : nullptr, rounded.weights);
    if (is_cd) rbm::layer_pass(data.states, weights, hidden_bias(), 1.0f, key, data_outputs, pool);
    for (int step = 0; step < trainer.settings().k; ++step) {
      const bool is_last = step + 1 == trainer.settings().k;
      rbm::layer_pass(hidden, transposed, visible_bias(), 1.0f, key,
                      outputs(drawn.visible_values, &drawn.visible, rounded.transposed), pool);
      const auto up =
          outputs(drawn.hidden_values, !is_cd || !is_last ? &drawn.hidden : nullptr, rounded.weights);
      if (is_cd || !is_last) {
        rbm::layer_pass(chain.states, weights, hidden_bias(), 1.0f, key, up, pool);
      } else {  // chains that are kept take the data along
        rbm::layer_pass({data.states, key, data_outputs}, {chain.states, key, up}, weights, hidden_bias(),
                        pool);
      }
    }
  }
  void gradients() { rbm::gradient(data.statistics(), chain.statistics(), gradient, pool, rule.arithmetic); }
  void update() {
    rbm::update_weights(data.statistics(), chain.statistics(), rule, weights,
                        in_16_bits() ? nullptr : &transposed, nullptr, &average,
                        in_16_bits() ? &rounded : nullptr, nullptr, pool);
  }
};

}  // namespace

const std::vector<BenchConfig>& bench_configs() {
  static const std::vector<BenchConfig> configs{{"A", 500, rbm::Method::Cd, 1},
                                                {"B", 500, rbm::Method::Pcd, 1},
                                                {"C", 500, rbm::Method::Cd, 10},
                                                {"D", 128, rbm::Method::Pcd, 1},
                                                {"E", 2000, rbm::Method::Pcd, 1},
                                                {"F", 500, rbm::Method::Pcd, 3},
                                                {"G", 500, rbm::Method::Pcd, 1, 100, true}};
  return configs;
}

Spread Spread::of(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  const double median = values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return {median, values.front(), values.back()};
}

rbm::Result<BenchResult> measure_config(const BenchConfig& config, const BenchOptions& options,
                                        std::shared_ptr<const rbm::Dataset> data, DenseProducts* dense,
                                        rbm::ThreadPool& pool) {
  const rbm::TrainingSettings settings = settings_of(config, options.arithmetic, pool.threads());
  if (config.gaussian) {
    auto made = rbm::training_data(*data, settings, pool);
    if (!made) return rbm::Unexpected{made.error()};
    data = made->train;
  }
  rbm::Trainer trainer(settings, data, pool.ranks());
  if (auto done = train(trainer, options.warm_up, pool); !done)
    return rbm::fail(done.error().code, done.error().message);
  if (dense != nullptr) dense->prepare({data->shape.pixels(), config.hidden, config.batch, config.k});
  const double batch = config.batch;
  bool is_finite = true;
  const auto ours = [&] {
    return batch *
           calls_per_second(options.seconds, pool, [&] { is_finite &= trainer.step(pool).has_value(); });
  };
  const auto bound = [&] {
    dense->run_update();
    const double rate = batch * calls_per_second(options.seconds, pool, [&] { dense->run_update(); });
    // OpenBLAS's threads look for more work for some 30 ms before they sleep.
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    return rate;
  };
  std::vector<double> rates, bounds, ratios;
  for (int r = 0; r < options.repeats; ++r) {
    // In turn, and each first every other time: what slows the machine down slows both.
    if (r % 2 == 0) rates.push_back(ours());
    if (dense != nullptr) bounds.push_back(bound());
    if (r % 2 == 1) rates.push_back(ours());
    if (dense != nullptr) ratios.push_back(rates.back() / bounds.back());
  }
  if (!is_finite)
    return rbm::fail(rbm::ErrorCode::NotFinite, "Training diverged while configuration " + config.name +
                                                    " was measured: its figures mean nothing.");
  rbm::BitMatrix hidden(trainer.chain_states().rows(), config.hidden);
  rbm::sample_hidden(trainer.model(), trainer.chain_states(), {1, rbm::Stream::Synthetic, 0}, hidden, pool);
  return BenchResult{config,
                     pool.threads(),
                     Spread::of(rates),
                     Spread::of(bounds),
                     Spread::of(ratios),
                     config.gaussian ? 1.0 : density(trainer.chain_states().bits),
                     density(hidden)};
}

rbm::Result<BenchParts> measure_parts(const BenchConfig& config, const BenchOptions& options,
                                      std::shared_ptr<const rbm::Dataset> data, rbm::ThreadPool& pool) {
  rbm::Trainer trainer(settings_of(config, options.arithmetic, pool.threads()), data);
  if (auto done = train(trainer, options.warm_up, pool); !done)
    return rbm::fail(done.error().code, done.error().message);
  UpdateOfParts parts(trainer, pool);
  rbm::Matrix real_visible(parts.chain.states.rows(), parts.chain.states.cols()),
      real_hidden(parts.hidden.rows(), parts.hidden.cols());
  rbm::unpack(parts.chain.states, real_visible);
  rbm::unpack(parts.hidden, real_hidden);
  const auto time_us = [&](const auto& work) {
    return 1e6 / calls_per_second(options.seconds / 4, pool, work);
  };
  const auto product = [&](const auto& x, const rbm::Matrix& w, const float* bias, rbm::Matrix& out) {
    return time_us([&] { rbm::layer_pass(x, w, bias, 1.0f, parts.key, {.inputs = &out}, pool); });
  };

  using End = UpdateOfParts::End;
  std::vector<double> products, gradients, sigmoids, random, updates, rest, whole, gain_visible, gain_hidden;
  for (int r = 0; r < options.repeats; ++r) {
    const double inputs_us = time_us([&] { parts.half_steps(End::Inputs); });
    const double probabilities_us = time_us([&] { parts.half_steps(End::Probabilities); });
    const double states_us = time_us([&] { parts.half_steps(End::States); });
    const double gradient_us = time_us([&] { parts.gradients(); });
    const double update_us = time_us([&] { parts.update(); });
    const double step_us = time_us([&] { static_cast<void>(trainer.step(pool).has_value()); });
    products.push_back(inputs_us);
    sigmoids.push_back(probabilities_us - inputs_us);
    random.push_back(states_us - probabilities_us);
    gradients.push_back(gradient_us);
    updates.push_back(update_us - gradient_us);
    rest.push_back(step_us - states_us - update_us);
    whole.push_back(step_us);
    rbm::Matrix& h = parts.drawn.hidden_values;
    rbm::Matrix& v = parts.drawn.visible_values;
    gain_visible.push_back(product(real_visible, parts.weights, parts.hidden_bias(), h) /
                           product(parts.chain.states, parts.weights, parts.hidden_bias(), h));
    gain_hidden.push_back(product(real_hidden, parts.transposed, parts.visible_bias(), v) /
                          product(parts.hidden, parts.transposed, parts.visible_bias(), v));
  }
  BenchParts out;
  out.parts = {{"products of the half-steps", Spread::of(products)},
               {"nonlinearity", Spread::of(sigmoids)},
               {"random numbers and sampling", Spread::of(random)},
               {"products of the gradient", Spread::of(gradients)},
               {"update, average, transposed weights", Spread::of(updates)},
               {"the rest: mini-batch, means, biases, checks", Spread::of(rest)}};
  out.update = Spread::of(whole);
  out.visible_density = density(parts.chain.states);
  out.hidden_density = density(parts.hidden);
  out.visible_gain = Spread::of(gain_visible);
  out.hidden_gain = Spread::of(gain_hidden);
  return out;
}

}  // namespace lab::cli
