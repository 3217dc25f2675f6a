#!/usr/bin/env python3
"""What the command line gives to other programs as numbers: hidden units of data, the numbers of every row, what a model
file says, and the settings that repeat a run."""

import csv
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["RBM_BIN"]
HAS_NUMPY = importlib.util.find_spec("numpy") is not None
if HAS_NUMPY:
    import numpy as np


def softplus(x):
    return np.logaddexp(0, x)


@unittest.skipUnless(HAS_NUMPY, "needs NumPy: apt-get install python3-numpy")
class Numbers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        random = np.random.default_rng(1)
        cls.x = random.integers(0, 2, (300, 12)) * 255
        cls.labels = (cls.x[:, 0] > 0).astype(int)
        np.savez(cls.folder / "data.npz", x=cls.x.astype(np.uint8), y=cls.labels)
        cls.run_(cls, "train", "--data", "data.npz", "--hidden", "9", "--updates", "60", "--batch", "20", "--k", "2", "--lr", "0.07",
                 "--labels", "--out", "first.safetensors")
        cls.run_(cls, "train", "--data", "data.npz", "--hidden", "5", "--updates", "20", "--no-labels", "--out", "below.npz")
        cls.run_(cls, "train", "--data", "data.npz", "--on", "below.npz", "--hidden", "4", "--updates", "20", "--out", "stack.npz")
        cls.run_(cls, "convert", "first.safetensors", "first.npz")
        cls.model = np.load(cls.folder / "first.npz")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def run_(self, *words, status=0):
        ended = subprocess.run([PROGRAM, *words], cwd=self.folder, capture_output=True, text=True, check=False)
        assert ended.returncode == status, ended.stdout + ended.stderr
        return ended.stdout if status == 0 else ended.stderr

    def test_transform_writes_the_probabilities_of_every_row_as_numpy_has_them(self):
        self.run_("transform", "below.npz", "--data", "data.npz", "--out", "h.npy")
        model = np.load(self.folder / "below.npz")
        inputs = self.x / 255 @ model["weights"] + model["hidden_bias"]
        np.testing.assert_allclose(np.load(self.folder / "h.npy"), 1 / (1 + np.exp(-inputs)), atol=1e-5)
        self.run_("transform", "below.npz", "--data", "data.npz", "--out", "h.csv")
        rows = list(csv.reader((self.folder / "h.csv").read_text().splitlines()))
        np.testing.assert_allclose(np.array(rows, float), np.load(self.folder / "h.npy"), rtol=1e-6)

    def test_transform_reaches_every_layer_of_a_stack(self):
        for layer, width in (("1", 5), ("2", 4), ("0", 4)):
            self.run_("transform", "stack.npz", "--data", "data.npz", "--layer", layer, "--out", f"h{layer}.npy")
            self.assertEqual((300, width), np.load(self.folder / f"h{layer}.npy").shape)
        self.run_("transform", "below.npz", "--data", "data.npz", "--out", "h.npy")
        np.testing.assert_array_equal(np.load(self.folder / "h.npy"), np.load(self.folder / "h1.npy"))
        np.testing.assert_array_equal(np.load(self.folder / "h2.npy"), np.load(self.folder / "h0.npy"))
        self.assertIn("there is no layer 3", self.run_("transform", "stack.npz", "--data", "data.npz", "--layer", "3", status=2))

    def test_states_are_drawn_from_the_probabilities_by_the_seed(self):
        self.run_("transform", "below.npz", "--data", "data.npz", "--out", "p.npy")
        draws = []
        for seed in range(10):
            self.run_("transform", "below.npz", "--data", "data.npz", "--states", "--seed", str(seed), "--out", "s.npy")
            draws.append(np.load(self.folder / "s.npy"))
            self.assertEqual(np.uint8, draws[-1].dtype)
        # Mean of 10 × 300 draws a unit; six standard errors are 0.055.
        self.assertLess(np.abs(np.mean(draws, (0, 1)) - np.load(self.folder / "p.npy").mean(0)).max(), 0.055)
        self.run_("transform", "below.npz", "--data", "data.npz", "--states", "--seed", "9", "--out", "s.npy")
        np.testing.assert_array_equal(np.load(self.folder / "s.npy"), draws[-1])

    def test_transform_refuses_pictures_and_other_shapes(self):
        self.assertIn("let it end with .npy or .csv", self.run_("transform", "below.npz", "--data", "data.npz", "--out", "h.png", status=2))
        self.assertIn("have 784 numbers", self.run_("transform", "below.npz", "--data", "mnist:test", "--out", "h.npy", status=2))

    def test_the_table_of_every_row_agrees_with_the_means_and_with_numpy(self):
        told = json.loads(self.run_("eval", "first.safetensors", "--data", "data.npz", "--exact", "--per-case", "c.csv", "--json"))
        with (self.folder / "c.csv").open() as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(300, len(rows))
        column = {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}
        self.assertAlmostEqual(told["mean_log_likelihood"], column["log_likelihood"].mean(), 4)
        w, u = self.model["weights"], self.model["label_weights"]
        inputs = (self.x / 255 @ w + self.model["hidden_bias"])[:, None, :] + u[None]
        scores = self.model["label_bias"] + softplus(inputs).sum(2)
        energies = -self.x / 255 @ self.model["visible_bias"] - np.logaddexp.reduce(scores, 1)
        np.testing.assert_allclose(column["free_energy"], energies, rtol=1e-5, atol=1e-4)
        p = np.exp(scores - np.logaddexp.reduce(scores, 1)[:, None])
        np.testing.assert_allclose(column["p_label"], p[np.arange(300), self.labels], atol=1e-4)
        self.assertEqual(told["label_error"], (column["told"] != column["label"]).mean())
        self.assertTrue(((column["reconstruction_error"] > 0) & (column["reconstruction_error"] < 1)).all())

    def test_figures_are_of_all_rows_that_are_named(self):
        random = np.random.default_rng(2)
        # Rows that differ from those before, so that a figure of the first thousand alone is another one.
        x = np.concatenate([random.random((1000, 12)) < 0.1, random.random((1500, 12)) < 0.9]).astype(float)
        np.save(self.folder / "many.npy", (255 * x).astype(np.uint8))
        words = ("--data", "many.npy", "--binarize", "threshold", "--json")
        told = json.loads(self.run_("eval", "below.npz", *words, "--per-case", "many.csv"))
        with (self.folder / "many.csv").open() as file:
            errors = [float(row["reconstruction_error"]) for row in csv.DictReader(file)]
        self.assertEqual((2500, 2500), (told["images"], len(errors)))
        self.assertAlmostEqual(told["reconstruction_error"], np.mean(errors), 6)
        model = np.load(self.folder / "below.npz")

        def free_energy(v):
            return -v @ model["visible_bias"] - softplus(v @ model["weights"] + model["hidden_bias"]).sum(1)

        flipped = [free_energy(np.where(np.arange(12) == i, 1 - x, x)) - free_energy(x) for i in range(12)]
        self.assertAlmostEqual(told["pseudo_log_likelihood"], -softplus(-np.array(flipped)).sum(0).mean(), 4)
        self.assertEqual((300, False), (told["free_energy_train_images"], "pseudo_log_likelihood_images" in told))
        np.savez(self.folder / "labelled.npz", x=(255 * x).astype(np.uint8), y=x[:, 0].astype(int))
        joint = json.loads(self.run_("eval", "first.safetensors", "--data", "labelled.npz", "--json"))
        self.assertEqual((2500, 1000), (joint["images"], joint["pseudo_log_likelihood_images"]))

    def test_info_is_one_json_object(self):
        told = json.loads(self.run_("info", "stack.npz", "--json"))
        self.assertEqual((5, 4, "binary"), (told["visible"], told["hidden"], told["visible_units"]))
        self.assertEqual(12, told["below"]["visible"])
        self.assertEqual(4, told["metadata"]["settings"]["hidden"])

    def test_the_settings_of_a_model_repeat_its_run(self):
        (self.folder / "again.toml").write_text(self.run_("settings", "first.safetensors"), encoding="utf-8")
        self.run_("train", "--preset", "again.toml", "--out", "again.safetensors")
        first, again = ((self.folder / f"{name}.safetensors").read_bytes() for name in ("first", "again"))
        self.assertEqual(first, again)
        self.assertNotIn("#", (self.folder / "again.toml").read_text())

    def test_settings_say_what_else_made_a_model(self):
        train = ("train", "--data", "data.npz", "--no-labels", "--hidden", "5", "--quiet", "--no-likelihood")
        self.run_(*train, "--updates", "10", "--constant", "--checkpoint", "run.safetensors", "--out", "m.npz")
        self.run_("train", "--resume", "run.safetensors", "--updates", "15", "--constant", "--out", "m.npz")
        self.assertNotIn("#", self.run_("settings", "m.npz"))
        self.run_("train", "--resume", "run.safetensors", "--updates", "15", "--lr", "0.05", "--out", "m.npz")
        self.assertIn("# Not all of the run: \"settings were changed on the way\"\n", self.run_("settings", "m.npz"))
        self.run_("train", "--data", "data.npz", "--init", "below.npz", "--updates", "15", "--out", "m.npz")
        preset = self.run_("settings", "m.npz")
        self.assertIn("it began with the parameters of below.npz", preset)
        # With what it says given again, the same bits.
        (self.folder / "again.toml").write_text(preset, encoding="utf-8")
        self.run_("train", "--preset", "again.toml", "--init", "below.npz", "--out", "m2.npz")
        first, again = (np.load(self.folder / name) for name in ("m.npz", "m2.npz"))
        np.testing.assert_array_equal(first["weights"], again["weights"])


if __name__ == "__main__":
    unittest.main()
