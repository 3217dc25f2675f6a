// How the complaints of shader compilers are read.
#include <doctest/doctest.h>

#include "app/gl/program.hpp"

namespace {

using lab::gl::first_complaint;

TEST_CASE("the line is found in the logs of all common drivers") {
  CHECK(first_complaint("a/b.frag", "0:12(5): error: `x' undeclared\n0:13(1): error: more\n") ==
        "a/b.frag:12: error: `x' undeclared");
  CHECK(first_complaint("a/b.frag", "0(12) : error C1503: undefined variable \"x\"\r\n") ==
        "a/b.frag:12: error C1503: undefined variable \"x\"");
  CHECK(first_complaint("a/b.frag",
                        "ERROR: 0:12: 'x' : undeclared identifier \nERROR: 1 compilation errors.") ==
        "a/b.frag:12: 'x' : undeclared identifier ");
}

TEST_CASE("a log without a line, and none at all, still say something") {
  CHECK(first_complaint("p", "internal error") == "p: internal error");
  CHECK(first_complaint("p", "") == "p: the shader does not compile");
  CHECK(first_complaint("p", "0:3") == "p:3: the shader does not compile");
}

}  // namespace
