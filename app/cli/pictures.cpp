#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#include <fmt/format.h>
#include <stb_image_write.h>

#include <algorithm>

#include "app/cli/commands.hpp"
#include "core/data/picture.hpp"
#include "core/learning/training_data.hpp"
#include "core/model/model_file.hpp"

namespace lab::cli {

rbm::Result<rbm::Dataset> load(const std::string& source, const rbm::SourceOptions& options,
                               const std::string& format) {
  auto data = rbm::load_dataset(format == "bits784" ? "bits784:" + source : source, options);
  if (!data) return data;
  for (const std::string& note : data->notes) fmt::print(stderr, "Note: {}\n", note);
  return data;
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
  return {
      command.add_option("--size", options.size, "Crop and resize images to so many pixels a side"),
      command.add_option("--patch", options.patch, "Cut patches of so many pixels a side at random places"),
      command.add_option("--patches", options.patches, "How many patches")->capture_default_str(),
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
                         "Leave out rows with missing numbers: nan, or the number that stands for one"),
      command.add_option("--order", options.order,
                         "file: hold the last rows of a table back, not drawn ones"),
      command.add_option("--part", options.part, "test: of an .npz its x_test in place of its x_train"),
      command.add_flag("--grey", options.grey, "Read colour pictures as grey ones"),
      command.add_option("--data-seed", options.seed, "Seed of patches and of synthetic data")
          ->capture_default_str()};
}

rbm::Result<void> write_pictures(const std::string& path, const rbm::Matrix& pictures, rbm::ImageShape shape,
                                 int columns, int zoom) {
  const int count = static_cast<int>(pictures.rows()), gap = 2;
  const int across = std::clamp(columns, 1, std::max(1, count)), down = (count + across - 1) / across;
  const int tile_width = shape.width * zoom, tile_height = shape.height * zoom, channels = shape.channels;
  const int width = across * (tile_width + gap) + gap, height = down * (tile_height + gap) + gap;
  std::vector<unsigned char> pixels(
      static_cast<std::size_t>(width) * static_cast<std::size_t>(height * shape.channels), 64);
  for (int n = 0; n < count; ++n) {
    const int x0 = gap + n % across * (tile_width + gap), y0 = gap + n / across * (tile_height + gap);
    for (int y = 0; y < tile_height; ++y) {
      for (int i = 0; i < tile_width * channels; ++i) {
        const int from = (y / zoom * shape.width + i / channels / zoom) * channels + i % channels;
        const float value = std::clamp(pictures(n, from), 0.0f, 1.0f);
        pixels[static_cast<std::size_t>(((y0 + y) * width + x0) * channels + i)] =
            static_cast<unsigned char>(value * 255 + 0.5f);
      }
    }
  }
  std::string png;
  const auto append = [](void* to, void* data, int size) {
    static_cast<std::string*>(to)->append(static_cast<char*>(data), static_cast<std::size_t>(size));
  };
  if (stbi_write_png_to_func(append, &png, width, height, shape.channels, pixels.data(),
                             width * shape.channels) == 0) {
    return rbm::fail(rbm::ErrorCode::Io, path + " cannot be encoded as a PNG: make fewer pictures.", path);
  }
  return rbm::write_file_atomically(path, png);
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
