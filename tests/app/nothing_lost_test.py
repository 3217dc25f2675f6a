#!/usr/bin/env python3
"""What `rbm` leaves on disk, and what it never takes away: signals, full disks, second writers, outputs that are inputs,
resuming, and numbers that mean something else than was typed."""

import csv
import itertools
import json
import os
import pathlib
import resource
import signal
import stat
import struct
import subprocess
import tempfile
import time
import unittest

RBM = os.environ["RBM_BIN"]
SMALL = ("--data", "bars-and-stripes:4", "--hidden", 6, "--batch", 10, "--chains", 10, "--threads", 1)


def tensors(path):
    """The bytes of every tensor of a .safetensors file, and its metadata."""
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    about = header.pop("__metadata__")
    body = content[8 + length :]
    return {name: body[slice(*told["data_offsets"])] for name, told in header.items()}, about


class Case(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)

    def run_rbm(self, *words, **options):
        return subprocess.run([RBM, *map(str, words)], cwd=self.folder, capture_output=True, check=False, timeout=120, **options)

    def rbm(self, *words, status=0):
        ended = self.run_rbm(*words)
        self.assertEqual(status, ended.returncode, ended.stderr)
        return ended.stdout.decode()

    def refused(self, *words, says=(), status=2):
        """Ends with one sentence that has all of `says` in it, and changes nothing."""
        before = self.contents()
        ended = self.run_rbm(*words)
        said = ended.stderr.decode()
        with self.subTest(command=" ".join(map(str, words)), said=said):
            self.assertEqual(status, ended.returncode)
            self.assertRegex(said, r"\A(Note: [^\n]+\n)*rbm: [^\n]+\.\n\Z")
            for word in [says] if isinstance(says, str) else says:
                self.assertIn(word, said)
            self.assertEqual(before, self.contents())

    def contents(self):
        return {
            str(path.relative_to(self.folder)): path.read_bytes() for path in self.folder.rglob("*") if stat.S_ISREG(path.lstat().st_mode)
        }

    def train(self, *words, updates=60, out="a.safetensors"):
        return self.rbm("train", *SMALL, "--updates", updates, "--out", out, *words)

    def start(self, *words):
        process = subprocess.Popen(
            [RBM, "train", *map(str, SMALL), "--updates", "100000000", "--out", "a.safetensors", *map(str, words)],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.kill)
        return process

    def wait_for(self, what):
        deadline = time.monotonic() + 60
        while not what():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)

    def rows(self, name="m.csv"):
        path = self.folder / name
        return path.read_text().count("\n") - 1 if path.exists() else 0

    def updates_of(self, name):
        return int(tensors(self.folder / name)[1]["updates"])


class Ends(Case):
    def test_a_signal_ends_with_everything_saved_and_its_own_status(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number):
                process = self.start("--checkpoint", "c.safetensors", "--metrics", "m.csv")
                self.wait_for(lambda: self.rows() > 3)
                process.send_signal(number)
                self.assertEqual(128 + number, process.wait(60), process.stderr.read())
                self.assertGreater(self.updates_of("a.safetensors"), 20)
                self.assertEqual(self.updates_of("a.safetensors"), self.updates_of("c.safetensors"))
                for path in self.folder.iterdir():
                    path.unlink()

    def test_a_hangup_is_ignored_under_nohup(self):
        process = subprocess.Popen(
            [RBM, "train", *map(str, SMALL), "--updates", "100000000", "--out", "a.safetensors", "--metrics", "m.csv"],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        self.addCleanup(process.kill)
        self.wait_for(lambda: self.rows() > 1)
        process.send_signal(signal.SIGHUP)
        before = self.rows()
        self.wait_for(lambda: self.rows() > before + 1)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(143, process.wait(60))

    def test_a_reader_of_the_output_that_goes_away_costs_nothing(self):
        process = subprocess.Popen([RBM, "train", *map(str, SMALL), "--updates", "2000", "--out", "a.safetensors"],
                                   cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        process.stdout.close()
        self.assertEqual(1, process.wait(60))
        self.assertEqual(2000, self.updates_of("a.safetensors"))

    def test_what_is_on_disk_after_a_kill_at_any_moment_opens_and_goes_on(self):
        for n in range(30):
            process = self.start("--checkpoint", "c.safetensors", "--checkpoint-every", 7, "--keep-models", 1000, "--metrics", "m.csv")
            self.wait_for(lambda: (self.folder / "c.safetensors").exists() or process.poll() is not None)
            time.sleep(0.003 * n)
            process.kill()
            process.wait(60)
            for path in self.folder.glob("*.safetensors"):
                self.rbm("info", path.name)
            kept = self.updates_of("c.safetensors")
            self.assertLess(self.rows() and int((self.folder / "m.csv").read_text().splitlines()[-1].split(",")[0]) - kept, 7 + 1)
            self.rbm("train", "--resume", "c.safetensors", "--updates", kept + 20, "--out", "b.safetensors", "--metrics", "m.csv")
            # One more run removes what the killed one may have left beside them.
            self.train("--checkpoint", "c.safetensors", "--keep-models", 1000)
            self.assertEqual([], [path for path in self.folder.iterdir() if path.name.startswith(".")])
            for path in self.folder.iterdir():
                path.unlink()

    def test_one_output_that_fails_never_stops_the_others(self):
        # No file may grow beyond 3000 bytes: the checkpoint fails, the model and the curves do not.
        def limited(size):
            def limit():
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

            return limit

        words = ("train", *SMALL, "--updates", 60, "--checkpoint", "c.safetensors", "--checkpoint-every", 20, "--out", "a.safetensors",
                 "--metrics", "m.csv")
        ended = self.run_rbm(*words, preexec_fn=limited(3000))
        self.assertEqual(1, ended.returncode)
        self.assertIn("rbm: c.safetensors cannot be written", ended.stderr.decode())
        self.assertEqual(60, self.updates_of("a.safetensors"))
        self.assertEqual(3, self.rows())
        self.assertFalse((self.folder / "c.safetensors").exists())
        # Each failure is told.
        ended = self.run_rbm(*words[:-2], preexec_fn=limited(200))
        self.assertEqual(1, ended.returncode)
        for name in ("a.safetensors", "c.safetensors"):
            self.assertIn(f"rbm: {name} cannot be written", ended.stderr.decode())
        self.assertEqual(60, self.updates_of("a.safetensors"))  # the one of before


class Files(Case):
    def test_outputs_that_are_inputs_are_refused_before_anything_is_computed(self):
        self.train("--checkpoint", "c.safetensors")
        (self.folder / "data.csv").write_text("".join(f"{n % 2},{n % 3},{n % 5}\n" for n in range(40)))
        (self.folder / "p.toml").write_text("updates = 3\n[settings]\nhidden = 4\n")
        os.link(self.folder / "a.safetensors", self.folder / "hard.safetensors")
        os.symlink("a.safetensors", self.folder / "soft.safetensors")
        (self.folder / "sub").mkdir()
        for name in ("a.safetensors", "./a.safetensors", "sub/../a.safetensors", "hard.safetensors", "soft.safetensors"):
            self.refused("convert", "a.safetensors", name, says="overwrite")
            self.refused("train", *SMALL, "--on", "a.safetensors", "--updates", 5, "--out", name, says=("--out", "--on"))
        for spelling in ("data.csv", "./data.csv"):
            self.refused("train", "--data", "data.csv", "--hidden", 3, "--updates", 5, "--metrics", spelling, says=("--metrics", "--data"))
            self.refused("data", "data.csv", "--out", spelling, says="data.csv")
        self.refused("train", "--resume", "c.safetensors", "--constant", "--updates", 70, "--out", "./c.safetensors", says="--resume")
        self.refused("train", *SMALL, "--updates", 5, "--out", "b.safetensors", "--checkpoint", "./b.safetensors", says="--checkpoint")
        self.refused("train", *SMALL, "--updates", 5, "--keep-models", "log", "--out", "c.safetensors", "--on", "c-00000001.safetensors",
                     says="--keep-models")
        self.rbm("sample", "a.safetensors", "--count", 1, "--steps", 1, "--out", "s.png")
        self.refused("sample", "a.safetensors", "--count", 1, "--start", "s.png", "--out", "./s.png", says="--start")
        self.refused("reconstruct", "a.safetensors", "s.png", "--out", "s.png", says="the picture")
        # The data that only the model names.
        self.rbm("train", "--data", "data.csv", "--hidden", 3, "--batch", 10, "--updates", 5, "--out", "of-data.safetensors")
        for spelling in ("data.csv", "./data.csv"):
            self.refused("sample", "of-data.safetensors", "--start", "data", "--count", 2, "--out", spelling, says="the data of the model")
        # A checkpoint may be followed by the next one of the same run.
        self.rbm("train", "--resume", "c.safetensors", "--constant", "--updates", 70, "--out", "b.safetensors", "--checkpoint", "c.safetensors")
        self.assertEqual(70, self.updates_of("c.safetensors"))

    def test_devices_and_pipes_are_neither_replaced_nor_waited_for(self):
        self.train()
        os.mkfifo(self.folder / "pipe.safetensors")
        os.mkfifo(self.folder / "pipe.toml")
        os.mkfifo(self.folder / "pipe.csv")
        os.mkfifo(self.folder / "pipe.png")
        (self.folder / "folder.toml").mkdir()
        for words in (("info", "pipe.safetensors"), ("train", "--resume", "pipe.safetensors"), ("train", "--preset", "pipe.toml"),
                      ("train", "--preset", "folder.toml"), ("data", "pipe.csv"), ("train", *SMALL, "--updates", 5, "--metrics", "pipe.csv"),
                      ("train", *SMALL, "--updates", 5, "--out", "pipe.safetensors"), ("convert", "a.safetensors", "pipe.safetensors"),
                      ("sample", "a.safetensors", "--out", "pipe.png"), ("sample", "a.safetensors", "--start", "pipe.png", "--out", "s.png")):
            self.refused(*words, says=next(str(w) for w in reversed(words) if "pipe" in str(w) or "folder" in str(w)), status=1)
        self.assertTrue(stat.S_ISFIFO((self.folder / "pipe.png").lstat().st_mode))

    def test_links_modes_and_neighbours_stay(self):
        self.train()
        (self.folder / "real").mkdir()
        os.symlink("real/b.safetensors", self.folder / "link.safetensors")
        (self.folder / "s.png.part").write_text("a stranger's")
        self.rbm("convert", "a.safetensors", "link.safetensors")
        self.assertTrue((self.folder / "link.safetensors").is_symlink())
        os.chmod(self.folder / "real/b.safetensors", 0o600)
        self.rbm("convert", "a.safetensors", "link.safetensors")
        self.assertEqual(0o600, stat.S_IMODE((self.folder / "real/b.safetensors").stat().st_mode))
        self.rbm("sample", "a.safetensors", "--count", 1, "--steps", 1, "--out", "s.png")
        self.assertEqual("a stranger's", (self.folder / "s.png.part").read_text())
        self.assertEqual({"a.safetensors", "link.safetensors", "real", "s.png", "s.png.part"}, set(os.listdir(self.folder)))

    def test_two_runs_on_one_file_of_curves(self):
        process = self.start("--metrics", "m.csv")
        self.wait_for(lambda: self.rows() > 1)
        ended = self.run_rbm("train", *SMALL, "--updates", 20, "--out", "b.safetensors", "--metrics", "m.csv")
        self.assertEqual(1, ended.returncode)
        self.assertRegex(ended.stderr.decode(), r"\Arbm: m\.csv is being written by another process[^\n]*\.\n\Z")
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        with open(self.folder / "m.csv", newline="", encoding="utf-8") as file:
            updates = [int(row["update"]) for row in csv.DictReader(file)]
        self.assertEqual(sorted(set(updates)), updates)

    def test_any_file_name_and_any_label_work(self):
        name = os.fsdecode(b"bad\xff \x1b[31m.csv")
        (self.folder / name).write_text("".join(f"{n % 2},{n // 2 % 2},{n // 4 % 2}\n" for n in range(40)))
        ended = self.run_rbm("train", "--data", name, "--hidden", 3, "--updates", 30, "--out", "a.safetensors", "--checkpoint", "c.safetensors")
        self.assertEqual(0, ended.returncode, ended.stderr)
        said = self.run_rbm("info", "a.safetensors").stdout + ended.stderr + self.run_rbm("data", name).stdout
        self.assertNotIn(b"\x1b", said)
        self.assertIn(b"bad\\xff", said)
        # The name came back from the file, or the data would not be found.
        self.rbm("train", "--resume", "c.safetensors", "--constant", "--updates", 40, "--out", "b.safetensors")
        self.assertIn("free_energy", self.rbm("eval", "a.safetensors"))
        (self.folder / "labels.csv").write_bytes(b"label,x\n\xff,1\nb,2\n")
        for words in (("data", "labels.csv"), ("data", "labels.csv", "--json")):
            self.assertIn("\\xff", self.rbm(*words))
        # Classes that differ in such bytes alone stay two, in the model too.
        (self.folder / "labels.csv").write_bytes(b"label,x,y\n" + b"\xff,1,0\n\xfe,0,1\n" * 30)
        counts = json.loads(self.rbm("data", "labels.csv", "--json"))["labels"]
        self.assertEqual({"\\xfe": 30, "\\xff": 30}, counts)
        self.rbm("train", "--data", "labels.csv", "--labels", "--hidden", 4, "--batch", 10, "--updates", 500, "--lr", 0.5, "--out",
                 "labels.safetensors")
        names = json.loads(tensors(self.folder / "labels.safetensors")[1]["label_names"])
        self.assertEqual(2, len(set(names)))
        self.assertNotIn("\ufffd", "".join(names))
        # As many as they are, the names find their units again.
        (self.folder / "other.csv").write_bytes(b"label,x,y\n" + b"\xfe,0,1\n" * 20)
        self.assertEqual(0, json.loads(self.rbm("eval", "labels.safetensors", "--data", "other.csv", "--json"))["label_error"])

    def test_damage_is_said_to_be_damage(self):
        self.train("--checkpoint", "c.safetensors")
        content = bytearray((self.folder / "a.safetensors").read_bytes())
        content[-30] ^= 0x40
        (self.folder / "bad.safetensors").write_bytes(content)
        self.refused("info", "bad.safetensors", says=("bad.safetensors is damaged", "checksum"), status=1)
        # Not finite, without a checksum, as files of 1.0.0 are.
        content = (self.folder / "c.safetensors").read_bytes()
        (length,) = struct.unpack("<Q", content[:8])
        header = json.loads(content[8 : 8 + length])
        del header["__metadata__"]["checksum"]
        body = bytearray(content[8 + length :])
        at = header["run/weights"]["data_offsets"][0]
        body[at : at + 4] = struct.pack("<f", float("nan"))
        text = json.dumps(header).encode()
        (self.folder / "nan.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + body)
        self.refused("train", "--resume", "nan.safetensors", "--constant", "--updates", 70, says=("damaged", "run/weights"), status=1)
        # What is whole opens and goes on, and one note says that its damage would not show.
        sound = struct.pack("<Q", len(text)) + text + content[8 + length :]
        (self.folder / "old.safetensors").write_bytes(sound)
        for words in (("info", "old.safetensors"), ("convert", "old.safetensors", "new.safetensors"),
                      ("train", "--resume", "old.safetensors", "--constant", "--updates", 70, "--out", "b.safetensors")):
            ended = self.run_rbm(*words)
            self.assertEqual(0, ended.returncode, ended.stderr)
            self.assertEqual(1, ended.stderr.decode().count("Note: old.safetensors has no checksum"))
        self.assertEqual(b"", self.run_rbm("info", "new.safetensors").stderr)
        (self.folder / "old.safetensors").write_bytes(sound[:-1])
        self.refused("info", "old.safetensors", says="old.safetensors", status=1)
        # Settings that contradict the model are no reason to abort.
        about = json.loads(header["__metadata__"]["training_settings"])
        about["visible"] = "gaussian"
        header["__metadata__"]["training_settings"] = json.dumps(about)
        text = json.dumps(header).encode()
        (self.folder / "other.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + content[8 + length :])
        self.refused("train", "--resume", "other.safetensors", "--constant", "--updates", 70, says="other.safetensors", status=1)


    def test_words_of_a_model_that_contradict_its_numbers_are_refused(self):
        self.train()
        content = (self.folder / "a.safetensors").read_bytes()
        (length,) = struct.unpack("<Q", content[:8])
        for key, said in (("image_shape", "4294967296x4294967297x4"), ("image_shape", "4x4x2"), ("updates", "60 or so"),
                          ("settings", "{}"), ("label_names", '["a"]')):
            header = json.loads(content[8 : 8 + length])
            header["__metadata__"][key] = said
            del header["__metadata__"]["checksum"]
            text = json.dumps(header).encode()
            (self.folder / "odd.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + content[8 + length :])
            self.refused("settings", "odd.safetensors", says="odd.safetensors", status=1)


class Runs(Case):
    def test_curves_are_there_while_the_run_lasts(self):
        process = self.start("--metrics", "m.csv")
        self.wait_for(lambda: self.rows() > 5)
        self.assertIsNone(process.poll())
        process.kill()
        process.wait(60)

    def test_curves_of_a_resumed_run_go_on_in_the_same_file(self):
        plan = ("--decay-updates", 120)
        self.train("--metrics", "whole.csv", *plan, updates=120)
        self.train("--metrics", "m.csv", "--checkpoint", "c.safetensors", *plan, updates=70)
        self.rbm("train", "--resume", "c.safetensors", "--updates", 120, "--metrics", "m.csv", "--out", "b.safetensors")
        tables = []
        for name in ("whole.csv", "m.csv"):
            with open(self.folder / name, newline="", encoding="utf-8") as file:
                rows = list(csv.DictReader(file))
            seconds = [float(row.pop("seconds")) for row in rows]
            self.assertEqual(sorted(seconds), seconds)  # those of the whole run
            tables.append(rows)
        self.assertEqual(*tables)
        self.assertTrue(tensors(self.folder / "a.safetensors")[0])

    def test_checkpoints_and_models_on_the_way(self):
        self.train("--checkpoint", "c.safetensors", "--checkpoint-every", "40", "--keep-models", "log", updates=60)
        kept = sorted(path.name for path in self.folder.glob("a-*.safetensors"))
        self.assertEqual([f"a-{update:08}.safetensors" for update in (1, 2, 5, 10, 20, 50)], kept)
        # Each is what a run of that length leaves; the rate must not depend on the length.
        self.train("--constant", "--keep-models", 25, updates=60, out="k.npz")
        self.train("--constant", updates=50, out="50.npz")
        self.rbm("convert", "k-00000050.npz", "x.safetensors")
        self.rbm("convert", "50.npz", "y.safetensors")
        self.assertEqual(tensors(self.folder / "x.safetensors"), tensors(self.folder / "y.safetensors"))
        for wrong in ("0", "-1", "x", "1d", "nans", "1e400s", "", "s"):
            self.refused("train", *SMALL, "--updates", 5, "--checkpoint", "d.safetensors", "--checkpoint-every=" + wrong, says="--checkpoint-every")
            self.refused("train", *SMALL, "--updates", 5, "--keep-models=" + wrong, says="--keep-models")
        self.refused("train", *SMALL, "--updates", 5, "--checkpoint-every", "1m", says="--checkpoint")

    def test_the_folder_of_a_run_holds_it_all_and_goes_on(self):
        self.rbm("train", *SMALL, "--constant", "--updates", 60, "--run", "runs/first", "--keep-models", 40)
        self.assertEqual({"model.safetensors", "checkpoint.safetensors", "curves.csv", "journal.jsonl", "model-00000040.safetensors"},
                         set(os.listdir(self.folder / "runs/first")))
        self.assertEqual(60, self.updates_of("runs/first/checkpoint.safetensors"))
        for folder in ("runs/first", "./runs/../runs/first"):
            self.refused("train", *SMALL, "--updates", 5, "--run", folder, says=(folder, "--resume"))
        (self.folder / "file").write_text("no folder")
        self.refused("train", *SMALL, "--updates", 5, "--run", "file", says="file", status=1)
        self.rbm("train", "--resume", "runs/first", "--constant", "--updates", 100)
        self.assertEqual(100, self.updates_of("runs/first/model.safetensors"))
        self.assertEqual(100, self.updates_of("runs/first/checkpoint.safetensors"))
        self.assertEqual(5, self.rows("runs/first/curves.csv"))
        # What has a name of its own goes there; the first run stays as it was.
        self.rbm("train", "--resume", "runs/first", "--run", "runs/second", "--constant", "--updates", 120, "--out", "m.npz")
        self.assertEqual({"checkpoint.safetensors", "curves.csv", "journal.jsonl"}, set(os.listdir(self.folder / "runs/second")))
        self.assertTrue((self.folder / "m.npz").exists())
        self.assertEqual(100, self.updates_of("runs/first/checkpoint.safetensors"))
        # As one run without a pause.
        self.train("--constant", updates=120, out="whole.npz")
        self.rbm("convert", "whole.npz", "x.safetensors")
        self.rbm("convert", "m.npz", "y.safetensors")
        self.assertEqual(tensors(self.folder / "x.safetensors")[0], tensors(self.folder / "y.safetensors")[0])

    def test_a_run_is_replayed_from_its_journal_and_the_status_says_whether_it_is_the_same(self):
        self.rbm("train", *SMALL, "--constant", "--updates", 60, "--run", "r")
        self.rbm("train", "--resume", "r", "--lr", 0.02, "--constant", "--updates", 100)
        for threads in (1, 2):
            said = self.rbm("replay", "r", "--threads", threads)
            self.assertIn("Replays 100 updates of r/checkpoint.safetensors, with 1 change of settings on the way.", said)
            self.assertIn("the same as r/checkpoint.safetensors, bit for bit.", said)
        self.assertIn("Replays 100", self.rbm("replay", "r/checkpoint.safetensors", "--out", "again.safetensors"))
        self.assertEqual(tensors(self.folder / "r/model.safetensors")[0], tensors(self.folder / "again.safetensors")[0])
        self.assertIn("nothing is kept", self.rbm("replay", "r", "--until", 60, status=3))
        self.assertIn("nothing is kept", self.rbm("replay", "r/journal.jsonl", "--until", 9, status=3))
        self.refused("replay", "r", "--out", "r/checkpoint.safetensors", says="r/checkpoint.safetensors")
        # Another line in the journal of the checkpoint is another run.
        (self.folder / "r/checkpoint.safetensors").rename(self.folder / "kept.safetensors")
        lines = (self.folder / "r/journal.jsonl").read_text().splitlines()
        self.assertEqual(3, len(lines), lines)
        self.assertIn("nothing is kept", self.rbm("replay", "r", status=3))
        (self.folder / "r/journal.jsonl").write_text("\n".join([lines[0], "{", lines[2]]) + "\n")
        self.refused("replay", "r", says=("r/journal.jsonl is damaged", "line 2"), status=1)
        self.refused("replay", "kept.safetensors", "--data", "mnist:test", says="other data")
        self.refused("replay", "model.npz", status=1)

    def test_a_likelihood_that_cannot_be_trusted_has_a_status_of_its_own(self):
        self.train("--lr", 1, updates=2000)
        self.rbm("eval", "a.safetensors", "--exact")
        ended = self.run_rbm("eval", "a.safetensors", "--ais-chains", 2, "--ais-steps", 2, "--json")
        self.assertEqual(3, ended.returncode, ended.stderr)
        self.assertRegex(ended.stderr.decode(), r"\ANote: no likelihood is given: [^\n]+\n\Z")
        found = json.loads(ended.stdout)
        self.assertIn("refused", found)
        self.assertNotIn("mean_log_likelihood", found)
        self.assertIn("reconstruction_error", found)  # the rest is there

    def test_a_checkpoint_every_second(self):
        process = self.start("--checkpoint", "c.safetensors", "--checkpoint-every", "0.05s")
        self.wait_for(lambda: (self.folder / "c.safetensors").exists())
        first = self.updates_of("c.safetensors")
        self.wait_for(lambda: self.updates_of("c.safetensors") > first)
        process.kill()
        process.wait(60)
        self.assertFalse((self.folder / "a.safetensors").exists())

    def test_a_finished_run_goes_on_only_with_a_rate(self):
        self.train("--checkpoint", "c.safetensors", updates=60)
        words = ("train", "--resume", "c.safetensors", "--out", "b.safetensors")
        self.refused(*words, "--updates", 90, says=("--lr", "--decay-updates", "--constant"))
        self.refused(*words, says="--constant")  # the usual length is longer, too
        self.refused(*words, "--updates", 90, "--constant", "--decay-updates", 90, says="--constant")
        self.rbm(*words, "--updates", 60)
        self.assertEqual(tensors(self.folder / "a.safetensors")[0], tensors(self.folder / "b.safetensors")[0])
        rates = {}
        for way in (("--constant",), ("--decay-updates", 120), ("--lr", 0.4), ("--lr", 0.4, "--constant")):
            (self.folder / "m.csv").unlink(missing_ok=True)
            self.rbm(*words, "--updates", 80, *way, "--metrics", "m.csv")
            with open(self.folder / "m.csv", newline="", encoding="utf-8") as file:
                rates[way] = float(list(csv.DictReader(file))[-1]["learning_rate"])
            self.assertNotEqual(tensors(self.folder / "a.safetensors")[0], tensors(self.folder / "b.safetensors")[0])
        expected = (0.1, 0.1 * (1 - 80 / 120), 0, 0.4)
        for rate, wanted in zip(rates.values(), expected):
            self.assertAlmostEqual(wanted, rate, delta=1e-6)

    def test_a_run_that_is_resumed_goes_to_the_end_of_its_plan(self):
        plan = ("--decay-updates", 90)
        self.train(*plan, updates=90, out="whole.safetensors")
        self.train(*plan, "--checkpoint", "c.safetensors", updates=60)  # ten epochs are 30 updates
        self.rbm("train", "--resume", "c.safetensors", "--out", "b.safetensors", "--checkpoint", "d.safetensors")
        self.assertEqual(tensors(self.folder / "whole.safetensors")[0], tensors(self.folder / "b.safetensors")[0])
        # Nothing says how far one of constant rate is to go.
        self.train("--constant", "--checkpoint", "c.safetensors", updates=60)
        self.refused("train", "--resume", "c.safetensors", "--out", "b.safetensors", says=("c.safetensors", "60 updates", "--updates"))

    def test_a_finished_run_of_some_seconds_knows_its_first_rate(self):
        self.rbm("train", *SMALL, "--seconds", 0.2, "--lr", 0.25, "--out", "a.safetensors", "--checkpoint", "c.safetensors")
        self.refused("train", "--resume", "c.safetensors", "--seconds", 0.2, says="--lr 0.25")
        self.rbm("train", "--resume", "c.safetensors", "--seconds", 0.2, "--constant", "--out", "b.safetensors")
        self.assertEqual("0.250000", tensors(self.folder / "b.safetensors")[1]["learning_rate"])

    def test_a_run_goes_on_with_its_own_data(self):
        rows = ["".join(f"{(n >> i) & 1}," for i in range(4))[:-1] + "\n" for n in range(16)] * 3
        (self.folder / "d.csv").write_text("".join(rows))
        self.rbm("train", "--data", "d.csv", "--hidden", 3, "--batch", 10, "--updates", 30, "--decay-updates", 60, "--out", "a.safetensors",
                 "--checkpoint", "c.safetensors")
        words = ("train", "--resume", "c.safetensors", "--updates", 60, "--out", "b.safetensors")
        self.rbm(*words)
        (self.folder / "d.csv").write_text("".join(reversed(rows)))  # the same rows
        self.rbm(*words)
        (self.folder / "d.csv").write_text("".join(rows[:-1] + ["1,0,0,1\n"]))
        self.refused(*words, says=("c.safetensors", "other values", "--other-data"))
        (self.folder / "d.csv").write_text("".join(rows[:-1]))
        self.refused(*words, says=("48 rows", "47 rows"))
        self.rbm(*words, "--other-data")
        self.refused("train", *SMALL, "--updates", 5, "--other-data", says="--resume")


class Typed(Case):
    def test_numbers_that_cannot_be_meant_are_refused_with_their_range(self):
        self.train()
        model = ("sample", "a.safetensors", "--out", "s.png")
        evaluated = ("eval", "a.safetensors")
        train = ("train", *SMALL[:-2], "--out", "b.safetensors")
        options = ((train, "--updates", "1"), (train, "--epochs", "1e-06"), (train, "--seconds", "0.001"), (train, "--seed", "0"),
                   (train, "--threads", "0"), (train, "--lr", "0"), (train, "--size", "0"), (train, "--patches", "1"),
                   (train, "--data-seed", "0"), (model, "--count", "1"), (model, "--steps", "0"), (model, "--seed", "0"),
                   (model, "--threads", "0"), (model, "--temperature", "0.001"), (model, "--zoom", "1"), (model, "--label", "-1"),
                   (evaluated, "--threads", "0"), (evaluated, "--sweeps", "1"), (evaluated, "--ais-chains", "0"),
                   (evaluated, "--ais-steps", "0"), (evaluated, "--mixing", "0"), (evaluated, "--images", "0"),
                   (("filters", "a.safetensors"), "--count", "1"), (("data", "bars-and-stripes:2"), "--row", "-1"))
        for words, option, _ in options:
            for wrong in ("", "x", "-2", "nan", "1e400", "99999999999999999999", "0,5", "1x"):
                named = "learning rate" if option == "--lr" and wrong else option.strip("-")
                self.refused(*words, f"{option}={wrong}", says=named)

    def test_a_picture_that_is_too_large_is_refused_before_anything_is_drawn(self):
        self.train()
        words = ("sample", "a.safetensors", "--steps", 1000000000)
        self.refused(*words, "--count", 1000000, "--zoom", 32, "--out", "s.png", says=("pixels", "--zoom"))

    def test_endings_decide_the_format_and_unknown_ones_are_refused(self):
        self.train()
        for words in (("sample", "a.safetensors", "--count", 2, "--steps", 1), ("filters", "a.safetensors"), ("data", "bars-and-stripes:2")):
            for out in ("x.jpg", "x", "x.txt", "x.npz", ".png", "x.png.bak"):
                self.refused(*words, "--out", out, says=out)
            for out, start in (("x.png", b"\x89PNG"), ("x.npy", b"\x93NUMPY")):
                self.rbm(*words, "--out", out)
                self.assertTrue((self.folder / out).read_bytes().startswith(start))
            self.rbm(*words, "--out", "x.csv")
        self.refused("train", *SMALL, "--updates", 5, "--metrics", "m.png", says="m.png")

    def test_samples_and_data_as_numbers(self):
        self.train()
        words = ("sample", "a.safetensors", "--count", 7, "--steps", 5)
        self.rbm(*words, "--out", "s.csv")
        self.rbm(*words, "--out", "s.npy")
        table = [[int(x) for x in line.split(",")] for line in (self.folder / "s.csv").read_text().splitlines()]
        self.assertEqual((7, 16), (len(table), len(table[0])))
        self.assertEqual({0, 1}, set(itertools.chain(*table)))
        content = (self.folder / "s.npy").read_bytes()
        self.assertIn(b"'|u1'", content)
        self.assertEqual(bytes(itertools.chain(*table)), content[-7 * 16 :])
        # What data --out writes is read as the same data.
        (self.folder / "d.csv").write_text("height,weight\n" + "".join(f"{1.5 + n / 7},{60 + n * n / 3}\n" for n in range(20)))
        self.rbm("data", "d.csv", "--out", "again.csv")
        self.rbm("data", "again.csv", "--out", "third.csv")
        self.assertEqual((self.folder / "again.csv").read_bytes(), (self.folder / "third.csv").read_bytes())
        self.assertTrue((self.folder / "again.csv").read_text().startswith("height,weight\n"))
        self.assertEqual(21, (self.folder / "again.csv").read_text().count("\n"))

    def test_presets_that_are_deep_or_no_tables(self):
        for text, says in (("a" + ".a" * 100000 + " = 1", "levels"), ("settings = 1", "settings"), ("[[settings]]\nk = 5", "settings"),
                           ("a = " + "[" * 100000, "levels"), ("[settings]\nk = nan", "k"),
                           ("title = \"cut", "line 1"), ("k", "line 1")):
            (self.folder / "p.toml").write_text(text)
            self.refused("train", "--preset", "p.toml", "--updates", 1, says=("p.toml", says), status=1)


if __name__ == "__main__":
    unittest.main()
