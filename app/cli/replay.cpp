// rbm replay
#include <memory>

#include "app/cli/commands.hpp"
#include "app/cli/number_options.hpp"
#include "app/cli/outputs.hpp"
#include "app/cli/terminal.hpp"
#include "core/run/described_model.hpp"
#include "core/run/interruption.hpp"
#include "core/run/replay.hpp"

namespace lab::cli {
namespace {

struct ReplayOptions {
  std::string run, out, data;
  std::uint64_t until = 0;
  bool has_until = false;
  int threads = 0;
};

rbm::Result<void> check_replay_files(const ReplayOptions& o, const rbm::RunRecord& record) {
  if (o.out.empty()) return {};
  if (auto possible = rbm::check_can_write_tensors(o.out); !possible) return possible;
  const rbm::FileUse outputs[] = {{"--out", o.out}},
                     inputs[] = {{"the run", record.path}, {"its first model", record.journal.start().model}};
  return check_outputs(outputs, inputs);
}

/// Whether the replayed state is the kept one, in words; what is not ends with a status of its own.
rbm::Result<void> compare(const rbm::Trainer& replayed, const rbm::RunRecord& record) {
  const std::string at =
      fmt::format("Update {}, model {}: ", replayed.updates(), rbm::checksum_of(replayed.averaged()));
  const rbm::ReplayVerdict verdict = rbm::verdict_of(replayed, record);
  switch (verdict.kind) {
    case rbm::ReplayVerdict::Kind::NothingKept:
      say("{}nothing is kept of this update to compare it with.\n", at);
      leave_status(kNoAnswer);
      break;
    case rbm::ReplayVerdict::Kind::Different:
      return rbm::fail(
          rbm::ErrorCode::BadFormat,
          fmt::format("{}this is not what {} holds, beginning with its array {}: another version of "
                      "the program, other data or another kind of processor made it.",
                      at, record.path, verdict.array),
          record.path);
    case rbm::ReplayVerdict::Kind::Same:
      say("{}the same as {}, bit for bit.\n", at, record.path);
      break;
  }
  return {};
}

rbm::Result<void> replay(const ReplayOptions& o) {
  const auto record = rbm::read_record(o.run);
  if (!record) return rbm::Unexpected{record.error()};
  if (auto possible = check_replay_files(o, *record); !possible) return possible;
  const std::uint64_t until = o.has_until ? o.until : record->updates;
  const std::size_t changes = record->journal.changes();
  say("Replays {} updates of {}, with {} of settings on the way.\n", until, record->path,
      changes == 1 ? "1 change" : fmt::format("{} changes", changes));
  rbm::catch_signals();
  const auto replayed =
      rbm::replay_run(record->journal, record->path, {.until = until, .threads = o.threads, .data = o.data},
                      [](double) { return rbm::caught_signal() == 0; });
  if (rbm::caught_signal() != 0) return {};  // the exit status says so
  if (!replayed) return rbm::Unexpected{replayed.error()};
  if (!o.out.empty()) {
    rbm::Model model = (*replayed)->described_model();
    rbm::describe_beyond_settings(record->journal, until, model.metadata);
    if (auto saved = rbm::save_model(o.out, model); !saved) return saved;
    say("Saved {}.\n", o.out);
  }
  return compare(**replayed, *record);
}

}  // namespace

Run add_replay(CLI::App& app) {
  CLI::App* command = app.add_subcommand("replay",
                                         "Makes a run again from its seed, with every change of its settings "
                                         "at the update at which it was made, and says "
                                         "whether the result is what was kept: status 0 if it is, bit for "
                                         "bit, 1 if it is not, 3 where nothing is kept of "
                                         "that update");
  const auto o = std::make_shared<ReplayOptions>();
  command
      ->add_option(
          "run", o->run,
          "The folder of a run, one of its checkpoints or a run that the window kept, or a journal.jsonl")
      ->required();
  const CLI::Option* until =
      add_number(*command, "--until", o->until,
                 "Up to this update; where none is given, up to the one that is kept", 0, kMostSteps)
          ->default_str("");
  add_threads(*command, o->threads);
  command->add_option("--data", o->data, "Where the data are now, if not where the run had them");
  command->add_option("--out", o->out, "The averaged model at the end, .safetensors or .npz");
  return [o, until] {
    o->has_until = until->count() > 0;
    return replay(*o);
  };
}

}  // namespace lab::cli
