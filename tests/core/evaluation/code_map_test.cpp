// The map of hidden codes against codes and axes computed apart.
#include "core/evaluation/code_map.hpp"

#include <doctest/doctest.h>

#include <Eigen/Eigenvalues>
#include <cmath>

#include "core/learning/training_data.hpp"
#include "core/model/units/visible_units.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"

using namespace rbm;

TEST_CASE(
    "images lie on the map where their hidden probabilities have their first two principal components") {
  const auto data = oracle::dataset_of({3, 3, 1}, oracle::bars_and_stripes(3), 2);
  Model model = oracle::random_model(9, 5, 1.5, 0.5, 3);
  model.shape = {3, 3, 1};
  ThreadPool pool(2);
  const CodeMap map = code_map(model, *data, 20, pool);
  REQUIRE(map.images.size() == 20);
  Eigen::MatrixXd codes(20, 5);
  for (Index n = 0; n < 20; ++n) {
    for (Index j = 0; j < 5; ++j) {
      double input = double{model.hidden_bias[j]};
      for (Index i = 0; i < 9; ++i) input += (data->image(n)[i] > 0) * double{model.weights(i, j)};
      codes(n, j) = 1 / (1 + std::exp(-input));
    }
  }
  const Eigen::RowVectorXd mean = codes.colwise().mean();
  const Eigen::MatrixXd centred = codes.rowwise() - mean;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> whole(centred.transpose() * centred / 20.0);
  for (Index k = 0; k < 2; ++k) {
    Eigen::VectorXd axis = whole.eigenvectors().col(4 - k);
    Index largest = 0;
    axis.cwiseAbs().maxCoeff(&largest);
    if (axis[largest] < 0) axis = -axis;
    for (Index n = 0; n < 20; ++n)
      CHECK(double{map.places(n, k)} == doctest::Approx(centred.row(n).dot(axis)).epsilon(1e-4));
  }
  const double share = (whole.eigenvalues()[4] + whole.eigenvalues()[3]) / whole.eigenvalues().sum();
  CHECK(map.share == doctest::Approx(share).epsilon(1e-6));
  CHECK(code_map(model, *data, 20, pool).places.view() == map.places.view());
}

TEST_CASE("a map that follows another one is not mirrored") {
  const auto data = oracle::dataset_of({2, 2, 1}, oracle::bars_and_stripes(2));
  Model model = oracle::random_model(4, 4, 1, 0.5, 4);
  model.shape = {2, 2, 1};
  ThreadPool pool(1);
  const CodeMap before = code_map(model, *data, 99, pool);
  CHECK(before.images.size() == static_cast<std::size_t>(data->count()));
  CodeMap mirrored = before;
  mirrored.axes.axes.col(1) *= -1;
  for (Index r = 0; r < mirrored.places.rows(); ++r) mirrored.places(r, 1) *= -1;
  keep_directions(before, mirrored);
  CHECK(mirrored.axes.axes == before.axes.axes);
  CHECK(mirrored.places.view() == before.places.view());
}

TEST_CASE("hidden codes of rows with missing cells are those of the cells that they have") {
  ThreadPool pool(1);
  const auto codes_of = [&](const Model& model, const Dataset& data) {
    TrainingSettings settings;
    settings.visible = model.visible_type;
    settings.whitening = Whitening::None;
    settings.validation = 0;
    const auto made = training_data(data, settings, pool);
    REQUIRE(made.has_value());
    const Dataset& rows = *made->train;
    Eigen::MatrixXd expected(rows.count(), model.hidden());
    for (Index r = 0; r < rows.count(); ++r) {
      for (Index j = 0; j < model.hidden(); ++j) {
        double input = double{model.hidden_bias[j]};
        for (Index i = 0; i < model.visible(); ++i) {
          if (rows.is_missing(r, i)) continue;
          const double v = rows.is_real() ? double{rows.real_row(r)[i]} : rows.image(r)[i] / 255.0;
          const double variance = model.log_variance.size() > 0 ? std::exp(double{model.log_variance[i]}) : 1;
          input += v * double{model.weights(i, j)} / variance;
        }
        expected(r, j) = 1 / (1 + std::exp(-input));
      }
    }
    std::vector<std::uint32_t> all(static_cast<std::size_t>(rows.count()));
    for (std::size_t n = 0; n < all.size(); ++n) all[n] = static_cast<std::uint32_t>(n);
    Matrix codes;
    hidden_probabilities(model, states_of_rows(model, *made->train_pictures, all, pool), codes, pool);
    CHECK((codes.view().cast<double>() - expected).cwiseAbs().maxCoeff() < 1e-5);
  };
  Dataset numbers;
  numbers.name = "numbers";
  numbers.shape = {3, 1, 1};
  numbers.values = {-1, 1, 1, 1, 1, -1, -1, 1, -1, 1, -1, 1};
  numbers.missing = {0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0};
  Model model = oracle::random_model(3, 4, 1.5, 0.5, 8);
  model.shape = {3, 1, 1};
  model.visible_type = VisibleType::Spins;
  codes_of(model, numbers);
  model.visible_type = VisibleType::Gaussian;
  model.log_variance = Eigen::VectorXf::Constant(3, 0.3f);
  codes_of(model, numbers);

  Dataset words;
  words.name = "words";
  words.shape = {2, 1, 1};
  words.state_names = {{"a", "b"}, {"x", "y", "z"}};
  words.pixels = {0, 2, 1, 0, 1, 1};
  words.missing = {0, 0, 1, 0, 0, 1};
  Model of_words = oracle::random_model(5, 4, 1.5, 0.5, 9);
  of_words.visible_type = VisibleType::Categories;
  of_words.states = std::make_shared<const UnitStates>(UnitStates{words.state_names, {}});
  codes_of(of_words, words);
}
