#include "app/cli/train_report.hpp"

#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/terminal.hpp"
#include "core/run/curves_text.hpp"

namespace lab::cli {
namespace {

using nlohmann::json;

/// "42 s", "3 min 07 s", "2 h 05 min".
std::string duration(double seconds) {
  const auto s = static_cast<long>(std::ceil(seconds));
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{} min {:02} s", s / 60, s % 60);
  return fmt::format("{} h {:02} min", s / 3600, s / 60 % 60);
}

json number(double value) {
  return std::isfinite(value) ? json(value) : json(nullptr);
}

void print_line(const json& line) {
  print(as_text(line) + "\n");
  std::fflush(stdout);
}

}  // namespace

TrainReport::TrainReport(Kind kind) : kind_(kind), is_terminal_(isatty(STDOUT_FILENO) != 0) {}

void TrainReport::note(const std::string& words) {
  if (kind_ != Kind::Quiet) tell("Note: " + words);
}

void TrainReport::point(const rbm::Run& run) {
  if (kind_ == Kind::Text) print_text(run);
  if (kind_ == Kind::Json) print_json(run);
  if (const std::string& trouble = run.monitoring().trouble(); !told_trouble_ && !trouble.empty()) {
    told_trouble_ = true;
    if (kind_ == Kind::Text && is_terminal_) print("\n");
    note(trouble);
  }
  // Once, as soon as it is noticed; the end of the run says it again where it is still so.
  if (told_collapse_ || run.collapse().empty()) return;
  told_collapse_ = true;
  if (kind_ == Kind::Text && is_terminal_) print("\n");
  note(run.collapse());
}

void TrainReport::print_text(const rbm::Run& run) {
  const rbm::RunProgress progress = run.progress();
  const rbm::CurvePoint& point = run.monitoring().points().back();
  std::string quality = fmt::format("reconstruction {:.4f}", point.reconstruction_train);
  if (std::isfinite(point.reconstruction_validation))
    quality += fmt::format(" / {:.4f}", point.reconstruction_validation);
  if (std::isfinite(point.log_likelihood))
    quality += fmt::format("  log-likelihood {:>8.2f}", point.log_likelihood);
  else if (std::isfinite(point.pseudo_log_likelihood))
    quality += fmt::format("  pseudo-likelihood {:>8.2f}", point.pseudo_log_likelihood);
  const std::string left = std::isfinite(progress.seconds_left)
                               ? fmt::format("{:>12} left  ", duration(progress.seconds_left))
                               : "";
  if (is_terminal_) std::fputc('\r', stdout);
  say("update {:>8}  epoch {:>7.2f}  {:>9.0f} images/s  {}{}{}", progress.updates, progress.epochs,
      progress.images_per_second, left, quality, is_terminal_ ? "" : "\n");
  std::fflush(stdout);
}

void TrainReport::print_json(const rbm::Run& run) {
  const rbm::RunProgress progress = run.progress();
  json line = json::parse(rbm::curve_jsonl(run.monitoring().points().back()));
  line["event"] = "point";
  line["images_per_second"] = number(progress.images_per_second);
  line["seconds_left"] = number(progress.seconds_left);
  print_line(line);
}

void TrainReport::end(const rbm::Run& run, bool is_interrupted, const rbm::Patience* patience) {
  const std::uint64_t updates = run.progress().updates;
  const bool has_best = patience != nullptr && patience->best_update() > 0;
  if (kind_ == Kind::Json) {
    json line{{"event", "end"}, {"update", updates}, {"interrupted", is_interrupted}};
    line["best_update"] = has_best ? json(patience->best_update()) : json(nullptr);
    line["warning"] = run.collapse().empty() ? json(nullptr) : json(run.collapse());
    print_line(line);
  }
  if (kind_ == Kind::Text) {
    if (is_terminal_) print("\n");
    if (is_interrupted) say("Interrupted after update {}.\n", updates);
    if (has_best)
      say("The best {} of the validation images was at update {} of {}: that model is saved.\n",
          patience->measure(), patience->best_update(), updates);
  }
  if (!run.collapse().empty()) tell("Warning: " + run.collapse());
}

void TrainReport::saved(const std::vector<std::string>& files) {
  if (kind_ == Kind::Json) print_line({{"event", "saved"}, {"files", files}});
  if (kind_ != Kind::Text) return;
  for (const std::string& file : files) say("Saved {}.\n", file);
}

}  // namespace lab::cli
