#include "app/panels/views.hpp"

#include <algorithm>
#include <array>

#include "app/panels/chains_panel.hpp"
#include "app/panels/curves_panel.hpp"
#include "app/panels/exact_panel.hpp"
#include "app/panels/filters_panel.hpp"
#include "app/panels/health_panel.hpp"
#include "app/panels/heights_panel.hpp"
#include "app/panels/hidden_panel.hpp"
#include "app/panels/paint_panel.hpp"
#include "app/panels/reconstructions_panel.hpp"
#include "app/panels/watch_panel.hpp"

namespace lab {
namespace {

template <class Panel>
void draw(Panels& panels, Context& context) {
  panels.of<Panel>().draw(context);
}

/// It shows some of the chains of the view of that name.
void draw_watch(Panels& panels, Context& context) {
  panels.of<WatchPanel>().draw(context, panels.of<ChainsPanel>());
}

template <class Panel>
bool is_animating(Panels& panels) {
  return panels.of<Panel>().animating();
}

template <class Panel>
std::map<std::string, double> state(Panels& panels) {
  return panels.of<Panel>().state();
}

constexpr auto kViews = std::to_array<View>({
    {.id = "watch",
     .title = "Watch",
     .short_title = "Watch",
     .key = {ui::kKey1},
     .hint = "Filters, reconstructions and chains at one glance.",
     .needs = {.filters = true, .reconstructions = true, .chains = true},
     .draw = draw_watch,
     .is_animating = is_animating<ChainsPanel>},
    {.id = "filters",
     .title = "Filters",
     .short_title = "Filters",
     .key = {ui::kKey2},
     .hint = "The receptive field of every hidden unit; click one to inspect it.",
     .needs = {.filters = true},  // and of its inspector, while a unit is chosen
     .draw = draw<FiltersPanel>},
    {.id = "hidden",
     .title = "Hidden units",
     .short_title = "Hidden",
     .key = {ui::kKey3},
     .hint = "Which hidden units are on for which images of the mini-batch.",
     .needs = {.hidden_activations = true},
     .draw = draw<HiddenPanel>},
    {.id = "reconstructions",
     .title = "Reconstructions",
     .short_title = "Reconstr.",
     .key = {ui::kKey4},
     .hint = "Images, what the model makes of them, and the error.",
     .needs = {.reconstructions = true},
     .draw = draw<ReconstructionsPanel>},
    {.id = "chains",
     .title = "Chains",
     .short_title = "Chains",
     .key = {ui::kKey5},
     .icon = ui::Icon::Chain,
     .hint = "Gibbs chains, by hand or running.",
     .needs = {.chains = true},
     .draw = draw<ChainsPanel>,
     .is_animating = is_animating<ChainsPanel>,
     .state = state<ChainsPanel>},
    {.id = "paint",
     .title = "Paint",
     .short_title = "Paint",
     .key = {ui::kKey6},
     .icon = ui::Icon::Brush,
     .hint = "Paint a digit and see what the model makes of it.",
     .needs = {.filters = true},
     .draw = draw<PaintPanel>,
     .is_animating = is_animating<PaintPanel>,
     .state = state<PaintPanel>},
    {.id = "curves",
     .title = "Curves",
     .short_title = "Curves",
     .key = {ui::kKey7},
     .hint = "How the run went: log-likelihood, reconstruction error, free energies.",
     .needs = {},
     .draw = draw<CurvesPanel>},
    {.id = "health",
     .title = "Health",
     .short_title = "Health",
     .key = {ui::kKey8},
     .hint = "Whether the run is sound: weights, their changes and spectrum, how the chains mix.",
     .needs = {.diagnostics = true},
     .draw = draw<HealthPanel>},
    {.id = "heights",
     .title = "Two heights",
     .short_title = "Heights",
     .key = {ui::kKey9},
     .hint = "Why hidden units are there: they turn one hill into a mixture of several.",
     .needs = {},
     .draw = draw<HeightsPanel>,
     .is_animating = is_animating<HeightsPanel>,
     .state = state<HeightsPanel>},
    {.id = "exact",
     .title = "Exact",
     .short_title = "Exact",
     .key = {ui::kKey0},
     .hint = "A small model with nothing estimated: its likelihood, its whole distribution, and how far each "
             "method's gradient is off.",
     .needs = {.exact = true},
     .draw = draw<ExactPanel>,
     .state = state<ExactPanel>},
});

}  // namespace

std::span<const View> views() {
  return kViews;
}

const View* find_view(std::string_view id) {
  const auto found = std::ranges::find_if(kViews, [&](const View& view) { return view.id == id; });
  return found == kViews.end() ? nullptr : &*found;
}

}  // namespace lab
