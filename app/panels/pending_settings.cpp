#include "app/panels/pending_settings.hpp"

#include <charconv>
#include <cstdio>
#include <utility>

#include "core/model/units/visible_units.hpp"

namespace lab {

Edit take_edit(const rbm::TrainingSettings& edited, rbm::TrainingSettings& wanted, std::string& trouble) {
  if (edited == wanted) return Edit::None;
  if (const auto valid = rbm::validate(edited); !valid) {
    trouble = valid.error().message;
    return Edit::Rejected;
  }
  const bool now = rbm::applicable_now(edited, wanted) != wanted;
  wanted = edited;
  return now ? Edit::AppliesNow : Edit::AppliesAtReset;
}

ResetLabel reset_label(int waiting) {
  ResetLabel label{};
  if (waiting == 0)
    std::snprintf(label.text, sizeof label.text, "Start over");
  else
    std::snprintf(label.text, sizeof label.text, "Start over with %s", waiting == 1 ? "it" : "them");
  return label;
}

rbm::Result<std::uint64_t> parse_seed(const std::string& text) {
  std::uint64_t seed = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, seed);
  if (error != std::errc() || stopped != end) {
    return rbm::fail(rbm::ErrorCode::BadArgument,
                     "The seed \"" + text + "\" is not a whole number: type digits only, at most 2^64 − 1.");
  }
  return seed;
}

void build_on(const std::string& path, rbm::TrainingSettings& draft, PixelUnits& pixels) {
  const bool was_on = !draft.on.empty(), is_on = !path.empty();
  draft.on = path;
  if (was_on == is_on) return;
  const rbm::TrainingSettings usual;
  if (is_on) {
    pixels = {draft.visible, draft.learning_rate};
    draft.visible = usual.visible;
    if (rbm::units_of(pixels.visible).learns() == rbm::DataForm::Scaled)
      draft.learning_rate = usual.learning_rate;
  } else {
    draft.visible = pixels.visible;
    draft.learning_rate = pixels.learning_rate;
  }
}

void follow_up(const rbm::TrainingSettings& before, rbm::TrainingSettings& draft, PixelUnits& pixels) {
  if (!draft.labels) draft.discriminative = 0;
  if (draft.on == before.on) return;
  const std::string path = std::exchange(draft.on, before.on);
  build_on(path, draft, pixels);
}

}  // namespace lab
