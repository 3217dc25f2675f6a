#include "app/panels/corner.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

namespace lab {
namespace {

bool is_same(const KeptPicture& a, const KeptPicture& b) {
  return a.shape == b.shape && a.pixels == b.pixels;
}

bool is_picture(const KeptPicture& picture) {
  return !picture.pixels.empty() &&
         static_cast<rbm::Index>(picture.pixels.size()) == picture.shape.pixels() &&
         std::ranges::all_of(picture.pixels, [](float x) { return std::isfinite(x); });
}

}  // namespace

PictureDifference difference(const KeptPicture& first, const KeptPicture& second) {
  PictureDifference out;
  if (first.shape != second.shape || first.pixels.size() != second.pixels.size() || first.pixels.empty())
    return out;
  out.pixels.resize(first.pixels.size());
  std::ranges::transform(first.pixels, second.pixels, out.pixels.begin(), std::minus<>());
  const auto channels = static_cast<std::size_t>(std::max(1, first.shape.channels));
  for (std::size_t i = 0; i < out.pixels.size(); i += channels) {
    float largest = 0;
    for (std::size_t c = i; c < std::min(i + channels, out.pixels.size()); ++c) {
      largest = std::max(largest, std::abs(out.pixels[c]));
      out.mean += double{std::abs(out.pixels[c])};
    }
    out.far_apart += largest > 0.5f;
  }
  out.mean /= static_cast<double>(out.pixels.size());
  return out;
}

void Corner::keep(KeptPicture picture) {
  if (!is_picture(picture)) return;
  ++compared_;
  const auto same = std::ranges::find_if(kept_, [&](const KeptPicture& k) { return is_same(k, picture); });
  if (same != kept_.end()) {
    chosen_ = static_cast<std::size_t>(same - kept_.begin());
    return;
  }
  if (kept_.size() == kMost) kept_.erase(kept_.begin());
  kept_.push_back(std::move(picture));
  chosen_ = kept_.size() - 1;
  ++version_;
}

void Corner::remove(std::size_t n) {
  if (n >= kept_.size()) return;
  kept_.erase(kept_.begin() + static_cast<std::ptrdiff_t>(n));
  if (chosen_ > n || chosen_ == kept_.size()) chosen_ -= std::min<std::size_t>(chosen_, 1);
  ++version_;
  ++compared_;
}

void Corner::clear() {
  kept_.clear();
  chosen_ = 0;
  ++version_;
  ++compared_;
}

void Corner::restore(std::vector<KeptPicture> pictures) {
  clear();
  for (KeptPicture& picture : pictures) keep(std::move(picture));
}

void Corner::point_at(const rbm::ImageShape& shape, std::span<const float> picture, const std::string& name) {
  if (kept_.empty()) return;  // nothing to compare it with
  if (present_.shape == shape && present_.name == name && std::ranges::equal(present_.pixels, picture))
    return;
  present_.shape = shape;
  present_.pixels.assign(picture.begin(), picture.end());
  present_.name = name;
  ++compared_;
}

}  // namespace lab
