#include "app/lab/class_guess.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

namespace lab {
namespace {

constexpr rbm::Index kRows = 1000;
constexpr std::size_t kNearest = 3;

/// The picture moved so that its centre of mass lies in the middle, as those of MNIST do.
std::vector<float> centred(std::span<const float> picture, const rbm::ImageShape& shape) {
  double mass = 0, x_sum = 0, y_sum = 0;
  for (int y = 0; y < shape.height; ++y) {
    for (int x = 0; x < shape.width; ++x) {
      const double ink = picture[static_cast<std::size_t>(y * shape.width + x)];
      mass += ink, x_sum += ink * x, y_sum += ink * y;
    }
  }
  std::vector<float> out(picture.size(), 0.0f);
  if (mass <= 0) return out;
  const int right = static_cast<int>(std::lround((shape.width - 1) / 2.0 - x_sum / mass)),
            down = static_cast<int>(std::lround((shape.height - 1) / 2.0 - y_sum / mass));
  for (int y = 0; y < shape.height; ++y) {
    for (int x = 0; x < shape.width; ++x) {
      const int to_x = x + right, to_y = y + down;
      if (to_x < 0 || to_y < 0 || to_x >= shape.width || to_y >= shape.height) continue;
      out[static_cast<std::size_t>(to_y * shape.width + to_x)] =
          picture[static_cast<std::size_t>(y * shape.width + x)];
    }
  }
  return out;
}

double cosine(std::span<const float> a, std::span<const float> b) {
  double product = 0, a_square = 0, b_square = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    product += double{a[i]} * b[i];
    a_square += double{a[i]} * a[i];
    b_square += double{b[i]} * b[i];
  }
  return a_square > 0 && b_square > 0 ? product / std::sqrt(a_square * b_square) : 0;
}

}  // namespace

std::vector<double> class_likeness(const rbm::Dataset& data, std::span<const float> picture) {
  const auto pixels = static_cast<std::size_t>(data.shape.pixels());
  if (data.labels.empty() || picture.size() != pixels || data.shape.channels != 1) return {};
  const std::vector<float> looked_at = centred(picture, data.shape);
  if (std::ranges::all_of(looked_at, [](float x) { return x == 0; })) return {};
  const auto rows = std::min(data.count(), kRows);
  std::vector<std::array<double, kNearest>> best;  // of each class, the best first
  std::vector<float> row(pixels);
  for (rbm::Index r = 0; r < rows; ++r) {
    data.row(r, row.data());
    double alike = cosine(looked_at, row);
    const std::size_t label = data.labels[static_cast<std::size_t>(r)];
    if (label >= best.size()) best.resize(label + 1, {0, 0, 0});
    for (double& place : best[label]) {
      if (alike > place) std::swap(alike, place);
    }
  }
  std::vector<double> out;
  for (const auto& of_class : best) out.push_back((of_class[0] + of_class[1] + of_class[2]) / kNearest);
  return out;
}

std::optional<int> class_rank(const rbm::Dataset& data, std::span<const double> likeness,
                              const std::string& name) {
  for (std::size_t label = 0; label < likeness.size(); ++label) {
    const bool is_it =
        label < data.label_names.size() ? data.label_names[label] == name : std::to_string(label) == name;
    if (is_it)
      return static_cast<int>(std::ranges::count_if(likeness, [&](double x) { return x > likeness[label]; }));
  }
  return std::nullopt;
}

std::span<const double> KeptLikeness::of(const std::shared_ptr<const rbm::Dataset>& data,
                                         std::span<const float> picture) {
  if (data == nullptr) return {};
  if (data_.lock() != data || !std::ranges::equal(picture, picture_)) {
    data_ = data;
    picture_.assign(picture.begin(), picture.end());
    likeness_ = class_likeness(*data, picture);
    ++times_;
  }
  return likeness_;
}

}  // namespace lab
