// Marks of the curves at the updates at which settings changed, from the journal of the run. Pure functions; any thread.
#pragma once

#include <vector>

#include "app/ui/plot.hpp"
#include "core/session/snapshot.hpp"

namespace lab {

/// "update 1 200: learning rate 0.05 → 0.01", at its place over x_axis: 0 updates, 1 epochs, 2 seconds, which are those of
/// the curve's points. Changes that lie closer together than `closest` are one mark, which says what they come to.
std::vector<ui::PlotMark> setting_marks(const rbm::Journal& journal,
                                        const std::vector<rbm::CurvePoint>& points, int x_axis,
                                        double closest);

/// Where a point of the curves lies over that axis.
double place_of(const rbm::CurvePoint& point, int x_axis);
/// The same of any update; between points in proportion, beyond them at the next one.
double place_of(std::uint64_t update, const std::vector<rbm::CurvePoint>& points, int x_axis);

}  // namespace lab
