#!/usr/bin/env python3
"""Plants bugs that are known from other programs, one at a time, and looks whether the tests see them.

    tests/planted_bugs.py [WORD …]      only those whose name has a WORD in it
    tests/planted_bugs.py --check       only whether each of them could be planted: fits one place in the code; at once

Works on a copy of core/ and tests/ in build/planted, builds its core_tests there and runs the cases that are meant to catch
each bug: first as the code is, where they must pass, then with the bug, where they must fail. Takes some ten minutes.
Ends with 1 if a bug went unseen, and with 2 if a bug can no longer be planted because the code around it changed.
"""

import dataclasses
import pathlib
import re
import shutil
import subprocess
import sys
import time

SOURCE = pathlib.Path(__file__).resolve().parent.parent
COPY = SOURCE / "build/planted"


@dataclasses.dataclass
class Bug:
    name: str
    file: str
    old: str
    new: str
    cases: str  # doctest's pattern of the cases that are meant to see it

    def places(self, text):
        """Where the old code stands, however its lines are broken."""
        return list(re.finditer(r"\s*".join(re.escape(c) for c in self.old if not c.isspace()), text))


BUGS = [
    Bug("the energy has a plus before aᵀv", "core/model/units/visible_units.cpp",
        "if (!v.is_real) return selected_sums(v.bits, parameters.bias.data(), out, pool);",
        "if (!v.is_real) { selected_sums(v.bits, parameters.bias.data(), out, pool); for (double& x : out) x = -x; return; }",
        "*free energies of the golden model*"),
    Bug("negative statistics pair v with the hidden units of the v before it", "core/learning/estimators/estimator.cpp",
        "hidden_half(model, rounded_weights, key, is_last,", "hidden_half(model, rounded_weights, key, !is_last || settings.k == 1,",
        "*mean CD-3 update*"),
    Bug("CD's data-driven hidden units are thresholded, not sampled", "core/learning/trainer.cpp",
        "                batch_.weighted, pool);\n    return;\n",
        "                batch_.weighted, pool);\n"
        "  if (starts) for (Index r = 0; r < starts->rows(); ++r) for (Index j = 0; j < starts->cols(); ++j) "
        "starts->set(r, j, batch_.hidden(r, j) > 0.5f);\n    return;\n",
        "*mean CD-1 update*"),
    Bug("a unit that a row does not have comes back in CD's chain", "core/learning/estimators/estimator.cpp",
        "    if (context.observed != nullptr) keep_observed(*context.observed, chains.visible);\n", "",
        "*missing everywhere as if*"),
    Bug("missing cells are learned as zeros", "core/learning/missing_cells.cpp",
        "    fill_missing(observed_, drawn_, chains_.visible);\n", "", "*draw missing cells estimate*"),
    Bug("annealing moves at the temperature before", "core/evaluation/annealing.cpp",
        "if (k < steps) annealer.move(beta[k]);", "if (k < steps) annealer.move(std::max(beta[k - 1], beta[1] / 2));",
        "*unbiased for Z with three steps*"),
    Bug("annealing draws h at the temperature before", "core/evaluation/annealing.cpp",
        "annealer.weigh(beta[k - 1], beta[k], beta[k]);", "annealer.weigh(beta[k - 1], beta[k], k > 1 ? beta[k - 1] : beta[k]);",
        "*unbiased for Z with three steps*,*uneven schedule*"),
    Bug("reverse annealing misses its last increment", "core/evaluation/annealing.cpp",
        "for (std::size_t k = steps; k >= 1; --k) {\n    if (!report(progress, static_cast<Index>(steps - k)",
        "for (std::size_t k = steps; k >= 2; --k) {\n    if (!report(progress, static_cast<Index>(steps - k)",
        "*unbiased for 1/Z*"),
    Bug("annealing has one increment too few", "core/evaluation/annealing.cpp",
        "for (std::size_t k = 1; k <= steps; ++k) {\n    if (!report(progress, static_cast<Index>(k - 1)",
        "for (std::size_t k = 1; k < steps; ++k) {\n    if (!report(progress, static_cast<Index>(k - 1)",
        "*increments telescope*"),
    Bug("annealing starts from a base without the data's bias", "core/evaluation/annealing.cpp",
        "units_.log_terms(base_, visible_, of_base_, pool_);", "std::fill(of_base_.begin(), of_base_.end(), 0.0);",
        "*unbiased for Z with three steps*"),
    Bug("Bennett's ratio has the sign of the counts wrong", "core/evaluation/bennett.cpp",
        "for (double w : forward_log_weights) sum += sigmoid(m + w - log_z);",
        "for (double w : forward_log_weights) sum += sigmoid(w - log_z - m);", "*Bennett's ratio*"),
    Bug("softplus overflows", "core/math/scalar.hpp",
        "return std::max(x, T(0)) + std::log1p(std::exp(-std::abs(x)));", "return std::log1p(std::exp(x));",
        "*softplus and sigmoid neither overflow*"),
    Bug("the gradient is not divided by the batch", "core/math/kernels_update.cpp",
        "return phase.hidden->rows() > 0 ? sign / static_cast<float>(phase.hidden->rows()) : 0.0f;",
        "return phase.hidden->rows() > 0 ? sign / 100.0f : 0.0f;",
        "*size of a mini-batch does not change*,*duplicated batch*,*mean CD-1 update*"),
    Bug("weight decay is not times the learning rate", "core/learning/update_steps.cpp",
        ".l2 = settings.l2,", ".l2 = settings.l2 / std::max(1e-6f, job.rate),",
        "*weight decay shrinks*"),
    Bug("chains share their random numbers", "core/math/layer_outputs-inl.hpp",
        "random_block(keys, static_cast<std::uint32_t>(row),", "random_block(keys, 0,",
        "*chains and units of a model without weights*"),
    Bug("a rank draws the chains of the first one again", "core/math/simd-inl.hpp",
        "c[chain][1] = hn::Set(dw, keys.first_row + row);", "c[chain][1] = hn::Set(dw, row);",
        "*several ranks anneal*,*several ranks temper*,*layer pass on states*"),
    Bug("the runs of all labels draw the same numbers", "core/evaluation/likelihood.cpp",
        "of_label.seed += static_cast<std::uint64_t>(label) << 32;", "static_cast<void>(label);",
        "*log Z is that of independent runs of every label*"),
    Bug("a rank comes with another one's chains", "core/math/own_rows.cpp",
        "std::copy_n(rows.row(0), count() * of_row, all.row(first()));", "",
        "*several ranks anneal*"),
    Bug("random numbers depend on the chunk of a thread", "core/math/kernels_layer.cpp",
        "r < of_first; ++r) finish(job, keys, first_row + r, r);", "r < of_first; ++r) finish(job, keys, r, r);",
        "*layer pass on states*"),
    Bug("sums of 16 bits wrap around", "core/math/kernels_layer.cpp",
        "if (!bounds[0].are_kept() || !bounds[1].are_kept()) return false;", "", "*sums beyond 16 bits*"),
    Bug("of two passes at once the second draws by the key of the first", "core/math/kernels_layer.cpp",
        "finish(*job.next, next_keys,", "finish(*job.next, keys,", "*two passes at once*"),
    Bug("weights are rounded towards zero", "core/math/short_sums-inl.hpp",
        "hn::NearestInt(hn::Mul(scale, x))", "hn::ConvertTo(hn::RebindToSigned<FloatTag>(), hn::Mul(scale, x))",
        "*pass in 16 bits*,*gradient in 16 bits*"),
    Bug("uniform numbers reach 1", "core/math/random.cpp",
        "static_cast<float>(random_bits(key, row, unit) >> 8) * 0x1p-24f;",
        "static_cast<float>(random_bits(key, row, unit)) * 0x1p-32f;", "*uniform numbers stay below one*"),
    Bug("both layers are drawn from the same old state", "core/sampling/gibbs_chains.cpp",
        "    units_of(model).draw(model, transposed, hidden_, {.beta = beta}, key, visible_, &visible_probabilities_, pool);",
        "    BitMatrix old(chains(), hidden_.cols());\n    sample_bernoulli(hidden_probabilities_, {seed_ + 9, Stream::Window, key.step}, 0, old, pool);\n"
        "    units_of(model).draw(model, transposed, old, {.beta = beta}, key, visible_, &visible_probabilities_, pool);",
        "*joint states of both layers*,*half-step draws one layer*"),
    Bug("replicas exchange with the wrong sign", "core/sampling/replica_exchange.cpp",
        "const double log_accept = pair.lower[c] - pair.upper[c];", "const double log_accept = pair.upper[c] - pair.lower[c];",
        "*every rung of a ladder*"),
    Bug("tempering scales the visible bias twice", "core/model/units/visible_units.cpp",
        "scratch = model.visible_bias + ((1 - move.beta) / move.beta) * move.base->bias;",
        "scratch = move.beta * model.visible_bias + ((1 - move.beta) / move.beta) * move.base->bias;", "*every rung of a ladder*"),
    Bug("a climbing population keeps its states whatever their weights", "core/sampling/trajectory.cpp",
        "resampled(states, log_weights, chains_, key), population,", "States(states), population,", "*see both of two peaks*"),
    Bug("chains of a rung draw pixels by another rung's weights", "core/sampling/trajectory.cpp",
        "transpose(step.model->weights, step.transposed, own.pool());",
        "transpose(path_.back()->weights, step.transposed, own.pool());",
        "*log Z along a trajectory*,*see both of two peaks*"),
    Bug("log Z along a ladder forgets the independent hidden units", "core/evaluation/tempering.cpp",
        "log_z.log_z = static_cast<double>(model.hidden()) * std::log(2.0) + units_of(model)", "log_z.log_z = units_of(model)",
        "*log Z along a trajectory*,*tempering straight up*"),
    Bug("an estimate is believed though no chain went all the way", "core/evaluation/tempering.cpp",
        "if (out.round_trips < kLeastRoundTrips) {", "if (out.round_trips > 1000000) {", "*have not gone all the way*"),
    Bug("centred biases forget their part of the weights' gradient", "core/learning/update_steps.cpp",
        "gradient_.hidden_bias += lambda * dot(dv, mu) + dh * dot(mu, mu) - differences_.hidden_product;", "",
        "*mean centred update*,*does not care which of two states*"),
    Bug("centring subtracts μ where λ belongs", "core/learning/update_steps.cpp",
        "gradient_.visible_bias += dv * dot(lambda, lambda) + mu * dot(dh, lambda) - differences_.visible_product;",
        "gradient_.visible_bias += dv * dot(lambda, lambda) - differences_.visible_product;", "*mean centred update*"),
    Bug("the fast weights leak into the model", "core/learning/estimators/fast_persistent_chains.cpp",
        "stirred_.visible_bias = model.visible_bias + fast_.visible_bias;",
        "const_cast<Model&>(model).visible_bias += 0.01f * fast_.visible_bias;\n"
        "    stirred_.visible_bias = model.visible_bias + fast_.visible_bias;",
        "*fast weights move its chains alone*"),
    Bug("the positive phase uses the fast weights", "core/learning/estimators/fast_persistent_chains.cpp",
        "const LearningPhase&, Chains& chains, ThreadPool& pool) override {",
        "const LearningPhase& batch, Chains& chains, ThreadPool& pool) override {\n"
        "    hidden_probabilities(stirred_, batch.visible, const_cast<Matrix&>(batch.hidden), pool);",
        "*fast weights move its chains alone*"),
    Bug("resampled chains take the weights of their island with them", "core/evaluation/riding_meter.cpp",
        "    std::ranges::fill(log_weights, 0.0);\n", "", "*resampling leaves the mean of Z*"),
    Bug("resampled chains leave their weight behind", "core/evaluation/riding_meter.cpp",
        "state_.log_z[static_cast<std::size_t>(island)] += log_mean_exp(log_weights);", "", "*resampling leaves the mean of Z*"),
    Bug("an annealing overrules the chains, whatever its precision", "core/run/likelihood_meter.cpp",
        "gain * (found.log_z - riding.log_z)", "(found.log_z - riding.log_z)", "*joined by their precisions*"),
    Bug("an annealing that was under way is forgotten by a checkpoint", "core/run/likelihood_tensors.cpp",
        "state.waiting ? *state.waiting + 1 : 0,", "0 * state.doublings,", "*depends neither on threads nor*"),
    Bug("the pseudo-likelihood flips without the visible bias", "core/evaluation/monitor.cpp",
        "(is_on ? -a : a) + sums.change(", "0 * a + sums.change(", "*pseudo-log-likelihood*"),
    Bug("pixels that never change get infinite biases", "core/model/model.cpp",
        "logit(std::clamp(p, kProbabilityMargin, 1 - kProbabilityMargin))", "logit(p)",
        "*pixels that never change*,*first model has small weights*"),
    Bug("shuffling skips the first row", "core/data/batches.cpp",
        "rows_[i] = order_[position % count];", "rows_[i] = order_[std::max<std::uint64_t>(1, position % count)];",
        "*every row is used once*"),
    Bug("clamped pixels are restored before the draw, not after", "core/sampling/gibbs_chains.cpp",
        "      sample_labels(model, hidden_, beta, of_labels, labels_, pool);\n    restore_clamped(model);",
        "      sample_labels(model, hidden_, beta, of_labels, labels_, pool);",
        "*clamp*"),
    Bug("Gaussian units are drawn without noise", "core/model/units/gaussian_units.cpp",
        "deviations[static_cast<std::size_t>(i)] = 1 / std::sqrt(precision);",
        "deviations[static_cast<std::size_t>(i)] = 0 * precision;", "*mixture's mean and covariance*"),
    Bug("Gaussian noise is scaled by σ² in place of σ", "core/model/units/gaussian_units.cpp",
        "deviations[static_cast<std::size_t>(i)] = 1 / std::sqrt(precision);",
        "deviations[static_cast<std::size_t>(i)] = 1 / precision;", "*mixture's mean and covariance*"),
    Bug("hidden inputs of Gaussian units miss 1 / σ²", "core/model/units/gaussian_units.cpp",
        "Eigen::Map<Eigen::ArrayXf>(scratch.row(r), values.cols()) = from * inverse;",
        "Eigen::Map<Eigen::ArrayXf>(scratch.row(r), values.cols()) = from;",
        "*update of Gaussian units*,*mixture's density*"),
    Bug("the gradient of log σ² misses its second part", "core/model/units/gaussian_units.cpp",
        "std::exp(-double{model.log_variance[i]}) - product);", "std::exp(-double{model.log_variance[i]}) - 0 * product);",
        "*update of Gaussian units*"),
    Bug("label posteriors forget the label's bias", "core/model/labels.cpp",
        "double{model.label_bias[y]} + scratch.sums", "0 * double{model.label_bias[y]} + scratch.sums",
        "*label posteriors and joint free energies*"),
    Bug("the discriminative gradient forgets what the posterior expects of U", "core/learning/label_gradient.cpp",
        "g[j] -= per_case * p * h[j];", "g[j] -= 0 * per_case * p * h[j];", "*update of the discriminative objective*"),
    Bug("a snapshot shows one model's weights with another's transposed", "core/run/run.cpp",
        "transpose_weights(model->weights, *transposed, *pool_);", "transpose_weights(trainer_->updates() < 30 ? model->weights : trainer_->model().weights, *transposed, *pool_);",
        "*snapshots are whole*"),
    Bug("a weight image is read with rows and columns exchanged", "core/model/model_file.cpp",
        "is_sklearn ? j * visible + i : i * hidden + j", "is_sklearn ? j * visible + i : j * visible + i",
        "*saved model opens again*,*comes back from its file*"),
    Bug("divergence is looked for in one update of a hundred", "core/learning/trainer.cpp",
        "if (!rbm::in_bounds(model.visible_bias) || !rbm::in_bounds(model.hidden_bias) || !is_finite)",
        "if (updates_ % 100 == 0 && (!rbm::in_bounds(model.visible_bias) || !rbm::in_bounds(model.hidden_bias) || !is_finite))",
        "*divergence is noticed at once*"),
    Bug("a rank's own part of the weights goes to the places of the first rank", "core/math/matrix.hpp",
        "origin_ = held_rows.begin * stride_ + held_columns.begin;", "origin_ = held_rows.begin * stride_;",
        "several ranks learn the same bits*"),
    Bug("ranks sum over the inputs of the first one", "core/math/kernels_layer.cpp",
        "return job.partial != nullptr ? job.partial->first_input : 0;", "return 0;",
        "ranks that sum over their own inputs*,several ranks learn the same bits*"),
    Bug("a rank's sums over hidden units begin anew", "core/math/kernels_differences.cpp",
        "pool.ranks().relay(std::as_writable_bytes(std::span(own_lanes)), std::ref(add));",
        "one_process().relay(std::as_writable_bytes(std::span(own_lanes)), std::ref(add));",
        "ranks that read their own hidden units*,several ranks learn the same bits*"),
    Bug("ranks draw visible units with weights of before the update", "core/math/kernels_update.cpp",
        "if (transposed != nullptr) exchange_rows_for_columns(*transposed, pool);", "", "several ranks learn the same bits*"),
    Bug("the autocorrelation time counts each lag once", "core/evaluation/diagnostics.cpp",
        "time += 2 * covariance(lag) / spread;", "time += covariance(lag) / spread;", "*autocorrelation time*"),
]


def build():
    return subprocess.run(["cmake", "--build", COPY / "build", "--target", "core_tests"], capture_output=True, text=True, check=False)


def cases_fail(pattern):
    """Whether a case that the pattern names fails; None where it names none."""
    ended = subprocess.run(
        [COPY / "build/tests/core_tests", f"-tc={pattern}", "--no-intro=true"], capture_output=True, text=True, check=False, timeout=900
    )
    if ended.returncode == 0 and " 0 passed" in ended.stdout.splitlines()[-3]:
        return None
    return ended.returncode != 0


def prepare():
    """A copy without what is built; only what changed is copied anew, so that a second run builds little."""
    for folder in ("app", "core", "shaders", "tests", "assets/presets", "assets/photographs", "assets/mnist"):
        for path in (SOURCE / folder).rglob("*"):
            to = COPY / path.relative_to(SOURCE)
            if not path.is_file() or (to.exists() and to.read_bytes() == path.read_bytes()):
                continue
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, to)
    shutil.copy2(SOURCE / "CMakeLists.txt", COPY)
    subprocess.run(
        ["cmake", "-G", "Ninja", "-S", COPY, "-B", COPY / "build", "-DCMAKE_BUILD_TYPE=Release", "-DRBM_LAB=OFF",
         "-DRBM_PYTHON_MODULE=OFF", "-DRBM_INSTALL=OFF"],
        check=True,
        stdout=subprocess.DEVNULL,
    )


def try_out(bug):
    """What became of a bug, in a word."""
    path = COPY / bug.file
    sound = path.read_text()
    places = bug.places(sound)
    if len(places) != 1:
        return "cannot be planted"
    if cases_fail(bug.cases) is not False:
        return "has no case that passes without it"
    path.write_text(sound[: places[0].start()] + bug.new + sound[places[0].end() :])
    try:
        built = build()
        if built.returncode != 0:
            print(built.stdout[-2000:])
            return "cannot be built"
        return "seen" if cases_fail(bug.cases) else "NOT SEEN"
    except subprocess.TimeoutExpired:
        return "seen"  # the case never ends
    finally:
        path.write_text(sound)


def check():
    lost = [bug for bug in BUGS if len(bug.places((SOURCE / bug.file).read_text())) != 1]
    for bug in lost:
        print(f"cannot be planted  {bug.name}  ({bug.file})")
    return 2 if lost else 0


def main(words):
    if words == ["--check"]:
        return check()
    prepare()
    built = build()
    if built.returncode != 0:
        print(built.stdout[-4000:])
        return 2
    chosen = [bug for bug in BUGS if not words or any(word in bug.name for word in words)]
    verdicts = []
    for bug in chosen:
        began = time.monotonic()
        verdicts.append(try_out(bug))
        build()
        print(f"{verdicts[-1]:<10} {bug.name}  ({bug.cases}; {time.monotonic() - began:.0f} s)", flush=True)
    print(f"{verdicts.count('seen')} of {len(chosen)} planted bugs were seen")
    if "NOT SEEN" in verdicts:
        return 1
    return 0 if verdicts.count("seen") == len(chosen) else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
