#include "core/data/reading.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/files/json_text.hpp"
#include "core/files/text.hpp"

namespace rbm {
namespace {

using nlohmann::json;

/// More names would be a large part of the model's file.
constexpr std::size_t kMostNames = 4096;
/// No table has more columns.
constexpr std::size_t kMostRead = std::size_t{1} << 22;

/// The fields of a reading: what is missing keeps its default, and what is of another kind is no reading.
class Fields {
 public:
  explicit Fields(const json& object) : object_(object), good_(object.is_object()) {}

  bool good() const { return good_; }
  void number(const char* key, double* out) {
    take(key, [&](const json& value) {
      if (value.is_number()) *out = value.get<double>();
      return value.is_number() && std::isfinite(*out);
    });
  }
  void count(const char* key, std::size_t* out) {
    take(key, [&](const json& value) {
      if (value.is_number_unsigned()) *out = value.get<std::size_t>();
      return value.is_number_unsigned() && *out <= kMostRead;
    });
  }
  void truth(const char* key, bool* out) {
    take(key, [&](const json& value) {
      if (value.is_boolean()) *out = value.get<bool>();
      return value.is_boolean();
    });
  }
  void text(const char* key, std::string* out) {
    take(key, [&](const json& value) {
      if (value.is_string()) *out = from_utf8(value.get<std::string>());
      return value.is_string();
    });
  }
  void texts(const char* key, std::vector<std::string>* out) {
    take(key, [&](const json& list) {
      if (!list.is_array() || list.size() > kMostRead) return false;
      for (const json& value : list) {
        if (!value.is_string()) return false;
        out->push_back(from_utf8(value.get<std::string>()));
      }
      return true;
    });
  }
  void numbers(const char* key, std::vector<double>* out) {
    take(key, [&](const json& list) {
      if (!list.is_array() || list.size() > kMostRead) return false;
      for (const json& value : list) {
        if (!value.is_number() || !std::isfinite(value.get<double>())) return false;
        out->push_back(value.get<double>());
      }
      return true;
    });
  }

 private:
  template <class Take>
  void take(const char* key, Take value_is_good) {
    if (!good_) return;
    if (const auto found = object_.find(key); found != object_.end()) good_ = value_is_good(*found);
  }

  const json& object_;
  bool good_;
};

constexpr const char* kNumbers[] = {"told", "range", "amounts"};

std::optional<Reading::Numbers> numbers_named(const std::string& name) {
  for (int kind = 0; kind < 3; ++kind) {
    if (name == kNumbers[kind]) return static_cast<Reading::Numbers>(kind);
  }
  return std::nullopt;
}

}  // namespace

std::string reading_text(const Reading& reading) {
  json out = json::object();
  if (reading.numbers != Reading::Numbers::Told) out["numbers"] = kNumbers[static_cast<int>(reading.numbers)];
  if (reading.numbers == Reading::Numbers::Range) out["low"] = reading.low, out["high"] = reading.high;
  if (!reading.away.empty()) out["away"] = reading.away;
  if (reading.is_categorical) out["categorical"] = true;
  const ReadColumns& columns = reading.columns;
  if (columns.names.size() <= kMostNames && !columns.names.empty()) {
    json names = json::array();
    for (const std::string& name : columns.names) names.push_back(to_utf8(name));
    out["columns"] = std::move(names);
    out["named"] = columns.are_named;
    out["of"] = columns.of;
    if (!columns.label.empty()) out["label"] = to_utf8(columns.label);
  }
  if (reading.width > 0) out["width"] = reading.width;
  if (reading.from_zero) out["from_zero"] = true;
  return out.dump();
}

Result<Reading> reading_from(const std::string& text) {
  const json object = json_from(text);
  Fields fields(object);
  Reading out;
  std::string numbers = kNumbers[0];
  fields.text("numbers", &numbers);
  fields.number("low", &out.low);
  fields.number("high", &out.high);
  fields.numbers("away", &out.away);
  fields.truth("categorical", &out.is_categorical);
  fields.texts("columns", &out.columns.names);
  fields.truth("named", &out.columns.are_named);
  fields.count("of", &out.columns.of);
  fields.text("label", &out.columns.label);
  fields.count("width", &out.width);
  fields.truth("from_zero", &out.from_zero);
  const auto kind = numbers_named(numbers);
  if (!fields.good() || !kind || !(out.high - out.low > 0) || !std::isfinite(out.high - out.low))
    return fail(
        ErrorCode::BadFormat,
        "What the model says of how its data were read cannot be understood: use another copy of its file.");
  out.numbers = *kind;
  return out;
}

}  // namespace rbm
