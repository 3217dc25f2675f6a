#include "core/learning/settings_text.hpp"

#include <concepts>
#include <limits>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "core/files/json_text.hpp"
#include "core/files/text.hpp"
#include "core/model/units/visible_units.hpp"
#include "core/model/version.hpp"

namespace rbm {
namespace {

using nlohmann::json;

/// The value as the words of a setting's type; a sentence where it is of another kind or does not fit.
template <class T>
Result<void> take(const json& value, const char* key, T& out) {
  const auto wrong = [&](const char* wanted) {
    return fail(ErrorCode::BadFormat, std::string("The setting \"") + key + "\" is " +
                                          shortened(value.dump()) + " where it must be " + wanted + ".");
  };
  if constexpr (std::is_same_v<T, bool>) {
    if (!value.is_boolean()) return wrong("true or false");
    out = value.get<bool>();
  } else if constexpr (std::floating_point<T>) {
    if (!value.is_number()) return wrong("a number");
    out = value.get<T>();
  } else if constexpr (std::integral<T>) {
    // Whole numbers from 0 on are unsigned ones to the parser; no setting is below 0.
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > std::numeric_limits<T>::max())
      return wrong("a whole number that fits");
    out = value.get<T>();
  } else {
    if (!value.is_string()) return wrong("a text");
    const std::string text = from_utf8(value.get<std::string>());
    if constexpr (kIsText<T>)
      return set_from(text, out);
    else
      out = text;
  }
  return {};
}

}  // namespace

std::string to_json_text(const TrainingSettings& settings) {
  json out = json::object();
  visit_settings(settings, [&](const Setting& setting, const auto& value) {
    using Value = std::remove_cvref_t<decltype(value)>;
    if constexpr (kIsText<Value>)
      out[setting.key] = to_utf8(name(value));
    else if constexpr (std::is_same_v<Value, std::string>)
      out[setting.key] = to_utf8(value);
    else
      out[setting.key] = value;
  });
  return out.dump();
}

Result<TrainingSettings> settings_from_json_text(std::string_view text) {
  json told = json_from(text);
  if (!told.is_object())
    return fail(ErrorCode::BadFormat, "The settings are damaged: they are no JSON object.");
  TrainingSettings settings;
  settings.arithmetic = Arithmetic::Single;  // of files from before there was another
  Result<void> taken;
  visit_settings(settings, [&](const Setting& setting, auto& value) {
    const auto found = told.find(setting.key);
    if (found == told.end()) return;
    if (taken) taken = take(*found, setting.key, value);
    told.erase(found);
  });
  if (!taken) return Unexpected{taken.error()};
  if (!told.empty())
    return fail(ErrorCode::Unsupported, "The setting \"" + shortened(told.begin().key()) +
                                            "\" is unknown here: a newer version of RBM Lab wrote it, use "
                                            "that one.");
  return settings;
}

Result<TrainingSettings> with_setting(const TrainingSettings& settings, const std::string& key,
                                      const std::string& value) {
  json all = json::parse(to_json_text(settings));
  if (!all.contains(key))
    return fail(ErrorCode::BadArgument, "There is no setting \"" + key + "\": rbm settings lists them.");
  const bool is_text = all[key].is_string();
  const json told = is_text ? json(to_utf8(value)) : json_from(value);
  all[key] = told.is_discarded() ? json(to_utf8(value)) : told;
  auto out = settings_from_json_text(all.dump());
  if (!out) return out;
  if (auto valid = validate(*out); !valid) return Unexpected{valid.error()};
  return out;
}

Result<TrainingSettings> settings_of(const Model& model, const std::string& path) {
  const auto told = model.metadata.find("settings");
  if (told == model.metadata.end())
    return fail(ErrorCode::Unsupported,
                path + " does not say how it was trained: models of versions after 1.0.0 do.", path);
  auto settings = settings_from_json_text(told->second);
  if (!settings) return fail(settings.error().code, path + ": " + settings.error().message, path);
  if (auto valid = validate(*settings); !valid)
    return fail(ErrorCode::BadFormat, path + ": " + valid.error().message, path);
  if (settings->hidden != model.hidden() || settings->visible != model.visible_type ||
      settings->labels != (model.labels() > 0))
    return fail(ErrorCode::BadFormat,
                path +
                    " says that it was trained with settings of other units than it has: use another copy of "
                    "the file.",
                path);
  return settings;
}

void describe_settings(const TrainingSettings& settings, std::map<std::string, std::string>& metadata) {
  metadata["program"] = "RBM Lab " + std::string(version());
  TrainingSettings told = settings;
  told.threads = TrainingSettings{}.threads;
  metadata["settings"] = to_json_text(told);
  metadata["data"] = settings.data;
  if (const std::string options = text_of(settings.source); !options.empty())
    metadata["data_options"] = options;
  if (!settings.on.empty()) metadata["on"] = settings.on;
  const DataForm form = units_of(settings.visible).learns();
  if (form == DataForm::Scaled)
    metadata["whitening"] = std::string(name(settings.whitening));
  else if (form == DataForm::Bits)
    metadata["binarization"] = std::string(name(settings.binarization));
  metadata["method"] = std::string(name(settings.method)) + "-" + std::to_string(settings.k);
  metadata["centred"] = settings.centred ? "yes" : "no";
  metadata["learning_rate"] = std::to_string(settings.learning_rate);
  metadata["batch"] = std::to_string(settings.batch);
  metadata["weight_average"] = std::to_string(settings.average);
  metadata["seed"] = std::to_string(settings.seed);
}

}  // namespace rbm
