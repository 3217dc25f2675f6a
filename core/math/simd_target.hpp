// Which instruction set the kernels run on. For tests and comparisons; a program leaves it alone. Not to be
// changed while another thread is inside a kernel.
#pragma once

#include <string_view>
#include <vector>

namespace rbm {

/// Puts the environment variable RBM_SIMD into force, once; every kernel calls it first.
void choose_simd();

/// The names that set_simd takes on this machine, widest first: of avx512, avx2, sse4 and scalar.
std::vector<std::string_view> available_simd();

/// Makes all kernels run on `name` from now on. False, and nothing changes, where this machine lacks it.
bool set_simd(std::string_view name);

}  // namespace rbm
