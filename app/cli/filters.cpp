// rbm filters
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include "app/cli/commands.hpp"
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

rbm::Result<void> write(const FilterOptions& o) {
  if (o.count < 1) return rbm::fail(rbm::ErrorCode::BadArgument, "Give a --count of at least 1.");
  const auto model = rbm::load_model(o.model);
  if (!model) return rbm::Unexpected{model.error()};
  rbm::ThreadPool pool(1);
  rbm::Matrix transposed(model->hidden(), model->visible()), filters;
  transpose(model->weights, transposed, pool);
  rbm::picture_filters(*model, transposed, filters, pool);
  const auto order = by_norm(filters);
  const float largest = filters.view().cwiseAbs().maxCoeff();
  rbm::Matrix pictures(std::min(o.count, filters.rows()), filters.cols());
  for (rbm::Index r = 0; r < pictures.rows(); ++r) {
    const auto filter = filters.view().row(order[static_cast<std::size_t>(r)]);
    const float scale = o.each ? filter.cwiseAbs().maxCoeff() : largest;
    pictures.view().row(r) = (0.5f + filter.array() / (2 * std::max(scale, 1e-12f))).matrix();
  }
  const auto columns = static_cast<int>(std::ceil(std::sqrt(static_cast<double>(pictures.rows()))));
  if (auto written = write_pictures(o.out, pictures, rbm::picture_shape(*model), columns, o.zoom); !written)
    return written;
  fmt::print("Saved {} filters to {}.\n", pictures.rows(), o.out);
  return {};
}

}  // namespace

Run add_filters(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("filters", "Shows the weights of the hidden units as pictures: grey is 0");
  const auto o = std::make_shared<FilterOptions>();
  command->add_option("model", o->model, "Model file")->required();
  command->add_option("--count", o->count, "How many, those with the largest norm first")
      ->capture_default_str();
  command->add_flag("--each", o->each, "Every filter on its own scale, not all on one");
  command->add_option("--zoom", o->zoom, "Pixels of the PNG across a pixel of a filter")
      ->check(CLI::Range(1, 32));
  command->add_option("--out", o->out, "PNG to write")->capture_default_str();
  return [o] { return write(*o); };
}

}  // namespace lab::cli
