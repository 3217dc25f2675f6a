// When a run that no longer gets better stops.
#include <doctest/doctest.h>

#include "core/run/patience.hpp"

using namespace rbm;

namespace {

CurvePoint measured_point(std::uint64_t update, double log_likelihood, double error = 1) {
  CurvePoint out;
  out.update = update;
  out.log_likelihood = log_likelihood;
  out.reconstruction_validation = error;
  return out;
}

}  // namespace

TEST_CASE("patience ends after so many points in turn that are not better, and knows the best") {
  Patience patience(2);
  CHECK(patience.look(measured_point(10, -100)));
  CHECK_FALSE(
      patience.look(measured_point(20, -101, 0)));  // the error does not count where there is a likelihood
  CHECK(patience.look(measured_point(30, -99)));
  CHECK_FALSE(patience.look(measured_point(40, -99)));  // as good is not better
  CHECK_FALSE(patience.is_over());
  CHECK_FALSE(patience.look(measured_point(50, kMissing)));
  CHECK(patience.is_over());
  CHECK(patience.best_update() == 30);
}

TEST_CASE("where the first point has no likelihood patience goes by the reconstruction error") {
  Patience patience(1);
  CHECK(patience.look(measured_point(10, kMissing, 0.5)));
  CHECK(patience.look(measured_point(20, -1e9, 0.4)));
  CHECK_FALSE(patience.look(measured_point(30, 0, 0.45)));
  CHECK(patience.is_over());
  CHECK(patience.best_update() == 20);
}
