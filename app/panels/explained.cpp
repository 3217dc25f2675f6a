#include "app/panels/explained.hpp"

#include <algorithm>

#include "app/panels/free_energy_rank.hpp"
#include "core/data/batches.hpp"
#include "core/evaluation/code_map.hpp"
#include "core/evaluation/dislike_map.hpp"

namespace lab {
namespace {

constexpr double kModelInterval_s = 0.5;
constexpr rbm::Index kOthers = 200;
}  // namespace

bool Explained::follow(const Context& context, std::span<const float> picture,
                       std::uint64_t picture_version) {
  const rbm::Snapshot& s = context.snapshot;
  const bool fresh = model_ == nullptr || rbm::picture_shape(*model_) != rbm::picture_shape(*s.model) ||
                     model_->hidden() != s.model->hidden();
  const bool due = s.weights.version != weights_version_ && context.now_s >= taken_s_ + kModelInterval_s;
  if (!fresh && !due && picture_version == picture_version_) return false;
  if (fresh || due) {
    model_ = s.model;
    transposed_ = s.weights.transposed;
    weights_version_ = s.weights.version;
    taken_s_ = context.now_s;
    take_others(context);
  }
  picture_version_ = picture_version;
  ++version_;
  answer_.compute(*model_, *transposed_, s.hidden.mean_activity, picture, context.pool);
  parts_ = rbm::free_energy_parts(*model_, answer_.states(), context.pool);
  auto dislike = rbm::dislike_map(*model_, answer_.states(), context.pool);
  dislike_ = dislike ? std::move(*dislike) : std::vector<float>();
  no_dislike_ = dislike ? "" : dislike.error().message;
  shares_ = {share_above(of_data_, answer_.free_energy()),
             noise_.share_above(context, *model_, weights_version_, answer_)};
  return true;
}

/// Unseen pictures under the model that is explained.
void Explained::take_others(const Context& context) {
  const rbm::Dataset* data = test_images(context);
  usual_ = {};
  of_data_.clear();
  if (data == nullptr) return;
  others_ = data == context.shared.test.get() ? "unseen digits" : "unseen pictures";
  // Free energies of fewer cells are no measure for others.
  const std::vector<std::uint32_t> rows = rbm::complete_rows(*data, kOthers);
  if (rows.empty()) return;
  const rbm::States states = rbm::states_of_rows(*model_, *data, rows, context.pool);
  of_data_.resize(rows.size());
  rbm::Matrix scratch;
  rbm::free_energies(*model_, states, of_data_, scratch, context.pool);
  std::ranges::sort(of_data_);
  usual_ = rbm::free_energy_parts(*model_, states, context.pool);
}

}  // namespace lab
