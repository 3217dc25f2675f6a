#include "core/parallel/mpi_communicator.hpp"

#include <mpi.h>

#include <climits>
#include <cstdlib>
#include <vector>

#include "core/result.hpp"

namespace rbm {
namespace {

/// MPI counts in int: in words, pieces may be four times as large as in bytes.
constexpr std::size_t kWord = 4;

int words(std::size_t bytes) {
  RBM_ASSERT(bytes % kWord == 0 && bytes / kWord <= INT_MAX);
  return static_cast<int>(bytes / kWord);
}

/// Counts and places of pieces, as MPI wants them.
struct Pieces {
  std::vector<int> counts, places;

  void cut(std::span<const std::size_t> ends) {
    counts.clear();
    places.clear();
    std::size_t begin = 0;
    for (const std::size_t end : ends) {
      places.push_back(words(begin));
      counts.push_back(words(end - begin));
      begin = end;
    }
  }
};

/// An error of MPI itself ends all ranks with MPI's own words, which is its default.
class MpiCommunicator final : public Communicator {
 public:
  MpiCommunicator(int& argc, char**& argv) {
    // To know the machine, Open MPI's hwloc asks every X display for its graphics cards, and a display that closes in that
    // moment ends the process. Only processors matter here.
    setenv("HWLOC_COMPONENTS", "-gl,-opencl", 0);
    int provided = 0;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
    RBM_ASSERT(provided >= MPI_THREAD_FUNNELED);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
  }

  int rank() const override { return rank_; }
  int size() const override { return size_; }

  void gather(std::span<std::byte> bytes, std::span<const std::size_t> ends) override {
    in_.cut(ends);
    MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, bytes.data(), in_.counts.data(), in_.places.data(),
                   MPI_UINT32_T, MPI_COMM_WORLD);
  }

  void exchange(std::span<const std::byte> out, std::span<const std::size_t> out_ends,
                std::span<std::byte> in, std::span<const std::size_t> in_ends) override {
    out_.cut(out_ends);
    in_.cut(in_ends);
    MPI_Alltoallv(out.data(), out_.counts.data(), out_.places.data(), MPI_UINT32_T, in.data(),
                  in_.counts.data(), in_.places.data(), MPI_UINT32_T, MPI_COMM_WORLD);
  }

  void relay(std::span<std::byte> bytes, const std::function<void()>& work) override {
    const int count = words(bytes.size()), last = size_ - 1;
    if (rank_ > 0)
      MPI_Recv(bytes.data(), count, MPI_UINT32_T, rank_ - 1, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    work();
    if (rank_ < last) MPI_Send(bytes.data(), count, MPI_UINT32_T, rank_ + 1, 0, MPI_COMM_WORLD);
    MPI_Bcast(bytes.data(), count, MPI_UINT32_T, last, MPI_COMM_WORLD);
  }

  double largest(double value) override {
    MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
    return value;
  }

  double of_first(double value) override {
    MPI_Bcast(&value, 1, MPI_DOUBLE, 0, MPI_COMM_WORLD);
    return value;
  }

  void finish() override {
    MPI_Barrier(MPI_COMM_WORLD);
    MPI_Finalize();
  }

  void abandon(int status) override {
    MPI_Abort(MPI_COMM_WORLD, status);
    std::_Exit(status);
  }

 private:
  int rank_ = 0, size_ = 1;
  Pieces in_, out_;  // of the call at work
};

}  // namespace

Communicator& join_mpi(int& argc, char**& argv) {
  static MpiCommunicator ranks(argc, argv);
  return ranks;
}

}  // namespace rbm
