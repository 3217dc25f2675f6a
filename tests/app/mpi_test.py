#!/usr/bin/env python3
"""Several processes give what one gives: the same bits of a model, the same digits of a likelihood, the same files, and an
end that is everybody's. With `rbm-mpi` under mpirun, more ranks than processors."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from nothing_lost_test import tensors

RBM, RBM_MPI, MPIRUN = os.environ["RBM_BIN"], os.environ["RBM_MPI_BIN"], os.environ["RBM_MPIRUN"]
# 784 visible units are 13 blocks of 64, 200 hidden ones four: every rank has some, and the last one a part of a block.
BATCHES = ("--batch", 20, "--validation", 20, "--out", "m.safetensors", "--quiet")
LAYERS = ("--data", "rows.npy", "--hidden", 200)
SMALL = (*LAYERS, *BATCHES)


def by_ranks(ranks, *words):
    return [MPIRUN, "--oversubscribe", "--bind-to", "none", "-n", str(ranks), RBM_MPI, *map(str, words)]


class Case(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)
        self.rbm("data", "mnist:test", "--count", 300, "--out", "rows.npy")

    def ended(self, command):
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False, timeout=120)

    def done(self, command):
        ended = self.ended(command)
        self.assertEqual(0, ended.returncode, ended.stdout + ended.stderr)
        return ended.stdout

    def rbm(self, *words):
        return self.done([RBM, *map(str, words)])

    def state(self, name):
        """What a checkpoint holds but the curves, which know how long it took."""
        arrays, about = tensors(self.folder / name)
        arrays = {array: content for array, content in arrays.items() if not array.startswith("run/curve_")}
        return arrays, {key: about[key] for key in ("updates", "run_updates", "run_chain_age", "run_data")}

    def start(self, *words):
        process = subprocess.Popen(by_ranks(2, "train", *SMALL, "--threads", 1, "--no-likelihood", "--updates", 10**9, *words),
                                   cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        deadline = time.monotonic() + 60
        while not (self.folder / "c.safetensors").exists():
            self.assertLess(time.monotonic(), deadline)
            self.assertIsNone(process.poll())
            time.sleep(0.02)
        return process


class Learning(Case):
    def same_for_any_ranks(self, *words, updates, layers=LAYERS, ranks_and_threads=((2, 1), (3, 2), (4, 1))):
        """One process, then ranks with one thread and with two."""
        train = ("train", *layers, *BATCHES, "--no-likelihood", "--updates", updates, *words)
        self.rbm(*train, "--threads", 1, "--checkpoint", "1.safetensors")
        expected = self.state("1.safetensors")
        self.assertIn("run/velocity", expected[0])
        for ranks, threads in ranks_and_threads:
            with self.subTest(ranks=ranks, threads=threads):
                name = f"{ranks}.safetensors"
                self.done(by_ranks(ranks, *train, "--threads", threads, "--checkpoint", name))
                self.assertEqual(expected, self.state(name))

    def test_persistent_chains_are_the_same_bits(self):
        self.same_for_any_ranks(updates=300)

    def test_contrastive_divergence_is_the_same_bits(self):
        self.same_for_any_ranks("--method", "cd", "--k", 5, "--momentum", 0.5, "--l2", 0.001, "--l1", 0.0001, updates=110)

    def test_sums_of_16_bits_are_the_same_bits(self):
        self.same_for_any_ranks("--arithmetic", "16-bit", "--chains", 20, updates=110)
        few = [(3, 1)]
        self.same_for_any_ranks("--arithmetic", "16-bit", "--method", "cd", "--optimizer", "adam", "--lr", 0.001, updates=30,
                                ranks_and_threads=few)

    def test_labels_are_the_same_bits(self):
        self.same_for_any_ranks("--labels", "--discriminative", 0.2, updates=60, layers=("--data", "mnist:test", "--hidden", 200))

    def test_gaussian_units_are_the_same_bits(self):
        self.same_for_any_ranks("--visible", "gaussian", updates=60)

    def test_spins_are_the_same_bits(self):
        self.same_for_any_ranks("--visible", "spins", updates=60)

    def test_fast_weights_and_tempered_chains_are_the_same_bits(self):
        few = [(3, 1)]
        self.same_for_any_ranks("--method", "fpcd", "--optimizer", "adam", "--lr", 0.001, updates=20, ranks_and_threads=few)
        self.same_for_any_ranks("--method", "tempering", "--temperatures", 3, updates=20, ranks_and_threads=few)

    def test_exact_averages_are_the_same_bits(self):
        layers = ("--data", "rows.npy", "--hidden", 6)
        self.same_for_any_ranks("--method", "exact", updates=20, layers=layers, ranks_and_threads=[(2, 2)])

    def test_a_run_of_two_ranks_goes_on_with_three(self):
        train = ("train", *SMALL, "--no-likelihood", "--constant")
        self.rbm(*train, "--updates", 90, "--checkpoint", "one.safetensors")
        self.done(by_ranks(2, *train, "--updates", 50, "--threads", 1, "--checkpoint", "part.safetensors"))
        resumed = ("train", "--resume", "part.safetensors", "--no-likelihood", "--quiet", "--out", "m.safetensors", "--updates", 90)
        self.done(by_ranks(3, *resumed, "--threads", 1, "--checkpoint", "three.safetensors"))
        self.assertEqual(self.state("one.safetensors"), self.state("three.safetensors"))

    def test_curves_and_their_likelihood_are_the_same_digits(self):
        train = ("train", *SMALL, "--updates", 240)
        self.rbm(*train, "--threads", 1, "--metrics", "one.csv", "--checkpoint", "one.safetensors")
        self.done(by_ranks(2, *train, "--threads", 1, "--metrics", "two.csv", "--checkpoint", "two.safetensors"))
        self.assertEqual(self.state("one.safetensors"), self.state("two.safetensors"))
        points = [[line.split(",") for line in (self.folder / name).read_text().splitlines()] for name in ("one.csv", "two.csv")]
        seconds = points[0][0].index("seconds")
        for a, b in zip(*points, strict=True):
            self.assertEqual(a[:seconds] + a[seconds + 1 :], b[:seconds] + b[seconds + 1 :])


class Memory(Case):
    def most(self, ranks, hidden):
        """Megabytes that a process had at most, the largest of them: by a parent of its own, which asks the system."""
        # In one write: what two ranks say at the same time would else be mixed.
        measured = ("import os, resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
                    "os.write(1, b'most %d\\n' % resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
        train = ("train", "--data", "rows.npy", "--hidden", hidden, *BATCHES, "--no-likelihood", "--updates", 40, "--threads", 1)
        start = [sys.executable, "-c", measured]
        command = by_ranks(ranks, *train) if ranks > 1 else [RBM, *map(str, train)]
        command = command[: -len(train) - 1] + start + command[-len(train) - 1 :]
        said = self.done(command).split()
        most = [int(after) / 1024 for word, after in zip(said, said[1:]) if word == "most"]
        self.assertEqual(ranks, len(most), said)
        return max(most)

    def test_each_of_two_ranks_has_little_more_than_half_of_the_model(self):
        """What a large model takes beyond a small one: the rest is the program, MPI and the data."""
        one, two = (self.most(ranks, 4096) - self.most(ranks, 64) for ranks in (1, 2))
        self.assertGreater(one, 6 * 784 * 4096 * 4 / 2**20)
        self.assertLess(two, 0.6 * one)


class Evaluation(Case):
    def test_annealing_and_tempering_give_the_same_digits(self):
        self.rbm("train", *SMALL, "--no-likelihood", "--updates", 60, "--trajectory", "t.safetensors")
        for words in (("--ais-chains", 30, "--ais-steps", 60, "--burn-in", 10),
                      ("--tempering", "--ais-chains", 10, "--climb-sweeps", 2, "--sweeps", 60)):
            command = ("eval", "m.safetensors", "--data", "rows.npy", "--images", 50, *words, "--threads", 1, "--json")
            one = self.ended([RBM, *map(str, command), "--per-case", "one.npy"])
            three = self.ended(by_ranks(3, *command, "--per-case", "three.npy"))
            with self.subTest(words=words, said=one.stderr + three.stderr):
                self.assertIn("log_z_forward", json.loads(one.stdout))
                self.assertEqual((one.returncode, one.stdout), (three.returncode, three.stdout))
                self.assertEqual((self.folder / "one.npy").read_bytes(), (self.folder / "three.npy").read_bytes())

    def test_samples_and_hidden_units_are_the_same_files(self):
        layers = ("--data", "mnist:test", "--hidden", 70, *BATCHES, "--no-likelihood", "--updates", 30, "--threads", 1)
        self.rbm("train", *layers, "--trajectory", "t.safetensors")
        (self.folder / "m.safetensors").rename(self.folder / "plain.safetensors")
        self.rbm("train", *layers, "--labels")
        samples = ("--count", 10, "--steps", 5, "--threads", 1)
        for words in (("sample", "m.safetensors", *samples, "--labels", "labels.csv", "--out", "out.npy"),
                      ("sample", "m.safetensors", *samples, "--start", "data", "--out", "out.png"),
                      ("sample", "plain.safetensors", *samples, "--trajectory", "t.safetensors", "--probabilities", "--out", "out.csv"),
                      ("transform", "m.safetensors", "--data", "rows.npy", "--out", "out.npy"),
                      ("transform", "m.safetensors", "--data", "rows.npy", "--states", "--threads", 1, "--out", "out.csv")):
            with self.subTest(words=words):
                names = [word for word in words if isinstance(word, str) and pathlib.Path(word).stem in ("out", "labels")]
                said = self.rbm(*words)
                one = [(self.folder / name).read_bytes() for name in names]
                for name in names:
                    (self.folder / name).unlink()
                self.assertEqual(said, self.done(by_ranks(3, *words)))
                self.assertEqual(one, [(self.folder / name).read_bytes() for name in names])

    def test_an_output_that_cannot_be_written_ends_all_ranks(self):
        self.rbm("train", *SMALL, "--no-likelihood", "--updates", 2)
        for words in (("sample", "m.safetensors"), ("transform", "m.safetensors", "--data", "rows.npy")):
            ended = self.ended(by_ranks(3, *words, "--out", "nowhere/out.npy"))
            with self.subTest(words=words):
                self.assertEqual(1, ended.returncode, ended.stderr)
                self.assertEqual(1, ended.stderr.count("rbm-mpi: "), ended.stderr)


class Ends(Case):
    def test_one_of_the_ranks_speaks(self):
        train = [word for word in SMALL if word != "--quiet"]
        said = self.done(by_ranks(3, "train", *train, "--no-likelihood", "--updates", 40, "--threads", 1))
        self.assertEqual(2, said.count("update "), said)
        self.assertEqual(1, said.count("Saved m.safetensors."), said)
        self.assertEqual(1, self.done(by_ranks(3, "train", "--help")).count("--updates"))

    def test_an_error_is_told_once_and_ends_all_ranks(self):
        for words, status in ((("--rate", 1), 2), (("--lr", -1), 2), (("--resume", "nowhere.safetensors"), 1), (("--lr", 1000), 1)):
            layers = () if "--resume" in words else (*LAYERS, "--batch", 20, "--validation", 20)
            command = ("train", *layers, "--out", "m.safetensors", "--quiet", "--no-likelihood", "--updates", 300, *words)
            one, three = self.ended([RBM, *map(str, command)]), self.ended(by_ranks(3, *command))
            with self.subTest(words=words, said=three.stderr):
                self.assertEqual((status, status), (one.returncode, three.returncode))
                sentence = one.stderr.replace("rbm", "rbm-mpi")
                self.assertEqual(1, three.stderr.count("rbm-mpi: "))
                self.assertIn(sentence, three.stderr)

    def test_no_rank_looks_at_a_display(self):
        """It would end with one that closes in that moment. Here the first free ones of ten are a socket of the test."""
        displays = []
        for number in range(10):
            display = socket.socket(socket.AF_UNIX)
            self.addCleanup(display.close)
            try:
                display.bind(f"\0/tmp/.X11-unix/X{number}")
            except OSError:
                continue  # a real one
            display.listen(1)
            display.setblocking(False)
            displays.append(display)
        self.assertTrue(displays)
        environment = {name: value for name, value in os.environ.items() if name != "HWLOC_COMPONENTS"}
        subprocess.run([RBM_MPI, "train", "--data", "bars-and-stripes:2", "--hidden", "2", "--updates", "1", "--quiet"],
                       cwd=self.folder, check=True, timeout=60, env=environment)
        for display in displays:
            with self.assertRaises(BlockingIOError):
                display.accept()

    def test_an_error_that_one_rank_has_ends_the_others(self):
        train = ["train", "--hidden", 200, "--batch", 20, "--validation", 20, "--no-likelihood", "--threads", 1, "--updates", 10**9]
        command = [*by_ranks(1, *train, "--data", "rows.npy"), ":", *by_ranks(1, *train, "--data", "nowhere.npy")[4:]]
        ended = self.ended(command)
        self.assertEqual(1, ended.returncode, ended.stderr)
        self.assertRegex(ended.stderr, r"rbm-mpi: rank 1: nowhere.npy cannot be read: [^\n]+\.\n")
        self.assertEqual(1, ended.stderr.count("rbm-mpi: "), ended.stderr)

    def test_a_signal_ends_all_ranks_with_everything_saved(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=number):
                process = self.start("--checkpoint", "c.safetensors", "--checkpoint-every", 20)
                process.send_signal(number)
                said = process.communicate(timeout=60)
                self.assertNotEqual(0, process.returncode, said)
                kept = self.state("c.safetensors")[1]["updates"]
                self.assertEqual(kept, tensors(self.folder / "m.safetensors")[1]["updates"], said)
                for name in ("c.safetensors", "m.safetensors"):
                    (self.folder / name).unlink()

    def test_a_rank_that_is_killed_ends_the_others_and_the_last_checkpoint_goes_on(self):
        process = self.start("--constant", "--checkpoint", "c.safetensors", "--checkpoint-every", 20)
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        ranks = [int(pid) for pid in children if pathlib.Path(f"/proc/{pid}/comm").read_text().strip() == "rbm-mpi"]
        self.assertEqual(2, len(ranks))
        os.kill(ranks[1], signal.SIGKILL)
        _, said = process.communicate(timeout=10)
        self.assertNotEqual(0, process.returncode)
        self.assertRegex(said, r"rank \d.*signal 9")
        kept = int(self.state("c.safetensors")[1]["updates"])
        self.assertFalse((self.folder / "m.safetensors").exists())
        self.done(by_ranks(3, "train", "--resume", "c.safetensors", "--no-likelihood", "--quiet", "--threads", 1, "--updates", kept + 20,
                           "--out", "m.safetensors", "--checkpoint", "three.safetensors"))
        self.rbm("train", *SMALL, "--no-likelihood", "--constant", "--updates", kept + 20, "--checkpoint", "one.safetensors")
        self.assertEqual(self.state("one.safetensors"), self.state("three.safetensors"))


if __name__ == "__main__":
    unittest.main()
