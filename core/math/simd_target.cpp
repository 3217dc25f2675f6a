#include "core/math/simd_target.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include "core/math/kernels.hpp"

#define HWY_DISABLED_TARGETS HWY_SSSE3  // as in the kernels
#include <hwy/targets.h>

namespace rbm {
namespace {

using NamedTarget = std::pair<std::string_view, std::int64_t>;
// The last one is what the compiler may use everywhere: plain scalar code, unless -march says more.
constexpr std::array<NamedTarget, 4> kNames{
    {{"avx512", HWY_AVX3}, {"avx2", HWY_AVX2}, {"sse4", HWY_SSE4}, {"scalar", HWY_STATIC_TARGET}}};

/// What this machine and this build can do, whatever has been chosen since.
std::int64_t machine_targets() {
  static const std::int64_t targets = (hwy::SupportedTargets() & HWY_TARGETS) | HWY_STATIC_TARGET;
  return targets;
}

bool use(std::string_view name) {
  for (const auto& [known, target] : kNames) {
    if (known != name || (machine_targets() & target) == 0) continue;
    // The smaller the bit, the wider the instruction set: keep this one and everything narrower.
    hwy::SetSupportedTargetsForTest(machine_targets() & ~(target - 1));
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    return true;
  }
  return false;
}

}  // namespace

void choose_simd() {
  static const bool chosen = [] {
    machine_targets();
    const char* name = std::getenv("RBM_SIMD");
    if (name == nullptr || !use(name)) hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    return true;
  }();
  static_cast<void>(chosen);
}

std::vector<std::string_view> available_simd() {
  choose_simd();
  std::vector<std::string_view> names;
  for (const auto& [name, target] : kNames) {
    if ((machine_targets() & target) != 0) names.push_back(name);
  }
  return names;
}

bool set_simd(std::string_view name) {
  choose_simd();
  return use(name);
}

const char* simd_name() {
  choose_simd();
  const std::int64_t targets = (hwy::SupportedTargets() & HWY_TARGETS) | HWY_STATIC_TARGET;
  return hwy::TargetName(targets & -targets);
}

}  // namespace rbm
