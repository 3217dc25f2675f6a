// Numbers as a person reads them, without allocating: for read-outs that change every frame. Any thread.
#pragma once

#include <cstdint>

#include "core/data/dataset.hpp"
#include "core/model/model.hpp"

namespace lab {

struct ShortText {
  char text[32];
};

/// 1234567 → "1 234 567".
ShortText grouped(std::uint64_t number);
/// Seconds → "7.3 s", "4:05", "1:02:03". Negative or not finite: "–".
ShortText duration(double seconds);
/// A filter's weights at one pixel: "W +0.123", or "R +0.12 G -0.03 B +0.41". filter: shape.pixels() values.
ShortText weight_at(const float* filter, const rbm::ImageShape& shape, int x, int y);
/// What a class is called in the data, its start where that is long; its number where it has no name. data
/// may be null.
ShortText label_name(const rbm::Dataset* data, rbm::Index label);
/// "12 300" with three leading digits kept, for rates; "–" when there is none.
ShortText rate(double per_second);

}  // namespace lab
