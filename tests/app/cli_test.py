#!/usr/bin/env python3
"""The command line end to end: what each subcommand writes, and what it says to bad input.

Bad input must end with a status other than zero and one sentence on stderr that names the thing, and leave no file behind.
Likelihoods are compared with tests/independent/evaluate.py, which shares no code with the program.
"""

import csv
import gzip
import itertools
import json
import math
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

SOURCE = pathlib.Path(os.environ.get("RBM_SOURCE", pathlib.Path(__file__).resolve().parent.parent.parent))
DIGITS = SOURCE / "assets/mnist/t10k-images-idx3-ubyte.gz"
COUNT, SIDE = 600, 28
# Sanitizers see what these run in the core's own tests; here they would take twenty times as long.
LONG = unittest.skipIf(os.environ.get("RBM_SANITIZE"), "long")
SMALL = ["--data", "digits-idx3", "--hidden", "16", "--batch", "20", "--chains", "20", "--validation", "100"]
COLUMNS = (
    "update epoch seconds reconstruction_train reconstruction_validation pseudo_log_likelihood free_energy_train "
    "free_energy_validation free_energy_gap_error relative_change learning_rate label_error "
    "log_likelihood log_likelihood_spread log_likelihood_lower log_likelihood_upper effective_sample_size "
    "log_likelihood_from"
).split()


def idx(count, side, pixels, magic=0x803):
    return struct.pack(">IIII", magic, count, side, side) + pixels


def png(width, height, rows):
    """A grey PNG of the given rows of bytes."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def png_size(path):
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n", path
    return struct.unpack(">II", head[16:24])


class Case(unittest.TestCase):
    """A folder with a small set of digits in it, in which the program runs."""

    @classmethod
    def setUpClass(cls):
        content = gzip.decompress(DIGITS.read_bytes())
        cls.pixels = content[16 : 16 + COUNT * SIDE * SIDE]

    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)
        (self.folder / "digits-idx3").write_bytes(idx(COUNT, SIDE, self.pixels))

    def run_rbm(self, *words):
        return subprocess.run(
            [os.environ["RBM_BIN"], *map(str, words)], cwd=self.folder, capture_output=True, text=True, check=False
        )

    def rbm(self, *words):
        """Runs what must succeed, without a word on stderr; returns its stdout."""
        ended = self.run_rbm(*words)
        self.assertEqual((0, ""), (ended.returncode, ended.stderr), ended.stdout)
        return ended.stdout

    def train_small_world(self):
        self.rbm("train", "--data", "bars-and-stripes:2", "--hidden", 3, "--chains", 50, "--initial-sd", 1, "--lr", 0.1,
                 "--updates", 300, "--out", "small.npz")

    def train(self, out, *words, updates=60, seed=3):
        return self.rbm("train", *SMALL, "--updates", updates, "--seed", seed, "--out", out, *words)

    def bytes_of(self, name):
        return (self.folder / name).read_bytes()

    def assert_same_bytes(self, a, b):
        self.assertTrue(self.bytes_of(a) == self.bytes_of(b), f"{a} and {b} differ")

    def assert_other_bytes(self, a, b):
        self.assertTrue(self.bytes_of(a) != self.bytes_of(b), f"{a} and {b} are the same")


class OtherRows(Case):
    """What a model is given to judge is read as what it learned was."""

    def write(self, name, rows, header="height,weight"):
        text = "\n".join([header, *(",".join(map(str, row)) for row in rows)])
        (self.folder / name).write_text(text + "\n", encoding="utf-8")

    def features(self, model, data):
        ended = self.run_rbm("transform", model, "--data", data, "--out", "f.csv")
        self.assertEqual(0, ended.returncode, ended.stderr)
        return (self.folder / "f.csv").read_text(encoding="utf-8").splitlines()

    def test_amounts_in_any_order_of_the_columns_and_far_from_zero(self):
        rows = [(170 + n * 7 % 23 + 0.5, 1700003000 + n * n % 91 + 0.25) for n in range(40)]
        self.write("learned.csv", rows)
        ended = self.run_rbm("train", "--data", "learned.csv", "--hidden", 4, "--updates", 200, "--out", "m.safetensors")
        self.assertEqual(0, ended.returncode, ended.stderr)
        whole = self.features("m.safetensors", "learned.csv")
        self.write("one.csv", rows[7:8])
        self.write("swapped.csv", [(b, a) for a, b in rows[7:8]], "weight,height")
        for name in ("one.csv", "swapped.csv"):
            self.assertEqual([whole[7]], self.features("m.safetensors", name))
        self.write("rounded.csv", [(int(a), int(b)) for a, b in rows])
        rounded = self.features("m.safetensors", "rounded.csv")
        apart = [abs(float(a) - float(b)) for x, y in zip(whole, rounded) for a, b in zip(x.split(","), y.split(","))]
        self.assertLess(max(apart), 0.2)

    def test_a_state_that_no_column_changes_and_a_range_that_these_do_not_reach(self):
        for name, rows, options in (("words", [("red", "s"), ("green", "m"), ("red", "m"), ("green", "s")], ()),
                                    ("few", [(0, 16), (3, 5), (16, 2), (8, 9)], ("--binarize", "none"))):
            self.write("learned.csv", rows)
            ended = self.run_rbm("train", "--data", "learned.csv", "--hidden", 4, "--updates", 50, "--validation", 0,
                                 "--out", f"{name}.safetensors", *options)
            self.assertEqual(0, ended.returncode, ended.stderr)
            whole = self.features(f"{name}.safetensors", "learned.csv")
            self.write("one.csv", rows[1:2])
            self.assertEqual(whole[1:2], self.features(f"{name}.safetensors", "one.csv"))

    def test_columns_that_are_missing_are_named(self):
        self.write("learned.csv", [(1.5, 2), (2.5, 7), (0.5, 9)])
        self.assertEqual(0, self.run_rbm("train", "--data", "learned.csv", "--hidden", 2, "--updates", 5,
                                         "--out", "m.safetensors").returncode)
        self.write("other.csv", [(1.5, 2)], "height,mass")
        ended = self.run_rbm("eval", "m.safetensors", "--data", "other.csv", "--exact")
        self.assertNotEqual(0, ended.returncode)
        self.assertIn('has no column "weight"', ended.stderr)


class Training(Case):
    def test_the_same_seed_gives_the_same_bytes_with_any_number_of_threads(self):
        for threads in (1, 2, 5):
            said = self.train(f"{threads}.safetensors", "--threads", threads)
            self.assertIn(f"Saved {threads}.safetensors.", said)
        self.assert_same_bytes("1.safetensors", "2.safetensors")
        self.assert_same_bytes("1.safetensors", "5.safetensors")
        self.train("other.safetensors", seed=4)
        self.assert_other_bytes("1.safetensors", "other.safetensors")

    def test_curves_are_the_same_numbers_as_csv_and_as_json_lines(self):
        self.train("a.safetensors", "--metrics", "curves.csv")
        self.train("a.safetensors", "--metrics", "curves.jsonl")
        with open(self.folder / "curves.csv", newline="", encoding="utf-8") as file:
            table = list(csv.DictReader(file))
        lines = [json.loads(line) for line in self.bytes_of("curves.jsonl").splitlines()]
        self.assertEqual([20, 40, 60], [line["update"] for line in lines])
        self.assertEqual(len(lines), len(table))
        for row, line in zip(table, lines):
            self.assertEqual(COLUMNS, list(row))
            self.assertEqual(COLUMNS, list(line))
            for column in COLUMNS:
                if column == "log_likelihood_from":
                    self.assertEqual(row[column], line[column])
                    self.assertIn(row[column], ("exact", "annealing", "riding", "refused"))
                elif column != "seconds":
                    self.assertEqual(float(row[column]) if row[column] else None, line[column], column)
        self.assertLess(lines[-1]["reconstruction_train"], lines[0]["reconstruction_train"])

    def test_a_resumed_run_is_the_uninterrupted_one_bit_for_bit(self):
        plan = ("--decay-updates", 60, "--final-rate", 0, "--momentum", 0.5)
        self.train("whole.safetensors", "--checkpoint", "whole_run.safetensors", *plan)
        self.train("half.safetensors", "--checkpoint", "half_run.safetensors", *plan, updates=33)
        self.rbm(
            *("train", "--resume", "half_run.safetensors", "--updates", 60, "--threads", 2),
            *("--out", "resumed.safetensors", "--checkpoint", "resumed_run.safetensors"),
        )
        self.assert_other_bytes("half.safetensors", "whole.safetensors")
        self.assert_same_bytes("whole.safetensors", "resumed.safetensors")
        self.assertTrue(self.tensors("whole_run.safetensors") == self.tensors("resumed_run.safetensors"))

    def tensors(self, name):
        """All but the metadata, in which the number of threads may differ, and the time that the points of the curves took."""
        content = self.bytes_of(name)
        (length,) = struct.unpack("<Q", content[:8])
        header = json.loads(content[8 : 8 + length])
        header.pop("__metadata__")
        header.pop("run/curve_seconds")
        data = content[8 + length :]
        return {key: (t["dtype"], t["shape"], data[slice(*t["data_offsets"])]) for key, t in header.items()}

    def test_a_resumed_run_keeps_the_settings_of_its_checkpoint(self):
        self.train("half.safetensors", "--checkpoint", "run.safetensors")
        ended = self.run_rbm("train", "--resume", "run.safetensors", "--momentum", "0.5", "--out", "new.safetensors")
        self.assertEqual((2, "rbm: --momentum cannot go with --resume: the checkpoint decides.\n"), (ended.returncode, ended.stderr))
        self.assertFalse((self.folder / "new.safetensors").exists())

    def test_without_validation_images_nothing_is_said_about_them(self):
        said = self.rbm(
            *("train", "--data", "digits-idx3", "--hidden", 16, "--batch", 20, "--chains", 20),
            *("--validation", 0, "--updates", 40, "--out", "a.safetensors", "--metrics", "curves.jsonl"),
        )
        self.assertRegex(said, r"update +40 .* reconstruction 0\.\d{4}\n")
        self.assertNotRegex(said, r"nan|inf|pseudo")
        last = json.loads(self.bytes_of("curves.jsonl").splitlines()[-1])
        self.assertIsNone(last["reconstruction_validation"])
        self.assertGreater(last["reconstruction_train"], 0)


    def test_a_run_begins_with_the_parameters_of_a_saved_model(self):
        self.rbm("train", *SMALL, "--updates", "30", "--out", "first.safetensors")
        own = [word for word in SMALL if word not in ("--hidden", "16")]
        begun = ["train", *own, "--init", "first.safetensors", "--lr", "0", "--updates", "1", "--average", "0"]
        self.rbm(*begun, "--out", "same.safetensors")
        first, same = (
            json.loads(self.run_rbm("eval", f"{name}.safetensors", "--data", "digits-idx3", "--json").stdout)
            for name in ("first", "same")
        )
        self.assertEqual(first["reconstruction_error"], same["reconstruction_error"])
        info = json.loads(self.rbm("info", "same.safetensors", "--json"))
        self.assertEqual("1", info["metadata"]["updates"])
        for words, said in (
            (["--hidden", "16"], "--hidden cannot go with --init"),
            (["--data", "bars-and-stripes:4"], "takes pictures of 784 numbers"),
        ):
            ended = self.run_rbm("train", "--init", "first.safetensors", *words)
            self.assertNotEqual(0, ended.returncode)
            self.assertIn(said, ended.stderr)

    def test_a_run_stops_when_it_gets_no_better_and_leaves_its_best_model(self):
        words = ["train", *SMALL, "--lr", "1", "--updates", "20000", "--no-likelihood", "--stop-when", "2"]
        lines = [json.loads(line) for line in self.rbm(*words, "--json", "--out", "best.safetensors").splitlines()]
        points = [line for line in lines if line["event"] == "point"]
        errors = [point["reconstruction_validation"] for point in points]
        best = errors.index(min(errors))
        self.assertEqual(len(points) - 1, best + 2)
        end, saved = lines[-2:]
        self.assertEqual(points[best]["update"], end["best_update"])
        self.assertEqual(points[-1]["update"], end["update"])
        self.assertEqual({"event": "saved", "files": ["best.safetensors"]}, saved)
        info = json.loads(self.rbm("info", "best.safetensors", "--json"))
        self.assertEqual(str(end["best_update"]), info["metadata"]["updates"])
        ended = self.run_rbm("train", *SMALL[:-1], "0", "--stop-when", "2")
        self.assertNotEqual(0, ended.returncode)
        self.assertIn("give --validation", ended.stderr)

    def test_a_quiet_run_prints_nothing(self):
        self.assertEqual("", self.rbm("train", *SMALL, "--updates", "20", "--quiet"))


class Evaluating(Case):
    @LONG
    def test_an_exact_likelihood_agrees_with_a_program_that_shares_no_code(self):
        for method in ("cd", "pcd", "fpcd", "tempering"):
            with self.subTest(method=method):
                self.check_exact(method)

    def check_exact(self, method):
        self.train("a.safetensors", "--method", method, updates=200)
        own = json.loads(self.rbm("eval", "a.safetensors", "--data", "digits-idx3", "--binarize", "threshold", "--exact", "--json"))
        independent = subprocess.run(
            [sys.executable, str(SOURCE / "tests/independent/evaluate.py"), "a.safetensors", "digits-idx3"],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=True,
        )
        other = json.loads(independent.stdout)
        self.assertEqual(other["method"], own["method"])
        self.assertEqual((SIDE * SIDE, 16, COUNT), (own["visible"], own["hidden"], own["images"]))
        self.assertEqual("threshold", own["binarization"])
        self.assertAlmostEqual(other["log_z"], own["log_z"], delta=1e-4)
        self.assertAlmostEqual(other["mean_free_energy"], own["free_energy_validation"], delta=1e-4)
        self.assertAlmostEqual(other["log_likelihood"]["mean"], own["mean_log_likelihood"], delta=1e-4)
        for end in ("lower", "upper"):
            self.assertEqual(own["log_z"], own["log_z_" + end])
            self.assertEqual(own["mean_log_likelihood"], own["mean_log_likelihood_" + end])
        self.assertTrue(0 < own["reconstruction_error"] < 0.25, own)
        self.assertTrue(-300 < own["pseudo_log_likelihood"] < 0, own)

    @LONG
    def test_an_estimated_likelihood_brackets_the_exact_one(self):
        self.train("a.safetensors", updates=200)
        words = ("eval", "a.safetensors", "--data", "digits-idx3", "--binarize", "threshold", "--json")
        exact = json.loads(self.rbm(*words, "--exact"))
        estimate = json.loads(self.rbm(*words, "--ais-chains", 100, "--ais-steps", 2000))
        self.assertEqual("ais", estimate["method"])
        self.assertNotIn("refused", estimate)
        self.assertAlmostEqual(exact["log_z"], estimate["log_z"], delta=0.1)
        self.assertLessEqual(estimate["log_z_lower"], estimate["log_z_upper"])

    @LONG
    def test_the_usual_schedule_can_be_written_and_others_agree_with_the_exact_likelihood(self):
        self.train("a.safetensors", updates=200)
        words = ("eval", "a.safetensors", "--data", "digits-idx3", "--binarize", "threshold", "--json", "--ais-chains", 50)
        usual, told = (json.loads(self.rbm(*words, *way))
                       for way in (["--ais-steps", 300], ["--ais-schedule", "0.25:24,0.75:93,1:183"]))
        self.assertEqual(usual, told)
        exact = json.loads(self.rbm(*words[:-2], "--exact"))["log_z"]
        bent = json.loads(self.rbm(*words, "--ais-schedule", "0.5:200,0.9:400,1:900"))
        self.assertAlmostEqual(exact, bent["log_z"], delta=0.1)
        for way in ("forward", "reverse"):
            low, high = bent[f"log_z_{way}_3sigma"]
            self.assertTrue(low < bent[f"log_z_{way}"] < high, bent)
            self.assertTrue(low < exact < high, bent)

    @LONG
    def test_tempering_along_the_run_and_straight_up_agree_with_the_exact_likelihood(self):
        self.train("a.safetensors", "--trajectory", "run.safetensors", updates=1200)
        words = ("eval", "a.safetensors", "--data", "digits-idx3", "--binarize", "threshold", "--json")
        exact = json.loads(self.rbm(*words, "--exact"))
        for method, way in (("tempering", ["--tempering"]), ("ptt", ["--trajectory", "run.safetensors"])):
            with self.subTest(method=method):
                found = json.loads(self.rbm(*words, *way, "--ais-chains", 100, "--sweeps", 600))
                self.assertEqual(method, found["method"])
                self.assertNotIn("refused", found)
                self.assertGreaterEqual(found["round_trips"], 5)
                self.assertGreater(min(found["swap_acceptance"]), 0.1)
                self.assertAlmostEqual(exact["log_z"], found["log_z"], delta=max(0.05, 6 * found["log_z_standard_error"]))
                self.assertLess(found["log_z_standard_error"], 0.1)

    def test_a_trajectory_changes_nothing_of_the_run_and_samples_from_its_end(self):
        self.train("a.safetensors", updates=700)
        self.train("b.safetensors", "--trajectory", "run.npz", updates=700)
        self.assert_same_bytes("a.safetensors", "b.safetensors")
        self.rbm("sample", "b.safetensors", "--trajectory", "run.npz", "--count", 4, "--steps", 5, "--out", "s.png")
        self.assertEqual((2 * (SIDE + 2) + 2, 2 * (SIDE + 2) + 2), png_size(self.folder / "s.png"))

    def test_the_text_says_the_same_as_the_json(self):
        self.train("a.safetensors")
        words = ("eval", "a.safetensors", "--data", "digits-idx3", "--exact")
        text = dict(line.split(maxsplit=1) for line in self.rbm(*words).splitlines())
        for key, value in json.loads(self.rbm(*words, "--json")).items():
            self.assertEqual(value if isinstance(value, str) else json.dumps(value), text[key], key)


class Gradients(Case):
    """rbm gradient on a world of 2 × 2 pixels, whose exact gradient is a sum of a few terms."""

    def setUp(self):
        super().setUp()
        self.train_small_world()

    def gradient(self, *words):
        return json.loads(self.rbm("gradient", "small.npz", *words, "--json"))

    def enumerated(self):
        """Mean log-likelihood of the six patterns, by summing over all 16 · 8 states."""
        self.rbm("convert", "small.npz", "small.safetensors")
        raw = (self.folder / "small.safetensors").read_bytes()
        length = struct.unpack("<Q", raw[:8])[0]
        header, body = json.loads(raw[8 : 8 + length]), raw[8 + length :]

        def tensor(name):
            begin, end = header[name]["data_offsets"]
            return struct.unpack(f"<{(end - begin) // 4}f", body[begin:end])

        w, a, b = tensor("weights"), tensor("visible_bias"), tensor("hidden_bias")

        def weight(v):
            total = math.exp(sum(x * y for x, y in zip(a, v)))
            for j in range(3):
                total *= 1 + math.exp(b[j] + sum(v[i] * w[i * 3 + j] for i in range(4)))
            return total

        states = list(itertools.product((0, 1), repeat=4))
        z = sum(map(weight, states))
        patterns = [v for v in states if v[0:2] == v[2:4] or (v[0] == v[1] and v[2] == v[3])]
        self.assertEqual(6, len(patterns))
        return sum(math.log(weight(v) / z) for v in patterns) / 6

    def test_the_exact_likelihood_is_that_of_a_sum_over_all_states(self):
        found = self.gradient()
        self.assertEqual(("bars-and-stripes:2", 6, 4, 3), (found["data"], found["images"], found["visible"], found["hidden"]))
        self.assertAlmostEqual(self.enumerated(), found["mean_log_likelihood"], delta=1e-9)
        self.assertGreater(found["exact_norm"], 0)

    @LONG
    def test_chains_that_mix_come_to_the_exact_gradient_and_one_step_does_not(self):
        exact = self.gradient("--method", "pcd", "--k", 20, "--chains", 2000, "--repeats", 500)
        self.assertLess(exact["noise"], 0.1)
        self.assertGreater(exact["mean"]["all"]["cosine"], 0.98)
        self.assertAlmostEqual(1, exact["mean"]["all"]["norm_ratio"], delta=0.1)
        tempered = self.gradient("--method", "tempering", "--temperatures", 4, "--chains", 1000, "--repeats", 500)
        self.assertGreater(tempered["mean"]["all"]["cosine"], 0.95)
        biased = self.gradient("--method", "cd", "--k", 1, "--repeats", 20000)
        self.assertLess(biased["mean"]["all"]["cosine"], exact["mean"]["all"]["cosine"] - 0.01)
        self.assertLess(biased["one_update"]["all"]["cosine"], biased["mean"]["all"]["cosine"])
        for part in ("weights", "visible_bias", "hidden_bias"):
            self.assertLessEqual(abs(biased["mean"][part]["cosine"]), 1)

    def test_the_same_seed_gives_the_same_numbers_with_any_number_of_threads(self):
        words = ("--method", "fpcd", "--fast-rate", 0.1, "--repeats", 50, "--seed", 4)
        self.assertEqual(self.gradient(*words, "--threads", 1), self.gradient(*words, "--threads", 3))
        self.assertNotEqual(self.gradient(*words), self.gradient(*words[:-1], 5))

    def test_the_text_names_the_parts_and_says_when_noise_drowns_them(self):
        text = self.rbm("gradient", "small.npz", "--repeats", 1000)
        for word in ("log-likelihood", "cosine", "norm ratio", "visible biases", "one update", "standard error"):
            self.assertIn(word, text)
        self.assertIn("--repeats", self.rbm("gradient", "small.npz", "--repeats", 2, "--method", "pcd", "--chains", 2))


class Files(Case):
    def test_a_model_comes_back_from_npz_with_the_same_bytes(self):
        self.train("a.safetensors")
        self.rbm("convert", "a.safetensors", "a.npz")
        self.rbm("convert", "a.npz", "back.safetensors")
        self.assert_same_bytes("a.safetensors", "back.safetensors")
        self.assertTrue(self.bytes_of("a.npz").startswith(b"PK"))

    def test_info_says_shape_origin_and_seed(self):
        self.train("a.safetensors")
        said = self.rbm("info", "a.safetensors")
        for what in (r"784 \(28 × 28 × 1\)", r"hidden units +16\b", r"seed +3\b", r"updates +60\b", r"data +digits-idx3\b"):
            self.assertRegex(said, what)

    def test_sheets_of_samples_hold_all_of_them(self):
        self.train("a.safetensors")
        for count, columns, rows in ((1, 1, 1), (5, 3, 2), (9, 3, 3), (12, 4, 3)):
            self.rbm("sample", "a.safetensors", "--count", count, "--steps", 3, "--out", "s.png")
            self.assertEqual((columns * (SIDE + 2) + 2, rows * (SIDE + 2) + 2), png_size(self.folder / "s.png"))
        self.rbm("sample", "a.safetensors", "--count", 12, "--steps", 3, "--out", "again.png")
        self.assert_same_bytes("s.png", "again.png")
        self.rbm("sample", "a.safetensors", "--count", 12, "--steps", 3, "--seed", 2, "--out", "other.png")
        self.assert_other_bytes("s.png", "other.png")

    def test_samples_come_with_their_probabilities_and_their_labels(self):
        def numbers(name):
            return [[float(x) for x in line.split(",")] for line in (self.folder / name).read_text().splitlines() if line[0] not in "lv"]

        rows = "".join(f"{n % 2},{n % 2},{(n + 1) % 2},{n % 2}\n" for n in range(40))
        (self.folder / "t.csv").write_text("a,b,c,label\n" + rows)
        trained = self.run_rbm("train", "--data", "t.csv", "--labels", "--method", "pcd", "--hidden", 4, "--batch", 10, "--updates", 400, "--out", "l.npz")
        self.assertEqual(0, trained.returncode, trained.stderr)
        draw = ("sample", "l.npz", "--count", 30, "--steps", 5)
        self.rbm(*draw, "--out", "s.csv", "--labels", "y.csv")
        said = self.rbm(*draw, "--out", "p.csv", "--labels", "again.csv", "--probabilities")
        self.assertIn("Saved 30 rows of probabilities to p.csv.\nSaved their labels to again.csv.", said)
        self.assert_same_bytes("y.csv", "again.csv")
        labels, states, expected = numbers("y.csv"), numbers("s.csv"), numbers("p.csv")
        self.assertEqual([30] * 3, [len(labels), len(states), len(expected)])
        self.assertEqual({0.0, 1.0}, {y for row in labels for y in row})
        self.assertEqual({0.0, 1.0}, {x for row in states for x in row})
        self.assertTrue(all(0 <= p <= 1 for row in expected for p in row) and any(p % 1 for row in expected for p in row))
        self.rbm(*draw, "--label", 1, "--out", "s.npy", "--labels", "ones.csv")
        self.assertEqual({1.0}, {y for row in numbers("ones.csv") for y in row})
        self.train("a.safetensors")
        for words, sentence in ((("a.safetensors", "--labels", "y.npy"), "no label units"), (("l.npz", "--labels", "y.png"), "--labels are numbers"),
                                (("l.npz", "--labels", "l.npz"), "")):  # fmt: skip
            ended = self.run_rbm("sample", *words, "--out", "s.npy")
            self.assertNotEqual(0, ended.returncode)
            self.assertIn(sentence, ended.stderr)

    def test_a_reconstruction_stands_beside_its_picture(self):
        self.train("a.safetensors")
        rows = [self.pixels[SIDE * y : SIDE * (y + 1)] for y in range(SIDE)]
        (self.folder / "seven.png").write_bytes(png(SIDE, SIDE, rows))
        self.rbm("reconstruct", "a.safetensors", "seven.png", "--out", "r.png")
        self.assertEqual((2 * (SIDE + 2) + 2, SIDE + 4), png_size(self.folder / "r.png"))


class FillingIn(Case):
    def setUp(self):
        super().setUp()
        self.train_small_world()
        (self.folder / "given.png").write_bytes(png(2, 2, [b"\xff\0", b"\0\0"]))
        (self.folder / "mask.png").write_bytes(png(2, 2, [b"\xff\0", b"\0\xff"]))
        (self.folder / "dark.png").write_bytes(png(2, 2, [b"\0\0", b"\0\0"]))

    def fill_in(self, *words):
        return self.run_rbm("sample", "small.npz", *words, "--count", 200, "--steps", 100, "--out", "filled.csv")

    def test_what_is_known_stays_and_the_rest_is_drawn(self):
        ended = self.fill_in("--given", "given.png", "--mask", "mask.png")
        self.assertEqual((0, ""), (ended.returncode, ended.stderr))
        rows = [tuple(map(float, row)) for row in csv.reader((self.folder / "filled.csv").read_text().splitlines())]
        self.assertEqual(200, len(rows))
        self.assertEqual({(1.0, 0.0)}, {(row[0], row[3]) for row in rows})
        # Of bars and stripes with one corner on and the opposite one off there are two, and the model knows both.
        found = [sum(row[1:3] == rest for row in rows) for rest in ((0.0, 1.0), (1.0, 0.0))]
        self.assertGreater(min(found), 25)
        first = self.bytes_of("filled.csv")
        self.fill_in("--given", "given.png", "--mask", "mask.png", "--threads", 3)
        self.assertEqual(first, self.bytes_of("filled.csv"))

    def test_a_picture_without_its_mask_and_other_mistakes_are_refused(self):
        for says, words in (
            ("--given needs --mask", ("--given", "given.png")),
            ("--mask needs --given", ("--mask", "mask.png")),
            ("one of the two", ("--given", "given.png", "--mask", "mask.png", "--clamp", "mask.png")),
            ("dark everywhere", ("--given", "given.png", "--mask", "dark.png")),
            ("none.png", ("--given", "none.png", "--mask", "mask.png")),
        ):
            ended = self.fill_in(*words)
            self.assertNotEqual(0, ended.returncode, words)
            self.assertIn(says, ended.stderr)
            self.assertEqual(1, len(ended.stderr.strip().splitlines()), ended.stderr)
            self.assertFalse((self.folder / "filled.csv").exists())


class BadInput(Case):
    def check(self, names, *words, status=1):
        """Runs what must fail with one sentence that has all of `names` in it, before any work, and leave nothing behind."""
        before = self.contents()
        ended = self.run_rbm(*words)
        with self.subTest(command=" ".join(map(str, words)), said=ended.stderr):
            self.assertEqual(status, ended.returncode)
            self.assertRegex(ended.stderr, r"\A(Note: [^\n]+\.\n)*rbm: [^\n]+\.\n\Z")
            self.assertNotRegex(ended.stderr, r"\. [A-Z]", "more than one sentence")
            for name in [names] if isinstance(names, str) else names:
                self.assertIn(name, ended.stderr)
            self.assertEqual("", ended.stdout)
            after = self.contents()
            self.assertEqual(sorted(before), sorted(after))
            self.assertTrue(before == after, "a file has changed")

    def contents(self):
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}

    def train_words(self, *words, data="digits-idx3", out="bad.safetensors"):
        return ("train", *SMALL[2:], "--data", data, "--updates", 30, "--out", out, *words)

    def test_data_that_are_not_there_cut_off_or_something_else(self):
        whole = idx(COUNT, SIDE, self.pixels)
        (self.folder / "cut-idx3").write_bytes(whole[:-100])
        (self.folder / "magic-idx3").write_bytes(idx(COUNT, SIDE, self.pixels, magic=0x0D03))
        (self.folder / "cut-idx3.gz").write_bytes(gzip.compress(whole)[:-1000])
        (self.folder / "empty-idx3").write_bytes(b"")
        for name in ("nothing-idx3", "cut-idx3", "magic-idx3", "cut-idx3.gz", "empty-idx3"):
            self.check(name, *self.train_words(data=name))

    def test_models_that_are_not_there_cut_off_or_of_another_shape(self):
        self.train("a.safetensors")
        self.check("gone.safetensors", "info", "gone.safetensors")
        (self.folder / "ten-idx3").write_bytes(idx(50, 10, bytes(range(100)) * 50))
        self.check(("ten-idx3", "784", "100"), "eval", "a.safetensors", "--data", "ten-idx3", status=2)
        (self.folder / "wide.png").write_bytes(png(30, 20, [bytes(30)] * 20))
        self.check(("wide.png", "30 × 20", "28 × 28"), "reconstruct", "a.safetensors", "wide.png", "--out", "r.png", status=2)
        self.check("wide.png", "sample", "a.safetensors", "--start", "wide.png", "--out", "s.png", status=2)
        self.check("gone.png", "reconstruct", "a.safetensors", "gone.png", "--out", "r.png")
        self.check("a.safetensors", "train", "--resume", "a.safetensors", "--out", "b.safetensors")
        (self.folder / "cut.safetensors").write_bytes(self.bytes_of("a.safetensors")[:3000])
        self.check("cut.safetensors", "info", "cut.safetensors")
        self.check("cut.safetensors", "convert", "cut.safetensors", "b.npz")

    def test_trajectories_of_something_else(self):
        self.train("a.safetensors", "--trajectory", "run.safetensors")
        self.train("b.safetensors", seed=4)
        self.check("a.safetensors is not a trajectory", "eval", "a.safetensors", "--data", "digits-idx3", "--trajectory", "a.safetensors")
        self.check(("run.safetensors", "b.safetensors"), "eval", "b.safetensors", "--data", "digits-idx3", "--trajectory",
                   "run.safetensors", status=2)
        self.check("--temperature", "sample", "a.safetensors", "--trajectory", "run.safetensors", "--temperature", 2, "--out", "s.png",
                   status=2)
        self.check("label", *self.train_words("--labels", "--trajectory", "t.safetensors", data="mnist"), status=2)
        self.check("none/t.npz", *self.train_words("--trajectory", "none/t.npz"))

    def test_schedules_that_are_none(self):
        self.train("a.safetensors")
        for schedule in ("abc", "0.5:10", "0.5:10,0.4:10,1:5", "1:0", "1:10x", "2:10"):
            self.check(schedule, "eval", "a.safetensors", "--data", "digits-idx3", "--ais-schedule", schedule, status=2)

    def test_a_folder_that_takes_no_file_is_found_before_the_training(self):
        self.train("a.safetensors")
        self.check("none/b.safetensors", *self.train_words(out="none/b.safetensors"))
        self.check("none/b.safetensors", *self.train_words("--checkpoint", "none/b.safetensors"))
        self.check("none/b.csv", *self.train_words("--metrics", "none/b.csv"))
        self.check("none/b.npz", "convert", "a.safetensors", "none/b.npz")
        self.check("none/s.png", "sample", "a.safetensors", "--count", 2, "--steps", 1, "--out", "none/s.png")
        self.check("model.txt", *self.train_words("--checkpoint", "model.txt"), status=2)
        (self.folder / "folder.npz").mkdir()
        self.check("folder.npz", *self.train_words("--checkpoint", "folder.npz"))

    def test_unknown_options_commands_and_values(self):
        self.check("--wrong", *self.train_words("--wrong", 3), status=2)
        self.check("subcommand", status=2)
        self.check("subcommand", "walk", status=2)
        self.check("model", "eval", status=2)
        self.check("magic", *self.train_words("--method", "magic"), status=2)
        self.check("hidden", "train", "--hidden", -3, status=2)
        self.check("The number of hidden units is 99999999999: it must lie between 1 and 16384",
                   "train", "--hidden", "99999999999", status=2)
        self.check("The learning rate is 2000: it must lie between 0 and 1000", *self.train_words("--lr", "2000"), status=2)
        self.check("abc", *self.train_words("--lr", "abc"), status=2)
        self.check("learning rate", *self.train_words("--lr", "nan"), status=2)
        self.check(("digits-idx3", "600"), "train", "--data", "digits-idx3", "--batch", 10, "--validation", 5000, status=2)

    def test_what_has_no_exact_gradient_is_refused_with_one_sentence(self):
        self.train_small_world()
        self.rbm("train", "--data", "digits-idx3", "--hidden", 21, "--batch", 20, "--validation", 100, "--updates", 2, "--out",
                 "large.safetensors")
        self.check(("21 units", "at most 20"), "gradient", "large.safetensors", "--data", "digits-idx3", "--images", 10)
        self.check("--fast-rate", "gradient", "small.npz", "--method", "fpcd", "--fast-rate", 0, status=2)
        self.check("magic", "gradient", "small.npz", "--method", "magic", status=2)
        self.check("--binarize", "gradient", "small.npz", "--binarize", "none", status=2)
        self.check(("4", "784"), "gradient", "small.npz", "--data", "digits-idx3", status=2)
        self.check("gone.npz", "gradient", "gone.npz")

    def test_a_learning_rate_that_diverges(self):
        ended = self.run_rbm(*self.train_words("--lr", 1000, "--checkpoint", "last.safetensors", "--metrics", "curves.csv"))
        self.assertEqual(1, ended.returncode)
        self.assertRegex(ended.stderr, r"\Arbm: [^\n]*learning rate[^\n]*\.\n\Z")
        # Nothing is lost: the last good state is there.
        for path in ("bad.safetensors", "last.safetensors"):
            self.rbm("info", path)
        self.assertTrue((self.folder / "curves.csv").exists())

    def test_settings_that_the_data_rule_out(self):
        (self.folder / "words.csv").write_text("size,colour\n" + "small,red\nlarge,blue\nlarge,red\n" * 80)
        for data, units, why in (("mixture:2d", "binary", "real numbers"), ("words.csv", "gaussian", "categories"),
                                 ("mixture:2d", "spins", "neither"), ("mixture:2d", "categories", "no table of categories")):
            ended = self.run_rbm(*self.train_words("--visible", units, data=data))
            self.assertEqual(2, ended.returncode)
            self.assertRegex(ended.stderr, r"\A(Note: [^\n]*\n)*rbm: [^\n]*" + why + r"[^\n]*\.\n\Z")

    def test_two_outputs_of_one_name(self):
        for option in ("--checkpoint", "--trajectory", "--metrics"):
            self.check("same.safetensors", *self.train_words(option, "same.safetensors", out="same.safetensors"), status=2)

    def test_numbers_and_ways_of_evaluation_that_cannot_be(self):
        train = self.train_words(out="a.safetensors")
        self.rbm(*train)
        words = ("eval", "a.safetensors", "--data", "digits-idx3")
        for option in ("--images", "--ais-chains", "--ais-steps", "--burn-in", "--climb-sweeps", "--sweeps"):
            self.check(option, *words, option, -5, status=2)
        self.check(("--exact", "--tempering"), *words, "--exact", "--tempering", status=2)
        self.check(("--ais-steps", "--tempering"), *words, "--tempering", "--ais-steps", 100, status=2)
        self.check("--data", "eval", "a.safetensors", "--size", 4, status=2)
        # Rounded, the last step would end below 1.
        self.rbm(*words, "--ais-schedule", "0.4:500,1:109")


if __name__ == "__main__":
    unittest.main()
