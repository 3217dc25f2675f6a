// What must hold of every data set that a reader gives, whatever it read.
#pragma once

#include <algorithm>
#include <cmath>

#include "core/data/readers.hpp"

inline void check(const rbm::Result<rbm::Dataset>& data) {
  if (!data) {
    RBM_ASSERT(data.error().message.starts_with("fuzz") && data.error().message.ends_with("."));
    return;
  }
  const auto numbers = static_cast<std::size_t>(data->count() * data->shape.pixels());
  RBM_ASSERT(data->count() > 0 && data->pixels.empty() != data->values.empty());
  RBM_ASSERT(numbers == data->pixels.size() + data->values.size());
  RBM_ASSERT(data->missing.empty() || data->missing.size() == numbers);
  RBM_ASSERT(data->missing.empty() || std::ranges::count(data->missing, 1) > 0);
  RBM_ASSERT(std::ranges::all_of(data->missing, [](std::uint8_t x) { return x <= 1; }));
  RBM_ASSERT(data->labels.empty() || data->labels.size() == static_cast<std::size_t>(data->count()));
  RBM_ASSERT(std::all_of(data->values.begin(), data->values.end(), [](float x) { return std::isfinite(x); }));
  RBM_ASSERT(!data->is_categorical() ||
             data->state_names.size() == static_cast<std::size_t>(data->shape.pixels()));
  for (std::size_t i = 0; data->is_categorical() && i < data->pixels.size(); ++i)
    RBM_ASSERT(data->pixels[i] < data->state_names[i % data->state_names.size()].size());
  for (std::uint8_t label : data->labels)
    RBM_ASSERT(data->label_names.empty() || label < data->label_names.size());
}
