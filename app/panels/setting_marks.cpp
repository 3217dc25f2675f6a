#include "app/panels/setting_marks.hpp"

#include <algorithm>
#include <iterator>
#include <string>

#include "app/panels/format_text.hpp"
#include "app/panels/waiting_list.hpp"

namespace lab {
namespace {

using Kind = rbm::JournalEntry::Kind;

/// Changes next to each other on the screen.
struct NeighbouringChanges {
  double x = 0;                       // of the first
  std::uint64_t first = 0, last = 0;  // updates
  bool diverged = false;
  rbm::TrainingSettings before, after;
};

ui::PlotMark setting_mark_of(const NeighbouringChanges& changes) {
  std::string text = std::string("update ") + grouped(changes.first).text;
  if (changes.last != changes.first) text += std::string(" to ") + grouped(changes.last).text;
  std::vector<std::string> lines;
  for (const SettingChange& change : live_changes(changes.before, changes.after))
    lines.push_back(std::string(change.setting->noun) + " " + change.from + " → " + change.to);
  if (changes.diverged) lines.push_back("diverged, and the run went back");
  if (lines.empty()) lines.push_back("settings changed and changed back");
  text += lines.size() == 1 ? ": " + lines.front() : "";
  if (lines.size() > 1) {
    for (const std::string& line : lines) text += "\n" + line;
  }
  return {changes.x, std::move(text)};
}

}  // namespace

double place_of(const rbm::CurvePoint& point, int x_axis) {
  return x_axis == 0 ? static_cast<double>(point.update) : x_axis == 1 ? point.epoch : point.seconds;
}

double place_of(std::uint64_t update, const std::vector<rbm::CurvePoint>& points, int x_axis) {
  if (x_axis == 0 || points.empty()) return static_cast<double>(update);
  const auto after = std::ranges::lower_bound(points, update, {}, &rbm::CurvePoint::update);
  if (after == points.end()) return place_of(points.back(), x_axis);
  if (after == points.begin() || after->update == update) return place_of(*after, x_axis);
  const rbm::CurvePoint& before = *std::prev(after);
  const double share =
      static_cast<double>(update - before.update) / static_cast<double>(after->update - before.update);
  return place_of(before, x_axis) + share * (place_of(*after, x_axis) - place_of(before, x_axis));
}

std::vector<ui::PlotMark> setting_marks(const rbm::Journal& journal,
                                        const std::vector<rbm::CurvePoint>& points, int x_axis,
                                        double closest) {
  std::vector<NeighbouringChanges> groups;
  const rbm::TrainingSettings* before = &journal.start().settings;
  for (const rbm::JournalEntry& entry : journal.entries()) {
    if (entry.kind == Kind::Set || entry.kind == Kind::Diverged) {
      const std::uint64_t at = entry.kind == Kind::Diverged ? entry.diverged_at : entry.update;
      const double x = place_of(at, points, x_axis);
      // After a divergence the run is further back, and its changes go before marks that are there.
      if (groups.empty() || x - groups.back().x > closest || x < groups.back().x)
        groups.push_back({.x = x, .first = at, .last = at, .before = *before, .after = *before});
      NeighbouringChanges& group = groups.back();
      group.last = at;
      group.after = entry.settings;
      group.diverged |= entry.kind == Kind::Diverged;
    }
    before = &entry.settings;
  }
  std::vector<ui::PlotMark> out;
  std::ranges::transform(groups, std::back_inserter(out), setting_mark_of);
  return out;
}

}  // namespace lab
