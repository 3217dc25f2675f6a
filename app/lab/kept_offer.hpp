// KeptOffer: the line that offers the run which an earlier window left, and what comes of it. UI thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <future>
#include <optional>
#include <string>

#include "core/run/kept_runs.hpp"

namespace lab {

/// By the clock that dates kept runs.
std::int64_t now_ns();

/// "just now", "1 minute ago", "3 days ago".
std::string ago(std::int64_t seconds);
/// "The last run is kept: MNIST train, 196 hidden units, 12 345 updates, 3 minutes ago." The age is that of its file.
std::string offer_sentence(const rbm::KeptRun& run, std::int64_t now_ns);

class KeptOffer {
 public:
  /// Looks for a run in the folder, on a thread of its own; an empty folder has none.
  explicit KeptOffer(const std::string& folder);

  /// True once there is a run to offer and no answer yet.
  bool is_open();
  /// A slim bar as wide as `width` at this place, with "Go on" and "Not now"; returns the height that it takes, 0
  /// where there is nothing to offer. `go_on` gets the file of the run.
  float draw(float x, float y, float width, const std::function<void(const std::string& path)>& go_on);

 private:
  void close();

  rbm::KeptRuns runs_;
  std::future<std::optional<rbm::KeptRun>> looked_up_;
  std::optional<rbm::KeptRun> run_;
  std::string sentence_;
};

}  // namespace lab
