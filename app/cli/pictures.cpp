#include <algorithm>

#include "app/cli/commands.hpp"
#include "app/cli/number_options.hpp"
#include "app/cli/terminal.hpp"
#include "core/data/picture.hpp"
#include "core/learning/training_data.hpp"

namespace lab::cli {

rbm::Result<rbm::Dataset> load(const std::string& source, const rbm::SourceOptions& options,
                               const std::string& format) {
  auto data = rbm::load_dataset(format == "bits784" ? "bits784:" + source : source, options);
  if (!data) return data;
  for (const std::string& note : data->notes) tell("Note: " + note);
  return data;
}

rbm::Result<rbm::Dataset> load_for(const rbm::Model& model, const std::string& source,
                                   rbm::SourceOptions options, const std::string& format) {
  auto learned = rbm::reading_of(model);
  if (!learned) return rbm::Unexpected{learned.error()};
  options.as_learned = std::move(*learned);
  return load(source, options, format);
}

rbm::Result<rbm::Dataset> load_data_of(const rbm::Model& model, rbm::ThreadPool& pool) {
  const auto text = [&](const char* key, const char* missing) {
    const auto found = model.metadata.find(key);
    return found == model.metadata.end() ? std::string(missing) : found->second;
  };
  const auto options = rbm::source_options_from(text("data_options", ""));
  if (!options) return rbm::Unexpected{options.error()};
  auto data = load(text("data", "mnist"), *options);
  if (!data) return data;
  return rbm::data_for(model, std::move(*data), pool);
}

std::vector<CLI::Option*> add_source_options(CLI::App& command, rbm::SourceOptions& options) {
  return {add_number(command, "--size", options.size,
                     "Crop and resize images to so many pixels a side; 0: as they are", 0,
                     rbm::kLargestSourceSide),
          add_number(command, "--patch", options.patch,
                     "Cut patches of so many pixels a side at random places; 0: none", 0,
                     rbm::kLargestSourceSide),
          add_number(command, "--patches", options.patches, "How many patches", 1, rbm::kMostPatches),
          command.add_option("--label", options.label,
                             "CSV: the column of the labels, by name or counted from 1, or none"),
          command.add_flag("--categories", options.categories,
                           "Tables: whole numbers and words are states with names, not amounts"),
          command.add_option("--columns", options.columns,
                             "Tables: only these columns, names or numbers from 1 or spans as 3-7"),
          command.add_option("--drop", options.drop, "Tables: without these columns"),
          command.add_option("--range", options.range,
                             "LOW:HIGH, the numbers that become 0 and 1; default: told from the data"),
          command.add_option("--missing", options.missing,
                             "The number that stands for a missing one, as empty cells and nan do"),
          command.add_flag("--complete", options.complete, "Leave out rows with missing cells"),
          command.add_option("--order", options.order,
                             "file: hold the last rows of a table back, not drawn ones"),
          command.add_option("--part", options.part, "test: of an .npz its x_test in place of its x_train"),
          command.add_flag("--grey", options.grey, "Read colour pictures as grey ones"),
          add_seed(command, options.seed, "--data-seed", "Seed of patches and of synthetic data")};
}

rbm::Result<std::vector<float>> read_picture(const std::string& path, rbm::ImageShape shape) {
  const auto picture = rbm::read_picture_file(path, shape.channels);
  if (!picture) return rbm::Unexpected{picture.error()};
  if (picture->shape != shape) {
    return rbm::fail(rbm::ErrorCode::BadArgument,
                     path + " has " + std::to_string(picture->shape.width) + " × " +
                         std::to_string(picture->shape.height) + " pixels, the model wants " +
                         std::to_string(shape.width) + " × " + std::to_string(shape.height) +
                         ": resize the picture.",
                     path);
  }
  std::vector<float> out(picture->pixels.size());
  std::transform(picture->pixels.begin(), picture->pixels.end(), out.begin(),
                 [](unsigned char value) { return static_cast<float>(value) / 255.0f; });
  return out;
}

}  // namespace lab::cli
