#include "core/model/rows_file.hpp"

#include <charconv>
#include <cmath>
#include <cstring>

#include "core/files/output_file.hpp"
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

void append_number(float value, std::string* out) {
  char text[32];
  const auto [end, error] = std::to_chars(text, text + sizeof text, value);
  out->append(text, error == std::errc() ? end : text);
}

std::string as_text(const NumberTable& table) {
  std::string out;
  for (std::size_t c = 0; c < table.columns.size(); ++c) out += (c > 0 ? "," : "") + field(table.columns[c]);
  if (!table.columns.empty()) out += '\n';
  for (Index r = 0; r < table.rows.rows(); ++r) {
    for (Index c = 0; c < table.rows.cols(); ++c) {
      if (c > 0) out += ',';
      const float value = table.rows(r, c);
      if (table.names.empty())
        append_number(value, &out);
      else if (!std::isnan(value))
        out += field(table.names[static_cast<std::size_t>(c)].at(static_cast<std::size_t>(value)));
    }
    out += '\n';
  }
  return out;
}

Tensor as_tensor(const NumberTable& table) {
  const bool are_bytes = item_size(table.dtype) == 1;
  Tensor out{table.dtype, {table.rows.rows(), table.rows.cols()}, {}};
  for (Index r = 0; r < table.rows.rows(); ++r) {
    const float* row = table.rows.row(r);
    for (Index c = 0; are_bytes && c < table.rows.cols(); ++c)
      out.bytes.push_back(static_cast<std::uint8_t>(static_cast<int>(row[c])));
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(row);
    if (!are_bytes)
      out.bytes.insert(out.bytes.end(), bytes,
                       bytes + static_cast<std::size_t>(table.rows.cols()) * sizeof(float));
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

Result<void> write_numbers(const std::string& path, const NumberTable& table) {
  return write_file(path, path.ends_with(".npy") ? to_npy(as_tensor(table)) : as_text(table));
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
