#include "core/model/rows_file.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>

#include "core/model/pictures.hpp"
#include "core/model/tensor_formats.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

/// As a field of comma-separated text.
std::string field(const std::string& word) {
  if (word.find_first_of(",\"\r\n") == std::string::npos) return word;
  std::string out = "\"";
  for (const char c : word) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

template <class Number>
void append_number(Number value, std::string* out) {
  char text[32];
  const auto [end, error] = std::to_chars(text, text + sizeof text, value);
  out->append(text, error == std::errc() ? end : text);
}

/// The first line of text; empty where columns have no names.
std::string names_line(const NumberTable& table) {
  std::string out;
  for (std::size_t c = 0; c < table.columns.size(); ++c) out += (c > 0 ? "," : "") + field(table.columns[c]);
  return table.columns.empty() ? out : out + '\n';
}

std::string lines_of(const NumberTable& table) {
  std::string out;
  for (Index r = 0; r < table.rows.rows(); ++r) {
    for (Index c = 0; c < table.rows.cols(); ++c) {
      if (c > 0) out += ',';
      const float value = table.rows(r, c);
      const double added = table.added.empty() ? 0 : table.added.at(static_cast<std::size_t>(c));
      if (added != 0)
        append_number(value + added, &out);
      else if (table.names.empty())
        append_number(value, &out);
      else if (!std::isnan(value))
        out += field(table.names[static_cast<std::size_t>(c)].at(static_cast<std::size_t>(value)));
    }
    out += '\n';
  }
  return out;
}

std::string type_of(const NumberTable& table) {
  return table.added.empty() ? table.dtype : "F64";
}

std::string bytes_of(const NumberTable& table) {
  const bool are_bytes = item_size(table.dtype) == 1;
  const auto width = static_cast<std::size_t>(table.rows.cols());
  std::string out;
  out.reserve(static_cast<std::size_t>(table.rows.size()) * item_size(type_of(table)));
  for (Index r = 0; r < table.rows.rows(); ++r) {
    const float* row = table.rows.row(r);
    if (!table.added.empty()) {
      for (std::size_t c = 0; c < width; ++c) {
        const double value = row[c] + table.added.at(c);
        out.append(reinterpret_cast<const char*>(&value), sizeof value);
      }
    } else if (are_bytes) {
      std::transform(row, row + width, std::back_inserter(out),
                     [](float x) { return static_cast<char>(static_cast<int>(x)); });
    } else {
      out.append(reinterpret_cast<const char*>(row), width * sizeof(float));
    }
  }
  return out;
}

/// The number of the state that is on, of every unit.
NumberTable table_of_blocks(const UnitStates& units, const States& states) {
  NumberTable out{Matrix(states.rows(), units.units()), "U8", units.columns, units.names};
  for (Index r = 0; r < states.rows(); ++r) {
    units.for_each([&](Index unit, Index first, Index count) {
      Index on = 0;
      for (Index s = 1; s < count; ++s) {
        if (states.at(r, first + s) > states.at(r, first + on)) on = s;
      }
      out.rows(r, unit) = static_cast<float>(on);
    });
  }
  return out;
}

}  // namespace

Result<RowsFile> RowsFile::open(const std::string& path, Index rows) {
  auto file = OutputFile::open(path);
  if (!file) return Unexpected{file.error()};
  return RowsFile(std::move(*file), !path.ends_with(".npy"), rows);
}

Result<void> RowsFile::add(const NumberTable& piece) {
  if (added_ == 0) {
    const std::string head =
        is_text_ ? names_line(piece) : npy_header(type_of(piece), {rows_, piece.rows.cols()});
    if (auto written = file_.append(head); !written) return written;
  }
  added_ += piece.rows.rows();
  RBM_ASSERT(added_ <= rows_);
  return file_.append(is_text_ ? lines_of(piece) : bytes_of(piece));
}

Result<void> RowsFile::finish() {
  RBM_ASSERT(added_ == rows_);
  return file_.finish();
}

Result<void> write_numbers(const std::string& path, const NumberTable& table) {
  auto file = RowsFile::open(path, table.rows.rows());
  if (!file) return Unexpected{file.error()};
  if (auto added = file->add(table); !added) return added;
  return file->finish();
}

NumberTable table_of_states(const Model& model, const States& states, ThreadPool& pool) {
  if (model.below == nullptr && model.states != nullptr) return table_of_blocks(*model.states, states);
  NumberTable out;
  unpack(states, out.rows);
  if (model.below == nullptr && !states.is_real) {
    out.dtype = "U8";
  } else if (model.below == nullptr && units_of(model).learns() == DataForm::Signs) {
    out.dtype = "I8";
  } else if (model.below != nullptr || model.space != nullptr) {
    const Matrix units = std::move(out.rows);
    to_pictures(model, units, out.rows, pool);
  }
  return out;
}

}  // namespace rbm
