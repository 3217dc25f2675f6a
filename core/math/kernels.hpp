// The products, nonlinearities and random draws that training, sampling and evaluation are made of,
// vectorized with run-time dispatch (Google Highway). States are bits, so a product with a state matrix is a
// sum of selected rows. Every function takes the pool it shares its work over and gives the same bits for any
// number of threads: work is cut into tiles that do not depend on it. layer_pass, phase_differences and update_weights
// share their tiles between the ranks of the pool, too; of the first two each has all that comes out. Outputs are resized by the caller;
// padding columns and bits of every output are zero. Where a rank holds a part of the weights alone, it is that of its tiles.
#pragma once

#include <cstdint>
#include <span>

#include "core/math/bits.hpp"
#include "core/math/matrix.hpp"
#include "core/math/random.hpp"
#include "core/math/short_matrix.hpp"
#include "core/math/thread_pool.hpp"

namespace rbm {

/// What layer_pass leaves behind. A null member is not computed. The matrices are [rows × units]. And what it may use.
struct LayerOutputs {
  Matrix* inputs = nullptr;         // beta · (bias + x W): the argument of the sigmoid
  Matrix* probabilities = nullptr;  // σ(inputs)
  BitMatrix* states = nullptr;      // 1 where uniform(key, r, unit) < probability
  /// The weights in units of 1/256: then x W of bits x is summed of these, exactly, and the weights are not read.
  const ShortMatrix* rounded = nullptr;
  /// Each of several ranks reads its own rows of `rounded` alone, and its columns of the others' come as sums.
  bool rounded_by_rows = false;
  /// Each of several ranks makes its own columns of the probabilities alone, and leaves the others as they were.
  bool own_probabilities = false;
};

/// One half-step of block Gibbs sampling: from the states x [rows × n] of one layer to the other layer's m
/// units. weights [n × m], bias m floats, beta the inverse temperature (1 for the model itself). x may be all
/// zero; rows may be 0.
void layer_pass(const BitMatrix& x, const Matrix& weights, const float* bias, float beta,
                const RandomKey& key, const LayerOutputs& out, ThreadPool& pool);

/// The states of one of two passes that share their weights, and what it leaves behind.
struct LayerRows {
  const BitMatrix& x;
  RandomKey key;
  LayerOutputs out;
};
/// Both at once, which reads the weights once: the same bits as one after the other with beta 1. Both have
/// the same `rounded`.
void layer_pass(const LayerRows& first, const LayerRows& second, const Matrix& weights, const float* bias,
                ThreadPool& pool);

/// The same with real-valued x [rows × n]: grey values, probabilities, Gaussian units.
void layer_pass(const Matrix& x, const Matrix& weights, const float* bias, float beta, const RandomKey& key,
                const LayerOutputs& out, ThreadPool& pool);

/// states[r, c] = uniform(key, r, c) < probabilities[r, c].
void sample_bernoulli(const Matrix& probabilities, const RandomKey& key, BitMatrix& states, ThreadPool& pool);

/// states[r, c] = uniform(key, r, c) < grey[r][c] / 255; grey[r] points at states.cols() bytes.
void sample_grey(std::span<const std::uint8_t* const> grey, const RandomKey& key, BitMatrix& states,
                 ThreadPool& pool);

/// How draw_normal draws.
struct NormalDraw {
  const float* deviations;  // standard deviation of every column, padded to 16 floats
  float kept = 0;           // share of the old values' distance from the means that stays
};

/// values = means + kept · (values − means) + deviations · n with standard normal numbers n, which are a
/// function of (key, row, column): by Box and Muller from units k and k + 32 of each block of 64, the
/// numbers' place in it. All matrices [rows × columns]; values may be means itself where nothing is kept.
void draw_normal(const Matrix& means, const NormalDraw& draw, const RandomKey& key, Matrix& values,
                 ThreadPool& pool);

/// x ← σ(x), elementwise, padding left zero.
void sigmoid_in_place(Matrix& x, ThreadPool& pool);

/// sums[r] = Σ_c softplus(x[r, c]), in double, in an order that does not depend on the SIMD width.
void softplus_sums(const Matrix& x, std::span<double> sums, ThreadPool& pool);

/// sums[r] = Σ_c x[r, c] · bit[r, c] for a vector w: the linear term of an energy. In double.
void selected_sums(const BitMatrix& x, const float* w, std::span<double> sums, ThreadPool& pool);

/// means[c] = mean over rows of x[r, c].
void column_means(const Matrix& x, std::span<float> means, ThreadPool& pool);
void column_means(const BitMatrix& x, std::span<float> means, ThreadPool& pool);

/// One side of the gradient: states of the visible layer and probabilities of the hidden one, over `rows`
/// cases. Exactly one of bits_transposed [visible × rows] and values [rows × visible] is set.
struct PhaseStatistics {
  const BitMatrix* bits_transposed = nullptr;
  const Matrix* values = nullptr;
  const Matrix* hidden = nullptr;  // [rows × hidden]
};

/// How sums over states of bits are made.
enum class Arithmetic {
  Single,  // in single precision
  Fixed16,  // in whole numbers of 1/256 and 16 bits, exactly, of weights and probabilities that are rounded to them
};
/// Phases of bits, of as many cases each and at most so many, whose sums cannot leave 16 bits, have gradients with
/// Fixed16; others have that of Single.
inline constexpr Index kMostFixedCases = 127;
bool sums_in_16_bits(const PhaseStatistics& positive, const PhaseStatistics& negative, Arithmetic arithmetic);

/// How one update changes the weights. Rates are per update and already scheduled.
struct WeightUpdate {
  float learning_rate = 0;
  float momentum = 0;  // velocity ← momentum · velocity + learning_rate · gradient; 0 leaves velocity alone
  float l1 = 0, l2 = 0;    // gradient −= l2 · W + l1 · sign(W), on weights only
  float average_rate = 0;  // average += average_rate · (W − average); 0 leaves it untouched, 1 copies

  // Centring (Melchior, Fischer and Wiskott 2016): gradient −= dv λᵀ + μ dhᵀ. All four null: plain gradient.
  const float* visible_difference = nullptr;  // dv = ⟨v⟩_data − ⟨v⟩_model, one per visible unit
  const float* hidden_difference = nullptr;   // dh, one per hidden unit
  const float* visible_offset = nullptr;      // μ
  const float* hidden_offset = nullptr;       // λ

  /// How the gradient is summed.
  Arithmetic arithmetic = Arithmetic::Single;
};

/// Squared norms over all weights, in double, for the diagnostics.
struct UpdateNorms {
  double weights = 0, change = 0;
};

/// gradient = ⟨v hᵀ⟩_positive − ⟨v hᵀ⟩_negative (means over the rows of each phase), then the update above,
/// in one pass over the weights. weights, velocity, average: [visible × hidden]; transposed [hidden × visible] and
/// `rounded` are rewritten, each where it is not null. velocity and average may be null where their rate is 0. The
/// norms are computed only when asked for. False if a weight is NaN or infinite after it. Each of several ranks
/// (pool.ranks()) leaves with its own columns of all matrices alone, in blocks of 64 (core/math/shares.hpp), but its own
/// rows of rounded->transposed, and with the norms of all weights.
bool update_weights(const PhaseStatistics& positive, const PhaseStatistics& negative,
                    const WeightUpdate& rule, Matrix& weights, Matrix* transposed, Matrix* velocity,
                    Matrix* average, RoundedWeights* rounded, UpdateNorms* norms, ThreadPool& pool);

/// What the update of the biases needs of both phases, with G = ⟨v hᵀ⟩_positive − ⟨v hᵀ⟩_negative. All but
/// the last two are always computed; those need both offsets, and none is computed without.
struct PhaseDifferences {
  std::span<float> visible;               // ⟨v⟩_positive − ⟨v⟩_negative
  std::span<float> hidden;                // ⟨h⟩_positive − ⟨h⟩_negative
  std::span<float> hidden_mean;           // ⟨h⟩_positive
  const float* visible_offset = nullptr;  // μ, one per visible unit
  const float* hidden_offset = nullptr;   // λ, one per hidden unit
  std::span<float> visible_product;       // G λ
  std::span<float> hidden_product;        // Gᵀ μ
};

/// Fills in the differences, without making G: G λ needs one number h · λ of each case, Gᵀ μ one v · μ. Each of several
/// ranks reads its own columns of the hidden probabilities alone.
void phase_differences(const PhaseStatistics& positive, const PhaseStatistics& negative,
                       const PhaseDifferences& out, ThreadPool& pool);

/// gradient [visible × hidden] = ⟨v hᵀ⟩_positive − ⟨v hᵀ⟩_negative alone, for other optimizers, tests and
/// diagnostics.
void gradient(const PhaseStatistics& positive, const PhaseStatistics& negative, Matrix& gradient,
              ThreadPool& pool, Arithmetic arithmetic = Arithmetic::Single);

/// out = inᵀ, blocked.
void transpose(const Matrix& in, Matrix& out, ThreadPool& pool);
/// Of these columns of `in` alone, from a multiple of 64 to another or to the last.
void transpose_columns(const Matrix& in, Places columns, Matrix& out, ThreadPool& pool);

/// out = the nearest whole numbers to scale · in, limited to 16 bits; −2^15 for a NaN. out is resized to the
/// same shape and part. Of these columns alone, the others stay as they are.
void round_to_short(const Matrix& in, Places columns, float scale, ShortMatrix& out, ThreadPool& pool);
/// weights and their transpose in units of 1/256. Of weights of which ranks hold their own columns those, and of the
/// transpose each one's own rows; then `transposed` is not read.
void round_weights(const Matrix& weights, const Matrix& transposed, RoundedWeights& out, ThreadPool& pool);

/// False if any element that is held is NaN or infinite.
bool all_finite(const Matrix& x, ThreadPool& pool);

/// The instruction set the kernels run on, for example "AVX3". Chosen at the first call of any kernel; the
/// environment variable RBM_SIMD with the value scalar, sse4, avx2 or avx512 lowers it (tests, comparisons).
const char* simd_name();

}  // namespace rbm
