#include "app/panels/source_lists.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <vector>

#include "app/panels/setting_row.hpp"
#include "app/ui/widgets.hpp"
#include "core/data/readers.hpp"

namespace lab {
namespace {

struct BuiltIn {
  const char* source;
  const char* title;
};
constexpr std::array<BuiltIn, 5> kBuiltIn{{
    {"mnist", "MNIST digits"},
    {"photographs", "Photographs"},
    {"bars-and-stripes:4", "Bars and stripes"},
    {"shifter:8", "Shifter"},
    {"mixture:2d", "Four hills in 2-D"},
}};
constexpr const char* kBrowse = "Browse …";

std::string short_name(const std::string& path) {
  const std::string name = std::filesystem::path(path).filename().string();
  return name.empty() ? path : name;
}

/// The row; its last choice is to browse, which leaves `choice` alone.
Picked list_row(const rbm::Setting& setting, std::vector<const char*>& titles, int& choice,
                const char* badge) {
  titles.push_back(kBrowse);
  int place = choice;
  if (!ui::row_combo(setting.control, setting.title, &place, titles, hint_of(setting).text, badge))
    return Picked::Nothing;
  if (place == static_cast<int>(titles.size()) - 1) return Picked::Browse;
  choice = place;
  return Picked::Another;
}

}  // namespace

bool is_built_in(const std::string& data) {
  return rbm::is_synthetic(data) ||
         std::ranges::any_of(kBuiltIn, [&](const BuiltIn& b) { return data == b.source; });
}

Picked data_row(const rbm::Setting& setting, rbm::TrainingSettings& draft, const char* badge) {
  std::vector<const char*> titles;
  int choice = -1;
  for (const BuiltIn& known : kBuiltIn) {
    if (draft.data == known.source) choice = static_cast<int>(titles.size());
    titles.push_back(known.title);
  }
  const std::string own = short_name(draft.data);
  if (choice < 0) choice = static_cast<int>(titles.size()), titles.push_back(own.c_str());
  const Picked picked = list_row(setting, titles, choice, badge);
  if (picked == Picked::Another && choice < static_cast<int>(kBuiltIn.size())) {
    draft.data = kBuiltIn[static_cast<std::size_t>(choice)].source;
    draft.source = {};
  }
  return picked;
}

Picked below_row(const rbm::Setting& setting, std::string& on, std::span<const std::string> files,
                 const char* badge) {
  std::vector<std::string> paths{""};
  if (!on.empty()) paths.push_back(on);
  for (const std::string& file : files) {
    if (file != on) paths.push_back(file);
  }
  std::vector<std::string> names;
  for (const std::string& path : paths) names.push_back(path.empty() ? "No model" : short_name(path));
  std::vector<const char*> titles;
  for (const std::string& name : names) titles.push_back(name.c_str());
  int choice = on.empty() ? 0 : 1;
  const Picked picked = list_row(setting, titles, choice, badge);
  if (picked == Picked::Another) on = paths[static_cast<std::size_t>(choice)];
  return picked;
}

}  // namespace lab
