#include "app/panels/views.hpp"

#include <algorithm>
#include <array>

#include "app/panels/chains_panel.hpp"
#include "app/panels/compare_panel.hpp"
#include "app/panels/curves_panel.hpp"
#include "app/panels/exact_panel.hpp"
#include "app/panels/filters_panel.hpp"
#include "app/panels/graph_panel.hpp"
#include "app/panels/health_panel.hpp"
#include "app/panels/heights_panel.hpp"
#include "app/panels/hidden_panel.hpp"
#include "app/panels/lessons_panel.hpp"
#include "app/panels/map_panel.hpp"
#include "app/panels/paint_panel.hpp"
#include "app/panels/reconstructions_panel.hpp"
#include "app/panels/runs_panel.hpp"
#include "app/panels/side_column.hpp"
#include "app/panels/update_panel.hpp"
#include "app/panels/watch_panel.hpp"
#include "app/panels/why_panel.hpp"

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

/// The chains and the dream of the views of these names move through it.
void draw_map(Panels& panels, Context& context) {
  const bool has_model = context.has_model() && context.snapshot.weights.transposed;
  panels.of<MapPanel>().draw(context, has_model ? panels.of<ChainsPanel>().go_on(context) : nullptr,
                             has_model ? panels.of<PaintPanel>().dream_on(context) : nullptr);
}
bool is_map_animating(Panels& panels) {
  return panels.of<MapPanel>().animating() || panels.of<ChainsPanel>().animating() ||
         panels.of<PaintPanel>().is_dreaming();
}

template <class Panel>
bool is_animating(Panels& panels) {
  return panels.of<Panel>().animating();
}

template <class Panel>
std::map<std::string, double> state(Panels& panels) {
  return panels.of<Panel>().state();
}

constexpr auto kPlaces = std::to_array<Place>({
    {PlaceId::Watch, "place.watch", "Watch", "What the model is and does while it learns."},
    {PlaceId::Paint, "place.paint", "Paint", "Paint a digit and see what the model makes of it."},
    {PlaceId::Chains, "place.chains", "Chains", "Gibbs chains, by hand or running."},
    {PlaceId::Measure, "place.measure", "Measure", "How the run went, and whether it is sound."},
    {PlaceId::Explain, "place.explain", "Explain",
     "Why a model of this kind works, and what this one knows."},
    {PlaceId::Lessons, "place.lessons", "Lessons", "Short lessons that show the way through the program."},
});

constexpr auto kViews = std::to_array<View>({
    {.id = "watch",
     .place = PlaceId::Watch,
     .title = "Overview",
     .key = {ui::kKey1},
     .hint = "Filters, reconstructions and chains at one glance.",
     .needs = {.filters = true, .reconstructions = true, .chains = true},
     .draw = draw_watch,
     .side = {draw<CurvesOverActivity>, CurvesOverActivity::kNeeds},
     .is_animating = is_animating<ChainsPanel>},
    {.id = "filters",
     .place = PlaceId::Watch,
     .title = "Filters",
     .key = {ui::kKey2},
     .hint = "The receptive field of every hidden unit; click one to inspect it.",
     .needs = {.filters = true},  // and of its inspector, while a unit is chosen
     .draw = draw<FiltersPanel>},
    {.id = "hidden",
     .place = PlaceId::Watch,
     .title = "Hidden units",
     .key = {ui::kKey3},
     .hint = "Which hidden units are on for which images of the mini-batch.",
     .needs = {.hidden_activations = true},
     .draw = draw<HiddenPanel>,
     .side = {draw<UnitOverCurves>, UnitOverCurves::kNeeds}},
    {.id = "reconstructions",
     .place = PlaceId::Watch,
     .title = "Reconstructions",
     .key = {ui::kKey4},
     .hint = "Images, what the model makes of them, and the error.",
     .needs = {.reconstructions = true},
     .draw = draw<ReconstructionsPanel>,
     .side = {draw<CurvesOverActivity>, CurvesOverActivity::kNeeds}},
    {.id = "update",
     .place = PlaceId::Watch,
     .title = "One update",
     .key = {},
     .hint = "One update of the weights in slow motion: data, chains, and the change of a filter.",
     .needs = {.update = true},
     .draw = draw<UpdatePanel>,
     .is_animating = is_animating<UpdatePanel>,
     .state = state<UpdatePanel>},
    {.id = "chains",
     .place = PlaceId::Chains,
     .title = "Chains",
     .key = {ui::kKey5},
     .icon = ui::Icon::Chain,
     .hint = "Gibbs chains, by hand or running.",
     .needs = {.chains = true},
     .draw = draw<ChainsPanel>,
     .is_animating = is_animating<ChainsPanel>,
     .state = state<ChainsPanel>,
     .picture = [](Panels& panels, rbm::ThreadPool& pool) { return panels.of<ChainsPanel>().large_picture(pool); }},
    {.id = "paint",
     .place = PlaceId::Paint,
     .title = "Paint",
     .key = {ui::kKey6},
     .icon = ui::Icon::Brush,
     .hint = "Paint a digit and see what the model makes of it.",
     .needs = {.filters = true},
     .draw = draw<PaintPanel>,
     .is_animating = is_animating<PaintPanel>,
     .state = state<PaintPanel>,
     .publish = [](Panels& panels, Context& context) { panels.of<PaintPanel>().publish(context); }},
    {.id = "curves",
     .place = PlaceId::Measure,
     .title = "Curves",
     .key = {ui::kKey7},
     .hint = "How the run went: log-likelihood, reconstruction error, free energies.",
     .needs = {},
     .draw = draw<CurvesPanel>},
    {.id = "health",
     .place = PlaceId::Measure,
     .title = "Health",
     .key = {ui::kKey8},
     .hint = "Whether the run is sound: weights, their changes and spectrum, how the chains mix.",
     .needs = {.diagnostics = true},
     .draw = draw<HealthPanel>},
    {.id = "runs",
     .place = PlaceId::Measure,
     .title = "Runs",
     .key = {},
     .hint = "All runs that were kept, side by side: to go on with, to compare, to name and to star.",
     .needs = {},
     .draw = draw<RunsPanel>,
     .state = state<RunsPanel>},
    {.id = "compare",
     .place = PlaceId::Measure,
     .title = "Compare",
     .key = {},
     .hint = "Chosen runs over each other: curves, settings, and filters on one colour range.",
     .needs = {},
     .draw = draw<ComparePanel>,
     .state = state<ComparePanel>},
    {.id = "heights",
     .place = PlaceId::Explain,
     .title = "Two heights",
     .key = {ui::kKey9},
     .hint = "Why hidden units are there: they turn one hill into a mixture of several.",
     .needs = {},
     .draw = draw<HeightsPanel>,
     .is_animating = is_animating<HeightsPanel>,
     .state = state<HeightsPanel>},
    {.id = "exact",
     .place = PlaceId::Explain,
     .title = "Exact",
     .key = {ui::kKey0},
     .hint = "A small model with nothing estimated: its likelihood, its whole distribution, and how far each "
             "method's gradient is off.",
     .needs = {.exact = true},
     .draw = draw<ExactPanel>,
     .state = state<ExactPanel>},
    {.id = "why",
     .place = PlaceId::Explain,
     .title = "Why",
     .key = {},
     .icon = ui::Icon::Search,
     .hint =
         "Asks a picture why: each pixel, each hidden unit, what surprises the model, how familiar it is.",
     .needs = {.filters = true},
     .draw = draw<WhyPanel>,
     .is_animating = is_animating<WhyPanel>,
     .state = state<WhyPanel>},
    {.id = "graph",
     .place = PlaceId::Explain,
     .title = "Graph",
     .key = {},
     .hint =
         "The network as two rows of nodes, with the weights between them and half-steps that flow along.",
     .needs = {},
     .draw = draw<GraphPanel>,
     .is_animating = is_animating<GraphPanel>,
     .state = state<GraphPanel>},
    {.id = "map",
     .place = PlaceId::Explain,
     .title = "Map",
     .key = {},
     .hint = "Images by what the hidden units make of them, and chains that move from one to the next.",
     .needs = {.chains = true},
     .draw = draw_map,
     .is_animating = is_map_animating,
     .state = state<MapPanel>},
    {.id = "lessons",
     .place = PlaceId::Lessons,
     .title = "Lessons",
     .key = {ui::kKeyF2},
     .hint = "Short lessons that lead through the program, and runs that break.",
     .needs = {},
     .draw = draw<LessonsPanel>},
});

}  // namespace

std::span<const Place> places() {
  return kPlaces;
}

std::span<const View> views() {
  return kViews;
}

const View* find_view(std::string_view id) {
  const auto found = std::ranges::find_if(kViews, [&](const View& view) { return view.id == id; });
  return found == kViews.end() ? nullptr : &*found;
}

}  // namespace lab
