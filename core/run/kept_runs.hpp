// KeptRuns: the folder in which the window keeps its runs, so that no end of the program loses one. One checkpoint a
// run, called run-START-MACHINE-PROCESS-NUMBER.safetensors; the last five stay, within 500 MB, and those with a star beside
// them (run_notes.hpp). Stateless but for its folder: any thread, and any number of processes with the same folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/model/model_file.hpp"

namespace rbm {

/// A run in the folder.
struct KeptRun {
  std::string path;
  std::string data;          // what the data are called
  std::uint64_t hidden = 0;  // units
  std::uint64_t updates = 0;
  std::uint64_t bytes = 0;      // of the file
  std::int64_t written_ns = 0;  // since 1970
  bool is_alive = false;        // the process that writes it still lives, as far as can be told
};

class KeptRuns {
 public:
  static constexpr std::size_t kMostRuns = 5;
  static constexpr std::uint64_t kMostBytes = 500'000'000;

  explicit KeptRuns(std::string folder, std::uint64_t most_bytes = kMostBytes)
      : folder_(std::move(folder)), most_bytes_(most_bytes) {}
  /// $XDG_STATE_HOME/rbm-lab/runs, or ~/.local/state/rbm-lab/runs.
  static std::string usual_folder();
  /// Whether the name of a file says that this process writes it, or has.
  static bool is_of_this_process(const std::string& path);

  /// The path for a run of this process that begins now; each call gives another one.
  std::string new_path() const;
  /// Writes the state of a run, and then removes the oldest runs of processes that have died, and those of this one
  /// but this, where there are more than five or they are too large; runs with a star stay and do not count. Makes the
  /// folder, for the user alone.
  Result<void> keep(const std::string& path, const TensorFile& checkpoint) const;

  /// The runs whose files are whole, the one written last first. Reads all of them.
  std::vector<KeptRun> list() const;
  /// By their names alone, the one written last first: what is in the files is empty here.
  std::vector<KeptRun> files() const;
  /// The run to offer at the start: the newest of a process that has died, if it was written after the one that was
  /// answered last.
  std::optional<KeptRun> offer() const;
  /// The user has answered the offer; it is not made again.
  Result<void> answer(const KeptRun& offered) const;

 private:
  void remove_old(const std::string& spared) const;
  std::int64_t answered_ns() const;

  std::string folder_;
  std::uint64_t most_bytes_;
};

}  // namespace rbm
