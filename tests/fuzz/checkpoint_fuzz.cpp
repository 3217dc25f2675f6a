// Checkpoints: settings, facts, curves, and the run itself, which goes on where the file lets it.
#include "core/data/dataset.hpp"
#include "core/learning/checkpoint_facts.hpp"
#include "core/learning/trainer.hpp"
#include "core/math/thread_pool.hpp"
#include "core/model/tensor_formats.hpp"
#include "core/run/curves_tensors.hpp"

namespace {

std::shared_ptr<const rbm::Dataset> data_of_seeds() {
  static const auto data = std::make_shared<const rbm::Dataset>(*rbm::load_dataset("bars-and-stripes:2"));
  return data;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto file = rbm::parse_safetensors({bytes, size}, "fuzz");
  if (!file) return 0;
  const auto settings = rbm::checkpoint_settings(*file, "fuzz");
  if (!settings) return 0;
  (void)rbm::facts_of(*file, *settings, "fuzz");
  if (const auto curves = rbm::curves_of(*file, "fuzz")) {
    for (std::size_t i = 1; i < curves->size(); ++i)
      RBM_ASSERT((*curves)[i - 1].update < (*curves)[i].update);
  }
  // More would be a valid run, and slow.
  if (settings->chains > 64 || settings->batch > 64 || settings->hidden > 64) return 0;
  if (settings->k > 10 || settings->langevin_steps > 10) return 0;
  const auto trainer = rbm::Trainer::resume(*file, data_of_seeds(), "fuzz");
  if (!trainer) {
    RBM_ASSERT(trainer.error().message.starts_with("fuzz") && trainer.error().message.ends_with("."));
    return 0;
  }
  rbm::ThreadPool alone(1);
  (void)(*trainer)->step(alone);
  (void)(*trainer)->checkpoint();
  return 0;
}
