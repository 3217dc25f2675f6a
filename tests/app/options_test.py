#!/usr/bin/env python3
"""What the command line is given and cannot be taken as it stands: empty values, presets that say nothing of a run, files
that are something else. Each gets one sentence, and nothing is read as something else."""

import json
import os
import pathlib
import re
import struct
import subprocess
import tempfile
import unittest

RBM = os.environ["RBM_BIN"]
SMALL = ["--data", "bars-and-stripes:3", "--hidden", "4", "--batch", "5", "--quiet"]


class Case(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)

    def run_rbm(self, *words):
        return subprocess.run([RBM, *map(str, words)], cwd=self.folder, capture_output=True, text=True, check=False,
                              timeout=100)

    def rbm(self, *words):
        """Runs what must succeed without a word on stderr; returns its stdout."""
        ended = self.run_rbm(*words)
        self.assertEqual((0, ""), (ended.returncode, ended.stderr), words)
        return ended.stdout

    def refused(self, words, *parts):
        """Runs what must end with one sentence that has all parts in it, and leave nothing behind."""
        before = sorted(self.folder.iterdir())
        ended = self.run_rbm(*words)
        self.assertIn(ended.returncode, (1, 2), words)
        self.assertEqual("", ended.stdout, words)
        self.assertEqual(1, ended.stderr.count("\n"), ended.stderr)
        self.assertTrue(ended.stderr.startswith("rbm: ") and ended.stderr.endswith(".\n"), ended.stderr)
        for part in parts:
            self.assertIn(part, ended.stderr)
        self.assertEqual(before, sorted(self.folder.iterdir()), words)
        return ended.stderr

    def train(self, out, *words):
        return self.rbm("train", *SMALL, "--updates", 5, "--out", out, *words)


class Files(Case):
    def with_metadata(self, out, **texts):
        """The model a.safetensors with other metadata, without the checksum."""
        content = (self.folder / "a.safetensors").read_bytes()
        end = 8 + struct.unpack("<Q", content[:8])[0]
        header = json.loads(content[8:end])
        header["__metadata__"].pop("checksum")
        header["__metadata__"].update(texts)
        text = json.dumps(header).encode()
        (self.folder / out).write_bytes(struct.pack("<Q", len(text)) + text + content[end:])

    def test_texts_of_a_model_that_are_nested_without_end_end_no_program(self):
        self.train("a.safetensors")
        deep = "[" * 100000 + "]" * 100000
        self.with_metadata("settings.safetensors", settings='{"hidden": ' + deep + "}")
        self.with_metadata("other.safetensors", other=deep)
        ended = self.run_rbm("settings", "settings.safetensors")
        self.assertEqual(1, ended.returncode, ended.stderr[:300])
        self.assertRegex(ended.stderr, r"rbm: settings.safetensors: The settings are damaged: .*\.\n$")
        for model in ("settings", "other"):
            told = self.run_rbm("info", f"{model}.safetensors", "--json")
            self.assertEqual(0, told.returncode, told.stderr[:300])
            self.assertIn(deep, json.loads(told.stdout)["metadata"].get(model))


class Archives(Case):
    def test_a_saved_model_is_not_taken_for_data(self):
        for name in ("m.npz", "m.safetensors"):
            self.train(name)
            for words in (["data", name], ["train", "--data", name, "--hidden", 4, "--updates", 5, "--out", "n.npz"]):
                self.refused(words, name, "not data: rbm info")


class Presets(Case):
    def test_no_updates_are_refused_by_a_preset_as_by_the_command_line(self):
        (self.folder / "u0.toml").write_text("updates = 0\n[settings]\nhidden = 4\nbatch = 5\n")
        self.refused(["train", "--preset", "u0.toml", *SMALL, "--out", "a.safetensors"], "u0.toml", "line 1", "updates is 0",
                     "whole number from 1 to 1000000000000")
        self.refused(["train", *SMALL, "--updates", 0, "--out", "a.safetensors"], '--updates is "0"',
                     "whole number from 1 to 1000000000000")
        (self.folder / "u.toml").write_text("[settings]\nhidden = 4\nbatch = 5\n")
        self.rbm("train", "--preset", "u.toml", *SMALL, "--out", "a.safetensors")

    def test_settings_with_the_largest_seeds_repeat_their_run(self):
        for seed in (2**63 - 1, 2**63, 2**64 - 1):
            with self.subTest(seed=seed):
                self.train("first.safetensors", "--seed", seed)
                again = self.rbm("settings", "first.safetensors")
                (self.folder / "again.toml").write_text(again)
                self.rbm("train", "--preset", "again.toml", "--quiet", "--out", "second.safetensors")
                first, second = [(self.folder / f"{name}.safetensors").read_bytes() for name in ("first", "second")]
                self.assertTrue(first == second)

    def test_a_decay_that_no_run_reaches_is_refused(self):
        for updates in (10**12 + 1, 2**64 - 1):
            self.refused(["train", *SMALL, "--decay-updates", updates], "length of the decay", "between 0 and 1000000000000")


def commands():
    return re.findall(r"^  ([a-z]+)  ", subprocess.run([RBM, "--help"], capture_output=True, text=True,
                                                       check=True).stdout.split("Subcommands:")[1], re.M)


def taken(command):
    """How many files a command wants, and its options that take a value."""
    usage = subprocess.run([RBM, command, "--help"], capture_output=True, text=True, check=True).stdout
    files = re.findall(r"^  ([a-z_]+) [A-Z]+.*REQUIRED", usage, re.M)
    return files, re.findall(r"^  (?:-\w,)?(--[a-z0-9-]+)(?:,--[a-z0-9-]+)* (?:TEXT|INTEGER|NUMBER|UINT|INT|FLOAT)", usage, re.M)


class Values(Case):
    def test_an_empty_value_is_refused_by_every_option_of_every_command(self):
        seen = set()
        for command in commands():
            files, options = taken(command)
            words = [f"{name}.npz" for name in files]
            seen.update(options)
            for option in options:
                with self.subTest(command=command, option=option):
                    for given in ([*words, option, ""], [*words, option + "="], [option + "=", *words, "more.npz"]):
                        said = self.refused([command, *given], option)
                        self.assertRegex(said, rf"^rbm: {option} is empty, .*: give it a value(, or leave it out)?\.\n$")
            for place, name in enumerate(files):
                with self.subTest(command=command, file=name):
                    said = self.refused([command, *words[:place], "", *words[place + 1 :]], name)
                    self.assertRegex(said, rf"^rbm: {name} is empty, .*: give it a value\.\n$")
        wanted = {"--resume", "--init", "--preset", "--run", "--checkpoint", "--checkpoint-every", "--metrics", "--on",
                  "--trajectory", "--keep-models", "--order", "--part", "--missing", "--range", "--drop", "--columns",
                  "--label", "--out", "--seed", "--hidden", "--lr"}
        self.assertLessEqual(wanted, seen)

    def test_on_none_takes_the_model_of_a_preset_away(self):
        self.train("below.safetensors")
        (self.folder / "on.toml").write_text('updates = 5\n[settings]\non = "below.safetensors"\n')
        words = ["train", *SMALL, "--preset", "on.toml"]
        self.rbm(*words, "--out", "on.safetensors")
        self.rbm(*words, "--on", "none", "--out", "off.safetensors")
        told = [json.loads(self.rbm("info", f"{name}.safetensors", "--json")) for name in ("on", "off")]
        self.assertEqual([4, 9], [of["visible"] for of in told])


class Evaluation(Case):
    def test_an_option_of_the_data_without_the_data_is_named(self):
        self.train("a.safetensors")
        for words in (["--part", "test"], ["--missing", "-1"], ["--data-seed", "2"], ["--format", "bits784"]):
            said = self.refused(["eval", "a.safetensors", *words], words[0])
            self.assertEqual(f"rbm: {words[0]} says how --data is read: give it, too.\n", said)

if __name__ == "__main__":
    unittest.main()
