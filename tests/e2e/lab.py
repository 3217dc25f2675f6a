"""Drives the real rbm-lab on a virtual display of its own, with real mouse and keyboard input (xdotool), and reads its
state from the file it keeps up to date (--state). Facts are waited for, never times: a slow machine only waits longer."""

import ctypes
import json
import os
import pathlib
import select
import signal
import subprocess
import tempfile
import time
import unittest

SOURCE = pathlib.Path(os.environ.get("RBM_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
PROGRAM = os.environ.get("RBM_LAB", str(SOURCE / "build" / "ci" / "rbm-lab"))
# How long a fact is waited for at most; sanitized programs are several times slower.
PATIENCE_S = 150 if os.environ.get("RBM_SANITIZE") else 40
VIEWS = ["watch", "filters", "hidden", "reconstructions", "chains", "paint", "curves", "health", "heights",
         "exact"]
PLACE_OF = {"watch": "watch", "filters": "watch", "hidden": "watch", "reconstructions": "watch", "chains": "chains",
            "paint": "paint", "curves": "measure", "health": "measure", "heights": "explain", "exact": "explain"}
PLACES = sorted(set(PLACE_OF.values()))


def die_with_parent():
    """In a child before exec: a killed test leaves no display and no program behind."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def environment(display=None):
    """This process's environment with the given display, or with none at all."""
    env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY")}
    env["LIBGL_ALWAYS_SOFTWARE"] = "1"
    if display:
        env["DISPLAY"] = display
    # Mesa and X leak a little at exit; leaks of our own are found by the tests without a window.
    env["ASAN_OPTIONS"] = ":".join(filter(None, [env.get("ASAN_OPTIONS"), "detect_leaks=0"]))
    return env


class Display:
    """An X server without a screen, and without a window manager."""

    def __init__(self, width=2560, height=1440):
        ready, tell = os.pipe()
        # -r: no repeated keys, so that a held key is one key on a slow machine too.
        self.process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(tell), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset", "-r"],
            pass_fds=(tell,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=die_with_parent)
        os.close(tell)
        number = b""
        while not number.endswith(b"\n"):
            if not select.select([ready], [], [], PATIENCE_S)[0]:
                raise RuntimeError("Xvfb did not start")
            part = os.read(ready, 16)
            if not part:
                raise RuntimeError("Xvfb ended at once")
            number += part
        os.close(ready)
        self.name = ":" + number.decode().strip()

    def close(self):
        self.process.terminate()
        self.process.wait()


class Lab:
    """One running rbm-lab. Leaving the `with` block closes it by Ctrl+Q and checks that it ends well."""

    def __init__(self, display, folder, *arguments, settings="settings.toml", size="1280x800", keep="none",
                 stdin=subprocess.DEVNULL, env=None):
        self.display = display
        self.folder = pathlib.Path(folder)
        self.state_path = self.folder / "state.json"
        self.state_path.unlink(missing_ok=True)
        self.output = open(self.folder / "output.txt", "w+", encoding="utf-8")
        command = [PROGRAM, "--state", str(self.state_path), "--settings", str(self.folder / settings), "--size", size,
                   "--keep", str(keep)]
        self.process = subprocess.Popen(command + list(arguments), cwd=self.folder, env=environment(display.name) | (env or {}),
                                        stdin=stdin, stdout=self.output, stderr=self.output,
                                        preexec_fn=die_with_parent)
        self.window = None

    def __enter__(self):
        try:
            self.wait(lambda s: s["state"] != "Loading", "the first model")
            self.window = self.find_window()
            self.xdotool("windowfocus", self.window)
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, kind, error, trace):
        if kind is not None:
            print("rbm-lab said:", self.said())
            self.kill()
            return
        try:
            self.quit()
        finally:
            self.kill()

    # --- what the program says ---

    def state(self):
        try:
            return json.loads(self.state_path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None

    def said(self):
        return pathlib.Path(self.output.name).read_text(encoding="utf-8")

    def wait(self, fact, what, patience_s=PATIENCE_S):
        """The first state of which fact(state) holds."""
        end = time.monotonic() + patience_s
        while True:
            state = self.state()
            if state is not None and fact(state):
                return state
            if self.process.poll() is not None:
                raise AssertionError(f"rbm-lab ended with status {self.process.returncode} before {what}: {self.said()}")
            if time.monotonic() > end:
                shown = {k: sorted(v) if k == "widgets" else v for k, v in (state or {}).items()}
                raise AssertionError(f"waited {patience_s} s in vain for {what}; last state: {shown}")
            time.sleep(0.02)

    def settled(self):
        """The state once the program stopped drawing: paused, and all input answered."""
        seen, since = None, time.monotonic()
        end = since + PATIENCE_S
        while True:
            state = self.state()
            if state["frame"] != seen:
                seen, since = state["frame"], time.monotonic()
            elif time.monotonic() - since > 1.0:
                return state
            if time.monotonic() > end:
                raise AssertionError("the window never comes to rest")
            time.sleep(0.05)

    # --- what the user does ---

    def xdotool(self, *words):
        done = subprocess.run(["xdotool", *map(str, words)], env=environment(self.display.name), capture_output=True,
                              text=True, check=False, timeout=PATIENCE_S)
        if done.returncode != 0:
            raise AssertionError(f"xdotool {words}: {done.stderr.strip()}; rbm-lab said: {self.said()}")
        return done.stdout

    def find_window(self):
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "^RBM Lab$"], capture_output=True,
                                   text=True, env=environment(self.display.name), check=False).stdout.split()
            if found:
                return found[-1]
            time.sleep(0.05)
        raise AssertionError("no window shows")

    def do(self, *words):
        """One input, and then three frames: ImGui sees it in the first and answers in the next ones."""
        frame = self.state()["frame"]
        self.xdotool(*words)
        self.wait(lambda s: s["frame"] >= frame + 3, f"an answer to {words}")

    def key(self, *keys):
        """Short taps, as xdotool spells them: "space", "ctrl+s", "period"."""
        for key in keys:
            self.do("key", "--delay", 0, key)

    def type(self, text):
        self.do("type", "--delay", 15, text)

    def press(self, key):
        """A key held for some frames, for ImGui's own text boxes (1.86 polls the keys)."""
        self.do("keydown", key)
        self.do("keyup", key)

    def place(self, widget, x=0.5, y=0.5):
        """A point of a widget in window pixels; (0, 0) is its upper left corner and (1, 1) its lower right one."""
        state = self.wait(lambda s: widget in s["widgets"], f"the control {widget}")
        left, top, width, height = state["widgets"][widget]
        return left + x * width, top + y * height

    def move(self, x, y):
        # Two moves, because one to where the mouse is already is no event.
        x, y = round(x), round(y)
        self.do("mousemove", "--window", self.window, x + 1, y, "mousemove", "--window", self.window, x, y)

    def click(self, widget, x=0.5, y=0.5):
        self.move(*self.place(widget, x, y))
        self.do("mousedown", 1)
        self.do("mouseup", 1)

    def scroll_to(self, widget, beside):
        """Turns the wheel over the control `beside` until the other one stands clear of the end of what scrolls."""
        self.move(*self.place(beside))
        for _ in range(60):
            if self.state()["widgets"].get(widget, (0, 0, 0, 0))[3] > 18:
                return
            self.do("click", 5)
        raise AssertionError(f"{widget} is nowhere below {beside}")

    def drag(self, points, button=1):
        """Presses at the first point, jumps from point to point, lets go at the last."""
        self.move(*points[0])
        self.do("mousedown", button)
        for point in points[1:]:
            self.move(*point)
        self.do("mouseup", button)

    def resize(self, width, height):
        self.xdotool("windowsize", self.window, width, height)
        self.wait(lambda s: s["window"] == {"width": width, "height": height}, f"a window of {width} × {height}")
        self.key("shift")  # any input: three more frames, so that the layout is the new one

    def show(self, view):
        self.key(str((VIEWS.index(view) + 1) % 10))
        self.wait(lambda s: s["view"] == view, f"the view {view}")

    def choose_file(self, path):
        """Answers the file dialog that is open: the name box has the keyboard and its text is selected."""
        self.wait(lambda s: "file.name" in s["widgets"], "the file dialog")
        self.click_into("file.name")
        self.type(str(path))
        self.key("Return")
        self.wait(lambda s: "file.name" not in s["widgets"], "the dialog to close")

    def click_into(self, box):
        """Puts the keyboard into a text box and selects what is in it."""
        self.click(box)
        self.do("keydown", "ctrl")
        self.press("a")
        self.do("keyup", "ctrl")

    # --- the end ---

    def quit(self):
        self.xdotool("key", "ctrl+q")
        try:
            status = self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            raise AssertionError("rbm-lab does not end on Ctrl+Q") from None
        if status != 0:
            raise AssertionError(f"rbm-lab ended with status {status}: {self.said()}")

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.output.close()


class WindowCase(unittest.TestCase):
    """A test case with a display and a folder of its own. self.lab(…) starts a small paused model."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="rbm-e2e-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.display = Display()
        self.addCleanup(self.display.close)

    def lab(self, *arguments, paused=True, hidden=16, **options):
        words = ["--hidden", str(hidden), "--seed", "1", *(["--paused"] if paused else []), *arguments]
        return Lab(self.display, self.folder, *words, **options)
