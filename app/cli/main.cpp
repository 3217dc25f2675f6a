// rbm: the engine behind the window, on the command line.
#include "app/cli/program.hpp"
#include "app/cli/terminal.hpp"

int main(int argc, char** argv) {
  using namespace lab::cli;
  constexpr Subcommand kSubcommands[] = {{"train", add_train},         {"eval", add_eval},
                                         {"sample", add_sample},       {"reconstruct", add_reconstruct},
                                         {"convert", add_convert},     {"info", add_info},
                                         {"bench", add_bench},         {"data", add_data},
                                         {"filters", add_filters},     {"gradient", add_gradient},
                                         {"transform", add_transform}, {"settings", add_settings},
                                         {"replay", add_replay}};
  const Ending end =
      run_program("rbm", "Restricted Boltzmann Machines: train, evaluate, sample.", kSubcommands, argc, argv);
  if (!end.error.empty()) tell("rbm: " + end.error);
  return end.status;
}
