#include "app/lab/kept_offer.hpp"

#include <chrono>
#include <cmath>
#include <utility>

#include "app/panels/format_text.hpp"
#include "app/panels/inline_controls.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab {
namespace {

constexpr float kLineHeight = 36, kLineGap = 8;

}  // namespace

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string ago(std::int64_t seconds) {
  constexpr std::int64_t kMinute = 60, kHour = 60 * kMinute, kDay = 24 * kHour;
  const auto say = [](std::int64_t count, const char* unit) {
    return std::to_string(count) + " " + unit + (count == 1 ? " ago" : "s ago");
  };
  if (seconds < kMinute) return "just now";
  if (seconds < kHour) return say(seconds / kMinute, "minute");
  if (seconds < kDay) return say(seconds / kHour, "hour");
  return say(seconds / kDay, "day");
}

std::string offer_sentence(const rbm::KeptRun& run, std::int64_t now) {
  constexpr std::int64_t kSecond_ns = 1'000'000'000;
  return "The last run is kept: " + run.data + ", " + grouped(run.hidden).text + " hidden unit" +
         (run.hidden == 1 ? "" : "s") + ", " + grouped(run.updates).text + " update" +
         (run.updates == 1 ? "" : "s") + ", " + ago((now - run.written_ns) / kSecond_ns) + ".";
}

KeptOffer::KeptOffer(const std::string& folder) : runs_(folder) {
  if (folder.empty()) return;
  looked_up_ = std::async(std::launch::async, [runs = runs_] { return runs.offer(); });
}

bool KeptOffer::is_open() {
  if (looked_up_.valid() && looked_up_.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
    run_ = looked_up_.get();
    if (run_) sentence_ = offer_sentence(*run_, now_ns());
  }
  return run_.has_value();
}

/// Where the answer cannot be written, the run is offered again at the next start, which is no harm.
void KeptOffer::close() {
  (void)runs_.answer(*run_);
  run_.reset();
}

float KeptOffer::draw(float x, float y, float width,
                      const std::function<void(const std::string& path)>& go_on) {
  if (!is_open()) return 0;
  const float height = ui::px(kLineHeight), gap = ui::px(kLineGap);
  begin_region("kept", {x, y}, {width, height});
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const ImVec2 max{origin.x + width, origin.y + height};
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ui::Palette& p = ui::palette();
  list->AddRectFilled(origin, max, p.panel, ui::px(6));
  const float row = std::floor(origin.y + (height - ImGui::GetFrameHeight()) / 2);
  const float padding = 2 * ImGui::GetStyle().FramePadding.x;
  const float go_width = ImGui::CalcTextSize("Go on").x + padding,
              not_width = ImGui::CalcTextSize("Not now").x + padding;
  const float buttons = go_width + not_width + 2 * gap;
  const float text_y = std::floor(origin.y + (height - ImGui::GetFontSize()) / 2);
  ui::draw_fitted(list, {origin.x + ui::px(14), text_y}, width - buttons - ui::px(28), p.text,
                  sentence_.c_str());
  ImGui::SetCursorScreenPos({std::floor(max.x - buttons), row});
  const bool goes_on = ui::button("kept.go_on", "Go on", "Opens this run, which goes on where it was.",
                                  ui::Icon::None, ui::Emphasis::Primary, {go_width, 0});
  ImGui::SameLine(0, gap);
  const bool is_refused = ui::button("kept.not_now", "Not now", "Hides this line. The run stays kept.",
                                     ui::Icon::None, ui::Emphasis::Normal, {not_width, 0});
  ImGui::EndChild();
  if (goes_on) go_on(run_->path);
  if (goes_on || is_refused) close();
  return height + gap / 2;
}

}  // namespace lab
