#include "app/panels/chain_holds.hpp"

#include <algorithm>
#include <cstdio>

#include "app/panels/send_menu.hpp"
#include "app/panels/state_picture.hpp"
#include "app/ui/widgets.hpp"

namespace lab {
namespace {

constexpr float kRadius = 1.3f;  // of the brush, in pixels of the picture

}  // namespace

void ChainHolds::follow(Context& context, const rbm::Model& model, ChainRunner& runner) {
  HoldBoard& held = context.shared.held;
  if (context.has_model()) held.fit(*context.snapshot.model);
  if (version_ == held.version() && model_ == &model) return;
  const bool was_empty = version_ == 0 && !held.any();
  version_ = held.version();
  model_ = &model;
  if (was_empty) return;
  const auto holds = held.holds_of(model, context.shared.painted, context.pool);
  trouble_ = holds ? "" : holds.error().message;
  runner.hold(holds ? *holds : rbm::Holds{});
}

void ChainHolds::draw(Context& context, bool has_brush) {
  HoldBoard& held = context.shared.held;
  if (!has_brush) is_tool_ = false;
  if (has_brush &&
      ui::icon_button("chains.pin", ui::Icon::Pin,
                      "Marks pixels of v as known, as they are now: left holds, right lets go. Held pixels "
                      "never change.",
                      is_tool_))
    is_tool_ = !is_tool_;
  if (!held.any()) {
    if (has_brush) {
      ImGui::SameLine();
      ImGui::AlignTextToFramePadding();
      ui::text_dim(is_tool_ ? "Paint on v what is to stay." : "Nothing is held.");
    }
    return;
  }
  const auto count = [](const std::vector<Hold>& list) {
    return std::ranges::count_if(list, [](Hold hold) { return hold != Hold::Free; });
  };
  char text[96];
  std::snprintf(text, sizeof text, "Held: %td pixels, %td hidden units%s", count(held.now().pixels),
                count(held.now().hidden), held.now().label >= 0 ? ", the label" : "");
  if (has_brush) ImGui::SameLine();
  ImGui::AlignTextToFramePadding();
  ui::text_dim(trouble_.empty() ? text : trouble_.c_str());
  ImGui::SameLine();
  if (ui::button("chains.free", "Let all go", "Lets all held pixels, hidden units and the label go.",
                 ui::Icon::None, ui::Emphasis::Quiet))
    held.free_all();
}

void ChainHolds::draw_over(Context& context, const rbm::Model& model, const ChainRunner& runner, bool is_over,
                           ImVec2 corner, ImVec2 size) {
  const rbm::ImageShape shape = rbm::picture_shape(model);
  if (is_tool_)
    brush_.hold_with_mouse(
        is_over, shape, state_picture(model, runner.chains().states(), runner.watched(), context.pool), corner,
        size, kRadius, context.shared.held);
  HoldBrush::draw_marks(shape, context.shared.held, corner, size);
}

void offer_chain(Context& context, const rbm::Model& model, const ChainRunner& runner, int chain) {
  std::vector<float> picture;
  const bool has = chain >= 0 && chain < runner.chains().chains();
  if (has && is_picture_wanted(context.shared.menu))
    picture = shown_picture(model, runner.chains().states(), chain, context.pool);
  char name[32];
  std::snprintf(name, sizeof name, "chain %d", chain);
  offer_to_send(context, "chains.send", picture, name);
}

}  // namespace lab
