// Settings as a JSON text, and as the metadata of a model: what checkpoints, model files and the state file
// hold. Pure functions; any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/learning/settings.hpp"
#include "core/model/model.hpp"
#include "core/result.hpp"

namespace rbm {

/// Every setting by its key, as one JSON object on one line.
std::string to_json_text(const TrainingSettings& settings);

/// The settings of such a text. Keys that it lacks keep their defaults, as files of earlier versions have fewer; the
/// arithmetic is then single precision, which was the only one. Fails with one sentence, which names the key, where a key
/// is unknown, a value is not of its kind, a word is none of the known ones, or a number does not fit; also where the text
/// is no JSON object. Ranges are validate()'s.
Result<TrainingSettings> settings_from_json_text(std::string_view text);

/// The settings with one of them, by its key, as people type it: "learning_rate" and "0.2", "method" and "cd". Fails as
/// the function above does, and as validate() does.
Result<TrainingSettings> with_setting(const TrainingSettings& settings, const std::string& key,
                                      const std::string& value);

/// The settings that a model's metadata say it was trained with. Fails where there are none, where they are none that a
/// run can have, and where they are those of a model of other units. `path` is the model's.
Result<TrainingSettings> settings_of(const Model& model, const std::string& path);

/// Writes into a model's metadata what it was trained with: all settings as JSON under "settings" (but for
/// threads, which change no result, and so no byte of a file), the program's version under "program", and the
/// few that people look for as words of their own ("data", "method", "learning_rate" …). Other keys stay as
/// they are.
void describe_settings(const TrainingSettings& settings, std::map<std::string, std::string>& metadata);

}  // namespace rbm
