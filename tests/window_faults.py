#!/usr/bin/env python3
"""Measures what faults do to what the window writes: a full disk, a read-only folder, a folder that is removed meanwhile,
a second window, SIGTERM, SIGHUP, SIGINT and SIGKILL in the middle. Prints a table of fault × kind of file, as tests/faults.py does for
`rbm`, and ends with status 1 where something was lost: the file of before is gone or not whole, a failure has no sentence,
a leftover stays, or the window trains no more. Run by hand, as root; needs Xvfb and xdotool:

  tests/window_faults.py build/release

The full disk and the read-only folder are a small tmpfs."""

import argparse
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time
import tomllib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "e2e"))
import lab as harness
from faults import fill

# Kind of file → its name, and the line of a script that writes it; no line: it is saved by a dialog, after this key, or
# kept. Settings are written soon after each change.
KINDS = {
    "model": ("f.safetensors", "ctrl+s"),
    "checkpoint": ("f.safetensors", "ctrl+shift+s"),
    "kept run": (None, None),
    "picture": ("f.png", "export-picture {} 1 panel.filters"),
    "curves": ("f.csv", "export-curves {}"),
    "drawn curves": ("f.svg", "export-curves {}"),
    "film": ("f.gif", "export-film {} 0.5 panel.filters"),
    "numbers": ("f.txt", "export-numbers {}"),
    "settings": ("f.toml", "size {} 800"),
}
SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGKILL)


class Window:
    """A window that trains, listens to commands, and keeps its run every second where a folder is given."""

    def __init__(self, bench, keep="none", display=None, settings="settings.toml"):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="window-", dir=bench.folder))
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        self.commands = os.open(pipe, os.O_RDWR)
        self.lab = harness.Lab(display or bench.display, self.folder, "--hidden", "16", "--threads", "1", "--script", "-", "--keep-every", "1",
                               keep=keep, settings=settings, stdin=self.commands).__enter__()
        self.width = 1280
        self.send("action view.filters")
        self.lab.wait(lambda s: s["view"] == "filters" and s["updates"] > 20, "training")

    def send(self, line):
        os.write(self.commands, (line + "\n").encode())

    def write(self, kind, path):
        """Asks for the file; what stands there is to be replaced."""
        line = KINDS[kind][1]
        if line is None:
            return
        if kind == "settings":
            self.width -= 4  # other settings each time
            self.send(line.format(self.width))
            return
        if not line.startswith("ctrl"):
            self.send(line.format(path))
            return
        self.lab.key(line)
        self.lab.wait(lambda s: "file.name" in s["widgets"], "the file dialog")
        self.lab.click_into("file.name")
        self.lab.type(str(path))
        for _ in range(2):  # the second one agrees that the file there is replaced
            if "file.name" in self.lab.state()["widgets"]:
                self.lab.key("Return")

    def told(self):
        state = self.lab.state()
        return " | ".join((state["fault"], state["message"], state["notice"], state["kept"]["failed"]))

    def wait_for_refusal(self, name, before):
        """A sentence with this name that says more than what was told before, and no success."""
        refuses = lambda text: name in text and not text.startswith("Saved")
        self.lab.wait(lambda _: any(refuses(text) and text not in before for text in self.told().split(" | ")), "the sentence", 60)

    def trains(self):
        updates = self.lab.state()["updates"]
        self.lab.wait(lambda s: s["updates"] > updates, "training to go on")

    def close(self):
        self.lab.kill()
        os.close(self.commands)


class Bench:
    def __init__(self, build, times):
        self.times = times
        self.rbm = str(build / "rbm")
        harness.PROGRAM = str(build / "rbm-lab")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rbm-window-faults-"))
        self.display = harness.Display()
        self.lost = False

    def is_whole(self, path):
        content = path.read_bytes()
        if path.suffix == ".safetensors":
            return subprocess.run([self.rbm, "info", path], capture_output=True, check=False).returncode == 0
        if path.suffix == ".toml":
            return b"theme" in content and b"folder" in content and bool(tomllib.loads(content.decode()))
        if path.suffix == ".svg":
            return content.rstrip().endswith(b"</svg>")
        return content.endswith({".png": b"IEND\xaeB`\x82", ".gif": b";"}.get(path.suffix, b"\n"))

    def window(self, kind, folder, **options):
        """One whose kept runs, or settings, are in the folder where they are the kind of file."""
        if kind == "kept run":
            options["keep"] = folder / "runs"
        if kind == "settings":
            options["settings"] = folder / KINDS[kind][0]
        return Window(self, **options)

    def loses(self, sentence):
        self.lost = True
        return f"LOST: {sentence}"

    def files(self, kind, folder):
        return sorted(folder.glob("runs/run-*.safetensors" if kind == "kept run" else KINDS[kind][0]))

    def leftovers(self, folder):
        return [path.name for path in folder.rglob(".*.part")]

    def first(self, kind, window, folder):
        """Lets the window write the file once; its path."""
        path = folder / (KINDS[kind][0] or "")
        window.write(kind, path)
        window.lab.wait(lambda _: self.files(kind, folder), f"the first {kind}")
        return path

    def failing(self, kind, spoil, mend):
        """In a small disk that `spoil` makes unfit once the file is there: a sentence, and the old file."""
        disk = self.folder / "disk"
        disk.mkdir(exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk], check=True)
        window = None
        try:
            window = self.window(kind, disk)
            path = self.first(kind, window, disk)
            time.sleep(1)
            name = "The run could not be kept" if kind == "kept run" else path.name
            before_told = window.told()
            spoil(disk)
            before = {file: file.read_bytes() for file in self.files(kind, disk)}
            window.write(kind, path)
            window.wait_for_refusal(name, before_told)
            window.trains()
            if self.leftovers(disk):
                return self.loses(f"leftovers {self.leftovers(disk)}")
            if any(not self.is_whole(file) for file in before) or not before:
                return self.loses("not whole")
            if kind != "kept run" and any(file.read_bytes() != content for file, content in before.items()):
                return self.loses("replaced")
            mend(disk)
            window.write(kind, path)
            window.lab.wait(lambda _: any(file.read_bytes() != before.get(file) for file in self.files(kind, disk)), "a new file", 60)
            return "old one whole, told, trains on; written once it can be"
        except AssertionError as failed:
            return self.loses(str(failed)[:200])
        finally:
            if window:
                window.close()
            subprocess.run(["umount", "-l", disk], check=True)

    def full_disk(self, kind):
        return self.failing(kind, fill, lambda disk: (disk / "filler").unlink())

    def read_only(self, kind):
        remount = lambda how: lambda disk: subprocess.run(["mount", "-o", f"remount,{how}", disk], check=True)
        return self.failing(kind, remount("ro"), remount("rw"))

    def removed_folder(self, kind):
        folder = self.folder / "gone"
        folder.mkdir()
        window = self.window(kind, folder)
        try:
            path = self.first(kind, window, folder)
            subprocess.run(["rm", "-r", folder], check=True)
            before_told = window.told()
            window.write(kind, path)
            if kind in ("kept run", "settings"):  # a folder of the program's own is made again
                window.lab.wait(lambda _: self.files(kind, folder), f"a new {kind}", 60)
                window.trains()
                return "made again, trains on"
            window.wait_for_refusal(path.name, before_told)
            window.trains()
            return "told, trains on"
        except AssertionError as failed:
            return self.loses(str(failed)[:200])
        finally:
            window.close()
            subprocess.run(["rm", "-rf", folder], check=True)

    def second_window(self, kind):
        folder = self.folder / "shared"
        folder.mkdir()
        other = harness.Display()  # keys go to one window of a display
        windows = [self.window(kind, folder), self.window(kind, folder, display=other)]
        try:
            path = self.first(kind, windows[0], folder)
            for _ in range(self.times):
                for window in windows:
                    window.write(kind, path)
                for _ in range(10):
                    time.sleep(0.05)
                    if any(not self.is_whole(file) for file in self.files(kind, folder)):
                        return self.loses("not whole")
            for window in windows:
                window.trains()
            return f"{self.times} × whole" + (f", {len(self.files(kind, folder))} runs" if kind == "kept run" else "")
        except AssertionError as failed:
            return self.loses(str(failed)[:200])
        finally:
            for window in windows:
                window.close()
            other.close()
            subprocess.run(["rm", "-r", folder], check=True)

    def signalled(self, kind, number):
        folder = self.folder / "signalled"
        folder.mkdir()
        chance = random.Random(number)
        try:
            for n in range(self.times):
                window = self.window(kind, folder)
                try:
                    path = self.first(kind, window, folder)
                    window.lab.wait(lambda _: not self.leftovers(folder), "the end of the write")
                    window.write(kind, path)
                    time.sleep(chance.uniform(0, 1.2 if kind in ("kept run", "film", "settings") else 0.15))
                    window.lab.process.send_signal(number)
                    status = window.lab.process.wait(60)
                finally:
                    window.close()
                if status != (-number if number == signal.SIGKILL else 128 + number):
                    return self.loses(f"status {status}")
                files = self.files(kind, folder)
                if not files or any(not self.is_whole(file) for file in files):
                    return self.loses("not whole")
                if number != signal.SIGKILL and self.leftovers(folder):
                    return self.loses(f"leftovers {self.leftovers(folder)}")
            # What a killed one left goes with the next file of that name, which the same command writes.
            window = self.window(kind, folder)
            try:
                window.write(kind, path)
                window.lab.wait(lambda _: not self.leftovers(folder), "the leftovers to go", 60)
            finally:
                window.close()
            return f"{self.times} × whole"
        except AssertionError as failed:
            return self.loses(str(failed)[:200])
        finally:
            subprocess.run(["rm", "-r", folder], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", default=[""], help="faults and kinds whose names hold one of these")
    parser.add_argument("--times", type=int, default=5, help="how often signals and second windows are tried")
    parser.add_argument("build", type=pathlib.Path, nargs="?", default=harness.SOURCE / "build/release")
    options = parser.parse_args()
    bench = Bench(options.build.resolve(), options.times)
    faults = {"full disk": bench.full_disk, "read-only folder": bench.read_only, "removed folder": bench.removed_folder,
              "second window": bench.second_window,
              **{number.name: lambda kind, number=number: bench.signalled(kind, number) for number in SIGNALS}}
    print("| | " + " | ".join(KINDS) + " |\n|" + "---|" * (len(KINDS) + 1))
    for fault, measure in faults.items():
        cells = [measure(kind) if any(word in f"{fault} {kind}" for word in options.only) else "" for kind in KINDS]
        if any(cells):
            print(f"| {fault} | " + " | ".join(cells) + " |", flush=True)
    bench.display.close()
    subprocess.run(["rm", "-r", bench.folder], check=True)
    return 1 if bench.lost else 0


if __name__ == "__main__":
    sys.exit(main())
