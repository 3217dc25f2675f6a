// The one speed of the training: from one update in ten seconds to as many as the machine can. UI thread only.
#pragma once

#include <string>

#include "app/panels/context.hpp"

namespace lab {

/// The slowest speed, in updates a second; and the first one that counts as full.
inline constexpr double kSlowestSpeed = 0.1, kFullSpeed = 1000;

/// The slider `speed`, which names its value. While a run begins slowly it shows how fast it is by now; touching it ends
/// that.
void draw_speed(Context& context, float width);
/// Updates a second, kept within what the slider has; 0, and kFullSpeed or more: as many as it can. Slow motion shows its
/// view.
void set_speed(Context& context, double updates_per_second);

/// "Full speed", "20 updates/s", "1 update in 4 s".
std::string speed_text(double updates_per_second);
/// What there is to say about a run that begins slowly; empty once it does not.
std::string opening_sentence(const rbm::PaceReport& pace);

}  // namespace lab
