#include "app/lab/numbers_text.hpp"

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/learning/settings_text.hpp"
#include "core/model/version.hpp"
#include "core/run/curve_columns.hpp"

namespace lab {
namespace {

constexpr const char *kSettingsText = "rbm-settings", *kDataText = "rbm-data", *kUpdateText = "rbm-update",
                     *kViewText = "rbm-view", *kRunText = "rbm-run";

std::string data_name(const rbm::Snapshot& snapshot) {
  return snapshot.data.train != nullptr ? snapshot.data.train->name : snapshot.settings.data;
}

}  // namespace

std::string numbers_text(const rbm::Snapshot& snapshot) {
  std::string out;
  const auto line = [&](const std::string& name, const std::string& value) {
    out += name + "\t" + value + "\n";
  };
  const auto number = [&](const std::string& name, double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.9g", value);
    if (std::isfinite(value)) line(name, text);
  };
  line("data", data_name(snapshot));
  line("update", std::to_string(snapshot.progress.updates));
  number("images_per_second", snapshot.progress.images_per_second);
  // Of each curve the last value that there is: not all are measured at each point.
  if (snapshot.monitoring.curves != nullptr)
    for (const rbm::CurveColumn& column : rbm::kCurveColumns) {
      double last = rbm::kMissing;
      for (const rbm::CurvePoint& point : *snapshot.monitoring.curves)
        if (std::isfinite(point.*column.value)) last = point.*column.value;
      const auto word = static_cast<std::size_t>(last >= 0 ? last : 0);
      if (column.words.empty())
        number(column.name, last);
      else if (last >= 0 && word < column.words.size())
        line(column.name, column.words[word]);
    }
  const auto settings = nlohmann::json::parse(rbm::to_json_text(snapshot.settings));
  for (const auto& [key, value] : settings.items())
    line(key, value.is_string() ? value.get<std::string>() : value.dump());
  return out;
}

std::map<std::string, std::string> picture_texts(const rbm::Snapshot& snapshot, const std::string& view,
                                                 const std::string& title) {
  std::map<std::string, std::string> out{{"Title", title},
                                         {"Software", "RBM Lab " + std::string(rbm::version())},
                                         {kSettingsText, rbm::to_json_text(snapshot.settings)},
                                         {kDataText, data_name(snapshot)},
                                         {kUpdateText, std::to_string(snapshot.progress.updates)},
                                         {"rbm-seed", std::to_string(snapshot.settings.seed)},
                                         {"rbm-numbers", numbers_text(snapshot)},
                                         {kViewText, view}};
  // It is there at the latest once the window has closed.
  if (!snapshot.kept.path.empty()) out[kRunText] = snapshot.kept.path;
  return out;
}

PictureOrigin origin_of(const std::map<std::string, std::string>& texts) {
  const auto told = [&](const char* key) {
    const auto found = texts.find(key);
    return found == texts.end() ? std::string() : found->second;
  };
  return {told(kSettingsText), told(kDataText), told(kUpdateText), told(kViewText), told(kRunText)};
}

}  // namespace lab
