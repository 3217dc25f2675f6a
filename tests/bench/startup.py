#!/usr/bin/env python3
"""Measures a start of rbm-lab: seconds from the call to the first frame, and to the first update of the model.

  tests/bench/startup.py [--starts 5] [PROGRAM]

The first start warms the disk cache and is not counted. Runs on the present display, or on a virtual one.
"""

import argparse
import os
import pathlib
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import lab as harness


class PresentDisplay:
    name = os.environ.get("DISPLAY")

    def close(self):
        pass


def one_start(display, folder):
    began = time.monotonic()
    lab = harness.Lab(display, folder)
    try:
        lab.wait(lambda s: s["frame"] >= 1, "the first frame")
        frame_s = time.monotonic() - began
        lab.wait(lambda s: s["updates"] >= 1, "the first update")
        return frame_s, time.monotonic() - began
    finally:
        lab.kill()


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    options.add_argument("program", nargs="?", default=str(harness.SOURCE / "build" / "release" / "rbm-lab"))
    options.add_argument("--starts", type=int, default=5)
    given = options.parse_args()
    harness.PROGRAM = given.program
    display = PresentDisplay() if PresentDisplay.name else harness.Display()
    try:
        with tempfile.TemporaryDirectory() as folder:
            times = [one_start(display, folder) for _ in range(given.starts + 1)][1:]
    finally:
        display.close()
    for what, column in (("first frame", 0), ("first update", 1)):
        values = sorted(row[column] for row in times)
        print(f"{what}: median {statistics.median(values):.2f} s, worst {values[-1]:.2f} s of {len(values)} starts")


if __name__ == "__main__":
    main()
