#!/usr/bin/env python3
"""Measures what faults do to what `rbm` writes: a full disk, a read-only folder, a folder that is removed meanwhile, a
second process, SIGKILL in the middle. Prints a table of fault × kind of file, and ends with status 1 where something was
lost: the file of before is gone or not whole, a failure has no sentence, or a leftover stays. Run by hand, as root:

  tests/faults.py build/release/rbm

The full disk and the read-only folder are a small tmpfs; without the right to mount one they are skipped."""

import argparse
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

SMALL = ["--data", "bars-and-stripes:4", "--hidden", "6", "--batch", "10", "--chains", "10", "--threads", "1", "--constant"]
LONG = ["--updates", "100000000"]
# Kind of file → its name, and the command that writes it (m: a model that is there).
KINDS = {
    "model": ("f.safetensors", lambda m, f: ["train", *SMALL, "--updates", "40", "--out", f]),
    "checkpoint": ("f.safetensors", lambda m, f: ["train", *SMALL, "--updates", "40", "--out", m + ".other.safetensors", "--checkpoint", f]),
    "curves": ("f.csv", lambda m, f: ["train", *SMALL, "--updates", "40", "--out", m + ".other.safetensors", "--metrics", f]),
    "picture": ("f.png", lambda m, f: ["sample", m, "--count", "9", "--steps", "2", "--threads", "1", "--out", f]),
    "numbers": ("f.csv", lambda m, f: ["sample", m, "--count", "9", "--steps", "2", "--threads", "1", "--out", f]),
    "conversion": ("f.npz", lambda m, f: ["convert", m, f]),
}


class Bench:
    def __init__(self, rbm):
        self.rbm = str(rbm)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rbm-faults-"))
        self.model = str(self.folder / "m.safetensors")
        self.run("train", *SMALL, "--updates", "20", "--out", self.model)
        self.lost = False

    def start(self, *words):
        return subprocess.Popen([self.rbm, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def run(self, *words):
        process = self.start(*words)
        said = process.communicate()[1]
        return process.returncode, said

    def is_whole(self, path):
        content = path.read_bytes()
        if path.suffix in (".safetensors", ".npz"):
            return self.run("info", str(path))[0] == 0
        return content.endswith(b"IEND\xaeB`\x82") if path.suffix == ".png" else content.endswith(b"\n")

    def outcome(self, path, before, status, said, may_be_new=False):
        """What became of the file of before, in words."""
        leftovers = [other.name for other in path.parent.iterdir() if other.name.startswith(".")] if path.parent.exists() else []
        if not path.exists() or not self.is_whole(path):
            self.lost = True
            return "LOST"
        is_same = path.read_bytes() == before
        if status not in (0, -signal.SIGKILL) and ("rbm: " not in said or path.name not in said):
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
    # The file of the curves is open: what is appended goes where its folder went.
    told = kind == "curves" or (process.returncode == 1 and files[kind].name in said)
    bench.lost |= not (others and told)
    return f"the others saved, {'told, ' if kind != 'curves' else ''}status {process.returncode}" if others and told else "LOST"


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


def killed(bench, kind, times=40):
    name, words = KINDS[kind]
    path = bench.folder / name
    path.unlink(missing_ok=True)
    began = time.monotonic()
    assert bench.run(*words(bench.model, str(path)))[0] == 0
    length, chance = time.monotonic() - began, random.Random(1)
    for _ in range(times):
        process = bench.start(*words(bench.model, str(path)))
        time.sleep(chance.uniform(0, length))
        process.kill()
        process.communicate()
        # Curves grow in place: a line may be cut off, and the next run goes on from the whole ones.
        if not path.exists() or not (bench.is_whole(path) or kind == "curves"):
            bench.lost = True
            return "LOST"
    assert bench.run(*words(bench.model, str(path)))[0] == 0
    leftovers = [other.name for other in bench.folder.iterdir() if other.name.startswith(".")]
    bench.lost |= bool(leftovers)
    return f"leftovers {leftovers}" if leftovers else f"{times} × whole"


FAULTS = {"full disk": full_disk, "read-only folder": read_only, "removed folder": removed_folder, "second process": second_process,
          "SIGKILL": killed}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rbm", type=pathlib.Path, nargs="?", default=pathlib.Path("build/release/rbm"))
    bench = Bench(parser.parse_args().rbm.resolve())
    print("| | " + " | ".join(KINDS) + " |\n|" + "---|" * (len(KINDS) + 1))
    for fault, measure in FAULTS.items():
        print(f"| {fault} | " + " | ".join(measure(bench, kind) for kind in KINDS) + " |", flush=True)
    subprocess.run(["rm", "-r", bench.folder], check=True)
    return 1 if bench.lost else 0


if __name__ == "__main__":
    sys.exit(main())
