#include <algorithm>
#include <cmath>
#include <vector>

#include "core/math/kernels.hpp"
#include "core/result.hpp"

namespace rbm {

void gradient(const PhaseStatistics& positive, const PhaseStatistics& negative, Matrix& gradient,
              ThreadPool& pool) {
  pool.run(gradient.rows(), [&](Index i) {
    float* g = gradient.row(i);
    std::fill_n(g, gradient.stride(), 0.0f);
    const auto add = [&](const PhaseStatistics& phase, float sign) {
      const float scale = sign / static_cast<float>(phase.hidden->rows());
      for (Index r = 0; r < phase.hidden->rows(); ++r) {
        const float v = phase.values != nullptr            ? (*phase.values)(r, i)
                        : phase.bits_transposed->get(i, r) ? 1.0f
                                                           : 0.0f;
        if (v == 0.0f) continue;
        const float* h = phase.hidden->row(r);
        for (Index c = 0; c < gradient.stride(); ++c) g[c] += scale * v * h[c];
      }
    };
    add(positive, 1);
    add(negative, -1);
  });
}

void update_weights(const PhaseStatistics& positive, const PhaseStatistics& negative,
                    const WeightUpdate& rule, Matrix& weights, Matrix& transposed, Matrix* velocity,
                    Matrix* average, UpdateNorms* norms, ThreadPool& pool) {
  Matrix g(weights.rows(), weights.cols());
  gradient(positive, negative, g, pool);
  if (norms != nullptr) *norms = {};
  for (Index i = 0; i < weights.rows(); ++i) {
    for (Index j = 0; j < weights.cols(); ++j) {
      float d = g(i, j);
      if (rule.visible_difference != nullptr)
        d -= rule.visible_difference[i] * rule.hidden_offset[j] +
             rule.visible_offset[i] * rule.hidden_difference[j];
      float& w = weights(i, j);
      d -= rule.l2 * w + rule.l1 * static_cast<float>((w > 0) - (w < 0));
      float change = rule.learning_rate * d;
      if (rule.momentum != 0) {
        change += rule.momentum * (*velocity)(i, j);
        (*velocity)(i, j) = change;
      }
      w += change;
      transposed(j, i) = w;
      if (rule.average_rate != 0) (*average)(i, j) += rule.average_rate * (w - (*average)(i, j));
      if (norms != nullptr) {
        norms->weights += static_cast<double>(w) * static_cast<double>(w);
        norms->change += static_cast<double>(change) * static_cast<double>(change);
      }
    }
  }
}

}  // namespace rbm
