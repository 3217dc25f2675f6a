// The numbers of the run in view as text: for the clipboard, for a file, and inside the pictures that are taken away. Pure;
// any thread.
#pragma once

#include <map>
#include <string>

#include "core/session/snapshot.hpp"

namespace lab {

/// A line a number, name and value with a tab between them, as tables take it: data, updates, likelihood with its
/// bracket, errors, and every setting by its key.
std::string numbers_text(const rbm::Snapshot& snapshot);

/// What a picture says of its run, by the keywords of PNG's texts; `view` is the id of the view, `title` what is in the
/// picture.
std::map<std::string, std::string> picture_texts(const rbm::Snapshot& snapshot, const std::string& view,
                                                 const std::string& title);

/// What such texts say; empty settings where they are of no picture of this program.
struct PictureOrigin {
  std::string settings;  // JSON
  std::string data, update, view;
  std::string run;  // the file in which the run is kept; empty: it is not
};
PictureOrigin origin_of(const std::map<std::string, std::string>& texts);

}  // namespace lab
