#include "app/panels/chain_settings.hpp"

#include <cmath>
#include <vector>

#include "app/panels/format_text.hpp"
#include "app/panels/inline_controls.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab {
namespace {

/// A temperature this near to 1, as a factor, is 1.
constexpr float kSnap = 1.06f;

}  // namespace

/// In another colour wherever it is not that of the model.
void TemperatureControl::draw(ChainRunner& runner, float width) {
  float temperature = runner.temperature();
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  if (inline_slider(
          "chains.temperature", &temperature, ChainRunner::kColdest, ChainRunner::kHottest, "T = %.2f", width,
          true,
          "Temperature of these chains only: below 1 they settle into the deepest valleys, above they "
          "roam; 1 is the model itself. It snaps there; a double click and every new start go back to it."))
    runner.set_temperature(std::abs(std::log(temperature)) < std::log(kSnap) ? 1 : temperature);
  // The second press of a double click would go on dragging.
  resets_ = ImGui::IsMouseDown(ImGuiMouseButton_Left) &&
                             (resets_ ||
                              (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)));
  if (resets_) runner.set_temperature(1);
  if (runner.temperature() != 1)
    ui::draw_rect(ImGui::GetWindowDrawList(), corner, {corner.x + width, corner.y + ImGui::GetFrameHeight()},
                  ui::palette().warning, ImGui::GetStyle().FrameRounding, ui::px(1.5f));
  ImGui::SameLine(0, ui::px(6));
  if (ui::button("chains.anneal", "Anneal",
                 "Lets the chains run from the hottest temperature down to 1 in 100 steps: first they roam, "
                 "then they "
                 "settle.",
                 ui::Icon::None, runner.is_annealing() ? ui::Emphasis::Primary : ui::Emphasis::Normal)) {
    runner.anneal();
    if (!runner.is_busy()) runner.play();
  }
}

void choose_held_label(ChainRunner& runner, rbm::Index count, const rbm::Dataset* data) {
  std::vector<ShortText> names{{"Any label"}};
  for (rbm::Index y = 0; y < count; ++y) names.push_back(label_name(data, y));
  std::vector<const char*> labels;
  for (const ShortText& name : names) labels.push_back(name.text);
  int label = runner.held_label() + 1;
  same_line_if_fits(ui::px(110));
  ImGui::SetNextItemWidth(ui::px(110));
  if (ui::combo("chains.label", &label, labels,
                "The label that every chain keeps, so that the model draws that class; or each chain draws "
                "its own."))
    runner.hold_label(label - 1);
}

}  // namespace lab
