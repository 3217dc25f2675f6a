#include "core/session/exact_meter.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "core/evaluation/exact_gradient.hpp"
#include "core/evaluation/monitor.hpp"
#include "core/learning/method_gradient.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
/// A small world has few data; of larger pictures a part will do.
constexpr Index kMostRows = 4096, kMostPictures = 500;
constexpr std::size_t kMostStates = 256;  // that a report lists
/// Passes through the layers for one method, and the updates that they may make.
constexpr Index kPasses = 100000, kLeastUpdates = 20, kMostUpdates = 2000;
/// Updates in which chains that begin anew come to the model; fewer where updates are long.
constexpr int kBurnIn = 100, kBurnInShare = 2;
/// Between two measurements: at least so long, and so many times what the last one took.
constexpr double kLeastPause_s = 0.2, kReportCostShare = 2;
constexpr std::size_t kMostPoints = 1000;

/// One of the methods that are compared.
struct Contender {
  std::string name, note;
  TrainingSettings settings;
  GradientSample sample;
};

std::string numbered(const char* name, int k) {
  return std::string(name) + "-" + std::to_string(k);
}

Contender contender(ComparedMethod which, const ExactJob& job) {
  const TrainingSettings& run = job.settings;
  Contender out{.settings = run};
  bool begins_anew = false;
  out.settings.seed = run.seed + job.update;
  TrainingSettings& s = out.settings;
  switch (which) {
    case ComparedMethod::Cd1:
      s.method = Method::Cd;
      s.k = 1;
      out.name = "CD-1";
      break;
    case ComparedMethod::CdK:
      s.method = Method::Cd;
      s.k = run.method == Method::Cd && run.k > 1 ? run.k : 10;
      out.name = numbered("CD", s.k);
      break;
    case ComparedMethod::Persistent: {
      const bool fast = run.method == Method::Fpcd;
      s.method = fast ? Method::Fpcd : Method::Pcd;
      out.name = numbered(fast ? "FPCD" : "PCD", s.k);
      if (run.method == Method::Pcd) {
        out.note = "from the chains of this run";
        out.sample.chains = &job.chains;
      } else {
        out.note = "chains of its own";
        begins_anew = true;
      }
      break;
    }
    case ComparedMethod::Tempering:
      s.method = Method::Tempering;
      out.name = "Tempering";
      out.note = std::to_string(s.temperatures) + " temperatures";
      begins_anew = true;
      break;
  }
  const Index rows = job.rows->rows(), chains = s.method == Method::Cd ? rows : Index{s.chains};
  const Index rungs = s.method == Method::Tempering ? s.temperatures : 1;
  const Index passes = rows + chains * s.k * rungs;  // of one update
  out.sample.repeats = static_cast<int>(std::clamp(kPasses / passes, kLeastUpdates, kMostUpdates));
  if (begins_anew) {
    out.sample.burn_in = std::min(kBurnIn, kBurnInShare * out.sample.repeats);
    out.note += ", after " + std::to_string(out.sample.burn_in) + " updates";
  }
  return out;
}

void compare_methods(const ExactJob& job, ThreadPool& pool, const Progress& progress, ExactReport& out) {
  const auto exact = exact_gradient(*job.trained, *job.rows, pool, progress);
  if (!exact) {
    out.refused = exact.error().message;
    return;
  }
  out.gradient_norm = std::sqrt(exact->gradient.squared_norm());
  for (std::size_t m = 0; m < kComparedMethods; ++m) {
    const Contender c = contender(static_cast<ComparedMethod>(m), job);
    MethodReport& report = out.methods.emplace_back();
    if (c.name.empty()) continue;
    const auto found =
        method_gradient(*job.trained, *job.rows, c.settings, c.sample, exact->gradient, pool, progress);
    if (!found) continue;  // a method that this run cannot use
    report = {c.name, c.note, c.sample.repeats, found->of_mean, found->of_one, found->noise};
  }
}

/// The states that are the most probable ones under model or data, and what follows from all of them.
void list_states(const ExactJob& job, const std::vector<double>& log_p, ExactReport& out) {
  std::map<std::uint32_t, double> data;
  const States& rows = *job.rows;
  for (Index r = 0; r < rows.rows(); ++r) {
    std::uint32_t state = 0;
    for (Index i = 0; i < rows.cols(); ++i) state |= static_cast<std::uint32_t>(rows.bits.get(r, i)) << i;
    data[state] += 1 / static_cast<double>(rows.rows());
  }
  out.has_distribution = true;
  out.data_states = std::ssize(data);
  for (const auto& [state, p] : data) {
    out.data_entropy -= p * std::log(p);
    out.mass_on_data += std::exp(log_p[state]);
  }
  std::vector<StateProbability> all(log_p.size());
  for (std::uint32_t state = 0; state < all.size(); ++state) all[state] = {state, std::exp(log_p[state]), 0};
  for (const auto& [state, p] : data) all[state].data = p;
  const std::size_t kept = std::min(kMostStates, all.size());
  const auto rank = [](const StateProbability& s) { return std::max(s.model, s.data); };
  const auto by = [](auto value) {
    return [value](const StateProbability& a, const StateProbability& b) {
      return value(a) != value(b) ? value(a) > value(b) : a.state < b.state;
    };
  };
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kept), all.end(), by(rank));
  all.resize(kept);
  std::sort(all.begin(), all.end(), by([](const StateProbability& s) { return s.model; }));
  out.states = std::move(all);
}

}  // namespace

ExactReport measure_exactly(const ExactJob& job, const Progress& progress) {
  const auto begin = std::chrono::steady_clock::now();
  ThreadPool pool(1);
  ExactReport out;
  out.update = job.update;
  out.rows = job.rows->rows();
  const Model& model = *job.model;
  if (const auto exact = exact_gradient(model, *job.rows, pool, progress)) {
    out.log_likelihood = exact->log_likelihood;
    out.log_z = exact->log_z;
  } else {
    out.refused = exact.error().message;
  }
  Matrix transposed(model.hidden(), model.visible());
  transpose(model.weights, transposed, pool);
  out.reconstruction_error =
      reconstruction_error(model, transposed, *job.rows, {job.settings.seed, Stream::Monitor, 16}, pool);
  const bool is_small_world = units_of(model).are_bits() && model.visible() <= kMostGradientUnits;
  if (out.refused.empty() && is_small_world) {
    if (const auto log_p = exact_distribution(model, pool, progress)) list_states(job, *log_p, out);
  }
  if (out.refused.empty() && progress(0)) compare_methods(job, pool, progress, out);
  out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return out;
}

void ExactMeter::restart(std::shared_ptr<const States> rows) {
  background_.cancel();
  rows_ = std::move(rows);
  report_ = nullptr;
  tried_.reset();
  points_.clear();
  shared_points_ = std::make_shared<std::vector<ExactPoint>>();
  next_ = {};
}

Index ExactMeter::rows_of(Index visible) {
  return visible <= kMostGradientUnits ? kMostRows : kMostPictures;
}

bool ExactMeter::is_due(std::uint64_t update, const TrainingSettings& settings, bool rests) const {
  if (rows_ == nullptr || rows_->rows() == 0 || is_busy()) return false;
  if (tried_ == update && settings == measured_) return false;
  return rests || Clock::now() >= next_;
}

void ExactMeter::start(ExactJob job) {
  measured_ = job.settings;
  tried_ = job.update;
  background_.start([job = std::move(job), before = before_](const Progress& progress) {
    if (before) before();
    return measure_exactly(job, progress);
  });
}

bool ExactMeter::take(std::string& note) {
  auto end = background_.take();
  if (!end) return false;
  if (!end->outcome) {
    note = "The exact numbers could not be computed (" + end->thrown + "); training goes on without them.";
    return true;
  }
  auto& found = end->outcome;
  const double pause_s = std::max(kLeastPause_s, kReportCostShare * found->seconds);
  next_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(pause_s));
  report_ = std::make_shared<const ExactReport>(*std::move(found));
  if (!report_->refused.empty()) return true;
  ExactPoint point{report_->update, report_->log_likelihood, report_->reconstruction_error, {}};
  for (std::size_t m = 0; m < kComparedMethods; ++m)
    point.cosine[m] = report_->methods[m].name.empty() ? kNaN : report_->methods[m].of_mean.all.cosine;
  // A run that fell back to an earlier state goes on from there.
  std::erase_if(points_, [&](const ExactPoint& earlier) { return earlier.update >= point.update; });
  points_.push_back(point);
  if (points_.size() > kMostPoints) {
    // Every second one of the older half goes.
    std::size_t kept = 0;
    for (std::size_t i = 0; i < points_.size(); ++i) {
      if (i >= points_.size() / 2 || i % 2 == 0) points_[kept++] = points_[i];
    }
    points_.resize(kept);
  }
  shared_points_ = std::make_shared<const std::vector<ExactPoint>>(points_);
  return true;
}

}  // namespace rbm
