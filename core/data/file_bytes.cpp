// Files into memory, gzipped or not.
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "core/data/readers.hpp"
#include "core/files/input_file.hpp"

namespace rbm {
namespace {

struct CloseGz {
  void operator()(gzFile_s* file) const { gzclose(file); }
};

Result<Bytes> unzipped(const std::string& path) {
  auto opened = open_input(path);
  if (!opened) return Unexpected{opened.error()};
  const std::unique_ptr<gzFile_s, CloseGz> file(gzdopen(opened->descriptor.number(), "rb"));
  if (!file) return cannot_read(path);
  (void)opened->descriptor.release();  // the stream closes it
  gzbuffer(file.get(), 1 << 18);
  Bytes bytes;
  std::size_t used = 0;
  for (;;) {
    if (bytes.size() - used < (1u << 20)) bytes.resize(std::max<std::size_t>(bytes.size() * 2, 1u << 22));
    const int got = gzread(file.get(), bytes.data() + used,
                           static_cast<unsigned>(std::min<std::size_t>(bytes.size() - used, 1u << 24)));
    if (got < 0) return broken(path, "is damaged or truncated (gzip checksum): fetch it again.");
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
    if (used > kLargestData) return broken(path, "unpacks to more than 2 GiB: cut it into smaller files.");
  }
  // gzread reports an unexpected end of a gzip stream only here.
  int code = Z_OK;
  gzerror(file.get(), &code);
  if (code != Z_OK && code != Z_STREAM_END) return broken(path, "is damaged or truncated: fetch it again.");
  bytes.resize(used);
  return bytes;
}

}  // namespace

Unexpected broken(const std::string& path, const std::string& what) {
  return fail(ErrorCode::BadFormat, path + " " + what, path);
}

std::string file_name(const std::string& path) {
  const std::filesystem::path p(path);
  // "photos/" is the folder photos.
  return p.has_filename() ? p.filename().string() : p.parent_path().filename().string();
}

Result<Bytes> read_start(const std::string& path, std::size_t most) {
  return read_file_start(path, most);
}

Result<Bytes> read_all(const std::string& path) {
  const auto start = read_start(path, 2);
  if (!start) return Unexpected{start.error()};
  if (start->size() == 2 && (*start)[0] == 0x1f && (*start)[1] == 0x8b) return unzipped(path);
  auto bytes = read_file_start(path, kLargestData + 1);
  if (bytes && bytes->size() > kLargestData)
    return broken(path, "holds more than 2 GiB: cut it into smaller files.");
  return bytes;
}

}  // namespace rbm
