// Panels: the panels of one screen, one of each type, made when it is first asked for. UI thread only. Where there is
// OpenGL they must be gone before its context.
#pragma once

#include <map>
#include <memory>
#include <typeindex>

namespace lab {

class Panels {
 public:
  template <class Panel>
  Panel& of() {
    std::shared_ptr<void>& panel = made_[typeid(Panel)];
    if (!panel) panel = std::make_shared<Panel>();
    return *static_cast<Panel*>(panel.get());
  }

 private:
  std::map<std::type_index, std::shared_ptr<void>> made_;
};

}  // namespace lab
