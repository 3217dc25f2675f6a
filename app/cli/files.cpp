// rbm convert and rbm info
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/commands.hpp"
#include "app/cli/outputs.hpp"
#include "app/cli/terminal.hpp"
#include "core/files/json_text.hpp"
#include "core/model/model_file.hpp"
#include "core/model/units/visible_units.hpp"
#include "core/run/journal.hpp"

namespace lab::cli {

rbm::Result<rbm::Model> load_model(const std::string& path) {
  auto model = rbm::load_model(path);
  if (model) {
    for (const std::string& note : model->notes) tell("Note: " + note);
  }
  return model;
}

rbm::Result<rbm::Trajectory> load_trajectory_to(const std::string& path, const rbm::Model& model,
                                                const std::string& model_path) {
  auto trajectory = rbm::load_trajectory(path);
  if (trajectory && !same_parameters(*trajectory->points.back().model, model))
    return rbm::fail(
        rbm::ErrorCode::BadArgument,
        path + " does not end at " + model_path + ": give the trajectory that was saved with it.", path);
  return trajectory;
}

namespace {

nlohmann::json description_of(const rbm::Model& model) {
  nlohmann::json out;
  out["visible"] = model.visible();
  out["hidden"] = model.hidden();
  out["labels"] = model.labels();
  out["visible_units"] = rbm::units_of(model).name();
  out["shape"] = {model.shape.height, model.shape.width, model.shape.channels};
  out["weights_norm"] = model.weights.view().norm();
  out["largest_weight"] = model.weights.view().cwiseAbs().maxCoeff();
  for (const auto& [key, value] : model.metadata) {
    // What is JSON already, as the settings are, stays it.
    const auto parsed = rbm::json_from(value);
    out["metadata"][key] = parsed.is_object() || parsed.is_array() ? parsed : nlohmann::json(value);
  }
  if (model.below != nullptr) out["below"] = description_of(*model.below);
  return out;
}

}  // namespace

Run add_convert(CLI::App& app) {
  CLI::App* command = app.add_subcommand("convert", "Writes a model in another format: .safetensors or .npz");
  const auto paths = std::make_shared<std::pair<std::string, std::string>>();
  command->add_option("in", paths->first, "Model file")->required();
  command->add_option("out", paths->second, "File to write")->required();
  return [paths]() -> rbm::Result<void> {
    const rbm::FileUse outputs[] = {{"The file to write", paths->second}},
                       inputs[] = {{"the model", paths->first}};
    if (auto possible = rbm::check_can_write_tensors(paths->second); !possible) return possible;
    if (auto possible = check_outputs(outputs, inputs); !possible) return possible;
    auto model = load_model(paths->first);
    if (!model) return rbm::fail(model.error().code, model.error().message, model.error().path);
    if (auto saved = rbm::save_model(paths->second, *model); !saved) return saved;
    say("Saved {}.\n", paths->second);
    return {};
  };
}

Run add_info(CLI::App& app) {
  CLI::App* command = app.add_subcommand("info", "Says what a model file holds");
  const auto path = std::make_shared<std::string>();
  const auto as_json = std::make_shared<bool>(false);
  command->add_option("model", *path, "Model file")->required();
  command->add_flag("--json", *as_json, "One JSON object");
  return [path, as_json]() -> rbm::Result<void> {
    auto model = load_model(*path);
    if (!model) return rbm::fail(model.error().code, model.error().message, model.error().path);
    if (*as_json) {
      say("{}\n", as_text(description_of(*model), 2));
      return {};
    }
    say("visible units   {} ({} × {} × {}), {}\nhidden units    {}, binary\n", model->visible(),
        model->shape.height, model->shape.width, model->shape.channels, rbm::units_of(*model).name(),
        model->hidden());
    say("weights         norm {:.3f}, largest {:.3f}\n", model->weights.view().norm(),
        model->weights.view().cwiseAbs().maxCoeff());
    for (const auto& [key, value] : model->metadata) {
      if (key != "training_settings" && key != rbm::kJournalKey) say("{:<15} {}\n", key, value);
    }
    return {};
  };
}

}  // namespace lab::cli
