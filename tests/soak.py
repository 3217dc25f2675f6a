#!/usr/bin/env python3
"""Lets rbm-lab train for hours on a display of its own while it goes through all views in turn, and checks that its
memory is flat: after a first part, medians of 50 samples (eleven minutes) stay within 2 % of the first. The moments of the run that it
keeps to look back at grow on purpose, up to a budget that the window shows; they are told apart, and taken off. Run by
hand, for any length:

  tests/soak.py --minutes 120 --out memory.csv build/release/rbm-lab

The CSV has a row for each sample: the minutes since the start, the resident and the proportional set size, and the moments, in KiB.
To leave a busy machine alone, start it under `chrt -i 0 nice -n 19`."""

import argparse
import csv
import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "e2e"))
import lab as harness

VIEW_S = 5
PATIENCE = 25  # samples in which a busy machine may train nothing
# Samples that make a median: so many that each meets the views, and snapshots half made, in the same parts. Of ten, a beat
# of the views with the samples moved the median by 1 %.
PER_MEDIAN = 50
# What is done in a view once it shows; what starts something ends it too.
IN_VIEW = {
    "filters": ["unit 3", "wait seconds 1", "unit -1"],
    "reconstructions": ["theme light"],
    "chains": ["action gibbs.play", "wait seconds 3", "action gibbs.half", "action gibbs.restart", "action gibbs.play"],
    "paint": ["action paint.digit", "stroke 4 4 12 20 20 8", "action paint.dream", "wait seconds 3",
              "action paint.dream", "action paint.undo", "action paint.clear"],
    "curves": ["theme dark", "action help", "wait seconds 1", "action help"],
    "health": ["size 900 600"],
    "exact": ["size 1280 800", "action sides.toggle", "wait seconds 1", "action sides.toggle"],
}


def script(rounds):
    lines = []
    for _ in range(rounds):
        for view in harness.VIEWS:
            lines += [f"action view.{view}", f"wait seconds {VIEW_S}", *IN_VIEW.get(view, [])]
    return "\n".join([*lines, "action view.watch", "wait seconds 3600", ""])


def memory(pid):
    """Resident and proportional set size in KiB."""
    sizes = {}
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines():
        words = line.split()
        if words[0] in ("Rss:", "Pss:"):
            sizes[words[0]] = int(words[1])
    return sizes["Rss:"], sizes["Pss:"]


def told(state):
    """How many updates the run has made, and the KiB of its moments."""
    try:
        facts = json.loads(state.read_text(encoding="utf-8"))
        return facts["updates"], facts["moments"]["bytes"] / 1024
    except FileNotFoundError:
        return 0, 0


def verdict(rows, settled_minutes):
    """The sentence, and whether it is a good one."""
    later = [row for row in rows if row[0] >= settled_minutes]
    if len(later) < 2 * PER_MEDIAN:
        return f"{len(later)} samples after {settled_minutes:g} minutes: too few for a verdict", False
    worst = 0.0
    parts = []
    for name, column in (("RSS", 1), ("PSS", 2)):
        medians = [statistics.median(row[column] - row[3] for row in later[n:n + PER_MEDIAN])
                   for n in range(0, len(later) - PER_MEDIAN + 1, PER_MEDIAN)]
        change = max(abs(m / medians[0] - 1) for m in medians)
        worst = max(worst, change)
        parts.append(f"{name} {medians[0] / 1024:.1f} MiB, later {min(medians) / 1024:.1f} to {max(medians) / 1024:.1f}"
                     f" MiB ({change:.2%})")
    moments = [row[3] / 1024 for row in later]
    return f"without the moments ({moments[0]:.1f}, later {max(moments):.1f} MiB): " + "; ".join(parts), worst <= 0.02


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--settled", type=float, default=10, help="minutes after which memory has to be flat")
    parser.add_argument("--every", type=float, default=13,
                        help="seconds between two samples; not 30, in which the run is kept, nor a part of it, lest they meet "
                        "the same moments of it")
    parser.add_argument("--out", type=pathlib.Path, help="CSV of the samples")
    parser.add_argument("program", nargs="?", default=harness.PROGRAM, type=os.path.abspath)
    options = parser.parse_args()

    display = harness.Display()
    rows, updates = [], []
    with tempfile.TemporaryDirectory(prefix="rbm-soak-") as name:
        folder = pathlib.Path(name)
        (folder / "script.txt").write_text(script(int(options.minutes * 60 / VIEW_S / len(harness.VIEWS)) + 2))
        program = subprocess.Popen(
            [options.program, "--seed", "1", "--size", "1280x800", "--settings", folder / "settings.toml",
             "--keep", folder / "runs", "--script", folder / "script.txt", "--state", folder / "state.json"],
            cwd=folder, env=harness.environment(display.name), preexec_fn=harness.die_with_parent)
        with open(options.out or os.devnull, "w", encoding="utf-8", newline="") as out:
            table = csv.writer(out)
            table.writerow(["minutes", "rss_kib", "pss_kib", "moments_kib"])
            began = time.monotonic()
            while (minutes := (time.monotonic() - began) / 60) < options.minutes:
                time.sleep(options.every)
                if program.poll() is not None:
                    raise SystemExit(f"rbm-lab ended with status {program.returncode} after {minutes:.0f} minutes")
                made, moments = told(folder / "state.json")
                updates.append(made)
                if len(updates) >= PATIENCE and updates[-1] == updates[-PATIENCE]:
                    raise SystemExit(f"rbm-lab does not train: {updates[-1]} updates after {minutes:.0f} minutes")
                rows.append(((time.monotonic() - began) / 60, *memory(program.pid), round(moments)))
                table.writerow([f"{rows[-1][0]:.2f}", *rows[-1][1:]])
                out.flush()
        program.send_signal(signal.SIGKILL)
        program.wait()
        kept = sorted((folder / "runs").glob("run-*.safetensors"))
        size = sum(path.stat().st_size for path in kept)
    display.close()
    said, good = verdict(rows, options.settled)
    print(f"{len(rows)} samples; {updates[-1]} updates; {len(kept)} kept run(s) of {size / 1024:.0f} KiB; {said}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
