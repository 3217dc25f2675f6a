#!/usr/bin/env python3
"""Kills `rbm train` and the window at random moments (SIGKILL), as a crash or a power cut would, and checks after each
that what is on disk opens and that no more is gone than the stated interval. Run by hand, any number of times and on any
folder, so on a disk and on a tmpfs:

  tests/kill.py --train 300 --window 50 --folder /dev/shm build/release

The programs are those of the build folder. Ends with status 1 at the first failure, and leaves its folder to be looked
at."""

import argparse
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "e2e"))
import lab as harness

EVERY = 7  # updates between two checkpoints of `rbm train`
KEEP_S = 1.0  # seconds between two states that the window keeps
TRAIN = ["train", "--data", "bars-and-stripes:4", "--hidden", "6", "--batch", "10", "--chains", "10", "--threads", "1",
         "--updates", "100000000", "--out", "a.safetensors", "--checkpoint", "c.safetensors", "--checkpoint-every",
         str(EVERY), "--keep-models", "500", "--metrics", "m.csv"]


class Lost(Exception):
    pass


def check(holds, sentence):
    if not holds:
        raise Lost(sentence)


class Programs:
    def __init__(self, build):
        self.rbm, self.lab = str(build / "rbm"), str(build / "rbm-lab")

    def run(self, folder, *words):
        done = subprocess.run([self.rbm, *map(str, words)], cwd=folder, capture_output=True, text=True, check=False)
        check(done.returncode == 0, f"rbm {' '.join(map(str, words))} ended with {done.returncode}: {done.stderr}")
        return done.stdout

    def updates_of(self, path):
        return int(re.search(r"^updates\W+([0-9]+)", self.run(path.parent, "info", path.name), re.MULTILINE).group(1))


def tell(number, count, sentence):
    """Every tenth time, and at the end."""
    if (number + 1) % 10 == 0 or number + 1 == count:
        print(f"{number + 1} {sentence}", flush=True)


def last_row(path):
    """The update of the last whole line of the curves; 0 where there is none."""
    lines = path.read_text().split("\n")[1:-1] if path.exists() else []
    return int(lines[-1].split(",")[0]) if lines else 0


def kill_train(programs, folder, chance):
    process = subprocess.Popen([programs.rbm, *TRAIN], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               preexec_fn=harness.die_with_parent)
    # From before its first file to some thousand updates later.
    if chance.random() < 0.9:
        while not (folder / "c.safetensors").exists() and process.poll() is None:
            time.sleep(0.001)
    time.sleep(chance.uniform(0, 0.15))
    process.kill()
    process.wait()
    for path in folder.glob("*.safetensors"):
        programs.run(folder, "info", path.name)
    checkpoint = folder / "c.safetensors"
    kept = programs.updates_of(checkpoint) if checkpoint.exists() else 0
    gone = last_row(folder / "m.csv") - kept
    check(gone <= EVERY, f"{gone} updates are gone, of a checkpoint every {EVERY}")
    if kept > 0:
        programs.run(folder, "train", "--resume", checkpoint.name, "--updates", kept + 20, "--out", "b.safetensors", "--metrics", "m.csv")
        check(programs.updates_of(folder / "b.safetensors") == kept + 20, "the run did not go on")
    return max(0, gone)


def kill_window(programs, folder, chance, display):
    """The seconds of work that are gone: since the update that is on disk was the present one."""
    state_path, runs = folder / "state.json", folder / "runs"
    process = subprocess.Popen(
        [programs.lab, "--hidden", "16", "--threads", "1", "--size", "960x600", "--state", state_path, "--settings",
         folder / "settings.toml", "--keep", runs, "--keep-every", str(KEEP_S)],
        cwd=folder, env=harness.environment(display.name), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        preexec_fn=harness.die_with_parent)
    seen, left_s, end = [], None, time.monotonic() + 300
    while left_s is None or time.monotonic() < left_s:
        check(process.poll() is None and time.monotonic() < end, "the window does not train")
        try:
            state = json.loads(state_path.read_text(encoding="utf-8"))
            seen.append((time.monotonic(), state["updates"]))
            if left_s is None and state["updates"] > 0:
                left_s = time.monotonic() + chance.uniform(0, 4 * KEEP_S)
        except FileNotFoundError:
            pass
        time.sleep(0.01)
    killed_s = time.monotonic()
    process.kill()
    process.wait()
    kept = max((programs.updates_of(path) for path in runs.glob("run-*.safetensors")), default=0)
    return killed_s - max(moment for moment, updates in seen if updates <= kept)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=int, default=100, help="kills of rbm train")
    parser.add_argument("--window", type=int, default=0, help="kills of the window; needs Xvfb")
    parser.add_argument("--folder", type=pathlib.Path, help="where the files are written; else the usual place for temporary ones")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    parser.add_argument("--late", type=float, default=1.0,
                        help="seconds that a state of the window may be written late; more on a busy machine")
    parser.add_argument("build", type=pathlib.Path, nargs="?", default=harness.SOURCE / "build/release")
    options = parser.parse_args()

    programs, chance = Programs(options.build.resolve()), random.Random(options.seed)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rbm-kill-", dir=options.folder))
    try:
        gone = []
        for n in range(options.train):
            gone.append(kill_train(programs, folder, chance))
            for path in folder.iterdir():
                path.unlink()
            tell(n, options.train, f"kills of rbm train: all files open, at most {max(gone)} updates gone of {EVERY} allowed")
        gone = []
        display = harness.Display() if options.window > 0 else None
        for n in range(options.window):
            gone.append(kill_window(programs, folder, chance, display))
            check(gone[-1] <= KEEP_S + options.late, f"{gone[-1]:.2f} s are gone of a state every {KEEP_S:g} s")
            shutil.rmtree(folder / "runs", ignore_errors=True)
            (folder / "state.json").unlink()
            tell(n, options.window, f"kills of the window: all files open, at most {max(gone):.2f} s gone of {KEEP_S:g} s allowed, "
                 "and the time of a write")
        if display:
            display.close()
    except Lost as lost:
        print(f"after {len(gone)} kills: {lost}\nThe files are in {folder}.")
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
