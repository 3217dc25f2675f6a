#!/usr/bin/env python3
"""Models to and from scikit-learn: its BernoulliRBM's arrays through `rbm convert`, and back."""

import importlib.util
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["RBM_BIN"]
HIDDEN, IMAGES = 24, 500


def run(folder, *words):
    ended = subprocess.run([PROGRAM, *words], cwd=folder, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@unittest.skipUnless(importlib.util.find_spec("sklearn"), "needs scikit-learn: apt-get install python3-sklearn")
class ScikitLearn(unittest.TestCase):
    def test_a_model_of_scikit_learn_keeps_its_probabilities_and_free_energies_and_comes_back(self):
        import numpy as np
        from sklearn.neural_network import BernoulliRBM

        random = np.random.default_rng(3)
        prototypes = random.random((8, 64)) < 0.3
        data = (prototypes[random.integers(0, 8, IMAGES)] ^ (random.random((IMAGES, 64)) < 0.05)).astype(np.float64)
        theirs = BernoulliRBM(n_components=HIDDEN, learning_rate=0.05, n_iter=5, random_state=1).fit(data)
        names = ("components_", "intercept_visible_", "intercept_hidden_")
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            np.savez(folder / "theirs.npz", **{array: getattr(theirs, array) for array in names})
            np.save(folder / "data.npy", (255 * data.reshape(IMAGES, 8, 8)).astype(np.uint8))
            run(folder, "convert", "theirs.npz", "ours.safetensors")
            run(folder, "convert", "ours.safetensors", "ours.npz")
            ours = np.load(folder / "ours.npz")

            inputs = data @ ours["weights"] + ours["hidden_bias"]
            self.assertLess(np.abs(1 / (1 + np.exp(-inputs)) - theirs.transform(data)).max(), 1e-5)

            energies = theirs._free_energy(data)
            found = json.loads(run(folder, "eval", "ours.safetensors", "--data", "data.npy", "--binarize", "threshold", "--json"))
            self.assertLess(abs(found["free_energy_validation"] - energies.mean()), 1e-5 * abs(energies.mean()))

            # And back: an RBM of scikit-learn with our arrays is the one that was trained.
            back = BernoulliRBM(n_components=HIDDEN)
            back.components_ = ours["weights"].T.astype(np.float64)
            back.intercept_visible_, back.intercept_hidden_ = ours["visible_bias"], ours["hidden_bias"]
            back._n_features_out = HIDDEN
            self.assertLess(np.abs(back._free_energy(data) - energies).max(), 1e-4)
            self.assertLess(np.abs(back.transform(data) - theirs.transform(data)).max(), 1e-5)


if __name__ == "__main__":
    unittest.main()
