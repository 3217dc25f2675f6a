// rbm reconstruct
#include <algorithm>
#include <memory>

#include "app/cli/commands.hpp"
#include "app/cli/number_options.hpp"
#include "app/cli/outputs.hpp"
#include "app/cli/terminal.hpp"
#include "core/model/model_file.hpp"
#include "core/model/pictures.hpp"
#include "core/sampling/gibbs_chains.hpp"

namespace lab::cli {
namespace {

struct ReconstructOptions {
  std::string model, image, out = "reconstruction.png";
  rbm::Index steps = 1;
  std::uint64_t seed = 1;
};

/// The picture, and below it what is expected of each pixel after the Gibbs steps.
rbm::Matrix picture_and_reconstruction(const ReconstructOptions& o, const rbm::Model& model,
                                       const std::vector<float>& picture) {
  rbm::ThreadPool pool(1);
  rbm::Matrix row(1, static_cast<rbm::Index>(picture.size())), transposed(model.hidden(), model.visible());
  std::copy(picture.begin(), picture.end(), row.row(0));
  transpose(model.weights, transposed, pool);
  rbm::GibbsChains chains(1, model.visible(), model.hidden(), o.seed);
  chains.start(rbm::states_from_pictures(model, row, pool));
  chains.full_steps(model, transposed, o.steps, pool);
  rbm::Matrix reconstruction, out(2, row.cols());
  rbm::to_pictures(model, chains.visible_probabilities(), reconstruction, pool);
  std::copy(picture.begin(), picture.end(), out.row(0));
  std::copy_n(reconstruction.row(0), row.cols(), out.row(1));
  return out;
}

rbm::Result<void> reconstruct(const ReconstructOptions& o) {
  const auto is_picture = is_picture_output(o.out);
  if (!is_picture) return rbm::Unexpected{is_picture.error()};
  const rbm::FileUse outputs[] = {{"--out", o.out}},
                     inputs[] = {{"the model", o.model}, {"the picture", o.image}};
  if (auto possible = check_outputs(outputs, inputs); !possible) return possible;
  const auto model = load_model(o.model);
  if (!model) return rbm::Unexpected{model.error()};
  const rbm::ImageShape shape = rbm::picture_shape(*model);
  const auto picture = read_picture(o.image, shape);
  if (!picture) return rbm::Unexpected{picture.error()};
  rbm::Matrix pictures = picture_and_reconstruction(o, *model, *picture);
  const auto written = *is_picture ? write_pictures(o.out, pictures, {shape, 2, 2, 1})
                                   : rbm::write_numbers(o.out, {.rows = std::move(pictures)});
  if (!written) return written;
  say("Saved the picture and its reconstruction to {}.\n", o.out);
  return {};
}

}  // namespace

Run add_reconstruct(CLI::App& app) {
  CLI::App* command = app.add_subcommand("reconstruct", "What a model makes of a picture");
  const auto o = std::make_shared<ReconstructOptions>();
  command->add_option("model", o->model, "Model file")->required();
  command->add_option("image", o->image, "Picture of the model's size")->required();
  add_number(*command, "--steps", o->steps, "Gibbs steps", 0, kMostSteps);
  add_seed(*command, o->seed);
  command
      ->add_option("--out", o->out, "The picture, then its reconstruction: .png, or .npy or .csv for numbers")
      ->capture_default_str();
  return [o] { return reconstruct(*o); };
}

}  // namespace lab::cli
