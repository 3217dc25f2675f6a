// Corner: pictures that the user keeps from any view, beside each other, and the strip that shows them: the chosen one
// is compared with the picture under the mouse. UI thread only.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/model/model.hpp"

namespace lab {

struct KeptPicture {
  rbm::ImageShape shape;
  std::vector<float> pixels;  // row-major in [0, 1], of that shape
  std::string name;           // where it comes from: "chain 7"
};

/// How far apart two pictures of one shape are.
struct PictureDifference {
  std::vector<float> pixels;  // the first minus the second
  int far_apart = 0;          // pixels that differ by more than a half, in any colour
  double mean = 0;            // of the sizes of the differences
};
/// Empty pixels where the pictures are not of one shape.
PictureDifference difference(const KeptPicture& first, const KeptPicture& second);

class Corner {
 public:
  static constexpr std::size_t kMost = 6;

  /// Keeps a picture behind the others and chooses it; one that is there already is only chosen. Beyond kMost the
  /// oldest goes.
  void keep(KeptPicture picture);
  void remove(std::size_t n);
  void clear();
  /// All at once, of before: the last one is chosen. What is no picture is left out.
  void restore(std::vector<KeptPicture> pictures);
  void choose(std::size_t n) { chosen_ = n; }
  /// The picture under the mouse, which stays the present one until there is another.
  void point_at(const rbm::ImageShape& shape, std::span<const float> picture, const std::string& name);

  std::span<const KeptPicture> kept() const { return kept_; }
  /// Within kept(), which is not empty.
  std::size_t chosen() const { return chosen_; }
  /// Without pixels before anything was pointed at.
  const KeptPicture& present() const { return present_; }
  /// Grows with every change of kept(); what is kept with the run follows it.
  std::uint64_t version() const { return version_; }
  /// Grows with every change of what is compared.
  std::uint64_t compared() const { return compared_; }

 private:
  std::vector<KeptPicture> kept_;
  std::size_t chosen_ = 0;
  KeptPicture present_;
  std::uint64_t version_ = 0, compared_ = 0;
};

}  // namespace lab
