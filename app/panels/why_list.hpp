// WhyList: the hidden units of an answer, those for it and those against it: of one pixel, or of what surprises the
// model in the whole picture. UI thread only.
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "app/panels/context.hpp"
#include "app/panels/explained.hpp"
#include "app/panels/signed_units.hpp"
#include "core/evaluation/pixel_evidence.hpp"

namespace lab {

/// What is asked of a picture.
struct WhyQuestion {
  int pixel = -1;       // the one whose units are listed
  bool pinned = false;  // by a click; else the last one under the mouse
  int list = 1;         // 0: this pixel, 1: this surprise
};

class WhyList {
 public:
  /// The `most` strongest units of either side.
  void fill(const Explained& explained, const WhyQuestion& question, int most);
  /// Null: there is no picture, which the panel says. Its title chooses the list.
  void draw(Context& context, const Explained* explained, WhyQuestion& question, ImVec2 size);

  /// Of every hidden unit, for the wall; empty where nothing is asked.
  std::span<const float> parts() const { return parts_; }
  const rbm::PixelEvidence& evidence() const { return evidence_; }
  /// The first of those for it, which speaks the loudest; −1: there is none.
  int loudest() const { return units_[0].units.empty() ? -1 : units_[0].units[0]; }
  std::size_t rows() const { return units_[0].units.size() + units_[1].units.size(); }

 private:
  void draw_pixel(Context& context, const Explained& explained, const WhyQuestion& question);
  void draw_surprise(Context& context, const Explained& explained);

  std::array<SignedUnits::List, 2> units_;
  SignedUnits rows_;
  rbm::PixelEvidence evidence_;
  std::vector<float> parts_;
  std::string refused_;
  /// Of what they are.
  std::uint64_t version_ = 0, explained_ = 0;
  int pixel_ = -2, list_ = -1, most_ = 0;
};

}  // namespace lab
