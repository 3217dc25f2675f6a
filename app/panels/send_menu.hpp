// The menu behind the right mouse button on a picture: ask why, paint on it, start chains from it, keep it in the
// corner. UI thread only.
#pragma once

#include <span>
#include <string>

#include "app/panels/context.hpp"

namespace lab {

/// Once a frame in a panel with pictures. `picture`: the one under the mouse in this frame, in [0, 1]; empty:
/// none. A right click on it opens the menu, and it is what the corner compares with. `id` names the menu,
/// `picture_name` the picture: "chain 7".
void offer_to_send(Context& context, const char* id, std::span<const float> picture,
                   const std::string& picture_name);
/// Whether anything comes of a picture that is offered in this frame; else it need not be made.
bool is_picture_wanted(const PictureMenu& menu);
/// The same for a picture that is in the corner: it is not kept again, nor compared with.
void offer_from_corner(Context& context, std::span<const float> picture, const std::string& picture_name);

/// Without a menu.
enum class Destination { Why, Paint, Chains };
void send(Context& context, Destination to, std::span<const float> picture, const std::string& picture_name);

}  // namespace lab
