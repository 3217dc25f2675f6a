// The subcommands of rbm. Each adds its options to the parser and leaves behind what to run; the run's result
// is the exit status.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "core/data/dataset.hpp"
#include "core/result.hpp"

namespace lab::cli {

using Run = std::function<rbm::Result<void>()>;

/// Each returns the parsed subcommand's work, to be called when that subcommand was chosen.
Run add_train(CLI::App& app);
Run add_eval(CLI::App& app);
Run add_sample(CLI::App& app);
Run add_reconstruct(CLI::App& app);
Run add_convert(CLI::App& app);
Run add_info(CLI::App& app);
Run add_bench(CLI::App& app);

/// load_dataset, with `format` "bits784" or "idx" for files whose name does not say it.
rbm::Result<rbm::Dataset> load(const std::string& source, const std::string& format);

/// A sheet of pictures [rows × pixels] with values in [0, 1], `columns` beside each other, as a grey PNG.
rbm::Result<void> write_pictures(const std::string& path, const rbm::Matrix& pictures, rbm::ImageShape shape,
                                 int columns);
/// A PNG or JPEG as grey values in [0, 1], of exactly the given shape.
rbm::Result<std::vector<float>> read_picture(const std::string& path, rbm::ImageShape shape);

}  // namespace lab::cli
