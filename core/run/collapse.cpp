#include "core/run/collapse.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <span>

namespace rbm {
namespace {

constexpr Index kGroups = 8;
/// The first chains are where independent units put them.
constexpr std::uint64_t kFirstUpdate = 500;
constexpr double kLeastFall = 3;

/// What to change, for the settings and the model at hand.
std::string remedy(const Trainer& trainer) {
  const TrainingSettings& settings = trainer.settings();
  std::string methods;
  for (const MethodKind* kind : method_kinds()) {
    TrainingSettings other = settings;
    other.method = kind->id;
    if (!kind->crosses_modes || kind->id == settings.method) continue;
    if (check_method(other) && check_method(other, trainer.data()))
      methods += (methods.empty() ? "the method " : " or ") + std::string(kind->name);
  }
  if (!methods.empty()) methods += ", ";
  return "Take " + methods + "more Gibbs steps (k) or a smaller learning rate.";
}

std::string words_for(const CutOffPart& part, const Trainer& trainer) {
  char text[320];
  if (part.is_lost)
    std::snprintf(text, sizeof text,
                  "The chains do not mix: %.0f\u00a0%% of the data lie where only %lld of the %lld chains "
                  "are and where no other one comes, so the model weighs its parts wrongly.",
                  100 * part.share, static_cast<long long>(part.there), static_cast<long long>(part.of));
  else
    std::snprintf(text, sizeof text,
                  "The chains do not mix: none goes between one part of the data, %.0f\u00a0%% of them, and "
                  "the rest, so nothing tells the model how much weight each has.",
                  100 * part.share);
  return std::string(text) + ' ' + remedy(trainer);
}

std::string words_for(const LikelihoodFall& fall, const Trainer& trainer) {
  char text[240];
  std::snprintf(
      text, sizeof text,
      "The likelihood of the training data has fallen by %.1f\u00a0nats since update %llu while the "
      "reconstruction error improves: the chains do not follow the model.",
      fall.nats, static_cast<unsigned long long>(fall.since));
  return std::string(text) + ' ' + remedy(trainer);
}

}  // namespace

std::optional<LikelihoodFall> likelihood_fall(const std::vector<CurvePoint>& points) {
  struct Measured {
    double low = 0, high = 0;  // of the training rows
    double reconstruction = 0;
    std::uint64_t update = 0;
  };
  std::vector<Measured> measured;
  for (const CurvePoint& p : points) {
    if (std::isnan(p.log_likelihood_lower) || std::isnan(p.log_likelihood_upper)) continue;
    const double gap = p.free_energy_validation - p.free_energy_train, over = std::isnan(gap) ? 0 : gap;
    measured.push_back(
        {p.log_likelihood_lower + over, p.log_likelihood_upper + over, p.reconstruction_train, p.update});
  }
  if (measured.size() < 3) return std::nullopt;
  const auto best = std::ranges::max_element(measured.begin(), measured.end() - 2, {}, &Measured::low);
  double least = std::numeric_limits<double>::infinity();
  for (const Measured& now : std::span(measured).last(2)) {
    if (now.reconstruction > best->reconstruction) return std::nullopt;
    least = std::min(least, best->low - now.high);
  }
  if (least < kLeastFall) return std::nullopt;
  return LikelihoodFall{least, best->update};
}

void CollapseWatch::look(const Trainer& trainer, const Model& model, const States& data,
                         const std::vector<CurvePoint>& points, ThreadPool& pool) {
  const std::uint64_t now = trainer.updates();
  if (now >= std::max(kFirstUpdate, next_look_)) {
    look_at_chains(trainer, model, data, pool);
    next_look_ = now + now / 2;
  }
  sentence_ = chains_say_;
  if (!sentence_.empty()) return;
  if (const auto fall = likelihood_fall(points)) sentence_ = words_for(*fall, trainer);
}

void CollapseWatch::look_at_chains(const Trainer& trainer, const Model& model, const States& data,
                                   ThreadPool& pool) {
  chains_say_.clear();
  const TrainingSettings& settings = trainer.settings();
  std::optional<CutOffPart> found;
  // Chains that begin anew for every update go nowhere, and cannot lose anything.
  // Groups of rows with missing cells are groups of what they miss.
  if (data.rows() > 0 && kind_of(settings.method).keeps_chains && !trainer.data().has_missing()) {
    if (!groups_) groups_ = groups_of(data, kGroups);
    found =
        cut_off_part(model, data, *groups_, trainer.chain_states(), settings.seed + trainer.updates(), pool);
  }
  // Those of a method that crosses go between parts by its own way.
  if (found && kind_of(settings.method).crosses_modes && !found->is_lost) found.reset();
  // Chains come and go: what is cut off is so twice.
  if (found && before_) chains_say_ = words_for(*found, trainer);
  before_ = found;
}

}  // namespace rbm
