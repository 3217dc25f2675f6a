#include "core/session/moments.hpp"

#include <algorithm>
#include <new>

#include "core/model/tensor_formats.hpp"

namespace rbm {
namespace {

/// From one moment to the next a run grows by this part, and by this many updates at least.
constexpr double kGrowth = 0.05;
constexpr std::uint64_t kLeastApart = 10;

std::uint64_t bytes_of(const Moment& moment) {
  std::uint64_t out = sizeof(Moment) + moment.file.bytes_in_memory();
  const auto cells = static_cast<std::uint64_t>(moment.chains.rows() * moment.chains.cols());
  out += moment.chains.is_real ? sizeof(float) * cells : cells / 8;
  out += static_cast<std::uint64_t>(moment.chain_hidden.rows() * moment.chain_hidden.cols()) / 8;
  out += sizeof(float) * static_cast<std::uint64_t>(moment.mean_activity.size());
  return out + sizeof(std::uint32_t) * moment.batch_rows.size();
}

/// Of its arrays, which are nearly all of its file.
std::uint64_t bytes_of(const TensorFile& file) {
  std::uint64_t out = 0;
  for (const auto& [name, tensor] : file.tensors) out += tensor.bytes.size();
  return out;
}

}  // namespace

Result<TensorFile> Moment::checkpoint() const {
  return parse_safetensors(file.bytes(), "the run at update " + std::to_string(update));
}

template <class Goes>
void Moments::drop(Goes goes) {
  std::erase_if(moments_, [&](const auto& moment) {
    if (!goes(*moment)) return false;
    bytes_ -= moment->bytes;
    return true;
  });
}

void Moments::begin(const Run& run) {
  ++version_;
  drop([](const Moment&) { return true; });
  next_ = 0;
  keep_if_due(run);
}

void Moments::begin_after(std::uint64_t update, const Run& run) {
  ++version_;
  drop([&](const Moment& moment) { return moment.update > update; });
  next_ = update;
  keep_if_due(run);
}

void Moments::keep_if_due(const Run& run) {
  const std::uint64_t update = run.trainer().updates();
  // A run that diverged is back where it was: what came after that is not of this run any more.
  if (!moments_.empty() && moments_.back()->update > update) begin_after(update, run);
  if (update < next_) return;
  next_ = update + std::max(kLeastApart, static_cast<std::uint64_t>(kGrowth * static_cast<double>(update)));
  if (!moments_.empty() && moments_.back()->update == update) return;  // kept, and gone on from
  try {
    keep(run);
  } catch (const std::bad_alloc&) {
    // Training goes on without it.
  }
  thin_out();
}

void Moments::keep(const Run& run) {
  const Trainer& trainer = run.trainer();
  auto moment = std::make_shared<Moment>();
  {
    const TensorFile checkpoint = run.checkpoint_at_hand();
    if (bytes_of(checkpoint) > budget_) return;  // of a large model: no copy of it
    moment->file = to_mapped_safetensors(checkpoint);
  }
  moment->update = trainer.updates();
  moment->chains = trainer.chain_states();
  moment->chain_hidden = trainer.chain_hidden();
  moment->chain_age = trainer.chain_age();
  moment->mean_activity = trainer.mean_activity();
  moment->batch_rows.assign(trainer.batch_rows().begin(), trainer.batch_rows().end());
  moment->bytes = bytes_of(*moment);
  if (moment->bytes > budget_) return;
  ++version_;
  bytes_ += moment->bytes;
  moments_.push_back(std::move(moment));
}

/// The newest always stays: it alone fits.
void Moments::thin_out() {
  while (bytes_ > budget_ && moments_.size() > 1) {
    const std::size_t older = (moments_.size() + 1) / 2;
    std::size_t n = 0;
    drop([&](const Moment&) {
      const bool goes = n < older && n % 2 == (older > 1 ? 1 : 0);
      ++n;
      return goes;
    });
  }
}

std::shared_ptr<const Moment> Moments::at(std::uint64_t update) const {
  const auto found = std::ranges::lower_bound(moments_, update, {}, [](const auto& m) { return m->update; });
  return found != moments_.end() && (*found)->update == update ? *found : nullptr;
}

}  // namespace rbm
