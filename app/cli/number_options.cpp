#include "app/cli/number_options.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>

namespace lab::cli {
namespace {

/// Its ends, as they are shown.
template <class Value>
struct Range {
  Value low, high;
  std::string text() const { return fmt::format("{} to {}", low, high); }
};

template <class Value>
void take(const std::string& flag, const std::string& text, const Range<Value>& range, Value& out) {
  Value value{};
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  // Written so that what is not a number is outside.
  if (error == std::errc() && stopped == end && value >= range.low && value <= range.high) {
    out = value;
    return;
  }
  throw CLI::ValidationError(fmt::format("{} is \"{}\": it must be a {}number from {}", flag, text,
                                         std::is_integral_v<Value> ? "whole " : "", range.text()));
}

template <class Value>
CLI::Option* add(CLI::App& command, const std::string& flag, Value& value, const std::string& help,
                 Range<Value> range) {
  const auto read = [&value, flag, range](const std::string& text) { take(flag, text, range, value); };
  return command.add_option_function<std::string>(flag, read, fmt::format("{} [{}]", help, range.text()))
      ->type_name(std::is_integral_v<Value> ? "INTEGER" : "NUMBER")
      ->default_str(fmt::format("{}", value));
}

}  // namespace

CLI::Option* add_number(CLI::App& command, const std::string& flag, int& value, const std::string& help,
                        std::int64_t low, std::int64_t high) {
  return add<int>(command, flag, value, help, {static_cast<int>(low), static_cast<int>(high)});
}
CLI::Option* add_number(CLI::App& command, const std::string& flag, rbm::Index& value,
                        const std::string& help, std::int64_t low, std::int64_t high) {
  return add<rbm::Index>(command, flag, value, help, {low, high});
}
CLI::Option* add_number(CLI::App& command, const std::string& flag, std::uint64_t& value,
                        const std::string& help, std::int64_t low, std::int64_t high) {
  return add<std::uint64_t>(command, flag, value, help,
                            {static_cast<std::uint64_t>(low), static_cast<std::uint64_t>(high)});
}
CLI::Option* add_number(CLI::App& command, const std::string& flag, float& value, const std::string& help,
                        double low, double high) {
  return add<float>(command, flag, value, help, {static_cast<float>(low), static_cast<float>(high)});
}
CLI::Option* add_number(CLI::App& command, const std::string& flag, double& value, const std::string& help,
                        double low, double high) {
  return add<double>(command, flag, value, help, {low, high});
}

CLI::Option* add_threads(CLI::App& command, int& value) {
  return add_number(command, "--threads", value, "Threads, 0 for one per core; never changes the result", 0,
                    kMostThreads);
}

CLI::Option* add_seed(CLI::App& command, std::uint64_t& value, const std::string& flag,
                      const std::string& help) {
  return add<std::uint64_t>(command, flag, value, help, {0, std::numeric_limits<std::uint64_t>::max()});
}

}  // namespace lab::cli
