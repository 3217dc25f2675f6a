#include "app/panels/explained.hpp"

#include "app/panels/free_energy_rank.hpp"
#include "core/evaluation/dislike_map.hpp"

namespace lab {
namespace {

constexpr double kModelInterval_s = 0.5;
constexpr int kJudgeParts = 3;

}  // namespace

bool Explained::follow(const Context& context, std::span<const float> picture,
                       std::uint64_t picture_version) {
  if (!follow_model(context) && picture_version == picture_version_) return false;
  picture_version_ = picture_version;
  ++version_;
  const rbm::Model& model = *by_.model;
  answer_.compute(model, *by_.transposed, context.snapshot.hidden.mean_activity, picture, context.pool);
  parts_ = rbm::free_energy_parts(model, answer_.states(), context.pool);
  auto dislike = rbm::dislike_map(model, answer_.states(), context.pool);
  dislike_ = dislike ? std::move(*dislike) : std::vector<float>();
  no_dislike_ = dislike ? "" : dislike.error().message;
  shares_ = {share_above(by_.unseen.free_energies(), answer_.free_energy()),
             noise_.share_above(context, model, by_.weights_version, answer_),
             by_.unseen.has_less_ink(answer_.picture())};
  return true;
}

/// True when what is explained from now on is another model than before.
bool Explained::follow_model(const Context& context) {
  const rbm::Snapshot& s = context.snapshot;
  const bool fresh = by_.model == nullptr || rbm::picture_shape(*by_.model) != rbm::picture_shape(*s.model) ||
                     by_.model->hidden() != s.model->hidden();
  const bool is_newer = s.weights.version != by_.weights_version;
  if (fresh || (!next_ && is_newer && context.now_s >= taken_s_ + kModelInterval_s)) {
    next_ = Judge{
        .model = s.model, .transposed = s.weights.transposed, .weights_version = s.weights.version};
    taken_s_ = context.now_s;
  }
  if (next_) {
    do make_part(context, *next_);
    while (fresh && next_->parts_made < kJudgeParts);
  }
  const bool is_made = next_ && next_->parts_made == kJudgeParts;
  if (is_made) {
    by_ = std::move(*next_);
    next_.reset();
  }
  is_behind_ = s.state != rbm::RunState::Running && s.weights.version != by_.weights_version;
  return is_made;
}

void Explained::make_part(const Context& context, Judge& judge) {
  const int part = judge.parts_made++;
  if (part == 0) judge.unseen.follow(context, *judge.model, judge.weights_version);
  if (part == 1 && !judge.unseen.free_energies().empty())
    judge.usual = rbm::free_energy_parts(*judge.model, judge.unseen.states(), context.pool);
  // The noise that the present picture is compared with is kept for it.
  if (part == 2 && ready() && rbm::picture_shape(*judge.model) == rbm::picture_shape(*by_.model))
    noise_.share_above(context, *judge.model, judge.weights_version, answer_);
}

}  // namespace lab
