#!/usr/bin/env python3
"""Measures what faults do to what `rbm` and the Python module write: a full disk, a read-only folder, a folder that is
removed meanwhile, a second process, SIGTERM, SIGHUP, SIGINT and SIGKILL in the middle. Prints a table of fault × kind of
file, and ends with status 1 where something was lost: the file of before is gone or not whole, a failure has no sentence,
or a leftover stays. Run by hand, as root; the module is that beside the program, if it was built:

  tests/faults.py build/release/rbm

The full disk and the read-only folder are a small tmpfs; without the right to mount one they are skipped."""

import argparse
import ast
import itertools
import math
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

SMALL = ["--data", "bars-and-stripes:4", "--hidden", "6", "--batch", "10", "--chains", "10", "--threads", "1", "--constant"]
LONG = ["--updates", "100000000"]
PYTHON = "import rbmlab, sys; rbmlab.Model.open(sys.argv[1]).save(sys.argv[2])"
LENGTHS = itertools.count(80, 40)


def run_folder(_, model):
    """Begins the run of this folder, or goes on with it."""
    folder = pathlib.Path(model).parent
    if folder.exists():
        return ["train", "--resume", str(folder), "--updates", str(next(LENGTHS)), "--threads", "1", "--constant"]
    return ["train", *SMALL, "--updates", "40", "--run", str(folder)]


# Kind of file → its name, and the command that writes it (m: a model that is there).
KINDS = {
    "model": ("f.safetensors", lambda m, f: ["train", *SMALL, "--updates", "40", "--out", f]),
    "checkpoint": ("f.safetensors", lambda m, f: ["train", *SMALL, "--updates", "40", "--out", m + ".other.safetensors", "--checkpoint", f]),
    "curves": ("f.csv", lambda m, f: ["train", *SMALL, "--updates", "40", "--out", m + ".other.safetensors", "--metrics", f]),
    "picture": ("f.png", lambda m, f: ["sample", m, "--count", "9", "--steps", "2", "--threads", "1", "--out", f]),
    "numbers": ("f.csv", lambda m, f: ["sample", m, "--count", "9", "--steps", "2", "--threads", "1", "--out", f]),
    "conversion": ("f.npz", lambda m, f: ["convert", m, f]),
    "run folder": ("run/model.safetensors", run_folder),
    "trajectory": ("f.trajectory.safetensors", lambda m, f: ["train", *SMALL, "--updates", "40", "--out", m + ".other.safetensors", "--trajectory", f]),
    "filters": ("f.png", lambda m, f: ["filters", m, "--out", f]),
    "transform": ("f.npy", lambda m, f: ["transform", m, "--threads", "1", "--out", f]),
    "data": ("f.npy", lambda m, f: ["data", "bars-and-stripes:4", "--out", f]),
    "each case": ("f.csv", lambda m, f: ["eval", m, "--exact", "--threads", "1", "--per-case", f]),
    "Python": ("f.safetensors", lambda m, f: [sys.executable, "-c", PYTHON, m, f]),
}


class Bench:
    def __init__(self, rbm):
        self.rbm = str(rbm)
        module = rbm.parent / "python"
        self.environment = {**os.environ, "PYTHONPATH": str(module)}
        self.kinds = [kind for kind in KINDS if kind != "Python" or module.exists()]
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rbm-faults-"))
        self.model = str(self.folder / "m.safetensors")
        self.run("train", *SMALL, "--updates", "20", "--out", self.model)
        self.lost = False

    def start(self, *words):
        words = words if words[0] == sys.executable else [self.rbm, *words]
        return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=self.environment)

    def run(self, *words):
        process = self.start(*words)
        said = process.communicate()[1]
        return process.returncode, said

    def is_whole(self, path):
        content = path.read_bytes()
        if path.name.endswith(".trajectory.safetensors"):
            words = ["--count", "2", "--steps", "1", "--trajectory", str(path), "--out", self.model + ".png"]
            return self.run("sample", self.model + ".other.safetensors", *words)[0] == 0
        if path.suffix in (".safetensors", ".npz"):
            return self.run("info", str(path))[0] == 0
        if path.suffix == ".npy":
            length = int.from_bytes(content[8:10], "little")
            header = ast.literal_eval(content[10 : 10 + length].decode())
            return len(content) == 10 + length + int(header["descr"][-1]) * math.prod(header["shape"])
        return content.endswith(b"IEND\xaeB`\x82") if path.suffix == ".png" else content.endswith(b"\n")

    def outcome(self, path, before, status, said, may_be_new=False):
        """What became of the file of before, in words."""
        leftovers = [other.name for other in path.parent.iterdir() if other.name.startswith(".")] if path.parent.exists() else []
        if not path.exists() or not self.is_whole(path):
            self.lost = True
            return "LOST"
        is_same = path.read_bytes() == before
        named = path.name if path.parent.name != "run" else "run/"
        if status not in (0, -signal.SIGKILL) and (named not in said or not ("rbm: " in said or "OSError: " in said)):
            self.lost = True
            return f"no sentence (status {status})"
        if leftovers or not (is_same or may_be_new):
            self.lost = True
            return f"leftovers {leftovers}" if leftovers else "replaced"
        return ("old one whole" if is_same else "new one whole") + (f", told, status {status}" if status > 0 else "")


def in_small_disk(bench, kind, spoil):
    """On a tmpfs of its own, which `spoil` makes full or read-only once the file of before is there."""
    name, words = KINDS[kind]
    disk = bench.folder / "disk"
    disk.mkdir(exist_ok=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], capture_output=True, check=False).returncode != 0:
        return "skipped: no right to mount"
    try:
        path = disk / name
        assert bench.run(*words(bench.model, str(path)))[0] == 0
        before = path.read_bytes()
        spoil(disk)
        status, said = bench.run(*words(bench.model, str(path)))
        # Curves are begun anew in their own file, which a full disk has no room for.
        return bench.outcome(path, before, status, said, may_be_new=kind == "curves")
    finally:
        subprocess.run(["umount", disk], check=True)


def fill(disk):
    with open(disk / "filler", "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1024))
        except OSError:
            return


def full_disk(bench, kind):
    return in_small_disk(bench, kind, fill)


def read_only(bench, kind):
    return in_small_disk(bench, kind, lambda disk: subprocess.run(["mount", "-o", "remount,ro", disk], check=True))


def removed_folder(bench, kind):
    """A run whose folder is removed meanwhile: it says so, and what goes elsewhere is saved."""
    if kind == "run folder":
        return removed_run(bench)
    if kind not in ("model", "checkpoint", "curves"):
        return "—"
    gone, stays = bench.folder / "gone", bench.folder / "stays"
    for folder in (gone, stays):
        folder.mkdir(exist_ok=True)
    options = {"model": ("--out", "m.safetensors"), "checkpoint": ("--checkpoint", "c.safetensors"), "curves": ("--metrics", "m.csv")}
    files = {k: (gone if k == kind else stays) / name for k, (_, name) in options.items()}
    process = bench.start("train", *SMALL, *LONG, *[word for k, (option, _) in options.items() for word in (option, str(files[k]))])
    time.sleep(1)
    for path in gone.iterdir():
        path.unlink()
    gone.rmdir()
    process.send_signal(signal.SIGTERM)
    said = process.communicate()[1]
    others = all(path.exists() and bench.is_whole(path) for k, path in files.items() if k != kind)
    told = process.returncode == 1 and files[kind].name in said
    bench.lost |= not (others and told)
    return f"the others saved, told, status {process.returncode}" if others and told else "LOST"


def removed_run(bench):
    folder = bench.folder / "gone-run"
    process = bench.start("train", *SMALL, *LONG, "--run", str(folder))
    time.sleep(1)
    subprocess.run(["rm", "-r", folder], check=True)
    process.send_signal(signal.SIGTERM)
    said = process.communicate()[1]
    if process.returncode == 1 and "model.safetensors" in said and "checkpoint.safetensors" in said:
        return "told, status 1"
    bench.lost = True
    return f"status {process.returncode}: {said}"


def second_process(bench, kind, times=20):
    name, words = KINDS[kind]
    path = bench.folder / name
    assert bench.run(*words(bench.model, str(path)))[0] == 0
    for _ in range(times):
        before = path.read_bytes()
        both = [bench.start(*words(bench.model, str(path))) for _ in range(2)]
        said = [process.communicate()[1] for process in both]
        statuses = [process.returncode for process in both]
        # One file of curves has one writer: the other one is refused.
        told = [s for s, status in zip(said, statuses) if status != 0]
        result = bench.outcome(path, before, max(statuses), "".join(told), may_be_new=True)
        if bench.lost:
            return result
    return f"{times} × whole"


def ended(bench, kind, number, times=40):
    """By a signal at a random moment: what is there is whole, and what is left over goes with the next file."""
    name, words = KINDS[kind]
    path = bench.folder / name
    path.unlink(missing_ok=True)
    if kind == "run folder":
        subprocess.run(["rm", "-rf", path.parent], check=True)
    began = time.monotonic()
    assert bench.run(*words(bench.model, str(path)))[0] == 0
    length, chance = time.monotonic() - began, random.Random(1)
    for _ in range(times):
        process = bench.start(*words(bench.model, str(path)))
        time.sleep(chance.uniform(0, length))
        process.send_signal(number)
        process.communicate()
        # Curves grow in place: a line may be cut off, and the next run goes on from the whole ones.
        if not path.exists() or not (bench.is_whole(path) or kind == "curves"):
            bench.lost = True
            return "LOST"
    assert bench.run(*words(bench.model, str(path)))[0] == 0
    leftovers = [other.name for other in path.parent.iterdir() if other.name.startswith(".")]
    bench.lost |= bool(leftovers)
    return f"leftovers {leftovers}" if leftovers else f"{times} × whole"


FAULTS = {"full disk": full_disk, "read-only folder": read_only, "removed folder": removed_folder, "second process": second_process,
          **{number.name: lambda bench, kind, number=number: ended(bench, kind, number)
             for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGKILL)}}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rbm", type=pathlib.Path, nargs="?", default=pathlib.Path("build/release/rbm"))
    parser.add_argument("--only", nargs="+", default=[""], help="kinds of file whose names hold one of these")
    options = parser.parse_args()
    bench = Bench(options.rbm.resolve())
    kinds = [kind for kind in bench.kinds if any(word in kind for word in options.only)]
    print("| | " + " | ".join(kinds) + " |\n|" + "---|" * (len(kinds) + 1))
    for fault, measure in FAULTS.items():
        print(f"| {fault} | " + " | ".join(measure(bench, kind) for kind in kinds) + " |", flush=True)
    subprocess.run(["rm", "-r", bench.folder], check=True)
    return 1 if bench.lost else 0


if __name__ == "__main__":
    sys.exit(main())
