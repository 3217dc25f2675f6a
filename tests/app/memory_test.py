#!/usr/bin/env python3
"""How much memory `rbm train` needs for the usual model, 784 pixels and 500 hidden units, and `rbm sample` for any count."""

import os
import resource
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["RBM_BIN"]
MOST_MB = 150


@unittest.skipIf(os.environ.get("RBM_SANITIZE"), "sanitizers keep their own books in memory")
class Memory(unittest.TestCase):
    def test_samples_that_are_many_are_never_all_in_memory(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([PROGRAM, "train", "--hidden", "4", "--updates", "1", "--quiet"], cwd=folder, check=True)
            count, pixels = 250_000, 784  # 196 MB as bytes
            for out in ("s.npy", "s.csv"):
                subprocess.run([PROGRAM, "sample", "model.safetensors", "--count", str(count), "--steps", "1", "--threads", "2", "--out", out],
                               cwd=folder, check=True, stdout=subprocess.DEVNULL)
            self.assertEqual(128 + count * pixels, os.path.getsize(f"{folder}/s.npy"))
            self.assertEqual(2 * count * pixels, os.path.getsize(f"{folder}/s.csv"))
        peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6
        self.assertLess(peak_mb, MOST_MB)

    def test_training_500_hidden_units_stays_under_150_mb(self):
        with tempfile.TemporaryDirectory() as folder:
            for method in ("pcd", "cd"):
                for binarize in ("resample", "none"):
                    # Past update 100 the last good state is kept, and the curves have points.
                    command = [PROGRAM, "train", "--hidden", "500", "--updates", "120", "--momentum", "0.5"]
                    command += ["--method", method, "--binarize", binarize, "--threads", "2"]
                    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        # The largest of all children so far, in KiB.
        peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6
        self.assertLess(peak_mb, MOST_MB)


if __name__ == "__main__":
    unittest.main()
