#!/usr/bin/env python3
"""Measures how soon the window answers while it trains a large model and keeps its run: presses a key that changes the
view, again and again, and takes the time until a frame with that view has been drawn, which the state file holds; with the
run kept as often as can be, and not kept at all. Run by hand:

  tests/answers.py --hidden 4096 --presses 300 build/release/rbm-lab

Prints the median, the 95th and the 99th percentile and the longest in ms, of all presses and of those during which a
state was being written: its file beside the target was there. The start of xdotool, some 5 ms, is in all of them."""

import argparse
import json
import pathlib
import random
import subprocess
import tempfile
import time
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "e2e"))
import lab as harness

KEYS = {"1": "watch", "2": "filters"}


class Window:
    def __init__(self, program, display, folder, options, keep):
        self.folder, self.display, self.keep = folder, display, keep
        self.state_path = options.state / f"answers-{folder.name}.json"
        self.state_path.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [program, "--hidden", str(options.hidden), "--fast", "--size", options.size, "--state", self.state_path, "--settings",
             folder / "settings.toml", "--keep", keep or "none", "--keep-every", "1"],
            cwd=folder, env=harness.environment(display.name), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=harness.die_with_parent)

    def state(self):
        try:
            return json.loads(self.state_path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {"updates": 0, "view": "", "drawn": {"view": ""}}

    def wait(self, fact):
        end = time.monotonic() + 120
        while not fact(self.state()):
            if self.process.poll() is not None or time.monotonic() > end:
                raise SystemExit("the window does not answer")
            time.sleep(0.002)

    def is_writing(self):
        return self.keep is not None and any(self.keep.glob(".*.part"))

    def press(self, key):
        """The milliseconds to the answer, and whether a state was being written meanwhile."""
        from_s, writing = time.monotonic(), self.is_writing()
        subprocess.run(["xdotool", "key", key], env=harness.environment(self.display.name), check=True)
        self.wait(lambda s: s["drawn"]["view"] == KEYS[key])
        return 1e3 * (self.state()["drawn"]["since_s"] - from_s), writing or self.is_writing()

    def close(self):
        self.process.kill()
        self.process.wait()
        self.state_path.unlink(missing_ok=True)


def told(name, times):
    if not times:
        return f"{name}: none"
    times = sorted(times)
    at = lambda share: times[min(len(times) - 1, int(share * len(times)))]
    return f"{name}: {len(times)} presses, median {at(0.5):.0f}, 95 % {at(0.95):.0f}, 99 % {at(0.99):.0f}, longest {times[-1]:.0f} ms"


def measure(program, display, options, keeps):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rbm-answers-", dir=options.folder))
    window = Window(program, display, folder, options, folder / "runs" if keeps else None)
    chance, times = random.Random(1), []
    try:
        window.wait(lambda s: s["updates"] > 0 and s["view"])
        for n in range(options.presses):
            time.sleep(chance.uniform(0.05, 0.3))
            times.append(window.press("21"[n % 2]))
    finally:
        window.close()
        subprocess.run(["rm", "-r", folder], check=True)
    print(told("run kept" if keeps else "not kept", [time_ms for time_ms, _ in times]), flush=True)
    if keeps:
        print(told("  while a state was written", [time_ms for time_ms, writing in times if writing]), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hidden", type=int, default=4096)
    parser.add_argument("--presses", type=int, default=200)
    parser.add_argument("--size", default="1280x800", help="of the window: software OpenGL takes time for every pixel")
    parser.add_argument("--folder", type=pathlib.Path, help="where the run is kept")
    parser.add_argument("--state", type=pathlib.Path, default=pathlib.Path("/dev/shm"), help="folder of the state file, in memory")
    parser.add_argument("program", type=lambda text: str(pathlib.Path(text).resolve()), nargs="?", default=harness.PROGRAM)
    options = parser.parse_args()
    display = harness.Display()
    for keeps in (False, True):
        measure(options.program, display, options, keeps)
    display.close()


if __name__ == "__main__":
    main()
