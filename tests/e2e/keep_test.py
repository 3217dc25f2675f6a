#!/usr/bin/env python3
"""Nothing is lost: the window keeps its run while it trains and when it closes, offers it at the next start, and asks only
where it could not keep it."""

import os
import re
import signal
import subprocess
import unittest

from lab import PATIENCE_S, WindowCase

RBM = os.environ.get("RBM_BIN", "")


class KeepTest(WindowCase):
    def runs(self):
        """The kept runs, the one written last at the end."""
        return sorted(self.folder.glob("runs/run-*.safetensors"), key=lambda path: path.stat().st_mtime_ns)

    def updates_of(self, path):
        told = subprocess.run([RBM, "info", str(path)], capture_output=True, text=True, check=False)
        self.assertEqual(0, told.returncode, told.stderr)
        return int(re.search(r"^updates\W+([0-9]+)", told.stdout, re.MULTILINE | re.IGNORECASE).group(1))

    def test_a_killed_window_leaves_its_run_and_the_next_one_goes_on_with_it(self):
        keep = self.folder / "runs"
        lab = self.lab("--keep-every", "1", paused=False, keep=keep).__enter__()
        self.assertNotIn("kept.go_on", lab.state()["widgets"])
        kept = lab.wait(lambda s: s["kept"]["updates"] > 0, "a kept run")["kept"]["updates"]
        lab.kill()
        (path,) = self.runs()
        updates = self.updates_of(path)
        self.assertGreaterEqual(updates, kept)
        with self.lab(keep=keep) as lab:
            lab.click("kept.go_on")
            lab.wait(lambda s: s["updates"] > updates and s["state"] == "Running", "the run to go on")
            self.assertNotIn("kept.go_on", lab.state()["widgets"])
            lab.key("space")
            updates = lab.wait(lambda s: s["state"] == "Paused", "a pause")["updates"]
        # Ctrl+Q has kept what it had come to.
        self.assertEqual(2, len(self.runs()))
        self.assertEqual(updates, self.updates_of(self.runs()[-1]))
        with self.lab(keep=keep) as lab:
            lab.click("kept.not_now")
            lab.wait(lambda s: "kept.not_now" not in s["widgets"], "the line to go")
        with self.lab(keep=keep) as lab:
            self.assertNotIn("kept.go_on", lab.settled()["widgets"])
        self.assertEqual(2, len(self.runs()))  # windows that trained nothing leave nothing

    def test_a_signal_ends_with_the_run_kept_and_its_own_status(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            with self.subTest(signal=number):
                keep = self.folder / f"runs-{number}"
                lab = self.lab(paused=False, keep=keep).__enter__()
                lab.wait(lambda s: s["updates"] > 20, "some updates")
                lab.process.send_signal(number)
                self.assertEqual(128 + number, lab.process.wait(PATIENCE_S), lab.said())
                lab.kill()
                (path,) = keep.glob("run-*.safetensors")
                self.assertGreater(self.updates_of(path), 20)
        # Where nothing can be kept, it ends all the same, and says why.
        keep = self.folder / "taken"
        keep.write_text("no folder")
        lab = self.lab(keep=keep).__enter__()
        lab.key("b")
        lab.wait(lambda s: s["updates"] == 1, "an update")
        lab.process.send_signal(signal.SIGTERM)
        self.assertEqual(143, lab.process.wait(PATIENCE_S))
        self.assertIn(str(keep), lab.said())
        lab.kill()

    def test_kept_runs_are_listed_where_files_are_opened_and_go_on(self):
        keep = self.folder / "runs"
        with self.lab(keep=keep) as lab:
            lab.key("b", "b", "b")
            first = lab.wait(lambda s: s["updates"] == 3, "three updates")["settings"]["hidden"]
        with self.lab(keep=keep, hidden=9) as lab:
            lab.key("b")
            lab.wait(lambda s: s["updates"] == 1, "an update")
            lab.key("ctrl+o")
            lab.click("recent.0")  # the other one is of this window, and not written yet
            state = lab.wait(lambda s: s["notice"].startswith("Opened"), "the kept run")
            self.assertNotIn("file.name", lab.state()["widgets"])
            self.assertEqual(first, state["settings"]["hidden"])
            lab.wait(lambda s: s["updates"] > 3, "the run to go on")
        # The run that was left is kept, too, without a question.
        self.assertEqual(3, len(self.runs()))
        self.assertIn(1, [self.updates_of(path) for path in self.runs()])

    def test_the_view_and_the_painting_come_back_with_the_run(self):
        keep = self.folder / "runs"
        with self.lab(keep=keep) as lab:
            lab.key("b")
            lab.wait(lambda s: s["updates"] == 1, "an update")
            lab.show("paint")
            lab.key("d")
            painted = lab.wait(lambda s: s["paint"]["ink"] > 0, "a digit")["paint"]["ink"]
        with self.lab(keep=keep) as lab:
            self.assertEqual("watch", lab.state()["view"])
            lab.click("kept.go_on")
            state = lab.wait(lambda s: s["view"] == "paint" and s["paint"]["ink"] > 0, "the painting")
            # What the model saw comes back; it may have been moved to the centre.
            self.assertAlmostEqual(painted, state["paint"]["ink"], delta=0.02 * painted)

    def test_the_folder_of_a_run_opens(self):
        run = self.folder / "run"
        subprocess.run([RBM, "train", "--hidden", "12", "--updates", "5", "--constant", "--run", str(run)], check=True, capture_output=True)
        with self.lab(str(run)) as lab:
            state = lab.wait(lambda s: s["notice"].startswith("Opened"), "the run")
            self.assertEqual((5, 12), (state["updates"], state["settings"]["hidden"]))

    def test_closing_asks_only_where_the_run_could_not_be_kept(self):
        keep = self.folder / "runs"
        keep.write_text("no folder")
        with self.lab(keep=keep) as lab:
            lab.key("b")
            lab.wait(lambda s: s["updates"] == 1, "an update")
            lab.xdotool("key", "ctrl+q")
            lab.wait(lambda s: "closing.confirm" in s["widgets"], "the question")
            lab.click("closing.cancel")
            lab.wait(lambda s: "closing.confirm" not in s["widgets"], "the question to go")
            self.assertIsNone(lab.process.poll())
            self.assertIn(str(keep), lab.state()["kept"]["failed"])
            keep.unlink()  # the reason is gone: nothing is asked any more
        self.assertEqual(1, self.updates_of(self.runs()[-1]))

    def test_what_was_to_be_saved_is_saved_although_the_window_closes_at_once(self):
        saved = self.folder / "saved.safetensors"
        lab = self.lab().__enter__()
        lab.key("ctrl+s")
        lab.wait(lambda s: "file.name" in s["widgets"], "the file dialog")
        lab.click_into("file.name")
        lab.type(str(saved))
        typed = lab.state()["frame"]
        lab.xdotool("mousemove_relative", "--", "3", "0")  # Dear ImGui drops letters that come in one frame with Ctrl
        lab.wait(lambda s: s["frame"] > typed + 1, "the name")
        lab.xdotool("key", "Return", "key", "ctrl+q")
        self.assertEqual(0, lab.process.wait(PATIENCE_S))
        lab.kill()
        self.assertEqual(0, self.updates_of(saved))


if __name__ == "__main__":
    unittest.main()
