// The ranks that mpirun has started. Built with -DRBM_MPI=ON alone, for the program rbm-mpi.
#pragma once

#include "core/parallel/communicator.hpp"

namespace rbm {

/// Joins the other ranks: the first thing that main does, once. Threads beside the calling one may run, but only that
/// one meets other ranks.
Communicator& join_mpi(int& argc, char**& argv);

}  // namespace rbm
