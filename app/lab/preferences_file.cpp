#include "app/lab/preferences_file.hpp"

#include <chrono>
#include <utility>

namespace lab {
namespace {

constexpr double kWriteInterval_s = 1;

}  // namespace

PreferencesFile::PreferencesFile(std::string path, const Preferences& as_read)
    : path_(std::move(path)), seen_(as_read), begun_(as_read) {}

rbm::Result<void> PreferencesFile::follow(const Preferences& now, double now_s) {
  seen_ = now;
  const bool is_writing = writing_.valid();
  if (is_writing && writing_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return {};
  const auto done = is_writing ? writing_.get() : rbm::Result<void>();
  if (seen_ != begun_ && now_s >= begun_s_ + kWriteInterval_s) {
    begun_s_ = now_s;
    begin();
  }
  const bool is_new = !done && done.error().message != told_;
  if (!done) told_ = done.error().message;
  return is_new ? done : rbm::Result<void>();
}

void PreferencesFile::begin() {
  begun_ = seen_;
  writing_ = std::async(std::launch::async,
                        [path = path_, wanted = begun_] { return save_preferences(path, wanted); });
}

void PreferencesFile::finish(const Preferences& now) {
  seen_ = now;
  if (writing_.valid()) writing_.wait();
  begin();
  writing_.wait();
}

}  // namespace lab
