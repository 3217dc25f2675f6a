// What the commands leave on disk: which files these may be, and pictures or numbers by the ending of their name. One
// thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/files/paths.hpp"
#include "core/math/matrix.hpp"
#include "core/model/model.hpp"
#include "core/model/rows_file.hpp"
#include "core/result.hpp"

namespace lab::cli {

/// Before anything is computed: every output can be written, and none is another one or one of the inputs.
rbm::Result<void> check_outputs(std::span<const rbm::FileUse> outputs, std::span<const rbm::FileUse> inputs);

/// A result is written as a picture (.png) or as numbers (.npy, .csv); other endings are refused.
rbm::Result<bool> is_picture_output(const std::string& path);

/// A sheet of pictures: `columns` beside each other, a pixel becomes zoom × zoom of them.
struct Sheet {
  rbm::ImageShape shape;  // of each picture
  rbm::Index count = 0;
  int columns = 1, zoom = 1;
};
/// Fails with a sentence where it would have more pixels than a picture may.
rbm::Result<void> check_sheet(const std::string& path, const Sheet& sheet);
/// A PNG, grey or in colour as the shape says, of pictures with values in [0, 1] that come in pieces.
class PictureSheet {
 public:
  /// Of a sheet that check_sheet() lets pass.
  explicit PictureSheet(const Sheet& sheet);
  /// The next pictures [any number × pixels], `count` at most in all.
  void add(const rbm::Matrix& pictures);
  rbm::Result<void> write(const std::string& path) const;

 private:
  Sheet sheet_;
  std::int64_t width_, height_;
  std::vector<unsigned char> pixels_;
  rbm::Index added_ = 0;
};
/// `pictures` [count × pixels] at once.
rbm::Result<void> write_pictures(const std::string& path, const rbm::Matrix& pictures, const Sheet& sheet);

/// So many columns that the sheet is about square.
int square_columns(rbm::Index count);

}  // namespace lab::cli
