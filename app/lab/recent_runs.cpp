#include "app/lab/recent_runs.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "app/lab/kept_offer.hpp"
#include "app/lab/run_picture.hpp"
#include "app/panels/format_text.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"
#include "core/model/model_file.hpp"
#include "core/run/curves_tensors.hpp"

namespace lab {
namespace {

constexpr int kFilters = 16, kColumns = 4;
constexpr float kPicture = 64, kPadding = 8, kCardGap = 8, kLine = 16, kHeading = 26;
constexpr int kMostLines = 4;

/// What goes beyond the facts that the folder lists; false where the file is no whole checkpoint any more.
bool read_more(RecentRun& out) {
  const auto file = rbm::read_tensors(out.run.path);
  if (!file) return false;
  const auto model = rbm::model_from_tensors(*file, out.run.path);
  const auto curves = rbm::curves_of(*file, out.run.path);
  if (!model || !curves) return false;
  for (const rbm::CurvePoint& point : *curves) {
    if (std::isfinite(point.log_likelihood)) out.log_likelihood = point.log_likelihood;
  }
  out.picture = picture_of(*model, kFilters);
  return true;
}

float card_height() {
  return ui::px(2 * kPadding + kPicture + 4 + kMostLines * kLine);
}

/// The largest place for a wall of tiles in a square.
ImVec2 fitted(const ui::TileSpec& spec, float side) {
  const int rows = (spec.count + spec.columns - 1) / std::max(1, spec.columns);
  const auto width = static_cast<float>(spec.columns * (spec.tile_width + spec.gap) + spec.gap);
  const auto height = static_cast<float>(rows * (spec.tile_height + spec.gap) + spec.gap);
  const float scale = side / std::max(width, height);
  return {width * scale, height * scale};
}

}  // namespace

std::vector<RecentRun> read_recent_runs(const std::string& folder) {
  std::vector<RecentRun> out;
  if (folder.empty()) return out;
  for (rbm::KeptRun& run : rbm::KeptRuns(folder).list()) {
    RecentRun recent;
    recent.run = std::move(run);
    if (read_more(recent)) out.push_back(std::move(recent));
  }
  return out;
}

std::vector<std::string> lines_of(const RecentRun& recent, std::int64_t now) {
  constexpr std::int64_t kSecond_ns = 1'000'000'000;
  std::vector<std::string> out{recent.run.data, std::string(grouped(recent.run.updates).text) + " update" +
                                                    (recent.run.updates == 1 ? "" : "s")};
  if (recent.log_likelihood) {
    std::array<char, 32> text;
    std::snprintf(text.data(), text.size(), "%.2f nats", *recent.log_likelihood);
    out.emplace_back(text.data());
  }
  out.push_back(ago((now - recent.run.written_ns) / kSecond_ns));
  return out;
}

void RecentRuns::look() {
  has_place_ = !folder_.empty() && !rbm::KeptRuns(folder_).files().empty();
  if (reading_.valid()) return;
  reading_ = std::async(std::launch::async, [folder = folder_, tell = on_news_] {
    auto read = read_recent_runs(folder);
    tell();
    return read;
  });
}

bool RecentRuns::has_news() const {
  return reading_.valid() && reading_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

void RecentRuns::follow() {
  if (!has_news()) return;
  cards_.clear();
  for (RecentRun& read : reading_.get()) {
    Card& card = cards_.emplace_back();
    card.read = std::move(read);
    ui::TileSpec spec = card.read.picture.tile.spec(card.read.picture.range);
    spec.count = static_cast<int>(card.read.picture.filters.rows());
    spec.columns = std::min(kColumns, spec.count);
    card.picture.shape(spec);
    RunPicture& shown = card.read.picture;
    for (int n = 0; n < spec.count; ++n)
      card.picture.put(n, shown.tile.tile(shown.filters.row(n), shown.range));
  }
}

float RecentRuns::height() const {
  return has_place_ ? card_height() + ui::px(kHeading + kCardGap) : 0;
}

std::optional<std::string> RecentRuns::draw() {
  if (!has_place_) return std::nullopt;
  ui::heading("Recent");
  std::optional<std::string> chosen;
  const float gap = ui::px(kCardGap);
  if (cards_.empty()) {
    const float top = ImGui::GetCursorPosY();
    ui::text_dim(reading_.valid() ? "Reading the kept runs …" : "No kept run can be read.");
    ImGui::SetCursorPosY(top);
    ImGui::Dummy({1, card_height()});
  }
  constexpr auto kMost = static_cast<float>(rbm::KeptRuns::kMostRuns);
  const float width = std::floor((ImGui::GetContentRegionAvail().x - (kMost - 1) * gap) / kMost);
  for (std::size_t n = 0; n < std::min(cards_.size(), rbm::KeptRuns::kMostRuns); ++n) {
    if (n > 0) ImGui::SameLine(0, gap);
    if (draw_card(n, {width, card_height()})) chosen = cards_[n].read.run.path;
  }
  return chosen;
}

bool RecentRuns::draw_card(std::size_t number, ImVec2 size) {
  Card& card = cards_[number];
  const std::string id = "recent." + std::to_string(number);
  const ImVec2 min = ImGui::GetCursorScreenPos(), max{min.x + size.x, min.y + size.y};
  const bool clicked = ImGui::InvisibleButton(id.c_str(), size);
  const bool hovered = ImGui::IsItemHovered();
  ui::mark(id.c_str(), "A run that was kept: goes on with it, bit for bit. The present one is kept first.");
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ui::Palette& p = ui::palette();
  list->AddRectFilled(min, max, hovered ? p.panel_raised : p.panel, ui::px(6));
  list->AddRect(min, max, hovered ? p.accent : p.border, ui::px(6));
  const float padding = ui::px(kPadding), side = ui::px(kPicture);
  const ImVec2 picture = fitted(card.picture.spec(), side), corner{min.x + padding, min.y + padding};
  card.picture.paint(list, corner, {corner.x + picture.x, corner.y + picture.y});
  ui::push_font(ui::fonts().small);
  float y = min.y + padding + side + ui::px(4);
  bool is_first = true;
  for (const std::string& line : lines_of(card.read, now_ns())) {
    ui::draw_fitted(list, {min.x + padding, y}, size.x - 2 * padding, is_first ? p.text : p.text_dim,
                    line.c_str());
    y += ui::px(kLine);
    is_first = false;
  }
  ui::pop_font();
  return clicked;
}

}  // namespace lab
