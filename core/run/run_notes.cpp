#include "core/run/run_notes.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/files/descriptor.hpp"
#include "core/files/input_file.hpp"
#include "core/files/output_file.hpp"
#include "core/files/text.hpp"

namespace rbm {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kNotesFile = "notes.json";
constexpr std::uint64_t kLargestNotes = 4 << 20;

std::string notes_path(const std::string& folder) {
  return (fs::path(folder) / kNotesFile).string();
}

/// Throws nlohmann::json::exception where it is none.
RunNotes notes_of(const json& told) {
  RunNotes out;
  for (const auto& [key, entry] : told.at("runs").items())
    out.runs[from_utf8(key)] = {.starred = entry.value("star", false),
                                .name = from_utf8(entry.value("name", "")),
                                .text = from_utf8(entry.value("note", ""))};
  for (const json& folder : told.at("folders")) out.folders.push_back(from_utf8(folder.get<std::string>()));
  return out;
}

json json_of(const RunNotes& notes) {
  json out{{"runs", json::object()}, {"folders", json::array()}};
  for (const auto& [key, note] : notes.runs)
    out["runs"][to_utf8(key)] = {
        {"star", note.starred}, {"name", to_utf8(note.name)}, {"note", to_utf8(note.text)}};
  for (const std::string& folder : notes.folders) out["folders"].push_back(to_utf8(folder));
  return out;
}

}  // namespace

std::string note_key(const std::string& folder, const std::string& path) {
  const fs::path whole = fs::absolute(path).lexically_normal();
  return whole.parent_path() == fs::absolute(folder).lexically_normal() ? whole.filename().string()
                                                                        : whole.string();
}

Result<RunNotes> read_run_notes(const std::string& folder) {
  const std::string path = notes_path(folder);
  std::error_code failed;
  if (!fs::exists(path, failed)) return RunNotes{};
  const auto bytes = read_file(path, kLargestNotes);
  if (!bytes) return Unexpected{bytes.error()};
  try {
    return notes_of(json::parse(bytes->begin(), bytes->end()));
  } catch (const json::exception&) {
    return fail(ErrorCode::BadFormat,
                path + " is damaged, so the stars and notes of runs are not known: mend or remove it.", path);
  }
}

Result<void> change_run_notes(const std::string& folder, const std::function<void(RunNotes&)>& change) {
  std::error_code failed;
  if (fs::create_directories(folder, failed)) fs::permissions(folder, fs::perms::owner_all, failed);
  // The lock ends with the descriptor. Some file systems have none; there it goes without.
  const Descriptor lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (lock.is_open()) (void)::flock(lock.number(), LOCK_EX);
  auto notes = read_run_notes(folder);
  if (!notes) return Unexpected{notes.error()};
  change(*notes);
  std::erase_if(notes->runs, [](const auto& entry) { return entry.second == RunNote{}; });
  return write_file(notes_path(folder), json_of(*notes).dump(1) + "\n");
}

}  // namespace rbm
