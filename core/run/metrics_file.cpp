#include "core/run/metrics_file.hpp"

#include <charconv>
#include <filesystem>

#include "core/run/curves_text.hpp"

namespace rbm {
namespace {

constexpr std::uint64_t kLargest = std::uint64_t{1} << 30;
constexpr std::string_view kJsonStart = "{\"update\": ";

std::string ending(const std::string& path) {
  return std::filesystem::path(path).extension().string();
}

/// How much of the text is whole lines of points up to an update; npos where it is something else than curves.
std::size_t size_up_to(std::string_view text, std::uint64_t update, bool is_json) {
  const std::string header = is_json ? "" : curves_header();
  if (!text.starts_with(header)) return std::string_view::npos;
  std::size_t at = header.size();
  while (at < text.size()) {
    const std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) break;  // cut off while it was written
    std::string_view line = text.substr(at, end - at);
    if (is_json && !line.starts_with(kJsonStart)) return std::string_view::npos;
    if (is_json) line.remove_prefix(kJsonStart.size());
    std::uint64_t of_line = 0;
    const auto [stopped, error] = std::from_chars(line.data(), line.data() + line.size(), of_line);
    if (error != std::errc() || stopped == line.data() + line.size() || *stopped != ',')
      return std::string_view::npos;
    if (of_line > update) break;
    at = end + 1;
  }
  return at;
}

}  // namespace

Result<void> MetricsFile::check_ending(const std::string& path) {
  if (ending(path) == ".csv" || ending(path) == ".jsonl") return {};
  return fail(ErrorCode::BadArgument,
              path + " has no ending that says how curves are written: use .csv or .jsonl.", path);
}

Result<MetricsFile> MetricsFile::open(const std::string& path, std::uint64_t update) {
  if (auto known = check_ending(path); !known) return Unexpected{known.error()};
  auto file = AppendedFile::open(path);
  if (!file) return Unexpected{file.error()};
  const bool is_json = ending(path) == ".jsonl";
  std::size_t kept = 0;
  if (update > 0) {
    const auto text = file->text(kLargest);
    if (!text) return Unexpected{text.error()};
    if (!text->empty()) kept = size_up_to(*text, update, is_json);
    if (kept == std::string::npos)
      return fail(
          ErrorCode::BadFormat,
          path +
              " holds something else than the curves of a run, which could go on there: give another name.",
          path);
  }
  if (auto cut = file->cut(kept); !cut) return Unexpected{cut.error()};
  MetricsFile out(std::move(*file), is_json);
  if (kept == 0 && !is_json) out.waiting_ = curves_header();
  if (auto begun = out.flush(); !begun) return Unexpected{begun.error()};
  return out;
}

Result<void> MetricsFile::add(const CurvePoint& point) {
  waiting_ += is_json_ ? curve_jsonl(point) : curve_csv(point);
  return flush();
}

Result<void> MetricsFile::flush() {
  auto written = file_.append(waiting_);
  if (written) waiting_.clear();
  return written;
}

}  // namespace rbm
