// The two container formats behind read_tensors and write_tensors, and .npy, which data sets come in too.
// Internal to core. The parse functions take the bytes of a file; `path` is only what an error names.
#pragma once

#include <span>

#include "core/files/mapped_bytes.hpp"
#include "core/model/model_file.hpp"

namespace rbm {

/// More than this is no model of this program; it bounds what a damaged or hostile file can make us allocate.
inline constexpr std::uint64_t kLargestFile = std::uint64_t{2} << 30;

Result<TensorFile> read_safetensors(const std::string& path);
Result<TensorFile> parse_safetensors(std::span<const std::uint8_t> bytes, const std::string& path);
std::string to_safetensors(const TensorFile& file);
/// The same, in pages of its own.
MappedBytes to_mapped_safetensors(const TensorFile& file);
/// The same into a file, without a second copy in memory.
Result<void> write_safetensors(const std::string& path, const TensorFile& file);

Result<TensorFile> read_npz(const std::string& path);
/// What an archive holds beside arrays of numbers.
struct NpzExtras {
  std::map<std::string, std::string> unreadable;          // why an array cannot be read
  std::map<std::string, std::vector<std::string>> words;  // arrays of text, of rank 0 or 1
};
/// An array that is not of numbers fails the whole, or, with `extras`, is entered there.
Result<TensorFile> parse_npz(std::span<const std::uint8_t> bytes, const std::string& path,
                             NpzExtras* extras = nullptr);
Result<void> write_npz(const std::string& path, const TensorFile& file);
/// What a .npy file begins with, and a whole one.
std::string npy_header(const std::string& dtype, const std::vector<std::int64_t>& shape);
std::string to_npy(const Tensor& tensor);
/// One array, in C order and little endian whatever the file's order. Takes the bytes over: no second copy of the data is made.
/// Empty on success, else what is wrong: "its shape is impossible".
std::string parse_npy(std::vector<std::uint8_t> bytes, Tensor* tensor);
/// The words of an array of text, as UTF-8; false when it is none.
bool parse_npy_words(std::span<const std::uint8_t> bytes, std::vector<std::string>* words);

/// Bytes of one element; 0 for a dtype that is not one of ours.
std::size_t item_size(const std::string& dtype);
/// Product of a shape, or nothing when it is negative or beyond kLargestFile.
bool element_count(const std::vector<std::int64_t>& shape, std::uint64_t* count);

}  // namespace rbm
