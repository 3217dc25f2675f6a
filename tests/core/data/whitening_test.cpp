// Picture spaces: what whitening and standardizing make of rows.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "core/data/whitening.hpp"
#include "core/math/random.hpp"
#include "core/model/pictures.hpp"

using namespace rbm;

TEST_CASE("whitened rows have no mean and no correlation, and come back as the pictures they were") {
  Dataset pictures;
  pictures.shape = {2, 2, 3};
  for (Index r = 0; r < 5000; ++r) {
    const auto n = [&](std::uint32_t u) {
      return normal({2, Stream::Synthetic, 0}, static_cast<std::uint32_t>(r), u);
    };
    const float common = 40 * n(100);
    for (std::uint32_t i = 0; i < 12; ++i)
      pictures.pixels.push_back(
          static_cast<std::uint8_t>(std::clamp(128 + common + 25 * n(i), 0.0f, 255.0f)));
  }
  ThreadPool one(1), two(2);
  for (const Whitening whitening : {Whitening::Standardize, Whitening::Zca}) {
    const auto found = picture_space_of(pictures, whitening);
    REQUIRE(found.has_value());
    const auto space = std::make_shared<const PictureSpace>(*found);
    const Dataset rows = real_rows(pictures, space, one);
    CHECK(real_rows(pictures, space, two).values == rows.values);
    const Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>> x(
        rows.values.data(), 5000, 12);
    const Eigen::MatrixXd y = x.cast<double>();
    const Eigen::MatrixXd covariance = y.transpose() * y / 5000;
    for (Index i = 0; i < 12; ++i) {
      CHECK(std::abs(y.col(i).mean()) < 1e-5);
      if (whitening == Whitening::Standardize) CHECK(covariance(i, i) == doctest::Approx(1).epsilon(1e-3));
      for (Index k = 0; k < i; ++k)
        CHECK((whitening == Whitening::Zca ? std::abs(covariance(i, k)) < 0.12 : covariance(i, k) > 0.3));
    }
    Matrix seen(5000, 12), back;
    for (Index r = 0; r < 5000; ++r) rows.row(r, seen.row(r));
    to_pictures(*space, seen, back, two);
    double worst = 0;
    for (Index r = 0; r < 5000; ++r) {
      for (Index i = 0; i < 12; ++i)
        worst = std::max(worst, std::abs(double{back(r, i)} - pictures.image(r)[i] / 255.0));
    }
    CHECK(worst < 1e-5);
  }
  pictures.shape = {40, 40, 1};
  pictures.pixels.assign(3200, 7);
  CHECK_FALSE(picture_space_of(pictures, Whitening::Zca).has_value());
  const auto constant = picture_space_of(pictures, Whitening::Standardize);
  REQUIRE(constant.has_value());
  CHECK(constant->scale.minCoeff() > 0);
}
