#include "app/lab/moment_row.hpp"

#include <cmath>
#include <utility>

#include "app/lab/run_picture.hpp"
#include "app/panels/format_text.hpp"
#include "core/run/run_summary.hpp"

namespace lab {
namespace {

constexpr int kMostMomentFilters = 1024;

}  // namespace

RunRow moment_row(const rbm::Snapshot& snapshot) {
  const std::uint64_t update = snapshot.monitoring.timeline.looking_at.value_or(snapshot.progress.updates);
  const auto& journal = snapshot.monitoring.journal;
  const rbm::TrainingSettings& settings =
      journal != nullptr ? journal->settings_after(update) : snapshot.settings;
  auto facts = std::make_shared<RunFacts>();
  facts->path = snapshot.kept.path;
  facts->data = snapshot.data.train != nullptr ? snapshot.data.train->name : snapshot.settings.data;
  facts->hidden = static_cast<int>(snapshot.model->hidden());
  facts->updates = update;
  for (rbm::SettingWords& words : rbm::words_of(settings))
    facts->settings.push_back({std::move(words.title), std::move(words.value)});
  if (snapshot.monitoring.curves != nullptr) {
    for (const rbm::CurvePoint& point : *snapshot.monitoring.curves)
      if (point.update <= update) facts->curves.push_back(point);
  }
  // The moment's own likelihood, not a better one before it.
  for (const rbm::CurvePoint& point : facts->curves)
    if (std::isfinite(point.log_likelihood)) facts->best = point;
  facts->images_per_second = rbm::images_per_second(facts->curves, settings.batch);
  facts->picture = picture_of(*snapshot.model, kMostMomentFilters);
  RunRow row;
  row.key = "moment " + std::to_string(snapshot.run) + " " + std::to_string(update);
  row.title = std::string("Update ") + grouped(update).text;
  row.is_moment = true;
  row.facts = std::move(facts);
  return row;
}

}  // namespace lab
