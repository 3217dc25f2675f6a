#include "core/run/replay.hpp"

#include <algorithm>
#include <filesystem>

#include "core/data/loading.hpp"
#include "core/files/input_file.hpp"
#include "core/learning/checkpoint_facts.hpp"
#include "core/learning/training_data.hpp"
#include "core/run/run_folder.hpp"

namespace rbm {
namespace {

constexpr std::uint64_t kLongestJournal = std::uint64_t{1} << 30;

/// Rows to learn from, and the model to begin with where it was not made of small random weights.
struct ReplayedStart {
  TrainingData rows;
  std::optional<Model> model;
};

Result<RunRecord> read_journal_alone(const std::string& path) {
  const auto bytes = read_file(path, kLongestJournal);
  if (!bytes) return Unexpected{bytes.error()};
  auto journal = Journal::parse({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, path);
  if (!journal) return Unexpected{journal.error()};
  RunRecord out{.path = path, .journal = std::move(*journal)};
  if (!out.journal.entries().empty()) out.updates = out.journal.entries().back().update;
  return out;
}

Result<void> check_rows(const std::string& told, const TrainingData& rows, const std::string& path,
                        const TrainingSettings& settings) {
  const std::string found = fingerprint_of(*rows.train_pictures, *rows.validation_pictures, settings.labels);
  if (told.empty() || told == found) return {};
  return fail(ErrorCode::BadArgument,
              path + " is of a run on other data than " + settings.data + " has now (" + told + "; now " +
                  found + "): say with --data where the data of the run are.",
              path);
}

Result<ReplayedStart> load_start(const JournalStart& start, const std::string& path,
                                 const TrainingSettings& settings, ThreadPool& pool,
                                 const Progress& progress) {
  ReplayedStart out;
  Result<TrainingData> rows = TrainingData{};
  if (start.model.empty()) {
    // What is read is no share of the updates.
    const auto data =
        load_dataset(settings.data, settings.source, [&](double) { return !progress || progress(0); });
    if (!data) return Unexpected{data.error()};
    rows = training_data(*data, settings, pool);
  } else {
    auto model = load_model(start.model);
    if (!model)
      return fail(model.error().code,
                  path + " began with a model that cannot be had: " + model.error().message, path);
    if (checksum_of(*model) != start.parameters)
      return fail(ErrorCode::BadArgument,
                  path + " began with another model than " + start.model +
                      " holds now: put the one of then back to replay the run.",
                  path);
    const auto pictures = pictures_of(settings);
    if (!pictures) return Unexpected{pictures.error()};
    rows = training_data_for(*model, *pictures, pool);
    out.model = std::move(*model);
  }
  if (!rows) return Unexpected{rows.error()};
  if (auto same = check_rows(start.rows, *rows, path, settings); !same) return Unexpected{same.error()};
  if (auto fits = check_fits(settings, *rows->train); !fits) return Unexpected{fits.error()};
  out.rows = std::move(*rows);
  return out;
}

/// A trainer that is taken through the entries of a journal.
class Replayer {
 public:
  Replayer(std::unique_ptr<Trainer> trainer, std::shared_ptr<const Dataset> train, const std::string& path,
           ThreadPool& pool, const Progress& progress, std::uint64_t until)
      : trainer_(std::move(trainer)),
        train_(std::move(train)),
        path_(path),
        pool_(pool),
        progress_(progress),
        until_(until) {}

  Result<void> train_to(std::uint64_t update) {
    while (trainer_->updates() < update) {
      if (!goes_on()) return cancelled();
      if (auto done = trainer_->step(pool_); !done)
        return fail(ErrorCode::NotFinite,
                    path_ + " does not replay: " + done.error().message +
                        " The kept run did not; was it made by another version of RBM Lab?",
                    path_);
    }
    return {};
  }

  Result<void> follow(const JournalEntry& entry) {
    if (entry.kind == JournalEntry::Kind::Diverged) return diverge(entry);
    if (auto reached = train_to(entry.update); !reached) return reached;
    if (entry.kind != JournalEntry::Kind::Resumed) {
      TrainingSettings settings = entry.settings;
      settings.data = trainer_->settings().data;  // where they are now
      settings.threads = trainer_->settings().threads;
      if (auto suits = check_method(settings, trainer_->data()); !suits) return suits;
      trainer_->configure(settings);
      return {};
    }
    if (!entry.rows.empty())
      return fail(ErrorCode::Unsupported,
                  path_ + " went on with other data after update " + std::to_string(entry.update) +
                      ": it can be replayed up to there, with --until " + std::to_string(entry.update - 1) +
                      ".",
                  path_);
    // What is made anew by going on from a file, the state to fall back to, is made anew here.
    auto resumed = Trainer::resume(trainer_->checkpoint(), train_, path_);
    if (!resumed) return Unexpected{resumed.error()};
    trainer_ = std::move(*resumed);
    return {};
  }

  std::unique_ptr<Trainer> take() { return std::move(trainer_); }

 private:
  Result<void> diverge(const JournalEntry& entry) {
    if (auto reached = train_to(entry.diverged_at - 1); !reached) return reached;
    if (trainer_->step(pool_) || trainer_->updates() != entry.update)
      return fail(
          ErrorCode::NotFinite,
          path_ + " does not replay: update " + std::to_string(entry.diverged_at) +
              " of the kept run diverged, and here it did not. Was it made by another version of RBM Lab?",
          path_);
    return {};
  }

  bool goes_on() const {
    const double share =
        until_ > 0 ? static_cast<double>(trainer_->updates()) / static_cast<double>(until_) : 1;
    return !progress_ || progress_(std::min(1.0, share));
  }
  Unexpected cancelled() const {
    return fail(ErrorCode::Cancelled, "The replay of " + path_ + " was stopped.", path_);
  }

  std::unique_ptr<Trainer> trainer_;
  std::shared_ptr<const Dataset> train_;
  const std::string& path_;
  ThreadPool& pool_;
  const Progress& progress_;
  std::uint64_t until_;
};

}  // namespace

Result<RunRecord> read_record(const std::string& given) {
  std::error_code failed;
  const bool is_folder = std::filesystem::is_directory(given, failed);
  if (is_folder && !is_run_folder(given)) return read_journal_alone(journal_of_run(given));
  if (given.ends_with(".jsonl")) return read_journal_alone(given);
  RunRecord out{.path = resolved_run(given)};
  auto file = read_tensors(out.path);
  if (!file) return Unexpected{file.error()};
  const auto settings = checkpoint_settings(*file, out.path);
  if (!settings) return Unexpected{settings.error()};
  const auto facts = facts_of(*file, *settings, out.path);
  if (!facts) return Unexpected{facts.error()};
  out.updates = facts->updates;
  auto journal = journal_of(file->metadata, *settings, out.updates, out.path);
  if (!journal) return Unexpected{journal.error()};
  out.journal = std::move(*journal);
  out.checkpoint = std::move(*file);
  return out;
}

Result<std::unique_ptr<Trainer>> replay_run(const Journal& journal, const std::string& path,
                                            const ReplayRequest& request, const Progress& progress) {
  const JournalStart& start = journal.start();
  if (start.known_from > 0)
    return fail(ErrorCode::Unsupported,
                path +
                    " does not say how its run began, because an earlier version of RBM Lab began it: "
                    "what can be replayed are runs of this one.",
                path);
  TrainingSettings settings = start.settings;
  if (!request.data.empty()) settings.data = request.data;
  settings.threads = request.threads;
  ThreadPool pool(request.threads);
  auto begun = load_start(start, path, settings, pool, progress);
  if (!begun) return Unexpected{begun.error()};
  auto trainer = begun->model
                     ? std::make_unique<Trainer>(settings, begun->rows.train, std::move(*begun->model))
                     : std::make_unique<Trainer>(settings, begun->rows.train);
  const auto& entries = journal.entries();
  const auto last = std::find_if(entries.rbegin(), entries.rend(), [&](const JournalEntry& entry) {
                      return entry.update <= request.until;
                    }).base();
  if (needs_reset(trainer->settings(), settings))
    return fail(ErrorCode::BadFormat,
                path + " is damaged: its journal and its first model do not fit together.", path);
  Replayer replayer(std::move(trainer), begun->rows.train, path, pool, progress, request.until);
  for (auto entry = entries.begin(); entry != last; ++entry) {
    if (auto followed = replayer.follow(*entry); !followed) return Unexpected{followed.error()};
  }
  if (auto reached = replayer.train_to(request.until); !reached) return Unexpected{reached.error()};
  return replayer.take();
}

ReplayVerdict verdict_of(const Trainer& replayed, const RunRecord& record) {
  ReplayVerdict out{.updates = replayed.updates()};
  if (!record.checkpoint || record.updates != out.updates) return out;
  out.array = first_difference(replayed.checkpoint(), *record.checkpoint);
  out.kind = out.array.empty() ? ReplayVerdict::Kind::Same : ReplayVerdict::Kind::Different;
  return out;
}

std::string first_difference(const TensorFile& replayed, const TensorFile& kept) {
  for (const auto& [name, tensor] : replayed.tensors) {
    const auto found = kept.tensors.find(name);
    const bool is_same = found != kept.tensors.end() && found->second.dtype == tensor.dtype &&
                         found->second.shape == tensor.shape && found->second.bytes == tensor.bytes;
    if (!is_same) return name;
  }
  return {};
}

}  // namespace rbm
