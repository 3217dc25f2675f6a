// .npy: one array of NumPy (format 1.0 to 3.0).
#include <algorithm>
#include <cstring>

#include "core/model/tensor_formats.hpp"

namespace rbm {
namespace {

constexpr std::size_t kLargestHeader = 1 << 16, kLargestRank = 8, kLongestWord = 1 << 20;

/// NumPy's name without the order of its bytes.
struct DtypeName {
  const char* numpy;
  const char* ours;
  std::size_t size;
};
constexpr DtypeName kDtypes[] = {{"f2", "F16", 2}, {"f4", "F32", 4}, {"f8", "F64", 8}, {"u1", "U8", 1},
                                 {"u2", "U16", 2}, {"u4", "U32", 4}, {"u8", "U64", 8}, {"i1", "I8", 1},
                                 {"i2", "I16", 2}, {"i4", "I32", 4}, {"i8", "I64", 8}, {"b1", "BOOL", 1}};

struct Header {
  std::string type;  // as in "<f4"
  bool is_fortran = false;
  std::vector<std::int64_t> shape;
  std::uint64_t count = 0;
  std::size_t data = 0;  // where the numbers begin
};

/// Value of 'key': in the header's Python dictionary, up to the matching end; empty if missing.
std::string dictionary_value(const std::string& header, const std::string& key) {
  auto at = header.find("'" + key + "'");
  if (at == std::string::npos) return {};
  at = header.find(':', at);
  if (at == std::string::npos) return {};
  at = header.find_first_not_of(' ', at + 1);
  if (at == std::string::npos) return {};
  const char closing = header[at] == '(' ? ')' : header[at] == '\'' ? '\'' : ',';
  const auto end = header.find(closing, at + 1);
  return end == std::string::npos ? std::string()
                                  : header.substr(at, closing == ',' ? end - at : end - at + 1);
}

bool parse_shape(const std::string& text, std::vector<std::int64_t>* shape) {
  if (text.size() < 2) return false;
  std::size_t at = 1;
  while (at < text.size() - 1) {
    if (text[at] == ' ' || text[at] == ',') {
      ++at;
      continue;
    }
    std::int64_t value = 0;
    std::size_t digits = 0;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9' && digits < 12)
      value = value * 10 + (text[at] - '0'), ++at, ++digits;
    if (digits == 0 || shape->size() == kLargestRank) return false;
    shape->push_back(value);
  }
  return true;
}

/// Reorders the elements of a Fortran-ordered array, whose first index runs fastest.
void to_c_order(Tensor& tensor, std::size_t item) {
  const std::size_t rank = tensor.shape.size();
  if (rank < 2 || tensor.bytes.empty()) return;
  std::vector<std::size_t> stride(rank, item), index(rank, 0);
  for (std::size_t d = 1; d < rank; ++d)
    stride[d] = stride[d - 1] * static_cast<std::size_t>(tensor.shape[d - 1]);
  std::vector<std::uint8_t> out(tensor.bytes.size());
  std::size_t from = 0;
  for (std::size_t to = 0; to < out.size(); to += item) {
    std::memcpy(&out[to], &tensor.bytes[from], item);
    for (std::size_t d = rank; d-- > 0;) {
      from += stride[d];
      if (++index[d] < static_cast<std::size_t>(tensor.shape[d])) break;
      from -= stride[d] * index[d];
      index[d] = 0;
    }
  }
  tensor.bytes = std::move(out);
}

/// What of a file's text may stand in a message.
std::string printable(std::string text) {
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text.size() > 40 ? text.substr(0, 40) + "…" : text;
}

/// Why an array of this type is none of numbers, and what to save in its place: Python's objects may be either.
std::string no_number(const std::string& type) {
  const std::string what = "its type " + printable(type);
  const char kind = type.size() < 2 ? ' ' : type[1];
  if (kind == 'O')
    return what + " is objects of Python: save words as x.astype(str), numbers as x.astype(\"float32\")";
  if (kind == 'U' || kind == 'S')
    return what +
           " is text, which is taken as labels alone, one word a row: save x.reshape(-1) for these, and "
           "numbers as x.astype(\"float32\")";
  return what + " is no plain number: save x.astype(\"float32\")";
}

/// Empty on success, else what is wrong.
std::string read_header(std::span<const std::uint8_t> npy, Header* out) {
  constexpr std::uint8_t kMagic[] = {0x93, 'N', 'U', 'M', 'P', 'Y'};
  if (npy.size() < 10 || std::memcmp(npy.data(), kMagic, 6) != 0) return "it does not start like a .npy file";
  const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(npy[i]); };
  const bool wide = byte(6) >= 2;
  if (wide && npy.size() < 12) return "it is truncated";
  const std::size_t start = wide ? 12 : 10;
  const std::size_t length =
      wide ? byte(8) | byte(9) << 8 | byte(10) << 16 | byte(11) << 24 : byte(8) | byte(9) << 8;
  if (length > npy.size() - start) return "its header is truncated";
  if (length > kLargestHeader) return "its header is implausibly long";
  const std::string text(npy.begin() + static_cast<std::ptrdiff_t>(start),
                         npy.begin() + static_cast<std::ptrdiff_t>(start + length));
  out->type = dictionary_value(text, "descr");
  if (out->type.size() >= 2 && out->type.front() == '\'')
    out->type = out->type.substr(1, out->type.size() - 2);
  out->is_fortran = dictionary_value(text, "fortran_order").starts_with("True");
  out->data = start + length;
  if (!parse_shape(dictionary_value(text, "shape"), &out->shape) || !element_count(out->shape, &out->count))
    return "its shape is impossible";
  return {};
}

void swap_bytes(std::vector<std::uint8_t>& bytes, std::size_t item) {
  for (std::size_t at = 0; at + item <= bytes.size(); at += item)
    std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                 bytes.begin() + static_cast<std::ptrdiff_t>(at + item));
}

void append_utf8(std::uint32_t c, std::string* out) {
  const auto add = [&](std::uint32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    add(c);
  } else if (c < 0x800) {
    add(0xc0 | c >> 6), add(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    add(0xe0 | c >> 12), add(0x80 | (c >> 6 & 0x3f)), add(0x80 | (c & 0x3f));
  } else {
    add(0xf0 | (c >> 18 & 7)), add(0x80 | (c >> 12 & 0x3f)), add(0x80 | (c >> 6 & 0x3f)),
        add(0x80 | (c & 0x3f));
  }
}

}  // namespace

std::string npy_header(const std::string& dtype, const std::vector<std::int64_t>& shape) {
  std::string type, sizes;
  for (const DtypeName& known : kDtypes) {
    if (dtype == known.ours) type = std::string(known.size == 1 ? "|" : "<") + known.numpy;
  }
  for (std::int64_t n : shape) sizes += std::to_string(n) + ",";
  std::string header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + sizes + "), }";
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';
  std::string out("\x93NUMPY\x01\x00", 8);
  out.push_back(static_cast<char>(header.size() & 0xff));
  out.push_back(static_cast<char>(header.size() >> 8));
  return out + header;
}

std::string to_npy(const Tensor& tensor) {
  std::string out = npy_header(tensor.dtype, tensor.shape);
  out.append(tensor.bytes.begin(), tensor.bytes.end());
  return out;
}

std::string parse_npy(std::vector<std::uint8_t> npy, Tensor* tensor) {
  Header header;
  if (const std::string problem = read_header(npy, &header); !problem.empty()) return problem;
  const auto known = std::ranges::find_if(kDtypes, [&](const DtypeName& name) {
    return header.type.size() == 3 && std::strchr("<>|=", header.type[0]) != nullptr &&
           header.type.substr(1) == name.numpy;
  });
  if (known == std::end(kDtypes)) return no_number(header.type);
  if (npy.size() - header.data != header.count * known->size)
    return "it holds another amount of data than its shape says";
  npy.erase(npy.begin(), npy.begin() + static_cast<std::ptrdiff_t>(header.data));
  tensor->dtype = known->ours;
  tensor->shape = std::move(header.shape);
  tensor->bytes = std::move(npy);
  if (header.type[0] == '>') swap_bytes(tensor->bytes, known->size);
  if (header.is_fortran) to_c_order(*tensor, known->size);
  return {};
}

bool parse_npy_words(std::span<const std::uint8_t> npy, std::vector<std::string>* words) {
  Header header;
  if (!read_header(npy, &header).empty() || header.shape.size() > 1 || header.type.size() < 3) return false;
  const bool is_ascii = header.type[1] == 'S', is_big = header.type[0] == '>';
  const std::string digits = header.type.substr(2);
  if ((!is_ascii && header.type[1] != 'U') || digits.size() > 7 ||
      digits.find_first_not_of("0123456789") != std::string::npos)
    return false;
  const std::size_t length = std::stoul(digits), item = is_ascii ? 1 : 4;
  if (length == 0 || length > kLongestWord || header.count > npy.size() / (length * item) ||
      npy.size() - header.data != header.count * length * item)
    return false;
  const std::uint8_t* at = npy.data() + header.data;
  for (std::uint64_t n = 0; n < header.count; ++n) {
    std::string word;
    for (std::size_t c = 0; c < length; ++c, at += item) {
      std::uint32_t code = at[0];
      if (!is_ascii)
        code =
            is_big
                ? std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | at[3]
                : std::uint32_t{at[3]} << 24 | std::uint32_t{at[2]} << 16 | std::uint32_t{at[1]} << 8 | at[0];
      if (code == 0) continue;  // what fills a shorter word
      if (is_ascii)
        word.push_back(static_cast<char>(code));
      else
        append_utf8(code, &word);
    }
    words->push_back(std::move(word));
  }
  return true;
}

}  // namespace rbm
