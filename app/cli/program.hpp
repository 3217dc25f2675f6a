// A program of subcommands: what rbm and rbm-mpi have in common. One thread.
#pragma once

#include <span>
#include <string>

#include "app/cli/commands.hpp"

namespace lab::cli {

struct Subcommand {
  const char* name;
  Run (*add)(CLI::App& app);
};

/// How a program ended: its exit status, and what is still to be told where it failed, one full sentence.
struct Ending {
  int status = 0;
  std::string error;
};

/// Parses the command line and runs the subcommand that it names. Never throws.
Ending run_program(const char* name, const char* description, std::span<const Subcommand> subcommands,
                   int argc, char** argv);

}  // namespace lab::cli
