// Categories: softmax units with 2 to kMostUnitStates states each (Potts), every one a block of bits of which one is
// on (Salakhutdinov, Mnih and Hinton 2007). E(v, h) = −aᵀv − bᵀh − vᵀWh over the bits, with
//
//   p(unit i in state s | h) = e^x_s / Σ_t e^x_t over its block, x = a + W h;   Σ_v e^aᵀv = Π_i Σ_s e^a_s.
#include <algorithm>
#include <cmath>

#include "core/math/scalar.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

constexpr Index kRowsPerTask = 8;
constexpr float kSmoothing = 0.01f;  // share of the uniform distribution in a base and in first biases

/// Draws one state of every unit of a row from inputs, which become probabilities. One random number a unit.
void draw_row(const UnitStates& states, float* inputs, const RandomKey& key, Index row, BitMatrix* bits) {
  if (bits != nullptr) std::fill_n(bits->row(row), bits->words_per_row(), 0);
  states.for_each([&](Index unit, Index first, Index count) {
    float* const x = inputs + first;
    const float top = *std::max_element(x, x + count);
    double sum = 0;
    for (Index s = 0; s < count; ++s) sum += x[s] = std::exp(x[s] - top);
    if (bits != nullptr) {
      const double point =
          sum * double{uniform(key, static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(unit))};
      Index chosen = 0;
      for (double below = double{x[0]}; below <= point && chosen + 1 < count;) below += double{x[++chosen]};
      bits->set(row, first + chosen, true);
    }
    for (Index s = 0; s < count; ++s) x[s] = static_cast<float>(double{x[s]} / sum);
  });
}

/// log frequencies, smoothed so that no state is impossible.
Eigen::VectorXf log_shares(const VisibleStatistics& data) {
  RBM_ASSERT(data.states != nullptr && data.states->total() == data.means.size());
  Eigen::VectorXf out(data.means.size());
  data.states->for_each([&](Index, Index first, Index count) {
    const auto uniform_share = 1 / static_cast<float>(count);
    for (Index s = first; s < first + count; ++s)
      out[s] =
          std::log((1 - kSmoothing) * std::clamp(data.means[s], 0.0f, 1.0f) + kSmoothing * uniform_share);
  });
  return out;
}

class CategoryUnits final : public VisibleUnits {
 public:
  const char* name() const override { return "categories"; }
  const char* title() const override { return "Categories"; }
  const char* explanation() const override {
    return "One of several states each: words, ratings, letters of sequences.";
  }
  bool stores_numbers() const override { return false; }
  DataForm learns() const override { return DataForm::Categories; }

  States states_from(const Model& model, Matrix values) const override {
    BitMatrix bits(values.rows(), values.cols());
    for (Index r = 0; r < values.rows(); ++r) {
      model.states->for_each([&](Index, Index first, Index count) {
        const float* const x = values.row(r) + first;
        bits.set(r, first + (std::max_element(x, x + count) - x), true);
      });
    }
    return bits;
  }

  bool are_states(const Model& model, const States& v, bool may_lack) const override {
    bool all = !v.is_real && !has_stray_bits(v.bits);
    for (Index r = 0; all && r < v.rows(); ++r) {
      model.states->for_each([&](Index, Index first, Index count) {
        Index on = 0;
        for (Index s = first; s < first + count; ++s) on += v.bits.get(r, s) ? 1 : 0;
        all = all && (on == 1 || (on == 0 && may_lack));
      });
    }
    return all;
  }

  Model first_model(ImageShape shape, Index hidden, const VisibleStatistics& data, float weight_sd,
                    std::uint64_t seed) const override {
    Model model = initial_model(shape, hidden, data.means, weight_sd, seed);
    model.visible_type = VisibleType::Categories;
    model.visible_bias = log_shares(data);
    model.states = data.states;
    return model;
  }

  void draw(const Model& model, const Matrix& transposed, const BitMatrix& h, const VisibleMove& move,
            const RandomKey& key, States& v, Matrix* means, ThreadPool& pool) const override {
    static thread_local Matrix own;
    static thread_local Eigen::VectorXf mixed;
    Matrix& inputs = means != nullptr ? *means : own;
    if (inputs.rows() != v.rows() || inputs.cols() != v.cols()) inputs.resize(v.rows(), v.cols());
    layer_pass(h, transposed, bias_of(model, move, mixed), move.beta, {},
               {.inputs = &inputs, .rounded = move.rounded, .rounded_by_rows = true}, pool);
    pool.run_rows(v.rows(), kRowsPerTask,
                  [&](Index r) { draw_row(*model.states, inputs.row(r), key, r, &v.bits); });
  }

  void means(const Model& model, const Matrix& transposed, const Matrix& h, Matrix& out,
             ThreadPool& pool) const override {
    means_of(model, transposed, h, out, pool);
  }
  void means(const Model& model, const Matrix& transposed, const BitMatrix& h, Matrix& out,
             ThreadPool& pool) const override {
    means_of(model, transposed, h, out, pool);
  }

  double log_z(const VisibleBase& parameters) const override {
    Eigen::MatrixXd inputs = parameters.bias.cast<double>().transpose();
    Eigen::VectorXd sums;
    sum_out(parameters, inputs, sums);
    return sums[0];
  }

  VisibleBase base_of(const VisibleStatistics& data) const override {
    return {log_shares(data), {}, data.states};
  }

  void draw_alone(const VisibleBase& parameters, const RandomKey& key, States& v,
                  ThreadPool& pool) const override {
    Matrix inputs(v.rows(), v.cols());
    pool.run_rows(v.rows(), kRowsPerTask, [&](Index r) {
      std::copy_n(parameters.bias.data(), v.cols(), inputs.row(r));
      draw_row(*parameters.states, inputs.row(r), key, r, &v.bits);
    });
  }
  void draw_noise(const Model& model, const RandomKey& key, States& v, ThreadPool& pool) const override {
    draw_alone({Eigen::VectorXf(Eigen::VectorXf::Zero(v.cols())), {}, model.states}, key, v, pool);
  }

  double log_states(const VisibleBase& parameters) const override {
    double sum = 0;
    parameters.states->for_each(
        [&](Index, Index, Index count) { sum += std::log(static_cast<double>(count)); });
    return sum;
  }
  void state_of_number(const VisibleBase& parameters, std::uint64_t number, double* out) const override {
    std::fill_n(out, parameters.bias.size(), 0.0);
    parameters.states->for_each([&](Index, Index first, Index count) {
      out[first + static_cast<Index>(number % static_cast<std::uint64_t>(count))] = 1;
      number /= static_cast<std::uint64_t>(count);
    });
  }
  void sum_out(const VisibleBase& parameters, Eigen::MatrixXd& inputs, Eigen::VectorXd& sums) const override {
    sums.setZero(inputs.rows());
    parameters.states->for_each([&](Index, Index first, Index count) {
      auto block = inputs.middleCols(first, count);
      const Eigen::VectorXd top = block.rowwise().maxCoeff();
      block = (block.colwise() - top).array().exp().matrix();
      const Eigen::VectorXd total = block.rowwise().sum();
      sums += top + total.array().log().matrix();
      block = block.array().colwise() / total.array();
    });
  }

 private:
  template <class Hidden>
  static void means_of(const Model& model, const Matrix& transposed, const Hidden& h, Matrix& out,
                       ThreadPool& pool) {
    out.resize(h.rows(), model.visible());
    layer_pass(h, transposed, model.visible_bias.data(), 1.0f, {}, {.inputs = &out}, pool);
    pool.run_rows(h.rows(), kRowsPerTask,
                  [&](Index r) { draw_row(*model.states, out.row(r), {}, r, nullptr); });
  }
};

}  // namespace

const VisibleUnits& category_units() {
  static const CategoryUnits units;
  return units;
}

}  // namespace rbm
