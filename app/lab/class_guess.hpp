// Which class of the data a picture looks like, by the labelled pictures next to it: good enough to tell a drawn 3 from
// a drawn 8, for models without label units, too. Pure functions; any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/data/dataset.hpp"

namespace lab {

/// How alike the picture is to the nearest pictures of each class: the mean cosine with the three best of the first
/// thousand rows. Empty where the data have no classes or pictures of another size, and where the picture is empty.
std::vector<double> class_likeness(const rbm::Dataset& data, std::span<const float> picture);

/// How many classes the picture is more like than the one of that name.
std::optional<int> class_rank(const rbm::Dataset* data, std::span<const float> picture,
                              const std::string& name);

}  // namespace lab
