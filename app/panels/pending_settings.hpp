// Which edited settings apply at once and which wait for a reset: what the training controls post and what
// the Reset button says. Pure functions; any thread.
#pragma once

#include "core/learning/settings.hpp"

namespace lab {

/// Takes an edit over into `wanted` if it is valid, and says what it asks for.
enum class Edit { None, Rejected, AppliesNow, AppliesAtReset };
/// `trouble` gets rbm::validate's sentence when the edit is rejected, and is left alone otherwise.
Edit take_edit(const rbm::TrainingSettings& edited, rbm::TrainingSettings& wanted, std::string& trouble);

/// "Start over", or "Start over with them" of the changes that wait.
struct ResetLabel {
  char text[48];
};
ResetLabel reset_label(int waiting);

/// Parses a seed typed by hand: decimal digits up to 2^64 − 1.
rbm::Result<std::uint64_t> parse_seed(const std::string& text);

/// What is set for pixels, kept while hidden units of another model are learned.
struct PixelUnits {
  rbm::VisibleType visible = rbm::TrainingSettings{}.visible;
  float learning_rate = rbm::TrainingSettings{}.learning_rate;
};
/// Puts a model on top of the one in the file `path`: hidden units are on or off, and learn at a rate of
/// their own. An empty path goes back to pixels, as they were.
void build_on(const std::string& path, rbm::TrainingSettings& draft, PixelUnits& pixels);

/// What else changes with an edit of the form: without label units no share of theirs, and build_on() where
/// the model below was changed.
void follow_up(const rbm::TrainingSettings& before, rbm::TrainingSettings& draft, PixelUnits& pixels);

}  // namespace lab
