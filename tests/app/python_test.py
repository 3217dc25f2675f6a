#!/usr/bin/env python3
"""The Python module: its numbers are NumPy's own, its refusals are the library's sentences, its estimator is one of
scikit-learn's."""

import importlib.util
import os
import pathlib
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

FOLDER = os.environ.get("RBM_PYTHON_FOLDER", "")
SOURCE = pathlib.Path(os.environ["RBM_SOURCE"])
HAS_NUMPY = importlib.util.find_spec("numpy") is not None
if FOLDER and HAS_NUMPY:
    sys.path.insert(0, FOLDER)
    import numpy as np
    import rbmlab

needs_module = unittest.skipUnless(FOLDER and HAS_NUMPY, "needs the module rbmlab: apt-get install pybind11-dev python3-dev")
needs_sklearn = unittest.skipUnless(importlib.util.find_spec("sklearn"), "needs scikit-learn: apt-get install python3-sklearn")
needs_matplotlib = unittest.skipUnless(importlib.util.find_spec("matplotlib"), "needs apt-get install python3-matplotlib")


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softplus(x):
    return np.logaddexp(0, x)


def small_model(visible=12, hidden=7):
    random = np.random.default_rng(5)
    w, a, b = random.normal(0, 0.7, (visible, hidden)), random.normal(0, 0.5, visible), random.normal(0, 0.5, hidden)
    w, a, b = (x.astype(np.float32) for x in (w, a, b))
    return rbmlab.Model(w, a, b), *(x.astype(np.float64) for x in (w, a, b))


def bits(rows=50, columns=12, seed=6):
    return (np.random.default_rng(seed).random((rows, columns)) < 0.5).astype(np.float64)


def states(count):
    return (np.arange(2**count)[:, None] >> np.arange(count) & 1).astype(np.float64)


def prototypes(rows=400, columns=16):
    random = np.random.default_rng(2)
    return ((random.random((4, columns)) < 0.4)[random.integers(0, 4, rows)] ^ (random.random((rows, columns)) < 0.03)).astype(np.uint8)


@needs_module
class Models(unittest.TestCase):
    def test_probabilities_and_free_energies_are_those_of_numpy(self):
        model, w, a, b = small_model()
        for v in (bits(), np.random.default_rng(1).random((3000, 12))):
            np.testing.assert_allclose(model.hidden_probabilities(v), sigmoid(v @ w + b), atol=1e-5)
            np.testing.assert_allclose(model.free_energy(v), -v @ a - softplus(v @ w + b).sum(1), rtol=1e-5, atol=1e-5)
        h = bits(columns=7)
        np.testing.assert_allclose(model.visible_probabilities(h), sigmoid(h @ w.T + a), atol=1e-5)

    def test_rows_beyond_a_piece_are_the_same_rows_whatever_their_type_and_layout(self):
        model, w, a, b = small_model()
        v = np.random.default_rng(8).random((20000, 12))
        wanted = sigmoid(v @ w + b)
        for rows in (v, v.astype(np.float32), np.asfortranarray(v), np.repeat(v, 2, axis=0)[::2]):
            np.testing.assert_allclose(model.transform(rows), wanted, atol=1e-5)
        np.testing.assert_allclose(model.free_energy(v), -v @ a - softplus(v @ w + b).sum(1), rtol=1e-5, atol=1e-5)
        h = np.random.default_rng(9).random((9000, 7))
        np.testing.assert_allclose(model.visible_probabilities(h), sigmoid(h @ w.T + a), atol=1e-5)
        self.assertEqual(((0, 7), (0,)), (model.transform(v[:0]).shape, model.free_energy(v[:0]).shape))
        v[17000, 3] = 2
        with self.assertRaisesRegex(ValueError, "v holds 2 in row 17000, column 3"):
            model.transform(v)

    def test_spins_follow_their_energy(self):
        _, w, a, b = small_model()
        model = rbmlab.Model(w, a, b, visible="spins")
        v = 2 * states(12) - 1
        np.testing.assert_allclose(model.hidden_probabilities(v), sigmoid(v @ w + b), atol=1e-5)
        energies = -v @ a - softplus(v @ w + b).sum(1)
        np.testing.assert_allclose(model.free_energy(v), energies, rtol=1e-5, atol=1e-5)
        exact = np.logaddexp.reduce(-energies)
        self.assertLess(abs(model.log_z().value - exact), 1e-5 * abs(exact))
        self.assertEqual({-1, 1}, set(model.sample(50, steps=5).ravel().tolist()))

    def test_gaussian_units_follow_their_energy(self):
        _, w, mean, b = small_model()
        log_variance = np.linspace(-1, 1, 12)
        model = rbmlab.Model(w, mean, b, log_variance, visible="gaussian")
        v, variance = np.random.default_rng(3).normal(0, 2, (40, 12)), np.exp(log_variance)
        inputs = (v / variance) @ w + b
        np.testing.assert_allclose(model.hidden_probabilities(v), sigmoid(inputs), atol=1e-5)
        energies = ((v - mean) ** 2 / (2 * variance)).sum(1) - softplus(inputs).sum(1)
        np.testing.assert_allclose(model.free_energy(v), energies, rtol=2e-5, atol=1e-4)

    def test_log_z_is_the_sum_over_all_states_and_annealing_brackets_it(self):
        model, w, a, b = small_model()
        energies = model.free_energy(states(12))
        exact = np.logaddexp.reduce(-energies)
        found = model.log_z()
        self.assertEqual("exact", found.method)
        self.assertLess(abs(found.value - exact), 1e-5 * abs(exact))
        self.assertEqual(found.lower, found.upper)
        annealed = model.log_z("ais", data=bits(200), chains=300, steps=500)
        self.assertLess(abs(annealed.value - exact), 6 * annealed.standard_error + 1e-3)
        self.assertLessEqual(annealed.lower, annealed.value)
        self.assertGreaterEqual(annealed.upper, annealed.value)
        self.assertLess(abs(float(model.log_z("ais", chains=300, steps=500)) - exact), 0.1)

    def test_samples_have_the_distribution_of_the_model(self):
        model, *_ = small_model(visible=6, hidden=3)
        exact = np.exp(-model.free_energy(states(6)))
        exact /= exact.sum()
        drawn = model.sample(20000, steps=60, seed=3)
        self.assertEqual((np.uint8, (20000, 6)), (drawn.dtype, drawn.shape))
        counts = np.bincount(drawn @ (1 << np.arange(6)), minlength=64)
        # χ² of 63 degrees: beyond 130 once in a million; the seed is fixed.
        self.assertLess((((counts - 20000 * exact) ** 2) / (20000 * exact)).sum(), 130)
        np.testing.assert_array_equal(drawn, model.sample(20000, steps=60, seed=3))
        np.testing.assert_array_equal(drawn[:50], model.sample(50, steps=60, seed=3))
        expected = model.sample(5, steps=3, probabilities=True)
        self.assertTrue(((expected >= 0) & (expected <= 1)).all() and (expected % 1 != 0).any())

    def test_arrays_are_views_that_outlive_the_model_and_cannot_be_written(self):
        model, w, a, b = small_model()
        weights = model.weights
        self.assertFalse(weights.flags.writeable or weights.flags.owndata)
        del model
        np.testing.assert_array_equal(weights, w.astype(np.float32))
        with self.assertRaises(ValueError):
            weights[0, 0] = 1

    def test_files_and_pickles_hold_the_same_model(self):
        model, *_ = small_model()
        with tempfile.TemporaryDirectory() as folder:
            for name in ("m.safetensors", "m.npz"):
                model.save(f"{folder}/{name}")
                back = rbmlab.Model.open(f"{folder}/{name}")
                np.testing.assert_array_equal(model.weights, back.weights)
            np.testing.assert_array_equal(np.load(f"{folder}/m.npz")["weights"], model.weights)
            with self.assertRaisesRegex(OSError, "none.safetensors"):
                rbmlab.Model.open(f"{folder}/none.safetensors")
        np.testing.assert_array_equal(model.hidden_bias, pickle.loads(pickle.dumps(model)).hidden_bias)

    def test_wrong_input_is_refused_with_a_sentence(self):
        model, w, a, b = small_model()
        holes = bits()
        holes[3, 4] = np.nan
        for work, sentence in (
            (lambda: model.free_energy(bits(columns=11)), r"v has 11 columns, the model takes 12"),
            (lambda: model.free_energy(holes), r"row 3, column 4 .*not finite"),
            (lambda: model.free_energy(bits()[0]), r"v has 1 dimensions"),
            (lambda: model.free_energy([["a"] * 12]), r"v has the dtype <U1"),
            (lambda: model.free_energy(2 * bits() + 1), r"the model's units take 0 to 1"),
            (lambda: model.transform(bits(), layer=2), r"has 1 layers"),
            (lambda: model.label_probabilities(bits()), r"has no label units"),
            (lambda: model.sample(0), r"at least one chain"),
            (lambda: model.sample(2, label=3), r"there is no 3"),
            (lambda: model.sample(start=bits(columns=5)), r"start has 5 columns"),
            (lambda: model.log_z("exakt"), r"give auto, exact or ais"),
            (lambda: model.log_z("ais", chains=0), r"."),
            (lambda: rbmlab.Model(w, a[:-1], b), r"visible_bias has 11 numbers"),
            (lambda: rbmlab.Model(w * np.inf, a, b), r"finite"),
            (lambda: rbmlab.Model(w, a, b, visible="reals"), r"reals"),
            (lambda: rbmlab.Run(holes * np.inf), r"no number that is not missing|not finite in row"),
            (lambda: rbmlab.Run(np.zeros((0, 4))), r"has no numbers"),
            (lambda: rbmlab.Run(bits(), labels=[1, 2]), r"50 rows and 2 labels"),
            (lambda: rbmlab.Run(bits(), batch=51), r"do not fit"),
            (lambda: rbmlab.Run(bits(), hidden=0), r"hidden units"),
            (lambda: rbmlab.Run(bits(), method="sgd"), r"sgd"),
            (lambda: rbmlab.Run(bits(), epochs=-1), r"negative"),
            (lambda: rbmlab.Run("/none/such"), r"/none/such"),
        ):  # fmt: skip
            with self.subTest(sentence=sentence), self.assertRaisesRegex((ValueError, OSError), sentence):
                work()
        with self.assertRaisesRegex(TypeError, "no setting \"hiden\"; known are .*hidden"):
            rbmlab.Run(bits(), hiden=3)


@needs_module
class Runs(unittest.TestCase):
    def test_a_run_learns_and_its_curves_are_columns(self):
        run = rbmlab.Run(prototypes(), hidden=8, epochs=30, seed=3, batch=20, chains=20, learning_rate=0.2)
        before = -run.model.free_energy(prototypes()).mean() - run.model.log_z().value
        run.fit()
        after = -run.model.free_energy(prototypes()).mean() - run.model.log_z().value
        self.assertGreater(after, before + 4)
        curves = run.metrics()
        self.assertTrue((np.diff(curves["update"].astype(int)) > 0).all())
        self.assertGreaterEqual(run.updates, curves["update"][-1])
        self.assertEqual({len(curves["update"])}, {len(column) for column in curves.values()})
        self.assertEqual(0.2, round(run.settings["learning_rate"], 6))
        self.assertEqual("pcd", run.settings["method"])

    def test_the_likelihood_of_the_curves_is_the_one_that_numpy_sums(self):
        x = prototypes()
        run = rbmlab.Run(x, hidden=8, updates=300, seed=3, batch=20, chains=20, validation=100, average=0)
        run.fit()
        curves, model = run.metrics(), run.model
        self.assertEqual(300, curves["update"][-1])
        w, a, b = (array.astype(np.float64) for array in (model.weights, model.visible_bias, model.hidden_bias))

        def log_p(v):
            return v @ a + softplus(v @ w + b).sum(1)

        log_z = np.logaddexp.reduce(log_p(states(16)))
        # Which rows are held back the run decides: over all the mean lies between those of the two parts.
        told = {part: -curves[f"free_energy_{part}"][-1] - log_z for part in ("train", "validation")}
        self.assertLess(abs((3 * told["train"] + told["validation"]) / 4 - (log_p(x) - log_z).mean()), 1e-3)
        for column in ("log_likelihood", "log_likelihood_lower", "log_likelihood_upper"):
            self.assertLess(abs(curves[column][-1] - told["validation"]), 1e-4, column)

    def test_nan_is_a_missing_cell_and_learned_around(self):
        holes = prototypes().astype(float)
        holes[np.random.default_rng(1).random(holes.shape) < 0.2] = np.nan
        run = rbmlab.Run(holes, hidden=8, epochs=30, seed=3, batch=20, chains=20, learning_rate=0.2)
        before = -run.model.free_energy(prototypes()).mean() - run.model.log_z().value
        run.fit()
        after = -run.model.free_energy(prototypes()).mean() - run.model.log_z().value
        self.assertGreater(after, before + 3)

    def test_the_same_seed_gives_the_same_bits_for_any_number_of_threads_and_rhythm(self):
        runs = [rbmlab.Run(prototypes(), hidden=8, threads=threads) for threads in (1, 2)]
        runs[0].step(40)
        for _ in range(8):
            runs[1].step(5)
        np.testing.assert_array_equal(runs[0].model.weights, runs[1].model.weights)

    def test_bits_are_learned_alike_whatever_their_type(self):
        models = []
        for kind in (bool, np.uint8, np.float32, np.float64, np.int64):
            run = rbmlab.Run(prototypes().astype(kind), hidden=4)
            run.step(3)
            self.assertEqual("binary", run.model.visible_units)
            models.append(run.model.weights)
        for weights in models[1:]:
            np.testing.assert_array_equal(models[0], weights)

    def test_real_numbers_become_bits_with_one_copy_of_them_and_bytes(self):
        script = """import resource, numpy as np, rbmlab
rows = np.random.default_rng(1).random((20000, 784), dtype=np.float32)
def peak(): return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
run = rbmlab.Run(rows, hidden=4, validation=1000)
run.step()
assert run.model.visible_units == "binary"
print((peak() - before) / rows.nbytes)"""
        told = subprocess.run([sys.executable, "-B", "-c", script], env={**os.environ, "PYTHONPATH": FOLDER}, check=True, capture_output=True, text=True)
        self.assertLess(float(told.stdout), 2)  # the copy, the bytes of all rows and of the split: 1.5 times the array

    def test_a_checkpoint_goes_on_bit_for_bit(self):
        whole, first = (rbmlab.Run(prototypes(), hidden=6) for _ in range(2))
        whole.step(30)
        first.step(12)
        with tempfile.TemporaryDirectory() as folder:
            first.save(f"{folder}/run.safetensors")
            second = rbmlab.Run.resume(pathlib.Path(f"{folder}/run.safetensors"), prototypes())
            with self.assertRaisesRegex(ValueError, "other data"):
                rbmlab.Run.resume(f"{folder}/run.safetensors", 1 - prototypes())
        second.step(18)
        np.testing.assert_array_equal(whole.model.weights, second.model.weights)

    def test_a_callback_sees_the_run_ends_it_and_may_fail(self):
        run, seen = rbmlab.Run(prototypes(), hidden=4), []

        def look(inner):
            seen.append(inner.updates)
            return len(seen) < 3

        run.fit(updates=1000, callback=look, every=10)
        self.assertEqual([10, 20, 30], seen)
        self.assertIs(run.fit(updates=5, callback=lambda inner: self.assertIs(inner, run), every=5), None)
        with self.assertRaises(ZeroDivisionError):
            run.fit(updates=1000, callback=lambda _: 1 / 0, every=10)
        self.assertEqual(45, run.updates)
        with self.assertRaisesRegex(TypeError, "callback cannot be called"):
            run.fit(updates=1, callback=3)

    def test_real_numbers_are_standardized_and_samples_have_their_units(self):
        random = np.random.default_rng(4)
        x = random.normal([100, -5, 0.1], [20, 0.5, 0.01], (2000, 3))
        run = rbmlab.Run(x, hidden=2, epochs=5)
        run.fit()
        self.assertEqual("gaussian", run.model.visible_units)
        drawn = run.model.sample(4000, steps=200)
        self.assertLess(np.abs((drawn.mean(0) - x.mean(0)) / x.std(0)).max(), 0.4)
        np.testing.assert_allclose(drawn.std(0), x.std(0), rtol=0.3)

    def test_times_keep_the_digits_that_single_precision_would_lose(self):
        random = np.random.default_rng(8)
        near = np.round(random.normal([0, 3], [10, 2], (2000, 2)) * 64) / 64  # exact beside 1.7e9, in single precision too
        far = near + [1.7e9, 0]
        with tempfile.TemporaryDirectory() as name:
            models, stacks = [], []
            for x in (far, near):
                for below, made in ("none", models), (f"{name}/m.safetensors", stacks):
                    run = rbmlab.Run(x, hidden=2, epochs=5, **({} if below == "none" else {"on": below}))
                    run.fit()
                    run.model.save(f"{name}/m.safetensors")
                    made.append(rbmlab.Model.open(f"{name}/m.safetensors"))
        m, same = models
        np.testing.assert_array_equal(m.weights, same.weights)
        np.testing.assert_array_equal(m.free_energy(far), same.free_energy(near))
        drawn, expected = m.sample(50, steps=20), same.sample(50, steps=20)
        self.assertEqual((np.float64, np.float32), (drawn.dtype, expected.dtype))
        np.testing.assert_array_equal(drawn, expected.astype(np.float64) + [1.7e9, 0])
        np.testing.assert_allclose(m.sample(50, steps=0, start=far[:50]), far[:50], rtol=0, atol=1e-4)
        h = m.transform(far)
        back = m.visible_probabilities(h)
        np.testing.assert_array_equal(back, same.visible_probabilities(h).astype(np.float64) + [1.7e9, 0])
        self.assertLess(np.abs((back - far).mean(0)).max(), 2)
        pictures = far.reshape(-1, 1, 2)
        np.testing.assert_array_equal(m.transform(pictures), h)
        # Other rows are taken as the model's were, whatever their own mean.
        run, same_run = (rbmlab.Run(x, hidden=2, epochs=1) for x in (far, near))
        for one in (run, same_run):
            one.fit()
        for shift in (0, 4096):
            goes_on, same_goes_on = (
                rbmlab.Run.resume(one.checkpoint(), x + [shift, 0], epochs=2, other_data=True, learning_rate=0.001)
                for one, x in ((run, far), (same_run, near)))
            for one in (goes_on, same_goes_on):
                one.fit()
            np.testing.assert_array_equal(goes_on.model.weights, same_goes_on.model.weights)
        top, same_top = stacks
        np.testing.assert_array_equal(top.transform(far), same_top.transform(near))
        np.testing.assert_array_equal(top.sample(5), same_top.sample(5).astype(np.float64) + [1.7e9, 0])

    def test_labels_are_learned_with_their_names(self):
        x = prototypes()
        words = np.where(x[:, 0] > 0, "yes", "no")
        run = rbmlab.Run(x, words, hidden=8, epochs=40, learning_rate=0.2, batch=20)
        run.fit()
        self.assertEqual(["no", "yes"], run.model.labels)
        told = run.model.label_probabilities(x)
        np.testing.assert_allclose(told.sum(1), 1, atol=1e-5)
        with tempfile.TemporaryDirectory() as folder:
            run.model.save(f"{folder}/m.npz")
            m = np.load(f"{folder}/m.npz")
        scores = m["label_bias"] + softplus((x @ m["weights"] + m["hidden_bias"])[:, None, :] + m["label_weights"][None]).sum(2)
        np.testing.assert_allclose(told, np.exp(scores - np.logaddexp.reduce(scores, 1)[:, None]), atol=1e-5)
        self.assertGreater((np.array(run.model.labels)[told.argmax(1)] == words).mean(), 0.95)

    def test_ctrl_c_ends_training_and_the_run_stays(self):
        run = rbmlab.Run(prototypes(), hidden=8)
        timer = threading.Timer(0.3, signal.raise_signal, [signal.SIGINT])
        timer.start()
        with self.assertRaises(KeyboardInterrupt):
            run.fit(updates=10**9)
        self.assertGreater(run.updates, 0)
        run.step(1)

    def test_other_threads_of_python_go_on_while_it_computes(self):
        run, seen = rbmlab.Run(prototypes(), hidden=8), set()
        worker = threading.Thread(target=lambda: run.fit(updates=10**9, every=50, callback=lambda _: len(seen) < 4))
        worker.start()
        while worker.is_alive():
            seen.add(run.updates)
        self.assertGreaterEqual(len(seen), 4)


@needs_module
@needs_sklearn
class Estimator(unittest.TestCase):
    def test_scikit_learn_accepts_the_estimator(self):
        from sklearn.utils.estimator_checks import check_estimator

        check_estimator(rbmlab.RBM(n_components=4, n_iter=2))

    def test_its_arrays_and_likelihoods_are_those_of_the_model(self):
        x = prototypes().astype(np.float64)
        rbm = rbmlab.RBM(n_components=6, n_iter=40, random_state=0).fit(x)
        inputs = x @ rbm.components_.T + rbm.intercept_hidden_
        np.testing.assert_allclose(rbm.transform(x), sigmoid(inputs), atol=1e-5)
        energies = -x @ rbm.intercept_visible_ - softplus(inputs).sum(1)
        np.testing.assert_allclose(rbm.score_samples(x), -energies - rbm.log_z_.value, atol=1e-4)
        self.assertGreater(rbm.score(x), -7)  # four prototypes of 16 bits with noise: −3.6 at best, −10.5 as independent bits

    def test_partial_fits_go_on_from_each_other_and_from_a_pickle(self):
        x = prototypes().astype(np.float64)
        one, other = (rbmlab.RBM(n_components=6, random_state=0) for _ in range(2))
        for _ in range(3):
            one.partial_fit(x)
            other = pickle.loads(pickle.dumps(other.partial_fit(x)))
        np.testing.assert_array_equal(one.components_, other.components_)
        one.partial_fit(x[:3])
        self.assertEqual((6, 16), one.components_.shape)

    def test_a_pipeline_names_digits(self):
        from sklearn.datasets import load_digits
        from sklearn.linear_model import LogisticRegression
        from sklearn.model_selection import train_test_split
        from sklearn.pipeline import make_pipeline

        x, y = load_digits(return_X_y=True)
        x_train, x_test, y_train, y_test = train_test_split(x / 16, y, test_size=0.3, random_state=0)
        rbm = rbmlab.RBM(100, learning_rate=0.06, random_state=0)
        pipeline = make_pipeline(rbm, LogisticRegression(C=100, max_iter=1000))
        self.assertGreater(pipeline.fit(x_train, y_train).score(x_test, y_test), 0.92)


@needs_module
@needs_matplotlib
class Example(unittest.TestCase):
    def test_the_example_makes_its_figure(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, "-B", SOURCE / "app/python/examples/digits.py", "--epochs", "1", "--out", f"{folder}/f.png"],
                           env={**os.environ, "PYTHONPATH": FOLDER, "MPLCONFIGDIR": folder}, check=True)
            self.assertEqual(b"\x89PNG", pathlib.Path(f"{folder}/f.png").read_bytes()[:4])


if __name__ == "__main__":
    unittest.main()
