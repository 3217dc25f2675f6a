// Replay: a run made again from its journal, live changes included, bit for bit. Reads files; any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/learning/trainer.hpp"
#include "core/math/progress.hpp"
#include "core/run/journal.hpp"

namespace rbm {

/// What is kept of a run: its journal, and its state where there is a checkpoint.
struct RunRecord {
  std::string path;  // of the file that it was read from
  Journal journal;
  std::optional<TensorFile> checkpoint;
  std::uint64_t updates = 0;  // of the checkpoint, or of the last entry of the journal
};
/// From a checkpoint, the folder of a run or a journal by itself (.jsonl). A folder's checkpoint goes before its journal.
Result<RunRecord> read_record(const std::string& path);

struct ReplayRequest {
  std::uint64_t until =
      0;             // where a run came to an update twice, because it diverged in between, the last time
  int threads = 0;   // 0: all cores; never changes the result
  std::string data;  // where the data are now; empty: where the journal says
};

/// Makes the run of the journal again, up to this update; beyond its end it goes on as at its end. Fails with one sentence,
/// which names `path`: where the run's beginning is not known, its data are others or cannot be read, its first model is
/// another one, or an update fails that did not; with Cancelled once `progress` returns false.
Result<std::unique_ptr<Trainer>> replay_run(const Journal& journal, const std::string& path,
                                            const ReplayRequest& request, const Progress& progress = {});

/// What a replay came to beside what is kept of that update.
struct ReplayVerdict {
  enum class Kind { Same, Different, NothingKept } kind = Kind::NothingKept;
  std::uint64_t updates = 0;  // of the replayed run
  std::string array = {};     // of Different: the first that is not the kept one
};
ReplayVerdict verdict_of(const Trainer& replayed, const RunRecord& record);

/// The first array of the replayed state that the kept one does not have bit for bit; empty where it has all of them.
std::string first_difference(const TensorFile& replayed, const TensorFile& kept);

}  // namespace rbm
