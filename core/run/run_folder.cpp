#include "core/run/run_folder.hpp"

#include <filesystem>

namespace rbm {
namespace {

std::string in(const std::string& folder, const char* name) {
  return (std::filesystem::path(folder) / name).string();
}

}  // namespace

std::string model_of_run(const std::string& folder) {
  return in(folder, "model.safetensors");
}
std::string checkpoint_of_run(const std::string& folder) {
  return in(folder, "checkpoint.safetensors");
}
std::string curves_of_run(const std::string& folder) {
  return in(folder, "curves.csv");
}
std::string journal_of_run(const std::string& folder) {
  return in(folder, "journal.jsonl");
}

bool is_run_folder(const std::string& path) {
  std::error_code failed;
  return std::filesystem::is_directory(path, failed) &&
         std::filesystem::is_regular_file(checkpoint_of_run(path), failed);
}

std::string resolved_run(const std::string& path) {
  return is_run_folder(path) ? checkpoint_of_run(path) : path;
}

}  // namespace rbm
