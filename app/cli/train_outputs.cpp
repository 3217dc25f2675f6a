#include "app/cli/train_outputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "app/cli/outputs.hpp"
#include "app/cli/terminal.hpp"
#include "core/learning/settings.hpp"
#include "core/model/model_file.hpp"
#include "core/parallel/communicator.hpp"
#include "core/run/run_folder.hpp"

namespace lab::cli {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr double kLongest_s = 1e8;

/// A number at the beginning of a text, and what follows it.
template <class Number>
bool read(std::string_view text, Number* number, std::string_view* rest) {
  const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
  *rest = text.substr(static_cast<std::size_t>(stopped - text.data()));
  return error == std::errc();
}

rbm::Unexpected unusable(const char* option, const std::string& text, const char* remedy) {
  return rbm::fail(rbm::ErrorCode::BadArgument, fmt::format("{} is \"{}\": give {}.", option, text, remedy));
}

/// Whether a file may be called like a model on the way.
bool is_on_the_way(const std::string& out, const std::string& path) {
  const fs::path model = rbm::target_of(out), other = rbm::target_of(path);
  const std::string begin = model.stem().string() + "-", name = other.stem().string();
  if (other.extension() != model.extension() || !name.starts_with(begin)) return false;
  const std::string_view digits = std::string_view(name).substr(begin.size());
  std::uint64_t update = 0;
  std::string_view rest;
  return read(digits, &update, &rest) && rest.empty() && rbm::same_file(model_on_the_way(out, update), path);
}

rbm::Result<void> check_on_the_way(const TrainFiles& files, std::span<const rbm::FileUse> inputs) {
  for (const rbm::FileUse& input : inputs) {
    if (!input.path.empty() && is_on_the_way(files.out, input.path))
      return rbm::fail(
          rbm::ErrorCode::BadArgument,
          fmt::format("--keep-models would overwrite {}, which is read as {}: give --out another name.",
                      input.path, input.role),
          input.path);
  }
  return {};
}

}  // namespace

rbm::Result<void> use_run_folder(TrainFiles& files, bool has_out, const std::string& resumed) {
  if (files.run.empty()) return {};
  const std::string checkpoint = rbm::checkpoint_of_run(files.run);
  if (rbm::is_run_folder(files.run) && (resumed.empty() || !rbm::same_file(resumed, checkpoint)))
    return rbm::fail(
        rbm::ErrorCode::BadArgument,
        fmt::format("{} holds a run: give --run another folder, or go on with it by --resume {}.", files.run,
                    files.run),
        files.run);
  std::error_code failed;
  if (rbm::world().is_first()) fs::create_directories(files.run, failed);
  if (rbm::world().is_first() && !fs::is_directory(files.run, failed))
    return rbm::fail(
        rbm::ErrorCode::Io,
        files.run + " cannot be made a folder: give --run another path, or check its permissions.",
        files.run);
  if (!has_out) files.out = rbm::model_of_run(files.run);
  if (files.metrics.empty()) files.metrics = rbm::curves_of_run(files.run);
  files.journal = rbm::journal_of_run(files.run);
  if (!files.checkpoint.empty()) return {};
  files.checkpoint = checkpoint;
  if (files.checkpoint_every.empty()) files.checkpoint_every = "1m";
  return {};
}

std::string model_on_the_way(const std::string& out, std::uint64_t update) {
  const fs::path path = out;
  return (path.parent_path() /
          fmt::format("{}-{:08}{}", path.stem().string(), update, path.extension().string()))
      .string();
}

rbm::Result<Interval> Interval::of_checkpoints(const std::string& text) {
  Interval out;
  double number = 0;
  std::string_view unit;
  const bool is_number = read(text, &number, &unit) && number > 0;
  const double seconds = unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : 0;
  if (is_number && seconds > 0 && number * seconds <= kLongest_s) {
    out.seconds = number * seconds;
    return out;
  }
  if (read(text, &out.updates, &unit) && unit.empty() && out.updates > 0 && out.updates <= rbm::kMostUpdates)
    return out;
  return unusable("--checkpoint-every", text, "a time as in 30s, 1m or 2h, or a number of updates");
}

rbm::Result<Interval> Interval::of_models(const std::string& text) {
  Interval out;
  std::string_view rest;
  out.is_log = text == "log";
  if (out.is_log) return out;
  if (read(text, &out.updates, &rest) && rest.empty() && out.updates > 0 && out.updates <= rbm::kMostUpdates)
    return out;
  return unusable("--keep-models", text,
                  "log, for updates 1, 2, 5, 10, 20 and so on, or a number of updates");
}

bool Interval::is_at(std::uint64_t update) const {
  if (update == 0) return false;
  if (!is_log) return updates > 0 && update % updates == 0;
  while (update % 10 == 0) update /= 10;
  return update == 1 || update == 2 || update == 5;
}

rbm::Result<TrainOutputs> TrainOutputs::make(const TrainFiles& files, std::span<const rbm::FileUse> inputs,
                                             const std::string& successor) {
  Interval checkpoints, models;
  if (!files.checkpoint_every.empty()) {
    const auto told = Interval::of_checkpoints(files.checkpoint_every);
    if (!told) return rbm::Unexpected{told.error()};
    if (files.checkpoint.empty())
      return rbm::fail(rbm::ErrorCode::BadArgument,
                       "--checkpoint-every needs the name of a file: give --checkpoint.");
    checkpoints = *told;
  }
  if (!files.keep_models.empty()) {
    const auto told = Interval::of_models(files.keep_models);
    if (!told) return rbm::Unexpected{told.error()};
    if (auto apart = check_on_the_way(files, inputs); !apart) return rbm::Unexpected{apart.error()};
    models = *told;
  }
  if (!rbm::world().is_first()) return TrainOutputs(files, checkpoints, models);
  for (const std::string& path : {files.out, files.checkpoint, files.trajectory}) {
    if (path.empty()) continue;
    if (auto possible = rbm::check_can_write_tensors(path); !possible)
      return rbm::Unexpected{possible.error()};
  }
  if (!files.metrics.empty()) {
    if (auto known = rbm::MetricsFile::check_ending(files.metrics); !known)
      return rbm::Unexpected{known.error()};
  }
  const bool succeeds =
      !successor.empty() && !files.checkpoint.empty() && rbm::same_file(successor, files.checkpoint);
  const rbm::FileUse outputs[] = {{"--out", files.out},
                                  {"--trajectory", files.trajectory},
                                  {"--metrics", files.metrics},
                                  {"The journal of --run", files.journal},
                                  {"--checkpoint", files.checkpoint}};
  if (auto possible = check_outputs(outputs, succeeds ? std::span<const rbm::FileUse>() : inputs); !possible)
    return rbm::Unexpected{possible.error()};
  if (succeeds) {
    if (auto apart = rbm::check_apart(std::span(outputs).first(4), inputs); !apart)
      return rbm::Unexpected{apart.error()};
  }
  return TrainOutputs(files, checkpoints, models);
}

rbm::Result<void> TrainOutputs::begin(const rbm::Run& run) {
  last_checkpoint_ = Clock::now();
  if (!rbm::world().is_first()) return {};
  if (!files_.journal.empty()) {
    auto opened = rbm::JournalFile::open(files_.journal, run.journal());
    if (!opened) return rbm::Unexpected{opened.error()};
    journal_.emplace(std::move(*opened));
  }
  if (files_.metrics.empty()) return {};
  auto opened = rbm::MetricsFile::open(files_.metrics, run.trainer().updates());
  if (!opened) return rbm::Unexpected{opened.error()};
  metrics_.emplace(std::move(*opened));
  return {};
}

void TrainOutputs::after_update(const rbm::Run& run) {
  const std::uint64_t update = run.trainer().updates();
  const auto note = [](const rbm::Result<void>& written) {
    if (!written) tell("Note: " + written.error().message);
  };
  if (metrics_ && rbm::Monitoring::is_due(update)) {
    const auto written = metrics_->add(run.monitoring().points().back());
    if (!metrics_fail_) note(written);
    metrics_fail_ = !written;
  }
  follow_journal(run);
  const bool wants_model = models_.is_at(update), wants_checkpoint = is_time_for_checkpoint(update);
  if (wants_model || wants_checkpoint) run.gather();
  if (wants_model) note(run.write_model(model_on_the_way(files_.out, update)));
  if (!wants_checkpoint) return;
  note(run.write_checkpoint(files_.checkpoint));
  last_checkpoint_ = Clock::now();
}

/// By the clock of the first process.
bool TrainOutputs::is_time_for_checkpoint(std::uint64_t update) const {
  if (checkpoints_.seconds <= 0) return checkpoints_.is_at(update);
  const std::chrono::duration<double> since = Clock::now() - last_checkpoint_;
  return rbm::world().of_first(since.count()) >= checkpoints_.seconds;
}

void TrainOutputs::follow_journal(const rbm::Run& run) {
  if (!journal_) return;
  const auto written = journal_->follow(run.journal_so_far());
  if (!written && !journal_fails_) tell("Note: " + written.error().message);
  journal_fails_ = !written;
}

void TrainOutputs::keep(rbm::Result<void> written, const std::string& said) {
  if (!written)
    failures_.push_back(written.error().message);
  else if (!said.empty())
    saved_.push_back(said);
}

rbm::Result<void> TrainOutputs::finish(const rbm::Run& run, const rbm::Model* best) {
  failures_.clear();
  saved_.clear();
  run.gather();
  keep(best != nullptr ? rbm::save_model(files_.out, *best, rbm::world()) : run.write_model(files_.out),
       files_.out);
  if (!files_.checkpoint.empty()) keep(run.write_checkpoint(files_.checkpoint), files_.checkpoint);
  if (!files_.trajectory.empty()) {
    const auto models = run.write_trajectory(files_.trajectory);
    keep(models ? rbm::Result<void>() : rbm::Unexpected{models.error()},
         models ? fmt::format("{}, {} checkpoints", files_.trajectory, *models) : "");
  }
  if (metrics_) keep(metrics_->flush(), "");
  if (journal_) keep(journal_->follow(run.journal_so_far()), "");
  if (failures_.empty()) return {};
  for (const std::string& failure : std::span(failures_).first(failures_.size() - 1)) tell("rbm: " + failure);
  return rbm::fail(rbm::ErrorCode::Io, failures_.back());
}

}  // namespace lab::cli
