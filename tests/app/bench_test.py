#!/usr/bin/env python3
"""What `rbm bench` prints; its figures depend on the machine and are not looked at."""

import json
import os
import subprocess
import unittest

PROGRAM = os.environ["RBM_BIN"]
SHORT = ["--seconds", "0.001", "--repeats", "2", "--warm-up", "2", "--threads", "1"]


def bench(*arguments, **environment):
    return subprocess.run([PROGRAM, "bench", *arguments], capture_output=True, text=True, check=False, env={**os.environ, **environment})


class Bench(unittest.TestCase):
    def test_json_holds_rates_bound_and_ratio_of_each_configuration(self):
        ended = bench("--json", *SHORT, "--config", "D,A")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        configs = json.loads(ended.stdout)["configs"]
        self.assertEqual([c["name"] for c in configs], ["D", "A"])
        for c in configs:
            self.assertGreater(c["images_per_second"], 0)
            self.assertGreater(c["dense_bound_images_per_second"], 0)
            self.assertLessEqual(c["ratio_low"], c["ratio"])
            self.assertLessEqual(c["ratio"], c["ratio_high"])
            self.assertEqual(c["threads"], 1)
            self.assertTrue(c["simd"])

    def test_configuration_b_comes_with_the_parts_of_an_update(self):
        ended = bench("--json", *SHORT, "--config", "B")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        parts = json.loads(ended.stdout)["parts_of_b"]
        self.assertEqual(len(parts["parts"]), 6)
        total = sum(part["microseconds"] for part in parts["parts"])
        self.assertGreater(total, 0)
        self.assertIn("Where the time of one update goes", bench(*SHORT, "--config", "B").stdout)

    def test_kernels_of_an_old_processor_are_told(self):
        words = ("--json", *SHORT, "--config", "D")
        old = bench(*words, OPENBLAS_CORETYPE="Prescott")
        told = json.loads(old.stdout)
        if "Prescott" not in told["dense_library"] or not told["simd"].startswith("AVX"):
            self.skipTest("needs OpenBLAS and AVX2")
        self.assertIn("OPENBLAS_CORETYPE", old.stderr)
        self.assertEqual("", bench(*words, OPENBLAS_CORETYPE="Haswell").stderr)

    def test_an_unknown_configuration_is_a_usage_error_that_names_the_choice(self):
        ended = bench(*SHORT, "--config", "X")
        self.assertEqual(ended.returncode, 2)
        self.assertIn("A, B, C, D, E, F and G", ended.stderr)


if __name__ == "__main__":
    unittest.main()
