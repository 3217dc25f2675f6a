// Scripts of the window. The table of actions, which is a look-up and would bring all panels along, is stood in for.
#include "app/lab/script.hpp"
#include "app/panels/actions.hpp"
#include "tests/fuzz/as_file.hpp"

namespace lab {

const Action* find_action(std::string_view name) {
  static const Action play{ActionId::PlayPause, "play", "", "", {}, "", ui::Icon::Play};
  return name == play.name ? &play : nullptr;
}

}  // namespace lab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string path = as_file(data, size);
  const auto verbs = lab::load_script(path);
  if (!verbs) {
    check(verbs.error(), path);
    return 0;
  }
  for (const lab::Verb& verb : *verbs) {
    if (const auto* sized = std::get_if<lab::verb::SetSize>(&verb))
      RBM_ASSERT(sized->width >= 320 && sized->width <= 8192 && sized->height >= 240 &&
                 sized->height <= 8192);
    if (const auto* stroke = std::get_if<lab::verb::Stroke>(&verb))
      RBM_ASSERT(stroke->points.size() >= 4 && stroke->points.size() % 2 == 0);
  }
  return 0;
}
