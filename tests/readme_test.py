#!/usr/bin/env python3
"""Runs what README.md tells the reader to type, so that the manual cannot rot.

Every command of a ```sh block is taken, in order, in one temporary folder:
  rbm …            is run with the built program and must succeed;
  rbm-lab …        has each of its options looked up in rbm-lab --help: the window itself is tested elsewhere;
  app/run, tests/run   must exist and be executable: they stand above this test;
  cmake --preset … must name a preset that exists.
Any other command fails the test unless a line <!-- run: skip --> stands right above its block.
"""

import json
import os
import pathlib
import re
import shlex
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ.get("RBM_SOURCE", pathlib.Path(__file__).resolve().parent.parent))
SCRIPTS = ("app/run", "tests/run")


def commands(text):
    """The commands of all ```sh blocks: each a list of words, comments left out, continued lines joined."""
    for skip, block in re.findall(r"(<!-- run: skip -->\n)?^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        if skip:
            continue
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if words:
                yield words


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
            for words in commands(self.text):
                with self.subTest(command=shlex.join(words)):
                    self.check(words, folder)
                seen += 1
        self.assertGreater(seen, 3, "README.md has hardly any commands: did its blocks lose their ```sh?")

    def check(self, words, folder):
        if words[0] == "rbm":
            program = os.environ["RBM_BIN"]
            ended = subprocess.run([program, *words[1:]], cwd=folder, capture_output=True, text=True, check=False)
            self.assertEqual(0, ended.returncode, ended.stdout + ended.stderr)
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
        else:
            self.fail("this test does not know how to run it; put <!-- run: skip --> above its block if nobody should")

    def test_every_link_into_the_tree_leads_to_a_file(self):
        for target in links(self.text):
            with self.subTest(target=target):
                self.assertTrue((SOURCE / target).exists(), f"README.md links to {target}, which is not there")

    def test_blocks_are_read_as_a_reader_would(self):
        text = "```sh\n# only a comment\napp/run --seed 7   # starts\nrbm eval \\\n  m.npz\n```\n"
        text += "<!-- run: skip -->\n```sh\nrm -rf x\n```\n```cpp\nint x;\n```\n"
        self.assertEqual([["app/run", "--seed", "7"], ["rbm", "eval", "m.npz"]], list(commands(text)))
        self.assertEqual(["a.png", "b.md"], list(links("![x](a.png) [y](https://z) [b](b.md#part) [c](#here)")))


if __name__ == "__main__":
    unittest.main()
