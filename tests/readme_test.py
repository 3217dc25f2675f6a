#!/usr/bin/env python3
"""Runs what README.md tells the reader to type, so that the manual cannot rot.

Every command of a ```sh block is taken, in order, in one temporary folder:
  rbm …            is run with the built program and must succeed;
  mpirun … rbm-mpi …   is run with two ranks where rbm-mpi is built, and must succeed;
  tests/bench/….py is run with this Python and must succeed;
  rbm-lab …        has each of its options looked up in rbm-lab --help: the window itself is tested elsewhere;
  app/run, tests/run   must exist and be executable: they stand above this test;
  cmake --preset … must name a preset that exists;
  cmake --install … and cpack … are run by tests/app/install_test.py.
Any other command fails the test. What takes long has a line <!-- run: short --> right above its block: its commands are
run with few updates, annealing steps and so on in place of their own.
"""

import gzip
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ.get("RBM_SOURCE", pathlib.Path(__file__).resolve().parent.parent))
SCRIPTS = ("app/run", "tests/run")
PICTURES = "binarized_mnist_test.bits.gz"  # which the reader brings
# Of `rbm COMMAND` in a short block: options that it always gets, and those that are changed where they stand.
ALWAYS = {"train": {"--updates": "20"}, "bench": {"--repeats": "1", "--seconds": "0.01", "--warm-up": "3"}}
CHANGED = {
    "--ais-chains": "20", "--ais-steps": "200", "--burn-in": "20", "--climb-sweeps": "5", "--sweeps": "200",
    "--images": "100", "--mixing": "100", "--chains": "10", "--steps": "50", "--gibbs": "10", "--threads": "1",
}  # fmt: skip


def shortened(words):
    """An `rbm` command that takes little time: with small numbers in place of the options' own."""
    program = words.index("rbm-mpi") if words[0] == "mpirun" else 0
    wanted = ALWAYS.get(words[program + 1], {})
    out = []
    for before, word in zip(["", *words], words):
        out.append((wanted | CHANGED).get(before, word))
    for option, value in wanted.items():
        if option not in words:
            out += [option, value]
    return out


def commands(text):
    """The commands of all ```sh blocks: whether the block is a short one, and a list of words, comments left out, continued
    lines joined."""
    for short, block in re.findall(r"(<!-- run: short -->\n)?^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if words:
                yield bool(short), words


def links(text):
    """Targets of the links and pictures that lead into the tree."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:|#", target):
            yield target.split("#")[0]


class Readme(unittest.TestCase):
    def setUp(self):
        self.text = (SOURCE / "README.md").read_text(encoding="utf-8")

    def test_every_command_works(self):
        seen = 0
        with tempfile.TemporaryDirectory() as folder:
            rows = bytes(index * 37 % 256 for index in range(98 * 100))
            (pathlib.Path(folder) / PICTURES).write_bytes(gzip.compress(rows))
            for short, words in commands(self.text):
                with self.subTest(command=shlex.join(words)):
                    self.check(shortened(words) if short else words, folder)
                seen += 1
        self.assertGreater(seen, 3, "README.md has hardly any commands: did its blocks lose their ```sh?")

    def run_in(self, folder, *words):
        ended = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
        self.assertEqual(0, ended.returncode, ended.stdout + ended.stderr)

    def check(self, words, folder):
        if words[0] == "rbm":
            self.run_in(folder, os.environ["RBM_BIN"], *words[1:])
        elif words[0] == "mpirun":
            if "RBM_MPI_BIN" in os.environ:
                command = words[words.index("rbm-mpi") + 1 :]
                self.run_in(folder, os.environ["RBM_MPIRUN"], "--oversubscribe", "-n", "2", os.environ["RBM_MPI_BIN"], *command)
        elif re.fullmatch(r"tests/[a-z_/]+\.py", words[0]):
            self.run_in(folder, sys.executable, "-B", SOURCE / words[0], *words[1:])
        elif words[0] == "rbm-lab":
            if "RBM_LAB" not in os.environ:
                self.skipTest("the window is not built")
            usage = subprocess.run([os.environ["RBM_LAB"], "--help"], capture_output=True, text=True, check=True).stdout
            for option in (word.split("=")[0] for word in words[1:] if word.startswith("--")):
                self.assertRegex(usage, re.escape(option) + r"\b")
        elif words[0] in SCRIPTS:
            self.assertTrue(os.access(SOURCE / words[0], os.X_OK), f"{words[0]} is not executable")
        elif words[0] == "cmake" and "--preset" in words:
            presets = json.loads((SOURCE / "CMakePresets.json").read_text(encoding="utf-8"))
            names = [preset["name"] for preset in presets["configurePresets"]]
            self.assertIn(words[words.index("--preset") + 1], names)
        elif words[:2] == ["cmake", "--install"] or words[0] == "cpack":
            tested = (SOURCE / "tests/app/install_test.py").read_text(encoding="utf-8")
            self.assertIn(words[1] if words[0] == "cmake" else "CPackConfig.cmake", tested)
        else:
            self.fail("this test does not know how to run it")

    def test_every_link_into_the_tree_leads_to_a_file(self):
        for target in links(self.text):
            with self.subTest(target=target):
                self.assertTrue((SOURCE / target).exists(), f"README.md links to {target}, which is not there")

    def test_blocks_are_read_as_a_reader_would(self):
        text = "```sh\n# only a comment\napp/run --seed 7   # starts\nrbm eval \\\n  m.npz\n```\n"
        text += "<!-- run: short -->\n```sh\nrbm train --preset record --updates 900000\n```\n```cpp\nint x;\n```\n"
        wanted = [(False, ["app/run", "--seed", "7"]), (False, ["rbm", "eval", "m.npz"])]
        long = ["rbm", "train", "--preset", "record", "--updates", "900000"]
        self.assertEqual([*wanted, (True, long)], list(commands(text)))
        self.assertEqual([*long[:-1], "20"], shortened(long))
        self.assertEqual([*long[:2], "--updates", "20"], shortened(long[:2]))
        self.assertEqual(["a.png", "b.md"], list(links("![x](a.png) [y](https://z) [b](b.md#part) [c](#here)")))


if __name__ == "__main__":
    unittest.main()
