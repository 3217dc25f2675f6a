// Ranks that are threads of one process: what the kernels do with a Communicator, without MPI and under the sanitizers.
#pragma once

#include <algorithm>
#include <barrier>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <thread>
#include <vector>

#include "core/parallel/communicator.hpp"

namespace rbm::oracle {

class ThreadRanks {
 public:
  explicit ThreadRanks(int size)
      : meeting_(size),
        bytes_(static_cast<std::size_t>(size)),
        ends_(bytes_.size()),
        values_(bytes_.size()) {}

  /// Calls work(rank) once for each rank, at the same time.
  void run(const std::function<void(Communicator&)>& work) {
    std::vector<std::jthread> threads;
    for (std::size_t rank = 0; rank < bytes_.size(); ++rank) {
      threads.emplace_back([this, rank, &work] {
        Rank own(*this, rank);
        work(own);
      });
    }
  }

 private:
  using Bytes = std::span<const std::byte>;
  using Ends = std::span<const std::size_t>;

  static Bytes piece(Bytes bytes, Ends ends, std::size_t rank) {
    const std::size_t begin = rank == 0 ? 0 : ends[rank - 1];
    return bytes.subspan(begin, ends[rank] - begin);
  }

  class Rank final : public Communicator {
   public:
    Rank(ThreadRanks& all, std::size_t own) : all_(all), own_(own) {}
    int rank() const override { return static_cast<int>(own_); }
    int size() const override { return static_cast<int>(all_.bytes_.size()); }

    void gather(std::span<std::byte> bytes, Ends ends) override {
      show(bytes, ends);
      for (std::size_t rank = 0; rank < all_.bytes_.size(); ++rank) {
        const Bytes from = piece(all_.bytes_[rank], all_.ends_[rank], rank);
        if (rank != own_ && !from.empty())
          std::memcpy(bytes.data() + (ends[rank] - from.size()), from.data(), from.size());
      }
      all_.meeting_.arrive_and_wait();
    }

    void exchange(Bytes out, Ends out_ends, std::span<std::byte> in, Ends in_ends) override {
      show(out, out_ends);
      for (std::size_t rank = 0; rank < all_.bytes_.size(); ++rank) {
        const Bytes from = piece(all_.bytes_[rank], all_.ends_[rank], own_);
        if (!from.empty()) std::memcpy(in.data() + (in_ends[rank] - from.size()), from.data(), from.size());
      }
      all_.meeting_.arrive_and_wait();
    }

    void relay(std::span<std::byte> bytes, const std::function<void()>& work) override {
      show(bytes, {});
      const auto copy = [&](std::size_t rank) {
        if (rank != own_ && !bytes.empty()) std::memcpy(bytes.data(), all_.bytes_[rank].data(), bytes.size());
      };
      for (std::size_t rank = 0; rank < all_.bytes_.size(); ++rank) {
        if (rank == own_) {
          if (rank > 0) copy(rank - 1);
          work();
        }
        all_.meeting_.arrive_and_wait();
      }
      copy(all_.bytes_.size() - 1);
      all_.meeting_.arrive_and_wait();
    }

    double largest(double value) override {
      all_.values_[own_] = value;
      all_.meeting_.arrive_and_wait();
      const double largest = *std::ranges::max_element(all_.values_);
      all_.meeting_.arrive_and_wait();
      return largest;
    }

    double of_first(double value) override { return largest(own_ == 0 ? value : -1e300); }
    void finish() override {}
    void abandon(int status) override { std::_Exit(status); }

   private:
    void show(Bytes bytes, Ends ends) {
      all_.bytes_[own_] = bytes;
      all_.ends_[own_] = ends;
      all_.meeting_.arrive_and_wait();
    }

    ThreadRanks& all_;
    std::size_t own_;
  };

  std::barrier<> meeting_;
  std::vector<Bytes> bytes_;
  std::vector<Ends> ends_;
  std::vector<double> values_;
};

}  // namespace rbm::oracle
