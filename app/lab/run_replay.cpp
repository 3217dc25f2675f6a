#include "app/lab/run_replay.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "app/panels/format_text.hpp"
#include "core/run/replay.hpp"

namespace lab {
namespace {

std::string in_words(const rbm::ReplayVerdict& verdict, const rbm::RunRecord& record,
                     const std::string& title) {
  const std::size_t changes = record.journal.changes();
  std::string made = grouped(verdict.updates).text;
  made += verdict.updates == 1 ? " update" : " updates";
  if (changes > 0)
    made += " with " + std::to_string(changes) + (changes == 1 ? " change" : " changes") + " of settings";
  const std::string begin = "Replayed " + title + ": ";
  switch (verdict.kind) {
    case rbm::ReplayVerdict::Kind::Same:
      return begin + made + " again give the same bits.";
    case rbm::ReplayVerdict::Kind::Different:
      return begin + "after " + made + " its array " + verdict.array +
             " is another than the kept one; another version of the program, other data or another kind of "
             "processor made it.";
    case rbm::ReplayVerdict::Kind::NothingKept:
      break;
  }
  return begin + made + " were made again; nothing is kept of the last one to compare it with.";
}

}  // namespace

rbm::Result<std::string> replay_sentence(const std::string& path, const std::string& title, int threads,
                                         const rbm::Progress& progress,
                                         const std::function<void(std::uint64_t)>& on_length) {
  const auto record = rbm::read_record(path);
  if (!record) return rbm::Unexpected{record.error()};
  if (on_length) on_length(record->updates);
  const auto replayed = rbm::replay_run(record->journal, record->path,
                                        {.until = record->updates, .threads = threads, .data = ""}, progress);
  if (!replayed) return rbm::Unexpected{replayed.error()};
  return in_words(rbm::verdict_of(**replayed, *record), *record, title);
}

RunReplay::RunReplay(void (*on_news)())
    : work_(std::make_unique<Work>([news = news_.get(), on_news] {
        *news = true;
        on_news();
      })) {}

void RunReplay::start(const std::string& path, const std::string& title, ReplayInView& view) {
  // The other half of the cores is for the training; threads never change the result.
  const int threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / 2);
  stopped_ = std::make_shared<std::atomic<bool>>(false);
  updates_ = std::make_shared<std::atomic<std::uint64_t>>(0);
  is_followed_ = view.is_busy = true;
  work_->start([path, title, threads, stopped = stopped_, updates = updates_](const rbm::Progress& progress) {
    return replay_sentence(
        path, title, threads, [&](double share) { return progress(share) && !*stopped; },
        [&](std::uint64_t all) { *updates = all; });
  });
}

void RunReplay::stop(ReplayInView& view) {
  if (!is_busy()) return;
  *stopped_ = true;
  view.is_stopping = true;
}

bool RunReplay::follow(ReplayInView& view) {
  if (!is_followed_) return false;
  *news_ = false;
  view.share = work_->share_done();
  view.updates = *updates_;
  auto end = work_->take();
  if (!end) return false;
  is_followed_ = view.is_busy = view.is_stopping = false;
  if (!end->outcome)
    view.sentence = "The replay of " + view.title + " failed: " + end->thrown + ".";
  else if (!*end->outcome && end->outcome->error().code == rbm::ErrorCode::Cancelled)
    view.sentence = "The replay of " + view.title + " was stopped.";
  else
    view.sentence = *end->outcome ? **end->outcome : end->outcome->error().message;
  return true;
}

}  // namespace lab
