#include "app/panels/send_menu.hpp"

#include <array>

#include "app/ui/theme.hpp"

namespace lab {
namespace {

struct Way {
  Destination to;
  SentPicture Shared::*slot;
  const char *view, *id, *label, *hint;
};
constexpr std::array<Way, 3> kWays{{
    {Destination::Why, &Shared::for_why, "why", "send.why", "Ask why",
     "Explains this picture: its pixels, its hidden units, its free energy."},
    {Destination::Paint, &Shared::for_paint, "paint", "send.paint", "Paint on it",
     "Puts this picture on the canvas; undo brings back what was there."},
    {Destination::Chains, &Shared::for_chains, "chains", "send.chains", "Start chains from it",
     "Starts all Gibbs chains at this picture."},
}};

/// The buttons of the ways, which close the menu.
void draw_ways(Context& context) {
  for (const Way& way : kWays) {
    if (!ui::button(way.id, way.label, way.hint, ui::Icon::None, ui::Emphasis::Quiet, {ui::px(150), 0}))
      continue;
    // A copy: sending may be one of the slots' sources.
    const std::vector<float> sent = context.shared.menu.sending.picture;
    send(context, way.to, sent, context.shared.menu.sending.name);
    ImGui::CloseCurrentPopup();
  }
}

void draw_menu(Context& context, const char* id, std::span<const float> picture, const std::string& name,
               bool may_keep) {
  SentPicture& sending = context.shared.menu.sending;
  if (!picture.empty() && ui::menu_asked()) {
    sending.picture.assign(picture.begin(), picture.end());
    sending.name = name;
    ImGui::OpenPopup(id);
  }
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui::px(8), ui::px(8)});
  if (ImGui::BeginPopup(id)) {
    ui::push_font(ui::fonts().small);
    ui::text_dim(sending.name.c_str());
    ui::pop_font();
    draw_ways(context);
    if (may_keep && ui::button("send.corner", "Keep in the corner",
                               "Keeps this picture below the view, to be compared with others.",
                               ui::Icon::None, ui::Emphasis::Quiet, {ui::px(150), 0})) {
      context.shared.menu.corner.keep(
          {rbm::picture_shape(*context.snapshot.model), sending.picture, sending.name});
      ImGui::CloseCurrentPopup();
    }
    ImGui::EndPopup();
  }
  ImGui::PopStyleVar();
}

}  // namespace

void send(Context& context, Destination to, std::span<const float> picture, const std::string& picture_name) {
  for (const Way& way : kWays) {
    if (way.to != to) continue;
    SentPicture& slot = context.shared.*way.slot;
    slot.picture.assign(picture.begin(), picture.end());
    slot.name = picture_name;
    ++slot.version;
    if (const View* view = find_view(way.view)) context.run(show_view(*view));
  }
}

bool is_picture_wanted(const PictureMenu& menu) {
  return ui::menu_asked() || !menu.corner.kept().empty();
}

void offer_to_send(Context& context, const char* id, std::span<const float> picture,
                   const std::string& picture_name) {
  if (!picture.empty())
    context.shared.menu.corner.point_at(rbm::picture_shape(*context.snapshot.model), picture, picture_name);
  draw_menu(context, id, picture, picture_name, true);
}

void offer_from_corner(Context& context, std::span<const float> picture, const std::string& picture_name) {
  draw_menu(context, "corner.send", picture, picture_name, false);
}

}  // namespace lab
