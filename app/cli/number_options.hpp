// Options that are numbers: read as a whole, within a range that the help shows, or refused with a sentence that says
// it. Nothing that was typed is taken for another number. One thread.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

#include "core/math/matrix.hpp"

namespace lab::cli {

inline constexpr std::int64_t kMostThreads = 256;
/// No run and no evaluation lasts so long; products with sizes of models and data stay far below 2^63.
inline constexpr std::int64_t kMostSteps = 1'000'000'000'000;

CLI::Option* add_number(CLI::App& command, const std::string& flag, int& value, const std::string& help,
                        std::int64_t low, std::int64_t high);
CLI::Option* add_number(CLI::App& command, const std::string& flag, rbm::Index& value,
                        const std::string& help, std::int64_t low, std::int64_t high);
CLI::Option* add_number(CLI::App& command, const std::string& flag, std::uint64_t& value,
                        const std::string& help, std::int64_t low, std::int64_t high);
CLI::Option* add_number(CLI::App& command, const std::string& flag, float& value, const std::string& help,
                        double low, double high);
CLI::Option* add_number(CLI::App& command, const std::string& flag, double& value, const std::string& help,
                        double low, double high);

/// --threads and --seed.
CLI::Option* add_threads(CLI::App& command, int& value);
CLI::Option* add_seed(CLI::App& command, std::uint64_t& value, const std::string& flag = "--seed",
                      const std::string& help = "Every random number follows from it");

}  // namespace lab::cli
