// rbm-mpi: what rbm does with large models, by several processes at once, which mpirun starts.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

#include "app/cli/program.hpp"
#include "app/cli/terminal.hpp"
#include "core/parallel/mpi_communicator.hpp"
#include "core/run/interruption.hpp"
#include "core/session/large_blocks.hpp"

namespace {

/// An error that all ranks have is told by the first one, which ends the others; any other by the rank that has it. That
/// one waits a little, the later ranks longer, lest another one is about to tell the same: the signal that ends this one
/// then comes meanwhile, and may be one that training has learned to catch.
void fail(const lab::cli::Ending& end, rbm::Communicator& ranks) {
  constexpr std::chrono::milliseconds kStep{20};
  constexpr int kSteps = 25, kLongest = 10;
  for (int step = 0; step < kSteps * std::min(ranks.rank(), kLongest); ++step) {
    if (rbm::caught_signal() != 0) ranks.abandon(end.status);
    std::this_thread::sleep_for(kStep);
  }
  lab::cli::speak(true);
  const std::string who = ranks.is_first() ? "" : " rank " + std::to_string(ranks.rank()) + ":";
  lab::cli::tell("rbm-mpi:" + who + " " + end.error);
  std::fflush(nullptr);
  ranks.abandon(end.status);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace lab::cli;
  rbm::give_back_large_blocks_at_once();  // several processes may share a model for want of memory
  rbm::Communicator& ranks = rbm::join_mpi(argc, argv);
  rbm::set_world(ranks);
  speak(ranks.is_first());
  constexpr Subcommand kSubcommands[] = {{"train", add_train},
                                         {"eval", add_eval},
                                         {"sample", add_sample},
                                         {"transform", add_transform},
                                         {"bench", add_bench}};
  const Ending end = run_program("rbm-mpi",
                                 "Restricted Boltzmann Machines by several processes: "
                                 "mpirun -n 4 rbm-mpi train … gives what rbm train … does.",
                                 kSubcommands, argc, argv);
  if (!end.error.empty()) fail(end, ranks);
  ranks.finish();
  return end.status;
}
