// rbm filters
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include "app/cli/commands.hpp"
#include "app/cli/number_options.hpp"
#include "app/cli/outputs.hpp"
#include "app/cli/terminal.hpp"
#include "core/model/model_file.hpp"
#include "core/model/pictures.hpp"

namespace lab::cli {
namespace {

struct FilterOptions {
  std::string model, out = "filters.png";
  rbm::Index count = 400;
  bool each = false;
  int zoom = 1;
};

/// Rows of `filters` from the largest norm to the smallest.
std::vector<rbm::Index> by_norm(const rbm::Matrix& filters) {
  std::vector<rbm::Index> order(static_cast<std::size_t>(filters.rows()));
  std::iota(order.begin(), order.end(), rbm::Index{0});
  const Eigen::VectorXf norms = filters.view().rowwise().squaredNorm();
  std::ranges::stable_sort(order, [&](rbm::Index a, rbm::Index b) { return norms[a] > norms[b]; });
  return order;
}

/// The weights themselves, or, for pictures, with 0 at 0.5 and the largest weight at 0 or 1.
rbm::Matrix chosen(const FilterOptions& o, const rbm::Matrix& filters, bool for_pictures) {
  const auto order = by_norm(filters);
  const float largest = filters.view().cwiseAbs().maxCoeff();
  rbm::Matrix out(std::min(o.count, filters.rows()), filters.cols());
  for (rbm::Index r = 0; r < out.rows(); ++r) {
    const auto filter = filters.view().row(order[static_cast<std::size_t>(r)]);
    const float scale = o.each ? filter.cwiseAbs().maxCoeff() : largest;
    if (for_pictures)
      out.view().row(r) = (0.5f + filter.array() / (2 * std::max(scale, 1e-12f))).matrix();
    else
      out.view().row(r) = filter;
  }
  return out;
}

rbm::Result<void> write(const FilterOptions& o) {
  const auto is_picture = is_picture_output(o.out);
  if (!is_picture) return rbm::Unexpected{is_picture.error()};
  const rbm::FileUse outputs[] = {{"--out", o.out}}, inputs[] = {{"the model", o.model}};
  if (auto possible = check_outputs(outputs, inputs); !possible) return possible;
  const auto model = load_model(o.model);
  if (!model) return rbm::Unexpected{model.error()};
  rbm::ThreadPool pool(1);
  rbm::Matrix transposed(model->hidden(), model->visible()), filters;
  transpose(model->weights, transposed, pool);
  rbm::picture_filters(*model, transposed, filters, pool);
  rbm::Matrix rows = chosen(o, filters, *is_picture);
  const rbm::Index count = rows.rows();
  const auto written =
      *is_picture
          ? write_pictures(o.out, rows, {rbm::picture_shape(*model), count, square_columns(count), o.zoom})
          : rbm::write_numbers(o.out, {.rows = std::move(rows)});
  if (!written) return written;
  say("Saved {} filters to {}.\n", count, o.out);
  return {};
}

}  // namespace

Run add_filters(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("filters", "Shows the weights of the hidden units as pictures: grey is 0");
  const auto o = std::make_shared<FilterOptions>();
  command->add_option("model", o->model, "Model file")->required();
  add_number(*command, "--count", o->count, "How many, those with the largest norm first", 1, 1'000'000);
  command->add_flag("--each", o->each, "Every filter on its own scale, not all on one");
  add_number(*command, "--zoom", o->zoom, "Pixels of the PNG across a pixel of a filter", 1, 32);
  command->add_option("--out", o->out, "What to write: .png, or the weights as numbers: .npy, .csv")
      ->capture_default_str();
  return [o] { return write(*o); };
}

}  // namespace lab::cli
