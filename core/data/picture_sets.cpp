// Folders of pictures and single large ones as data sets.
#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

#include "core/data/numbers.hpp"
#include "core/data/picture.hpp"
#include "core/data/readers.hpp"

namespace rbm {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostPictures = 1'000'000, kLargestPictureFile = 256 << 20, kNamesShown = 3;
constexpr std::size_t kHeaderBytes = 1 << 18;  // a JPEG's size may stand behind a large thumbnail
constexpr int kLargestUnasked = 64, kUnaskedSize = 32, kUnaskedPatch = 8;

struct Found {
  std::string path;  // from the folder on
  ImageShape shape;  // as its header says
  int label = -1;    // place in Folder::classes
};

struct Folder {
  std::string root;
  std::vector<Found> pictures;
  std::vector<std::string> classes;
  std::vector<std::string> broken;  // paths with the reason
  std::size_t others = 0;

  void leave_out(const Error& error) { broken.push_back(error.message); }
};

bool has_picture_ending(const fs::path& path) {
  std::string ending = path.extension().string();
  for (char& c : ending) c = static_cast<char>(c | 0x20);
  return ending == ".png" || ending == ".jpg" || ending == ".jpeg";
}

/// The files of a folder and below, sorted, with the first part of their way. Hidden ones are none of ours.
Result<std::vector<std::string>> files_below(const std::string& root) {
  std::vector<std::string> files;
  std::error_code failed;
  fs::recursive_directory_iterator at(root, fs::directory_options::skip_permission_denied, failed);
  if (failed) return fail(ErrorCode::Io, root + " cannot be read: check the path and its permissions.", root);
  for (const fs::recursive_directory_iterator end; at != end; at.increment(failed)) {
    if (failed) break;
    std::error_code none;
    if (at->path().filename().string().starts_with('.')) {
      if (at->is_directory(none)) at.disable_recursion_pending();
      continue;
    }
    if (!at->is_regular_file(none)) continue;
    files.push_back(at->path().lexically_relative(root).string());
    if (files.size() > kMostPictures)
      return broken(root, "holds more than a million files: give a smaller folder.");
  }
  std::sort(files.begin(), files.end());
  return files;
}

Result<Bytes> picture_bytes(const std::string& path) {
  std::error_code failed;
  if (fs::file_size(path, failed) > kLargestPictureFile || failed)
    return broken(path, "is larger than 256 MiB: reduce it first.");
  return read_start(path, kLargestPictureFile);
}

/// The header of a picture; an error of code Unsupported where the file is no picture at all.
Result<ImageShape> header_of(const std::string& path) {
  auto start = read_start(path, kHeaderBytes);
  if (!start) return Unexpected{start.error()};
  if (!looks_like_picture(*start) && !has_picture_ending(path))
    return fail(ErrorCode::Unsupported, path + " is no picture.", path);
  auto header = picture_header(*start, path);
  if (header || start->size() < kHeaderBytes) return header;
  const auto whole = picture_bytes(path);
  if (!whole) return Unexpected{whole.error()};
  return picture_header(*whole, path);
}

/// Of the time, the share that the first look at every file takes.
constexpr double kSurveyShare = 0.1;

/// Tells how many of the files are done, from `from` to `to` of the whole. An error where nobody waits any more.
Result<void> tell(const Progress& progress, double from, double to, std::size_t done, std::size_t all,
                  const std::string& root) {
  if (!progress || progress(from + (to - from) * static_cast<double>(done) / static_cast<double>(all)))
    return {};
  return fail(ErrorCode::Cancelled, "The loading of " + root + " was cancelled.", root);
}

Result<Folder> survey(const std::string& root, const Progress& progress) {
  const auto files = files_below(root);
  if (!files) return Unexpected{files.error()};
  Folder folder;
  folder.root = root;
  std::size_t looked_at = 0;
  for (const std::string& file : *files) {
    if (auto on = tell(progress, 0, kSurveyShare, looked_at++, files->size(), root); !on)
      return Unexpected{on.error()};
    const auto header = header_of((fs::path(root) / file).string());
    if (header)
      folder.pictures.push_back({file, *header});
    else if (header.error().code == ErrorCode::Unsupported)
      ++folder.others;
    else
      folder.leave_out(header.error());
  }
  return folder;
}

/// Classes are the sub-folders, where every picture lies in one and there are two to 256 of them.
void label(Folder& folder, std::vector<std::string>* notes) {
  std::map<std::string, int> classes;
  bool all_inside = true;
  for (const Found& picture : folder.pictures) {
    const auto slash = picture.path.find('/');
    if (slash == std::string::npos)
      all_inside = false;
    else
      classes.emplace(picture.path.substr(0, slash), 0);
  }
  if (classes.size() > 256)
    notes->push_back(folder.root + " has more than 256 sub-folders: they were not taken as labels.");
  if (!all_inside && !classes.empty())
    notes->push_back(folder.root + " holds pictures beside its sub-folders: these were not taken as labels.");
  if (!all_inside || classes.size() < 2 || classes.size() > 256) return;
  for (auto& [name, number] : classes) {
    number = static_cast<int>(folder.classes.size());
    folder.classes.push_back(name);
  }
  for (Found& picture : folder.pictures)
    picture.label = classes.at(picture.path.substr(0, picture.path.find('/')));
}

/// Width and height of whole pictures.
ImageShape common_shape(const Folder& folder, const SourceOptions& options, std::vector<std::string>* notes) {
  if (options.size > 0) return {options.size, options.size, 0};
  std::map<std::pair<int, int>, std::size_t> sizes;
  for (const Found& picture : folder.pictures) ++sizes[{picture.shape.height, picture.shape.width}];
  const auto commonest = std::max_element(sizes.begin(), sizes.end(),
                                          [](const auto& a, const auto& b) { return a.second < b.second; });
  ImageShape shape{commonest->first.first, commonest->first.second, 0};
  const bool too_large = shape.height > kLargestUnasked || shape.width > kLargestUnasked;
  if (too_large) shape = {kUnaskedSize, kUnaskedSize, 0};
  const std::string target = std::to_string(shape.width) + " × " + std::to_string(shape.height);
  if (too_large) {
    notes->push_back("The pictures of " + folder.root + " were cropped and resized to " + target +
                     ": choose another size with --size, or patches with --patch.");
  } else if (sizes.size() > 1) {
    notes->push_back(std::to_string(folder.pictures.size() - commonest->second) + " of " +
                     std::to_string(folder.pictures.size()) + " pictures had other sizes than " + target +
                     " and were cropped and resized to it.");
  }
  return shape;
}

/// Scaled so that its shorter side is `side`.
Picture scaled_to(const Picture& picture, int side) {
  const double factor = static_cast<double>(side) / std::min(picture.shape.height, picture.shape.width);
  const auto scaled = [&](int n) { return std::clamp(static_cast<int>(n * factor + 0.5), side, 1 << 16); };
  return cropped_and_resized(picture, scaled(picture.shape.width), scaled(picture.shape.height));
}

/// What the patches are cut from; an error where it is smaller than a patch.
Result<Picture> picture_for_patches(Picture picture, const SourceOptions& options, const std::string& path) {
  if (options.size > 0) {
    const double long_side = std::max(picture.shape.height, picture.shape.width),
                 short_side = std::min(picture.shape.height, picture.shape.width);
    if (options.size * (options.size * long_side / short_side) > (1 << 26))
      return broken(path, "is too long and thin to be resized: crop it first.");
    picture = scaled_to(picture, options.size);
  }
  if (picture.shape.height < options.patch || picture.shape.width < options.patch) {
    return broken(path, "has " + std::to_string(picture.shape.width) + " × " +
                            std::to_string(picture.shape.height) + " pixels, too few for patches of " +
                            std::to_string(options.patch) + ": choose a smaller --patch.");
  }
  return picture;
}

void note_left_out(const Folder& folder, std::vector<std::string>* notes) {
  if (!folder.broken.empty()) {
    std::string text = std::to_string(folder.broken.size()) +
                       (folder.broken.size() == 1 ? " picture was left out: " : " pictures were left out: ");
    for (std::size_t i = 0; i < std::min(kNamesShown, folder.broken.size()); ++i)
      text += (i > 0 ? " " : "") + folder.broken[i];
    if (folder.broken.size() > kNamesShown)
      text += " And " + std::to_string(folder.broken.size() - kNamesShown) + " more.";
    notes->push_back(text);
  }
  if (folder.others > 0)
    notes->push_back(std::to_string(folder.others) + (folder.others == 1 ? " file of " : " files of ") +
                     folder.root +
                     (folder.others == 1 ? " is no PNG or JPEG and was passed over."
                                         : " are no PNG or JPEG and were passed over."));
}

Unexpected none_usable(const Folder& folder) {
  if (!folder.broken.empty())
    return broken(folder.root, "has no picture that can be used; the first: " + folder.broken.front());
  return broken(folder.root, folder.others == 0
                                 ? "is empty: put PNG or JPEG pictures into it."
                                 : "holds no PNG or JPEG picture: give a folder of pictures, or one file.");
}

Result<Picture> decoded(const Folder& folder, const Found& found, int channels) {
  const std::string path = (fs::path(folder.root) / found.path).string();
  const auto bytes = picture_bytes(path);
  if (!bytes) return Unexpected{bytes.error()};
  return decode_picture(*bytes, channels, path);
}

/// Every picture as one row.
Result<void> whole_pictures(Folder& folder, const SourceOptions& options, Dataset& data,
                            const Progress& progress) {
  const int channels = data.shape.channels;
  data.shape = common_shape(folder, options, &data.notes);
  data.shape.channels = channels;
  const auto width = static_cast<std::size_t>(data.shape.pixels());
  if (auto ok = fits(folder.root, folder.pictures.size(), width, 1); !ok) return ok;
  data.pixels.reserve(folder.pictures.size() * width);
  std::size_t read = 0;
  for (std::uint32_t n : shuffled(folder.pictures.size(), options.seed, 2)) {
    if (auto on = tell(progress, kSurveyShare, 1, read++, folder.pictures.size(), folder.root); !on)
      return on;
    const Found& found = folder.pictures[n];
    const auto picture = decoded(folder, found, channels);
    if (!picture) {
      folder.leave_out(picture.error());
      continue;
    }
    const std::size_t had = data.pixels.size();
    data.pixels.resize(had + width);
    crop_and_resize(picture->pixels.data(), picture->shape, data.shape.width, data.shape.height,
                    &data.pixels[had]);
    if (found.label >= 0) data.labels.push_back(static_cast<std::uint8_t>(found.label));
  }
  return {};
}

/// options.patches patches, taken from the pictures in turn. Pictures that turn out broken leave their share
/// out.
Result<void> patches_of_pictures(Folder& folder, const SourceOptions& options, Dataset& data,
                                 const Progress& progress) {
  const std::size_t count = static_cast<std::size_t>(options.patches), n = folder.pictures.size();
  data.shape = {options.patch, options.patch, data.shape.channels};
  const auto width = static_cast<std::size_t>(data.shape.pixels());
  if (auto ok = fits(folder.root, count, width, 1); !ok) return ok;
  data.pixels.resize(count * width);
  std::vector<std::uint8_t> is_there(count, 0), labels(count, 0);
  const auto order = shuffled(n, options.seed, 2);
  for (std::size_t i = 0; i < std::min(n, count); ++i) {
    if (auto on = tell(progress, kSurveyShare, 1, i, std::min(n, count), folder.root); !on) return on;
    const Found& found = folder.pictures[order[i]];
    auto picture = decoded(folder, found, data.shape.channels);
    if (picture) picture = picture_for_patches(std::move(*picture), options, folder.root + "/" + found.path);
    if (!picture) {
      folder.leave_out(picture.error());
      continue;
    }
    cut_patches(picture->pixels.data(), picture->shape, options, i, n, data.pixels.data());
    for (std::size_t p = i; p < count; p += n) {
      is_there[p] = 1;
      labels[p] = static_cast<std::uint8_t>(std::max(0, found.label));
    }
  }
  std::size_t kept = 0;
  for (std::size_t p = 0; p < count; ++p) {
    if (!is_there[p]) continue;
    if (kept < p) std::copy_n(&data.pixels[p * width], width, &data.pixels[kept * width]);
    labels[kept++] = labels[p];
  }
  data.pixels.resize(kept * width);
  labels.resize(kept);
  if (!folder.classes.empty()) data.labels = std::move(labels);
  return {};
}

}  // namespace

Result<Dataset> picture_folder(const std::string& path, const SourceOptions& options,
                               const Progress& progress) {
  auto folder = survey(path, progress);
  if (!folder) return Unexpected{folder.error()};
  if (folder->pictures.empty()) return none_usable(*folder);
  Dataset data;
  data.name = file_name(path);
  label(*folder, &data.notes);
  const bool colour = std::any_of(folder->pictures.begin(), folder->pictures.end(),
                                  [](const Found& found) { return found.shape.channels == 3; });
  data.shape.channels = colour && !options.grey ? 3 : 1;
  const auto done = options.patch > 0 ? patches_of_pictures(*folder, options, data, progress)
                                      : whole_pictures(*folder, options, data, progress);
  if (!done) return Unexpected{done.error()};
  if (data.count() == 0) return none_usable(*folder);
  data.label_names = folder->classes;
  note_left_out(*folder, &data.notes);
  if (auto set = set_numbers(&data, std::exchange(data.pixels, {}), options, path); !set)
    return Unexpected{set.error()};
  return data;
}

Result<Dataset> picture_patches(ByteView bytes, const SourceOptions& asked, const std::string& path) {
  SourceOptions options = asked;
  if (options.patch == 0) options.patch = kUnaskedPatch;
  auto picture = decode_picture(bytes, options.grey ? 1 : 0, path);
  if (picture) picture = picture_for_patches(std::move(*picture), options, path);
  if (!picture) return Unexpected{picture.error()};
  Dataset data;
  data.name = file_name(path);
  data.shape = {options.patch, options.patch, picture->shape.channels};
  const auto width = static_cast<std::uint64_t>(data.shape.pixels());
  const auto count = static_cast<std::uint64_t>(options.patches);
  if (auto ok = fits(path, count, width, 1); !ok) return Unexpected{ok.error()};
  data.pixels.resize(count * width);
  cut_patches(picture->pixels.data(), picture->shape, options, 0, 1, data.pixels.data());
  if (auto set = set_numbers(&data, std::exchange(data.pixels, {}), options, path); !set)
    return Unexpected{set.error()};
  return data;
}

}  // namespace rbm
