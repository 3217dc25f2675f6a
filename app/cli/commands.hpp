// The subcommands of rbm. Each adds its options to the parser and leaves behind what to run; the run's result
// is the exit status.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "core/data/dataset.hpp"
#include "core/result.hpp"
#include "core/sampling/trajectory.hpp"

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
Run add_data(CLI::App& app);
Run add_filters(CLI::App& app);
Run add_gradient(CLI::App& app);
Run add_transform(CLI::App& app);
Run add_settings(CLI::App& app);
Run add_replay(CLI::App& app);

/// rbm::load_model. Prints what a user should know of the file to stderr.
rbm::Result<rbm::Model> load_model(const std::string& path);
/// load_dataset, with `format` "bits784" for files of bare bits. Prints the data set's notes to stderr.
rbm::Result<rbm::Dataset> load(const std::string& source, const rbm::SourceOptions& options,
                               const std::string& format = {});
/// The same of rows for a model, which are read as those that it learned.
rbm::Result<rbm::Dataset> load_for(const rbm::Model& model, const std::string& source,
                                   rbm::SourceOptions options, const std::string& format = {});
/// The data set that a model's metadata name, "mnist" where they name none, as its visible units take it.
rbm::Result<rbm::Dataset> load_data_of(const rbm::Model& model, rbm::ThreadPool& pool);
/// The trajectory of a file, which must end at the model of `model_path`.
rbm::Result<rbm::Trajectory> load_trajectory_to(const std::string& path, const rbm::Model& model,
                                                const std::string& model_path);
/// --size, --patch and what else says how a source is read; returns the options.
std::vector<CLI::Option*> add_source_options(CLI::App& command, rbm::SourceOptions& options);

/// A PNG or JPEG as values in [0, 1], of exactly the given shape; read as grey or in colour as that says.
rbm::Result<std::vector<float>> read_picture(const std::string& path, rbm::ImageShape shape);

}  // namespace lab::cli
